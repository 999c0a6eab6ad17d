"""Order among exact versions, as npm orders them."""

from __future__ import annotations

from functools import lru_cache

from checker.knowledge.intervals import plain


@lru_cache(maxsize=4096)
def at_least(version: str, floor: str) -> bool:
    """Whether the exact `version` is `floor` or newer; a prerelease comes before its release."""
    ours, theirs = plain(version), plain(floor)
    if ours is not None and theirs is not None:
        return ours >= theirs
    from nodesemver import gte

    return bool(gte(version, floor, True))


@lru_cache(maxsize=4096)
def is_prerelease(version: str) -> bool:
    """Whether npm takes `version` for a prerelease; False for text that is no version."""
    if plain(version) is not None:
        return False
    from nodesemver import make_semver

    try:
        return bool(make_semver(version, True).prerelease)
    except ValueError:
        return False


def prerelease_after(version: str | None, asked: str) -> str | None:
    """The prerelease that `npm version <asked>` makes of `version`; None where it makes none.

    asked: a version, or a step such as `prepatch`.
    """
    from nodesemver import inc

    if is_prerelease(asked):
        return asked
    if not asked.startswith("pre") or version is None:
        return None
    found = inc(version, asked, True)  # None for a step or a version that is none
    return str(found) if found else None
