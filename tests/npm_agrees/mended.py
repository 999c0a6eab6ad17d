"""A scenario after the program's advice: `fix` has written, `trust` is registered, npm publishes.

The commands run as a maintainer runs them, on a laptop that may ask the registry. The script of
`trust` is run by a shell, with a real `npm trust`; the publish by the job that `fix` has left.
"""

from __future__ import annotations

import argparse
import io
import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import yaml
from registry.exchange import expired
from registry.issuer import Issuer
from registry.server import Registry
from registry.sigstore import Sigstore
from registry.world import ONE_TIME_PASSWORD, Account, Allowed, Token, TrustedPublisher, World

from checker.cli import main
from npm_agrees import clients, job, repository, truth
from npm_agrees.job import Done, Job, Machine
from npm_agrees.scenario import Scenario
from npm_agrees.trial import KEY, base
from npm_agrees.verdict import MODES, Asked

# The npm of the maintainer's laptop; `npm trust` says which actions are allowed since 11.15.
LAPTOP = "11.21.2"
MAINTAINER, SESSION = "maria", "npm_" + "9" * 36
_REVOKE = "npm trust revoke "


@dataclass(frozen=True)
class Advice:
    """What the commands said and wrote. code: of `fix`. wrote: by it; left: what it told.

    script: of `trust`. again: what a second `fix` wrote.
    """

    scenario: Scenario
    root: Path
    world: World
    code: int
    wrote: tuple[str, ...]
    left: str
    script: str
    again: tuple[str, ...]

    @property
    def commands(self) -> tuple[argparse.Namespace, ...]:
        """What `trust` registers: `package`, `repo`, `file`, `env`, `publish`, `stage`."""
        return tuple(_parsed(self.script))

    @property
    def mends(self) -> bool:
        """Whether nothing is left to do by hand but to run the script."""
        looks_at_github = "compares upper and lower case" in self.left
        return self.code == 0 and not looks_at_github and bool(self.wrote or self.commands)


@dataclass(frozen=True)
class Release:
    """The script of `trust` as a shell ran it, then the job."""

    trusted: subprocess.CompletedProcess[str]
    done: Done


# --- what the program advises -------------------------------------------------------------------


def advise(scenario: Scenario, scratch: Path, *, stage: bool) -> Advice:
    """Run `fix --write`, `trust` and `fix` again. The streams of the process are borrowed."""
    own = replace(scenario, fork=False)  # nothing in a repository gives a fork's run a credential
    root = scratch / "checkout"
    root.mkdir(parents=True)
    repository.write(own, root)
    world = truth.world(own)
    world.add(Account(MAINTAINER), Token(SESSION, kind="session", account=MAINTAINER))
    for package in world.packages.values():
        package.maintainers += (MAINTAINER,)
    with Registry(world, own.now, KEY) as registry:
        asked = [str(root), "--registry", registry.url, "--today", _day(own)]
        asked += ["--stage"] if stage else []
        code, wrote, left = _ran("fix", "--write", *asked)
        _, script, _ = _ran("trust", *asked)
        _, again, _ = _ran("fix", "--write", *asked)
    lines = tuple(wrote.splitlines()), tuple(again.splitlines())
    return Advice(own, root, world, code, lines[0], left, script, lines[1])


def _day(scenario: Scenario) -> str:
    said = scenario.today
    return (said.date() if isinstance(said, datetime) else said).isoformat()


