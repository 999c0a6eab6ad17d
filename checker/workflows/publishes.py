"""A tree of files to everything it publishes: the one entry point of the reader."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from datetime import date

from checker.facts import (
    GivenToken,
    Package,
    Place,
    Publish,
    Reading,
    Registry,
    Run,
    TokenState,
)
from checker.files import Files
from checker.workflows import leaks
from checker.workflows.repository import Repository
from checker.workflows.syntax import validity
from checker.workflows.walking import repeats
from checker.workflows.walking.jobs import Jobs
from checker.workflows.walking.walk import Found

FOLDER = ".github/workflows"
MAX_WORKFLOWS = 5_000
MAX_WORKFLOW_BYTES = 64 << 20  # of all workflow files together


def read(
    files: Files,
    *,
    today: date,
    repository: str | None,
    node: str | None = None,
    npm: str | None = None,
) -> Reading:
    """What the workflows of a tree publish.

    repository: `owner/name`, None when unknown. node, npm: what the publishing jobs really have,
    whatever the workflow says.
    """
    tree = Repository(files, today, repository, node, npm)
    jobs = Jobs(tree)
    paths = [p for p in files.list(FOLDER) if p.endswith((".yml", ".yaml"))]
    for path in _within_limits(tree, paths):
        # Nothing starts where all of a file is commented out.
        workflow = None if _is_blank(tree.read(path) or b"") else tree.workflow(path)
        if workflow is not None:
            jobs.entry(workflow)
    publishes = _publishes(repeats.marked(jobs.found))
    for path in sorted(_files_of(jobs.found)):
        workflow = tree.workflow(path)
        for place, why in validity.faults(workflow) if workflow is not None else ():
            tree.problem("workflow-unreadable", place, why)
    if not any(map(_has_credential, jobs.found)):
        # Who publishes elsewhere, with a credential, does not publish in a job without one as well.
        tree.note(jobs.barren)
    leaks.credentials(tree, jobs.handed, jobs.found)
    leaks.tokens(tree, paths)
    return Reading(publishes, _packages(tree), tree.problems)


def _within_limits(tree: Repository, paths: list[str]) -> Iterator[str]:
    size = 0
    for number, path in enumerate(paths):
        size += len(tree.read(path) or b"")
        if number == MAX_WORKFLOWS:
            tree.limit(Place(path, 1, 1), f"more than {MAX_WORKFLOWS} workflow files")
            return
        if size > MAX_WORKFLOW_BYTES:
            tree.limit(Place(path, 1, 1), f"more than {MAX_WORKFLOW_BYTES} bytes of workflow files")
            return
        yield path


def _is_blank(content: bytes) -> bool:
    rows = (row.strip() for row in content.removeprefix(codecs.BOM_UTF8).splitlines())
    return all(not row or row.startswith(b"#") for row in rows)


def _has_credential(one: Found) -> bool:
    run, token = one.found.run, one.found.run.token
    if one.found.dry_run or one.found.registry in (Registry.GITHUB_PACKAGES, Registry.OTHER):
        return False
    if isinstance(token, GivenToken) and token.state not in (TokenState.SECRET, TokenState.LITERAL):
        token = None
    return token is not None or run.id_token is not False


def _files_of(found: Iterable[Found]) -> set[str]:
    """The workflow files that the publishes stand in or are called from."""
    return {path for one in found for path in (one.place.path, one.found.run.entry_workflow)}


def _packages(tree: Repository) -> tuple[Package, ...]:
    return tuple(m.package for m in tree.packages().manifests if m.package is not None)


def _publishes(found: Iterable[Found]) -> tuple[Publish, ...]:
    """One entry a step, tool, command and registry; the runs of all its paths together."""
    groups: dict[object, list[Found]] = {}
    for one in found:
        run = one.found
        key = (one.place.path, one.step, one.job, run.tool, run.command, run.dry_run, run.registry)
        groups.setdefault(key, []).append(one)
    entries = [_entry(group) for group in groups.values()]
    return tuple(sorted(entries, key=lambda p: (p.place.path, p.place.line, p.tool)))


def _entry(group: list[Found]) -> Publish:
    first = group[0]
    runs: dict[Run, None] = {one.found.run: None for one in group}
    return Publish(
        place=first.place,
        job=first.job,
        via=first.via,
        tool=first.found.tool,
        command=first.found.command,
        dry_run=first.found.dry_run,
        registry=first.found.registry,
        runs=tuple(runs),
    )
