"""What a tool in the versions it may have can do, alone and through the manager that uploads."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Unknown
from checker.knowledge.tools import Exchange, Tool, rows, through, tool_rows
from checker.knowledge.versions import at_least


class ToolInUse(Struct, frozen=True):
    """A tool in one version. trusted_publishing, staging: whether that version can, by itself."""

    row: Tool
    version: str | None
    trusted_publishing: bool
    staging: bool


def of_versions(name: str, versions: tuple[str, ...] | Unknown) -> tuple[ToolInUse, ...]:
    """The tool in each of its versions; in every way it may be where they are unknown."""
    if isinstance(versions, Unknown) or not versions:
        return tuple(use for row in rows(name) for use in _any_version(row))
    return tuple(use for version in versions for use in _in_version(name, version))


def _in_version(name: str, version: str) -> Iterator[ToolInUse]:
    for row in tool_rows(name, (version,)):
        since = row.trusted_publishing_since
        own = row.exchange is Exchange.OWN and since is not None and at_least(version, since)
        stages = row.staging_since is not None and at_least(version, row.staging_since)
        yield ToolInUse(row, version, own, stages)


def _any_version(row: Tool) -> Iterator[ToolInUse]:
    for exchanges in (True, False) if row.exchange is Exchange.OWN else (False,):
        for stages in (True, False) if row.staging_since else (False,):
            yield ToolInUse(row, None, exchanges, stages)


def uploading(
    use: ToolInUse, manager: str, versions: tuple[str, ...] | Unknown
) -> tuple[ToolInUse, ...]:
    """The tool where `manager`, in each of its versions, uploads for it.

    What holds of the exchange and the token is then what holds of the manager.
    """
    if manager == "npm":
        return (replace(use, row=replace(use.row, exchange=Exchange.NPM)),)
    return tuple(
        replace(use, row=row, trusted_publishing=row.exchange is Exchange.OWN)
        for candidate in of_versions(manager, versions)
        for row in (through(use.row, candidate.row, _version(candidate)),)
    )


def _version(candidate: ToolInUse) -> str:
    """Its version; where that is unknown, one that can or cannot do what it stands for."""
    if candidate.version is not None:
        return candidate.version
    since = candidate.row.trusted_publishing_since
    return since if candidate.trusted_publishing and since is not None else "0.0.0"
