"""What is known of a tool that publishes to npm: the shape of one row, and no row."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Exchange(StrEnum):
    """Who exchanges the id-token for a trusted-publishing token."""

    OWN = "own"  # the tool itself, from the version of `trusted_publishing_since`
    NPM = "npm"  # the npm on PATH, which the tool spawns
    NEVER = "never"
    UNKNOWN = "unknown"  # not established, or it depends on what the row cannot say


class VersionFrom(StrEnum):
    """Where the version that is published comes from."""

    MANIFEST = "manifest"
    COMPUTED = "computed"  # by the tool, in the same run


class Tool(Struct, frozen=True):
    """One tool, in one range of its versions.

    name: as the report has it. versions: the npm range of the tool's versions that the row is true
        of, `*` for all.
    exchange: who does trusted publishing; trusted_publishing_since: the first version that does,
        where `exchange` is OWN.
    token_first: a configured token keeps the tool from trying the exchange (yarn).
    falls_back: after a refused exchange a configured token is used.
    staging_since: the first version with a stage command; None when it has none.
    token_variables: environment variables that the tool itself reads its token from, in order.
    reads_npmrc: the tool finds `_authToken` lines in .npmrc.
    prechecks_whoami: it runs `npm whoami` first, which fails without a token.
    version_from, skips_published: what is published, and whether published versions are passed
        over.
    source: where this is known from.

    package: the npm package to look up in a lockfile, None where it is `name`.
    npmrc_first: a token in .npmrc comes before `token_variables`.
    reads_userconfig: its user's .npmrc is the one that `NPM_CONFIG_USERCONFIG` names, as npm's is,
        and not always the one of the home.
    configuration_tokens: keys of the tool's own configuration that give a token.
    configuration_first: its own configuration comes before .npmrc, and in a folder of workspaces
        it is that of their root.
    token_flags: command-line flags that give a token.
    requires_token: without a token it stops before it publishes, though npm needed none.
    trusted_publishing_switch: an environment variable that must be set for it to go on without one.
    published_by: the package managers whose publish command the tool runs, by the one that the
        repository uses, the first where it uses another; () when it uploads by itself. What then
        holds of the exchange and the token is what holds of that manager: see `through`.
    bundled_npm: the range of the npm that is installed with the tool. npm, yarn 1 and bun put it
        before the one on PATH; with pnpm, or the tool as an action, the one on PATH publishes.
    names_tag: it always passes `--tag`, so that npm never asks for one.
    recursive_skips_published: published versions are passed over when all workspaces are published
        at once (`-r`), and only then.
    dry_run_flags: flags that make it pretend. dry_run_variables: environment variables that do.
    provenance_since: the first version that signs provenance as npm does where it uploads by
        itself, or with an npm of its own; what hands the upload to npm or pnpm needs none.
    nodes: ranges of its versions, and the Nodes outside of which such a version ends at once.
    strict: it stops by itself at a tag that reads like a range, in `publishConfig` too, at a
        prerelease without a tag, and at a version that is not exact.
    publishes_tags_since: the first version whose own checks of git let a checkout pass in CI that
        is on no branch, as that of a tag; None where it makes none, or has no such version.
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
    package: str | None = None
    npmrc_first: bool = False
    reads_userconfig: bool = True
    configuration_tokens: tuple[str, ...] = ()
    configuration_first: bool = False
    token_flags: tuple[str, ...] = ()
    requires_token: bool = False
    trusted_publishing_switch: str | None = None
    published_by: tuple[str, ...] = ()
    bundled_npm: str | None = None
    names_tag: bool = False
    recursive_skips_published: bool = False
    dry_run_flags: tuple[str, ...] = ("--dry-run",)
    dry_run_variables: tuple[str, ...] = ()
    provenance_since: str | None = None
    nodes: tuple[tuple[str, str], ...] = ()
    strict: bool = False
    publishes_tags_since: str | None = None
