"""Command lines of a publish that the tool does not take: it stops, and which version does varies.

Each was seen with the client itself: npm 10 to 12, bun 1.1.30 to 1.4.5, yarn 3.8.7 and 4.18.1.
"""

from __future__ import annotations

from checker.facts import Unknown
from checker.knowledge.versions import at_least
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.publishing import packages, tool_versions

# https://yarnpkg.com/cli/npm/publish, and the flag of yarn itself for the folder.
_OF_YARN = frozenset({"access", "tag", "tolerate-republish", "otp", "staged", "cwd"})
_OF_YARN_SINCE = {"json": "4.0.0", "dry-run": "4.0.0", "no-yes": "4.0.0", "provenance": "4.9.0"}


def fault(publish: Publishes, versions: tuple[str, ...] | Unknown) -> Unknown | None:
    """Why nothing may be published, with a command line that the tool calls a mistake."""
    if publish.surplus and (publish.tool == "npm" or _hands_it_to_npm(publish, versions)):
        return packages.unknown("`npm publish` takes one package, and stops at more")
    if publish.tool == "bun" and publish.target is not None:
        named = publish.target.literal or ""
        if not named.endswith((".tgz", ".tar.gz")):
            return packages.unknown("`bun publish` takes a tarball and no folder, and stops")
    if publish.tool == "yarn" and tool_versions.is_berry(versions):
        return _of_berry(publish, versions)
    return None


def _hands_it_to_npm(publish: Publishes, versions: tuple[str, ...] | Unknown) -> bool:
    """Whether it is a pnpm that runs npm, with all that it is given."""
    known = () if publish.tool != "pnpm" or isinstance(versions, Unknown) else versions
    return bool(known) and not any(at_least(version, "11.0.0") for version in known)


def _of_berry(publish: Publishes, versions: tuple[str, ...] | Unknown) -> Unknown | None:
    """What yarn from version 2 on makes of a command line of yarn 1, and of a folder."""
    if not publish.berry:
        return packages.unknown(
            "yarn from 2 on runs a script for `yarn publish`, and publishes none"
        )
    if publish.target is not None:
        return packages.unknown("`yarn npm publish` takes no folder, and stops")
    strange = [flag for flag in publish.flags if not _is_of_yarn(flag, versions)]
    if strange:
        return packages.unknown(f"this yarn has no flag `--{strange[0][:40]}`, and stops")
    return None


def _is_of_yarn(flag: str, versions: tuple[str, ...] | Unknown) -> bool:
    since = _OF_YARN_SINCE.get(flag)
    if since is None or isinstance(versions, Unknown):
        return flag in _OF_YARN
    return all(at_least(version, since) for version in versions)
