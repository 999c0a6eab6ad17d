"""A job's log taken apart into plain lines: time stamps, colours and columns removed. Pure.

What a line means is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

LINE_LIMIT = 4_000  # characters of a line that are looked at; an error says itself at its start
TEXT_LIMIT = 50_000_000  # characters of a log; a failure stands at its end

_BOM = "\ufeff"
# `gh run view --log`: job, step, then the line; https://cli.github.com/manual/gh_run_view
_COLUMNS = re.compile(r"([^\t]{1,200})\t([^\t]{1,200})\t(?=\ufeff?\d{4}-\d\d-\d\dT)")
_STAMP = re.compile(r"\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z ?")
# Colours, cursor movements, and the links that some tools write (ECMA-48, OSC 8)
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]{0,32}[A-Za-z]|\][^\x07\x1b]{0,500}(?:\x07|\x1b\\))")


class LogLine(Struct, frozen=True):
    """One line. number: 1-based, line feeds counted. job, step: "" where the log has no columns.

    stamped: whether GitHub wrote it, as its time stamp tells.
    """

    number: int
    text: str
    job: str = ""
    step: str = ""
    stamped: bool = False


def split(text: str, start: int = 0) -> Iterator[LogLine]:
    """The lines of a log from the place `start` on, which begins a line."""
    number = text.count("\n", 0, start) + 1
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield plain(number, text[start : min(end, start + LINE_LIMIT)])
        start, number = end + 1, number + 1


def beginning(text: str, limit: int) -> int:
    """Where reading begins: 0, or the first whole line within the last `limit` characters."""
    if len(text) <= limit:
        return 0
    found = text.find("\n", len(text) - limit)
    return len(text) - limit if found < 0 else found + 1


def plain(number: int, raw: str) -> LogLine:
    """One raw line, at most `LINE_LIMIT` characters of it, without what surrounds its text."""
    raw = raw[:LINE_LIMIT].rstrip("\r")
    columns = _COLUMNS.match(raw) if "\t" in raw else None
    job, step = (columns[1], columns[2]) if columns else ("", "")
    rest = raw[columns.end() :] if columns else raw
    stamp = _STAMP.match(rest)
    rest = rest[stamp.end() :] if stamp else rest
    if "\x1b" in rest:
        rest = _ESCAPES.sub("", rest)
    return LogLine(number, rest.removeprefix(_BOM), job, step, stamp is not None)


def numbered(lines: Iterable[str]) -> Iterator[LogLine]:
    """Lines that arrive one by one, from a file or pipe; nothing is held back."""
    return (plain(number, line.rstrip("\n")) for number, line in enumerate(lines, 1))
