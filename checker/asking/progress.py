"""A bar on a terminal while many packages are asked about; nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

# Below that the answers are there before anybody could read the bar.
FEWEST = 10


@contextmanager
def bar(
    total: int, doing: str, stream: TextIO, environ: Mapping[str, str]
) -> Iterator[Callable[[str], None] | None]:
    """What to call with each name that is done; None where no bar is shown.

    It is drawn on `stream`, where that is a terminal of a person, and gone at the end.
    doing: what takes the time, in a few words of our own.
    """
    if total < FEWEST or not stream.isatty() or _is_ci(environ):
        yield None
        return
    # Only a terminal needs rich, and it is slow to import.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as shown:
        task = shown.add_task(doing, total=total)
        yield lambda name: shown.advance(task)


def _is_ci(environ: Mapping[str, str]) -> bool:
    return any(environ.get(name, "") not in ("", "0", "false") for name in ("CI", "GITHUB_ACTIONS"))
