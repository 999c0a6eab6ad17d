"""The repositories of `repos/` and small ones of a test, in memory, and the facts of each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from json import dumps
from pathlib import Path
from shutil import copytree

import repo_case
from msgspec import Struct
from msgspec.structs import replace
from ready import TODAY, UNDECLARED_TOKEN
from repo_case import RepoCase

from checker.evaluate import evaluate
from checker.facts import Declared, Facts, Reading, RunningJob, Setting, Unknown
from checker.files import MemoryFiles
from checker.gather import gather
from checker.remedies import verdict
from checker.remedies.fix import fix
from checker.remedies.model import Fixes, Tree
from checker.report import Report
from checker.rules import by_id
from checker.settings import load
from checker.sources.checkout import Checkout
from checker.workflows.publishes import read

REPOSITORY = "acme/widget"


class Known(Struct, frozen=True):
    """A repository and everything known of it. node, npm: what the user said of its jobs."""

    files: MemoryFiles
    facts: Facts
    node: str | None = None
    npm: str | None = None

    def fix(self, *, stage: bool = False) -> Fixes:
        """What the fix says of it."""
        report = evaluate(self.facts)
        return fix(self.files, self.facts, report, stage=stage, node=self.node, npm=self.npm)

    def after(self, fixes: Fixes) -> Known:
        """The repository with the changes made, read again."""
        content = {**self.files.content, **{one.path: one.after for one in fixes.changes}}
        return self.with_files(MemoryFiles(content))

    def with_files(self, files: MemoryFiles) -> Known:
        """Other files, and otherwise the same world."""
        reading = read(
            files,
            today=self.facts.today,
            repository=self.facts.running.repository,
            node=self.node,
            npm=self.npm,
        )
        return replace(self, files=files, facts=replace(self.facts, reading=reading))

    def registered(self) -> Report:
        """The report once matching trusted publishers are registered."""
        return evaluate(verdict.matching(self.facts, self.facts.reading.publishes))


@lru_cache(maxsize=512)
def of_case(case: RepoCase) -> Known:
    """The repository of a case in its world."""
    world = case.world()
    with tempfile.TemporaryDirectory() as scratch:
        root, event = Path(scratch) / "checkout", Path(scratch) / "event.json"
        copytree(case.folder / "repo", root)
        (root / ".git").mkdir()
        url = f"git@github.com:{world.repository}.git"
        (root / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {url}\n')
        event.write_text(dumps(repo_case.event_payload(world)))
        environ = repo_case.environment(world, event)
        asked: dict[str, object] = {"offline": True}
        if isinstance(world.day, datetime):
            now = world.day.astimezone(UTC)
        else:
            now, asked["today"] = datetime.combine(world.day, time.min, UTC), world.day.isoformat()
        settings = load(asked, environ, root, Checkout, by_id())
        facts = repo_case.with_answers(gather(settings, root, environ, now), world)
    folder = case.folder / "repo"
    content = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    return Known(MemoryFiles(content), facts, settings.node_version, settings.npm_version)


@lru_cache(maxsize=1024)
def fixed(case: RepoCase, *, stage: bool = False) -> Fixes:
    """What the fix says of the repository of a case."""
    return of_case(case).fix(stage=stage)


def small(
    content: Mapping[str, object],
    *,
    visibility: str | Unknown = "public",
    repository: str | None = REPOSITORY,
    today: date = TODAY,
    exists: bool | Unknown = True,
) -> Known:
    """A repository of texts, and of values that are written as JSON, about which little is said."""
    files = MemoryFiles({path: _bytes(value) for path, value in content.items()})
    nothing = Unknown("publishing-access", "it is not declared")
    facts = Facts(
        today=today,
        now=None,
        reading=Reading((), (), ()),
        running=RunningJob(Setting.TERMINAL, repository=repository),
        visibility=visibility,
        default=Declared(nothing, nothing, exists, nothing, UNDECLARED_TOKEN),
        declared=(),
    )
    return Known(files, facts).with_files(files)


def changed(known: Known, fixes: Fixes, path: str) -> str:
    """The text of a file after the changes."""
    made = {one.path: one.after for one in fixes.changes}
    return Tree(known.files, made).text(path)


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else dumps(value, indent=2) + "\n").encode()
