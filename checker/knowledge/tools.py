"""The tools that publish to npm: every row, and which of them hold for a version.

How a command line is recognised as a tool stands in `workflows.command_lines`; which credential a
tool then presents is walked in `knowledge.credential`.
"""

from __future__ import annotations

from msgspec.structs import replace

from checker.facts import Unknown
from checker.knowledge.package_managers import PACKAGE_MANAGERS
from checker.knowledge.ranges import exact, order, satisfies
from checker.knowledge.release_tools import RELEASE_TOOLS
from checker.knowledge.tool_model import Exchange, Tool, VersionFrom

__all__ = [
    "TOOLS",
    "Exchange",
    "Tool",
    "VersionFrom",
    "package_of",
    "rows",
    "through",
    "tool_row",
    "tool_rows",
]

TOOLS: tuple[Tool, ...] = (*PACKAGE_MANAGERS, *RELEASE_TOOLS)


def rows(name: str) -> tuple[Tool, ...]:
    """Every row of the tool `name`; () when it has none."""
    return tuple(tool for tool in TOOLS if tool.name == name)


def tool_row(name: str, version: str) -> Tool | None:
    """The row of the tool `name` that is true of its exact `version`; None when there is none."""
    return next((row for row in rows(name) if _holds(row, version)), None)


def tool_rows(name: str, versions: tuple[str, ...] | Unknown) -> tuple[Tool, ...]:
    """The rows that hold for any of `versions`; every row of the tool when they are unknown."""
    known = rows(name)
    if isinstance(versions, Unknown) or not versions:
        return known
    return tuple(row for row in known if any(_holds(row, version) for version in versions))


def package_of(name: str) -> str:
    """The npm package that a lockfile has the tool `name` under."""
    return next((row.package for row in rows(name) if row.package), name)


def through(tool: Tool, manager: Tool, version: str) -> Tool:
    """`tool` where the publish command of the package manager `manager` in `version` uploads.

    What belongs to the upload is the manager's: the exchange, and where a token is found after the
    tool's own places. What belongs to the release stays the tool's.
    """
    exchange = manager.exchange
    if manager.name == "npm":
        # Which npm that is, the job's Node and its upgrade steps decide.
        exchange = Exchange.NPM
    elif exchange is Exchange.OWN:
        since = manager.trusted_publishing_since
        known = exact(version)
        able = since is not None and known is not None and order(known) >= order(since)
        exchange = Exchange.OWN if able else Exchange.NEVER
    return replace(
        tool,
        exchange=exchange,
        # Of which version is the manager's affair and settled here; the tool's own do not count.
        trusted_publishing_since="0.0.0" if exchange is Exchange.OWN else None,
        token_first=manager.token_first,
        falls_back=manager.falls_back,
        token_variables=tuple(dict.fromkeys(tool.token_variables + manager.token_variables)),
        provenance_since="0.0.0" if manager.name in {"npm", "pnpm"} else None,
        reads_npmrc=manager.reads_npmrc,
        npmrc_first=manager.npmrc_first,
        reads_userconfig=manager.reads_userconfig,
        configuration_tokens=tool.configuration_tokens + manager.configuration_tokens,
        configuration_first=manager.configuration_first,
        published_by=(),
    )


def _holds(row: Tool, version: str) -> bool:
    # A prerelease belongs to the row of its release: ranges alone would leave it out of all.
    return row.versions == "*" or satisfies(version.partition("-")[0], row.versions)
