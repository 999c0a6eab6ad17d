"""The tools that publish to npm, one row a tool: what is known of each, with its source.

Data only. How a command line is recognised as a tool stands in `workflows.commands`; which
credential a tool then presents is walked in `knowledge.credential`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.facts import Unknown


class Exchange(StrEnum):
    """Who exchanges the id-token for a trusted-publishing token."""

    OWN = "own"  # the tool itself, from the version of `trusted_publishing_since`
    NPM = "npm"  # the npm on PATH, which the tool spawns
    NEVER = "never"
    UNKNOWN = "unknown"


class VersionFrom(StrEnum):
    """Where the version that is published comes from."""

    MANIFEST = "manifest"
    COMPUTED = "computed"  # by the tool, in the same run


@dataclass(frozen=True)
class Tool:
    """One tool, in one range of its versions.

    name: as the report has it. versions: the npm range of the tool's versions that the row is true
        of, `*` for all.
    exchange: who does trusted publishing; trusted_publishing_since: the first version that does,
        where `exchange` is OWN.
    token_first: a configured token keeps the tool from trying the exchange (yarn).
    falls_back: after a refused exchange a configured token is used (lerna stops instead).
    staging_since: the first version with a stage command; None when it has none.
    token_variables: environment variables that the tool itself reads its token from, in order.
    reads_npmrc: the tool finds `_authToken` lines in .npmrc.
    prechecks_whoami: it runs `npm whoami` first, which fails without a token.
    version_from, skips_published: what is published, and whether published versions are passed over.
    source: where this is known from.
    """

    name: str
    versions: str
    exchange: Exchange
    trusted_publishing_since: str | None
    token_first: bool
    falls_back: bool
    staging_since: str | None
    token_variables: tuple[str, ...]
    reads_npmrc: bool
    prechecks_whoami: bool
    version_from: VersionFrom
    skips_published: bool
    source: str


TOOLS: tuple[Tool, ...] = (
    Tool(
        name="npm",
        versions="*",
        exchange=Exchange.OWN,
        trusted_publishing_since="11.5.1",
        token_first=False,
        falls_back=True,
        staging_since="11.15.0",
        token_variables=(),
        reads_npmrc=True,
        prechecks_whoami=False,
        version_from=VersionFrom.MANIFEST,
        skips_published=False,
        source="https://docs.npmjs.com/trusted-publishers",
    ),
)


def rows(name: str) -> tuple[Tool, ...]:
    """Every row of the tool `name`; () when it has none."""
    return tuple(tool for tool in TOOLS if tool.name == name)


def tool_row(name: str, version: str) -> Tool | None:
    """The row of the tool `name` that is true of its exact `version`; None when there is none."""
    raise NotImplementedError(name, version)


def tool_rows(name: str, versions: tuple[str, ...] | Unknown) -> tuple[Tool, ...]:
    """The rows that hold for any of `versions`; every row of the tool when they are unknown."""
    raise NotImplementedError(name, versions)
