"""Which package manager uploads for a release tool that runs one, and the rows that then hold."""

from __future__ import annotations

from msgspec import Struct

from checker.facts import Unknown
from checker.knowledge import tools
from checker.knowledge.tools import Tool
from checker.manifests import lockfiles
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.publishing import tool_versions
from checker.workflows.repository import Repository
from checker.workflows.state import JobState

_LOCKFILES = (
    ("pnpm-lock.yaml", "pnpm"),
    ("pnpm-workspace.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("package-lock.json", "npm"),
)


class Uploader(Struct, frozen=True):
    """The manager whose publish command a tool runs. versions: () for npm, which the job has."""

    name: str
    versions: tuple[str, ...] | Unknown


def of(
    repository: Repository, state: JobState, publish: Publishes, rows: tuple[Tool, ...], tree: str
) -> Uploader | None:
    """The uploader of `publish`; None where the tool uploads by itself."""
    able = tuple(dict.fromkeys(name for row in rows for name in row.published_by))
    if not able or publish.tool in {"pnpm", "npm"}:
        return None
    used = manager(repository, tree)
    name = used if used in able else able[0]
    if name == "npm":
        return Uploader("npm", ())
    return Uploader(name, tool_versions.manager_of(repository, state, name, tree))


def manager(repository: Repository, tree: str) -> str:
    """The package manager of a repository, npm where nothing names one."""
    named = tool_versions.package_manager(repository, tree)
    known = lockfiles.package_manager(named) if named else None
    if known is not None:
        return known[0]
    for folder in dict.fromkeys((tree, "")):
        for file, name in _LOCKFILES:
            if repository.read(f"{folder}/{file}" if folder else file) is not None:
                return name
    return "npm"


def rows(
    name: str, versions: tuple[str, ...] | Unknown, uploader: Uploader | None
) -> tuple[Tool, ...]:
    """The rows of a tool, joined with those of the manager that uploads for it."""
    own = tools.tool_rows(name, versions)
    if uploader is None:
        return own
    theirs = tools.tool_rows(uploader.name, uploader.versions)
    known = uploader.versions if isinstance(uploader.versions, tuple) else ()
    version = known[0] if known else "0.0.0"
    return tuple(tools.through(row, other, version) for row in own for other in theirs)
