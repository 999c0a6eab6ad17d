"""Exit codes, as the README documents them, and how bad input is told."""

from __future__ import annotations

from checker import streams

GOOD, FINDINGS, BAD_INPUT, DEFECT = 0, 1, 2, 3


def bad_input(text: str) -> int:
    """Tell what is wrong with the input; the exit code for it."""
    from checker.reporters import escape

    streams.tell(escape.without_commands(escape.lines(text)).rstrip("\n") + "\n")
    return BAD_INPUT
