"""One scenario from end to end: its files, its registry, the program's word, the real npm.

The program is asked first, on files that name npm's public registry; npm then runs against the
loopback one, which has in the meantime changed nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.issuer import Issuer
from registry.server import Registry, Request
from registry.sigstore import Sigstore

from npm_agrees import clients, job, repository, truth
from npm_agrees.job import Done, Machine
from npm_agrees.scenario import Scenario
from npm_agrees.verdict import MODES, Asked

KEY = b"the issuer of the tests"


@dataclass(frozen=True)
class Trial:
    """What came out. reports: the JSON report of each mode. asked: what the program sent."""

    done: Done
    reports: Mapping[str, dict[str, Any]]
    asked: tuple[Request, ...]


def hold(scenario: Scenario, scratch: Path, kept: Path, sigstore: Sigstore) -> Trial:
    """kept: the folder of the npm clients. Raises clients.Unavailable."""
    npm = clients.installed(scenario.npm, kept)
    root, home = scratch / "checkout", scratch / "home"
    root.mkdir(parents=True)
    home.mkdir()
    repository.write(scenario, root)
    found = job.find(scenario, root, truth.secrets(scenario))
    issuer = Issuer(job.run_of(scenario, found), KEY, scenario.now)
    with Registry(truth.world(scenario), scenario.now, KEY) as registry, issuer:
        github = job.variables(scenario, found, issuer, scratch)
        asked = Asked(scenario, root, github, scratch, registry)
        reports = {name: ask(asked) for name, ask in MODES.items() if name in scenario.modes}
        sent = tuple(registry.requests)
        registry.requests.clear()
        machine = Machine(root, scratch, registry, npm, base(scratch, registry, sigstore))
        done = job.carry_out(found, machine, github)
        return Trial(done, reports, sent)


def base(scratch: Path, registry: Registry, sigstore: Sigstore) -> dict[str, str]:
    """No home, no cache and no other network than the loopback servers'."""
    global_config = scratch / "global.npmrc"
    global_config.write_text(f"registry={registry.url}\n", encoding="utf-8")
    return {
        "HOME": str(scratch / "home"),
        "NPM_CONFIG_GLOBALCONFIG": str(global_config),
        "NPM_CONFIG_CACHE": str(scratch / "cache"),
        "NPM_CONFIG_IGNORE_SCRIPTS": "true",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        "NPM_CONFIG_AUDIT": "false",
        "NPM_CONFIG_FUND": "false",
        "NPM_CONFIG_FETCH_RETRIES": "0",
        **sigstore.environment(),
    }
