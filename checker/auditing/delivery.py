"""Where an audit's report goes, whether it fails the run, and how far it is, at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from checker.auditing.results import Summary
from checker.auditing.run import Progress
from checker.report import Severity, Verdict
from checker.settings import FailOn

_SEVERITIES = {
    FailOn.ERROR: (Severity.ERROR,),
    FailOn.WARNING: (Severity.ERROR, Severity.WARNING),
    FailOn.NEVER: (),
}


class Undelivered(Exception):
    """The report cannot be written where it was asked for. The text is one sentence."""


def write(pieces: Iterable[str], output: str | None) -> None:
    """Write a report to the file, None is stdout. Raises `Undelivered`."""
    if output is None:
        sys.stdout.writelines(pieces)
        return
    try:
        with Path(output).open("w", encoding="utf-8") as file:
            file.writelines(pieces)
    except OSError as error:
        raise Undelivered(f"`{output}` cannot be written: {error.strerror}.") from None


def fails(numbers: Summary, fail_on: FailOn, *, unknown_too: bool) -> bool:
    """Whether any repository fails the run."""
    if any(numbers.findings[severity] for severity in _SEVERITIES[fail_on]):
        return True
    return unknown_too and numbers.repositories[Verdict.UNKNOWN] > 0


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """Shows how far the audit is, where somebody looks at a terminal."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (TextColumn("repositories"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task: TaskID = bar.add_task("repositories", total=None)

        def tell(progress: Progress) -> None:
            bar.update(task, completed=progress.done, total=progress.of)
            if progress.done == progress.of:
                # The report may go to the same terminal.
                bar.stop()

        yield tell
