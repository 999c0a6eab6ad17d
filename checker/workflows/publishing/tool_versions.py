"""Which version of a release tool a command runs: named, installed, locked, or asked for."""

from __future__ import annotations

import re

from checker.facts import Unknown
from checker.knowledge import ranges, tools
from checker.manifests import lockfiles
from checker.workflows import yarn_config
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.repository import Repository
from checker.workflows.state import JobState

_MANAGERS = frozenset({"pnpm", "yarn", "bun"})


def of(
    repository: Repository, state: JobState, publish: Publishes, folder: str | None
) -> tuple[str, ...] | Unknown:
    """Every exact version that the tool may have."""
    tool = publish.tool
    # Forks for monorepos have versions of their own, and bring a semantic-release.
    is_fork = tool == "semantic-release" and publish.every
    if publish.version and not is_fork:
        return resolve(tool, publish.version)
    tree = state.in_tree(folder) if folder is not None else None
    if tree is None or any(sign in tree for sign in "*?["):
        tree = ""
    if tool in _MANAGERS:
        return manager_of(repository, state, tool, tree, berry=publish.berry)
    if tool in state.tools:
        spec = state.tools[tool].literal
        return _unknown(tool) if spec is None else resolve(tool, spec)
    package = tools.package_of(tool)
    locked = lockfiles.locked_version(repository.files, tree, package)
    if locked and not isinstance(locked, Unknown):
        return locked
    asked = lockfiles.asked_range(repository.files, tree, package)
    if is_fork:
        return _unknown(tool)
    return resolve(tool, asked) if asked else resolve(tool, "")


def is_berry(versions: tuple[str, ...] | Unknown) -> bool:
    """Whether a yarn is of version 2 or later."""
    return isinstance(versions, tuple) and not any(v.startswith(("0.", "1.")) for v in versions)


def _yarn(repository: Repository, berry: bool) -> tuple[str, ...] | Unknown:
    """yarn without a `packageManager`: a release in the tree, else what runner images have."""
    content = repository.script(yarn_config.FILE)
    version = yarn_config.version_of_path(content) if content is not None else None
    if version is not None:
        return (version,)
    if berry or content is not None:
        return _unknown("yarn")
    return resolve("yarn", "1")


def manager_of(
    repository: Repository, state: JobState, tool: str, tree: str, *, berry: bool = False
) -> tuple[str, ...] | Unknown:
    """The versions of a package manager. berry: it is known not to be yarn 1."""
    field = package_manager(repository, tree)
    named = lockfiles.package_manager(field) if field else None
    if named is not None and named[0] == tool:
        return (named[1],)
    if tool in state.tools:
        spec = state.tools[tool].literal
        return _unknown(tool) if spec is None else resolve(tool, spec)
    return _yarn(repository, berry) if tool == "yarn" else _unknown(tool)


def package_manager(repository: Repository, tree: str) -> str | None:
    """The nearest `packageManager`, from a folder up."""
    folder = tree
    while True:
        manifest = repository.manifest(folder)
        if manifest is not None and manifest.package_manager:
            return manifest.package_manager
        if not folder:
            return None
        folder = folder.rpartition("/")[0]


def resolve(tool: str, spec: str) -> tuple[str, ...] | Unknown:
    """The newest version of a range, as far as the tool's rows tell its versions apart.

    Of a range the rows' own boundaries are looked at: the highest of them inside the range behaves
    as the newest release does.
    """
    wanted = spec.strip().removeprefix("v")
    exact = ranges.exact(wanted)
    if exact is not None:
        return (exact,)
    if wanted in {"", "latest"}:
        wanted = "*"
    if not ranges.is_range(wanted):
        return _unknown(tool)
    if not tools.rows(tool):
        return _unknown(tool)
    inside = [v for v in _boundaries(tool, wanted) if ranges.satisfies(v, wanted)]
    best = ranges.newest(inside)
    return (best,) if best is not None else _unknown(tool)


def _boundaries(tool: str, wanted: str) -> tuple[str, ...]:
    """Versions at which the tool's rows change, and the least one that `wanted` allows."""
    found = [_least(wanted)]
    for row in tools.rows(tool):
        found += [row.trusted_publishing_since, row.staging_since, _least(row.versions)]
        found.append(row.publishes_tags_since)
    return tuple(version for version in found if version is not None)


def _least(wanted: str) -> str | None:
    match = re.search(r"\d+(?:\.\d+){0,2}", wanted)
    return ".".join([*match.group().split("."), "0", "0"][:3]) if match else None


def _unknown(tool: str) -> Unknown:
    return Unknown("tool", f"the version of {tool} is not known")
