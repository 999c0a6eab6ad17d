"""Small trees for the tests of the reader, and the one way they are read."""

from __future__ import annotations

import json
from datetime import date
from textwrap import dedent

from checker.facts import Publish, Reading, Run
from checker.files import MemoryFiles
from checker.workflows.publishes import read

TODAY = date(2026, 11, 24)
WIDGET = {"name": "@acme/widget", "version": "1.2.0"}

CHECKOUT = "      - uses: actions/checkout@v5\n"
SETUP = """\
      - uses: actions/setup-node@v6
        with:
          node-version: 24.18.0
          registry-url: https://registry.npmjs.org
"""


def workflow(steps: str, *, on: str = "push", job: str = "", top: str = "") -> str:
    """A workflow of one job `publish`; steps and job keys are written with their own dashes."""
    keys = "".join(f"    {row}\n" for row in dedent(job).strip().splitlines())
    if "runs-on" not in job:
        keys = "    runs-on: ubuntu-latest\n" + keys
    body = "".join(f"      {row}\n" if row else "\n" for row in dedent(steps).strip().splitlines())
    return f"on: {on}\n{dedent(top)}jobs:\n  publish:\n{keys}    steps:\n{CHECKOUT}{SETUP}{body}"


def files(release: str, **others: object) -> MemoryFiles:
    """A tree with one release workflow, a package and other files (`/` is written `__`)."""
    content: dict[str, object] = {".github/workflows/release.yml": release, "package.json": WIDGET}
    content.update(others)
    return MemoryFiles({path: _bytes(value) for path, value in content.items()})


def tree(content: dict[str, object]) -> MemoryFiles:
    """A tree of texts, and of values that are written as JSON."""
    return MemoryFiles({path: _bytes(value) for path, value in content.items()})


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def reading(content: MemoryFiles | str, **others: object) -> Reading:
    """What the reader says of a tree, or of one release workflow beside a package."""
    given = files(content, **others) if isinstance(content, str) else content
    return read(given, today=TODAY, repository="acme/widget")


def one(content: MemoryFiles | str, **others: object) -> Publish:
    """The only publish of a tree."""
    found = reading(content, **others).publishes
    assert len(found) == 1, [(p.place, p.tool) for p in found]
    return found[0]


def run(content: MemoryFiles | str, **others: object) -> Run:
    """The only run of the only publish."""
    runs = one(content, **others).runs
    assert len(runs) == 1, runs
    return runs[0]
