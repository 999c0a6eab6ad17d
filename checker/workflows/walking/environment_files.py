"""What a step writes to `GITHUB_ENV`, `GITHUB_PATH` and `GITHUB_OUTPUT` for the steps after it.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checker.workflows import paths
from checker.workflows.frame import Frame
from checker.workflows.text import EMPTY, Text, bounded, join, split
from checker.workflows.walking import executables

if TYPE_CHECKING:
    from checker.workflows.walking.walk import Walk

# A later step can put a value into others: of a thousand steps each may keep one.
MAX_KEPT = 1 << 15
_NAMES = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT")


def name_of(path: str) -> str | None:
    """Which of these files a path is; None for another file."""
    return next((name for name in _NAMES if paths.KNOWN_VARIABLES[name] == path), None)


def write(walk: Walk, name: str, content: Text | None, frame: Frame) -> None:
    """Does what the content asks for. name: of the variable that holds the file's path."""
    if name == "GITHUB_PATH":
        walk.state.env[executables.VARIABLE] = executables.with_added(walk.state.env, content)
        walk.state.path_under = walk.state.node
        return
    given = _assignments(_with_begun(walk, name, content, frame))
    written = [(key, bounded(value, MAX_KEPT)) for key, value in given]
    if name == "GITHUB_ENV":
        walk.state.env.update(written)
        return
    step = frame.current.text("id")
    if step:
        walk.scope.note(step, written, frame.way)


def _with_begun(walk: Walk, name: str, content: Text | None, frame: Frame) -> Text:
    """The content behind what the step has begun; empty while a value of it has no end yet."""
    key = (name, frame.current.path, frame.current.fields.line)
    begun = walk.begun.pop(key, EMPTY)
    if content is None:
        return EMPTY
    whole = join(begun, content)
    rows = split(whole, "\n")
    at = 0
    while at < len(rows):
        end = _end_of(rows[at])
        if end is not None and end not in rows[at + 1 :]:
            walk.begun[key] = whole
            return EMPTY
        at = at + 1 if end is None else rows.index(end, at + 1) + 1
    return whole


def _end_of(row: Text) -> Text | None:
    """The row that ends the value of several lines that this one begins; None for another row."""
    if "<<" not in row.start or "=" in row.start.partition("<<")[0]:
        return None
    return split(row, "<<", 1)[1]


def _assignments(content: Text) -> Iterator[tuple[str, Text]]:
    """`NAME=value` lines of a file command; a value of several lines is hidden."""
    rows = list(split(content, "\n"))
    while rows:
        row = rows.pop(0)
        end = _end_of(row)
        if end is not None:
            name = row.start.partition("<<")[0]
            value: list[Text | str] = []
            while rows and rows[0] != end:
                value += ["\n", rows.pop(0)] if value else [rows.pop(0)]
            if rows:
                rows.pop(0)
            yield name.strip(), join(*value)
            continue
        key, *rest = split(row, "=", 1)
        if key.literal and rest:
            yield key.literal.strip(), rest[0]
