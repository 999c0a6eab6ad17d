"""The simple ranges that nearly all files have, over plain versions, without a library to load.

`22`, `22.x`, `^18.17 || >=20`, `>=18 <21`: what is not of these forms is for nodesemver, which
takes longer to load than a small repository to judge. The tests hold both against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

Plain = tuple[int, int, int]
# From the first, which is inside, up to the second, which is not; None has no end.
Interval = tuple[Plain, Plain | None]

_NUMBER = r"(0|[1-9][0-9]{0,14})"
_PLAIN = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")
_COMPARATOR = re.compile(rf"(\^|~|>=|<)?{_NUMBER}(?:\.(?:x|{_NUMBER})(?:\.(?:x|{_NUMBER}))?)?")


@lru_cache(maxsize=4096)
def plain(text: str) -> Plain | None:
    """The numbers of `1.2.3`; None for a prerelease, a build, a prefix or any other text."""
    found = _PLAIN.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


@lru_cache(maxsize=1024)
def simple(text: str) -> tuple[Interval, ...] | None:
    """The intervals in which a plain version must lie; None for text of any other form."""
    found: list[Interval] = []
    for alternative in text.split("||"):
        parts = [_interval(word) for word in alternative.split()]
        known = [part for part in parts if part is not None]
        if not known or len(known) < len(parts):
            return None
        ends = [end for _, end in known if end is not None]
        found.append((max(start for start, _ in known), min(ends, default=None)))
    return tuple(found)


def inside(version: Plain, intervals: tuple[Interval, ...]) -> bool:
    """Whether the version lies in one of them."""
    return any(start <= version and (end is None or version < end) for start, end in intervals)


def _interval(comparator: str) -> Interval | None:
    found = _COMPARATOR.fullmatch(comparator)
    if found is None or (found[3] is None and found[4] is not None):
        return None
    sign, given = found[1], tuple(_numbers(found[2], found[3], found[4]))
    start = _filled(given)
    if sign == "<":
        return (0, 0, 0), start
    return start, None if sign == ">=" else _filled(_next(sign, given))


def _numbers(*texts: str | None) -> Iterator[int]:
    for text in texts:
        if text is None:
            return
        yield int(text)


def _filled(numbers: tuple[int, ...]) -> Plain:
    major, minor, patch = (*numbers, 0, 0)[:3]
    return major, minor, patch


def _next(sign: str | None, given: tuple[int, ...]) -> tuple[int, ...]:
    """The first numbers that are outside again."""
    kept = len(given)
    if sign == "^":
        # The first number that is not 0 stays, and the last one given where all are.
        kept = next((place for place, number in enumerate(given, 1) if number), kept)
    elif sign == "~":
        kept = min(kept, 2)
    return (*given[: kept - 1], given[kept - 1] + 1)
