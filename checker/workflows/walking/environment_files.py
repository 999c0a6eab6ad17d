"""What a step writes to `GITHUB_ENV`, `GITHUB_PATH` and `GITHUB_OUTPUT` for the steps after it.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from checker.workflows import paths
from checker.workflows.frame import Frame
from checker.workflows.text import Text, join, split
from checker.workflows.walking import executables

if TYPE_CHECKING:
    from checker.workflows.walking.walk import Walk

_NAMES = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT")


def name_of(path: str) -> str | None:
    """Which of these files a path is; None for another file."""
    return next((name for name in _NAMES if paths.KNOWN_VARIABLES[name] == path), None)


def write(walk: Walk, name: str, content: Text | None, frame: Frame) -> None:
    """Does what the content asks for. name: of the variable that holds the file's path."""
    if name == "GITHUB_ENV":
        walk.state.env.update(_assignments(content))
    elif name == "GITHUB_PATH":
        walk.state.env[executables.VARIABLE] = executables.with_added(walk.state.env, content)
        walk.state.path_under = walk.state.node
    else:
        step = frame.current.text("id")
        if step:
            walk.scope.note(step, _assignments(content), frame.way)


def _assignments(content: Text | None) -> Iterator[tuple[str, Text]]:
    """`NAME=value` lines of a file command; a value of several lines is hidden."""
    if content is None:
        return
    rows = list(split(content, "\n"))
    while rows:
        row = rows.pop(0)
        if "<<" in row.start and "=" not in row.start.partition("<<")[0]:
            name, _, end = row.start.partition("<<")
            value: list[Text | str] = []
            while rows and (rows[0].literal or "") != end:
                value += ["\n", rows.pop(0)] if value else [rows.pop(0)]
            if rows:
                rows.pop(0)
            yield name.strip(), join(*value)
            continue
        key, *rest = split(row, "=", 1)
        if key.literal and rest:
            yield key.literal.strip(), rest[0]
