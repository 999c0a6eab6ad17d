"""npm's version ranges over exact versions, for text of any origin; nothing else of npm."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from checker.knowledge import intervals

# What npm itself accepts at most: https://github.com/npm/node-semver (internal/constants.js).
LONGEST_TEXT = 256

_EXACT = re.compile(
    r"[v=\s]*(?P<version>\d{1,16}\.\d{1,16}\.\d{1,16}(?:-[0-9A-Za-z.-]+)?)"
    r"(?:\+[0-9A-Za-z.-]+)?\s*",
    re.ASCII,
)


def exact(text: str) -> str | None:
    """The plain version that `text` names (`v22.1.0` is 22.1.0); None for a range or other text."""
    found = _EXACT.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    return found["version"] if found else None


def is_range(text: str) -> bool:
    """Whether npm understands `text` as a range; the empty text and `*` are every release."""
    if len(text) > LONGEST_TEXT:
        return False
    return intervals.simple(text) is not None or _valid(text)


def satisfies(version: str, wanted: str) -> bool:
    """Whether the exact `version` is in the range `wanted`; False where either is no such thing."""
    if len(version) > LONGEST_TEXT or len(wanted) > LONGEST_TEXT:
        return False
    plain, simple = intervals.plain(version), intervals.simple(wanted)
    if plain is not None and simple is not None:
        return intervals.inside(plain, simple)
    return _satisfies(version, wanted)


def order(version: str) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
    """A key by which exact versions sort as npm sorts them: a prerelease before its release."""
    plain, _, rest = version.partition("+")[0].partition("-")
    identifiers = tuple(
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in rest.split(".")
        if part
    )
    return tuple(int(part) for part in plain.split(".")), not rest, identifiers


def newest(versions: Iterable[str]) -> str | None:
    """The newest of exact `versions`; None when there is none."""
    return max(versions, key=order, default=None)


def oldest_first(versions: Iterable[str]) -> tuple[str, ...]:
    """Exact `versions` without doubles, oldest first."""
    return tuple(sorted(set(versions), key=order))


@lru_cache(maxsize=1024)
def _valid(text: str) -> bool:
    from nodesemver import valid_range

    try:
        return valid_range(text, True) is not None
    except (ValueError, TypeError, AttributeError, IndexError):
        return False  # nodesemver trips over some texts that npm refuses


@lru_cache(maxsize=16384)
def _satisfies(version: str, wanted: str) -> bool:
    from nodesemver import satisfies as check

    try:
        return bool(check(version, wanted, True))
    except (ValueError, TypeError, AttributeError, IndexError):
        return False
