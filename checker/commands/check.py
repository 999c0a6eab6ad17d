"""`check`: the main job. Judge a repository and write the report where people look."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from checker.commands import exits, repository
from checker.report import Report

# Every edit is judged again, which a step in a job must not wait for many times over.
_FEW = 10


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    repository.add(parser)


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`."""
    from checker import suppressions
    from checker.delivery import Undelivered, deliver, fails
    from checker.files import lines as file_lines
    from checker.gather import workflow_paths
    from checker.rules import by_id
    from checker.settings import BadInput

    if not Path(given.path).is_dir():
        return exits.bad_input(f"`{given.path}` is not a folder.")
    try:
        judged = repository.judge(given, environ)
    except BadInput as error:
        repository.annotate(error, environ)
        return exits.bad_input(str(error))
    lines = lru_cache(maxsize=64)(partial(file_lines, judged.tree))
    marked = partial(suppressions.marked_lines, judged.tree)
    report = suppressions.apply(judged.report, marked, workflow_paths(judged.tree), by_id())
    if _shows_edits(judged, environ):
        report = _with_edits(report, judged)
    try:
        deliver(report, judged.settings, environ, lines)
    except Undelivered as error:
        return exits.bad_input(str(error))
    return exits.FINDINGS if fails(report, judged.settings) else exits.GOOD


def _shows_edits(judged: repository.Judged, environ: Mapping[str, str]) -> bool:
    """Whether SARIF is written, the one form that takes edits along."""
    from checker.settings import Format

    written = environ.get("GITHUB_ACTIONS") == "true" and environ.get("RUNNER_TEMP")
    return bool(written) or judged.settings.format is Format.SARIF


def _with_edits(report: Report, judged: repository.Judged) -> Report:
    from checker.remedies import edits
    from checker.report import Verdict

    few = len(judged.facts.reading.publishes) <= _FEW
    if report.verdict is not Verdict.REFUSED or not few:
        return report
    fixes = repository.fixes(judged, stage=False)
    return edits.beside_errors(report, fixes)