def _ran(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the program."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()


def _parsed(script: str) -> Iterator[argparse.Namespace]:
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    parser.add_argument("package")
    parser.add_argument("--repo", required=True)
    parser.add_argument("--file", required=True)
    parser.add_argument("--env")
    parser.add_argument("--allow-publish", action="store_true", dest="publish")
    parser.add_argument("--allow-stage-publish", action="store_true", dest="stage")
    parser.add_argument("-y", action="store_true", required=True)
    for line in script.splitlines():
        words = shlex.split(line.removesuffix(" || failed=yes"), comments=True)
        if words[:3] == ["npm", "trust", "github"]:
            yield parser.parse_args(words[3:])


# --- what a maintainer does with it -------------------------------------------------------------


def checked(advice: Advice, scratch: Path) -> Mapping[str, dict[str, Any]]:
    """The report of each mode, once all that the script says is registered and declared."""
    scenario, root, world = advice.scenario, scratch / "checkout", deepcopy(advice.world)
    copytree(advice.root, root)
    _delete(advice, world)
    there = already_there(advice)
    for one in (one for one in advice.commands if one not in there):
        made = TrustedPublisher(one.repo, one.file, one.env, allowed=_allowed(one))
        made.created, made.published = scenario.now, False
        world.packages[one.package].publishers.append(made)
    _declare(advice, root, world)
    with _job(advice, root, world, scratch) as (_, registry, github):
        asked = Asked(scenario, root, github, scratch, registry)
        return {name: ask(asked) for name, ask in MODES.items()}


def released(advice: Advice, scratch: Path, kept: Path, sigstore: Sigstore) -> Release:
    """What the real npm does. kept: the clients' folder; may run beside others."""
    root, world = scratch / "checkout", deepcopy(advice.world)
    copytree(advice.root, root)
    (scratch / "home").mkdir()
    _delete(advice, world)
    with _job(advice, root, world, scratch) as (found, registry, github):
        trusted = _register(advice, scratch, kept, registry)
        registry.requests.clear()
        npm = clients.installed(job.npm_of(found, root), kept)
        machine = Machine(root, scratch, registry, npm, base(scratch, registry, sigstore))
        return Release(trusted, job.carry_out(found, machine, github))


def same_to_npm(advice: Advice) -> str:
    """Equal where no npm can tell two releases apart: the files that it is given, and the world.

    The config file is for this program alone; a token counts where a workflow still hands it over.
    """
    files = {
        path.relative_to(advice.root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(advice.root.rglob("*"))
        if path.is_file()
    }
    files.pop(repository.CONFIG, None)
    scenario = advice.scenario
    hands_over = any("secrets." in text for text in files.values())
    run = (scenario.repository, scenario.visibility, scenario.event, scenario.workflow)
    accounts = (advice.world.accounts, advice.world.tokens) if hands_over else ()
    plan = [one.private_packages for one in advice.world.accounts.values()]
    world = (advice.world.packages, advice.world.contested, plan, accounts)
    return repr((files, run, scenario.now, world, advice.script))


@contextmanager
def _job(
    advice: Advice, root: Path, world: World, scratch: Path
) -> Iterator[tuple[Job, Registry, dict[str, str]]]:
    """The publishing job as its files are now, a registry, and what GitHub sets."""
    scenario = advice.scenario
    found = job.find(scenario, root, truth.secrets(scenario))
    issuer = Issuer(job.run_of(scenario, found), KEY, scenario.now)
    with Registry(world, scenario.now, KEY) as registry, issuer:
        yield found, registry, job.variables(scenario, found, issuer, scratch)


def already_there(advice: Advice) -> list[argparse.Namespace]:
    """The commands that npm answers with 409, rightly: undeclared, and there is one that does."""
    return [
        one
        for one in advice.commands
        if any(_does(advice, publisher, one) for publisher in _same(advice.world, one))
    ]


def _same(world: World, one: argparse.Namespace) -> list[TrustedPublisher]:
    wanted = ("github", one.repo, one.file, one.env)
    return [
        p
        for p in world.packages[one.package].publishers
        if (p.provider, p.repository, p.workflow, p.environment) == wanted
    ]


def _does(advice: Advice, publisher: TrustedPublisher, one: argparse.Namespace) -> bool:
    allowed = set(publisher.allowed or _ACTIONS.values())
    return set(_allowed(one)) <= allowed and not expired(publisher, advice.scenario.now)


def _delete(advice: Advice, world: World) -> None:
    """What the script says must go: by name, or of those that it does not know what does not do."""
    named = {
        shlex.split(line.partition(_REVOKE)[2])[0]
        for line in advice.script.splitlines()
        if _REVOKE in line
    }
    for one in advice.commands:
        for publisher in _same(world, one):
            if named & {one.package, "PACKAGE"} and not _does(advice, publisher, one):
                world.packages[one.package].publishers.remove(publisher)


def _register(
    advice: Advice, scratch: Path, kept: Path, registry: Registry
) -> subprocess.CompletedProcess[str]:
    """The script as it is, in an empty folder, by a person who has just passed 2FA."""
    laptop = scratch / "laptop"
    laptop.mkdir()
    config = scratch / "laptop.npmrc"
    host = registry.url.removeprefix("http:")
    config.write_text(f"registry={registry.url}\n{host}:_authToken={SESSION}\n", encoding="utf-8")
    tools = scratch / "tools"
    tools.mkdir()
    (tools / "sleep").write_text("#!/bin/sh\n", encoding="utf-8")
    (tools / "sleep").chmod(0o755)
    path = (str(tools), str(clients.installed(LAPTOP, kept)), os.environ["PATH"])
    return subprocess.run(
        ["sh", "-eu"],
        input=advice.script,
        cwd=laptop,
        env={
            "PATH": os.pathsep.join(path),
            "HOME": str(laptop),
            "NPM_CONFIG_USERCONFIG": str(config),
            "NPM_CONFIG_CACHE": str(scratch / "cache"),
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
            "NPM_CONFIG_FETCH_RETRIES": "0",
            "NPM_CONFIG_OTP": ONE_TIME_PASSWORD,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _declare(advice: Advice, root: Path, world: World) -> None:
    """What npm now lists of the packages that were registered, in the config file."""
    path = root / repository.CONFIG
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    packages = said.setdefault("packages", {})
    for name in {one.package for one in advice.commands}:
        listed = [_declared(one) for one in world.packages[name].publishers]
        packages.setdefault(name, {})["trusted-publishers"] = listed
    path.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")


_ACTIONS: Mapping[str, Allowed] = {"publish": "createPackage", "stage": "createStagedPackage"}


def _allowed(one: argparse.Namespace) -> tuple[Allowed, ...]:
    return tuple(action for flag, action in _ACTIONS.items() if getattr(one, flag))


def _declared(one: TrustedPublisher) -> dict[str, Any]:
    said: dict[str, Any] = {
        "provider": one.provider,
        "repository": one.repository,
        "workflow": one.workflow,
        "published": one.published,
    }
    if one.environment is not None:
        said["environment"] = one.environment
    if one.created is not None:
        said["created"] = one.created
    if one.allowed is not None:
        said["allow"] = [flag for flag, action in _ACTIONS.items() if action in one.allowed]
    return said
