"""A release that npm accepts, to be spoilt in one place; and what the program then says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from textwrap import indent

from checker.evaluate import evaluate
from checker.facts import Facts, RunningJob, Setting
from checker.files import MemoryFiles
from checker.report import Report
from checker.rules import by_id
from checker.settings import declared, load
from checker.workflows.publishes import read

TODAY = date(2026, 11, 24)
WORKFLOW = ".github/workflows/release.yml"
CONFIG = ".github/npm-publish-preflight.yml"

# What makes npm accept a token, and what makes it accept a trusted publisher; each alone.
BY_TOKEN = """\
publishing-access: 2fa-or-bypass-token
token:
  {type: granular, bypass-2fa: true, permission: read-write, expires: 2027-01-20, packages: all}
trusted-publishers: []
"""
BY_PUBLISHER = """\
publishing-access: 2fa-disallow-tokens
token: {type: none}
trusted-publishers:
  - {repository: acme/widget, workflow: release.yml, allow: [publish], published: true}
"""
PACKAGE: Mapping[str, object] = {
    "name": "@acme/widget",
    "version": "1.2.3",
    "repository": {"type": "git", "url": "git+https://github.com/acme/widget.git"},
}
SETUP = """\
- uses: actions/checkout@v4
- uses: actions/setup-node@v4
  with: {node-version: 24.18.0, registry-url: 'https://registry.npmjs.org'}
"""
SECRET = "NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'"


@dataclass(frozen=True)
class Answer:
    """verdict: of the whole. errors: rule ids. report: all of it."""

    verdict: str
    errors: tuple[str, ...]
    report: Report


def step(script: str, env: str = SECRET) -> str:
    """A step that runs `script` with the npm secret at hand."""
    return f"- run: |\n{indent(script, '    ')}\n  env: {{{env}}}\n"


def workflow(
    steps: str,
    *,
    on: str = "push: {tags: ['v*']}",
    job: str = "",
    setup: str = SETUP,
    top: str = "",
) -> str:
    """One job that publishes. job, top: further keys of the job and of the file."""
    keys = "" if "runs-on" in job else "runs-on: ubuntu-latest\n"
    keys += "" if "permissions" in job else "permissions: {contents: read, id-token: write}\n"
    body = indent(keys + job, "    ") + "    steps:\n" + indent(setup + steps, "      ")
    return f"name: Release\non:\n  {on}\n{top}jobs:\n  publish:\n{body}"


def files(
    release: str | bytes, config: str = BY_TOKEN, package: object = PACKAGE, **others: object
) -> dict[str, bytes]:
    """The tree; of `others` a `/` in the path is written `__`."""
    tree = {WORKFLOW: release, CONFIG: config, "package.json": package}
    tree |= {path.replace("__", "/"): content for path, content in others.items()}
    return {path: _bytes(content) for path, content in tree.items()}


def _bytes(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def judge(tree: Mapping[str, bytes], today: date = TODAY) -> Answer:
    """What `check` says of a tree, asked from another job of the same repository.

    Raises `BadInput` for a config file that is none.
    """
    at_hand = MemoryFiles(tree)
    settings = load({"offline": True}, {}, Path(), lambda root: at_hand, by_id())
    default, packages = declared(settings)
    facts = Facts(
        today=today,
        now=datetime.combine(today, time(9), UTC),
        reading=read(at_hand, today=today, repository="acme/widget"),
        running=RunningJob(Setting.ACTIONS, repository="acme/widget", job="gate", event="push"),
        visibility="public",
        default=default,
        declared=packages,
    )
    report = evaluate(facts, ())
    errors = tuple(f.rule for f in report.findings if f.severity == "error")
    return Answer(str(report.verdict), errors, report)


def verdicts(release: str, package: object = PACKAGE, **others: object) -> tuple[str, str]:
    """What becomes of a release by token, and of the same by trusted publishing."""
    by_token = judge(files(release, BY_TOKEN, package, **others))
    by_publisher = judge(files(release, BY_PUBLISHER, package, **others))
    return by_token.verdict, by_publisher.verdict
