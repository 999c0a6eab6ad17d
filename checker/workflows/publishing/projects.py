"""The project that npm takes its own command to be in, `npm prefix`."""

from __future__ import annotations

from checker.facts import DevEngines, Package
from checker.manifests.workspaces import Kind
from checker.workflows.repository import Repository

# They run `npm publish` in the folder of each package, and others in their own.
_IN_EACH_PACKAGE = frozenset({"changesets"})
# It runs the npm that it brings. https://github.com/semantic-release/npm/blob/master/lib/publish.js
_WITH_AN_NPM_OF_ITS_OWN = "semantic-release"


def runs_npm(tool: str, uploader: str | None) -> bool:
    """Whether a tool runs `npm publish`; `uploader` is the package manager that uploads for it."""
    return tool == _WITH_AN_NPM_OF_ITS_OWN or "npm" in (tool, uploader)


def prefix(repository: Repository, tree: str) -> str | None:
    """The folder of npm's project for a command in `tree`; None where no package.json is above.

    The nearest package.json, or above it the root that names this folder among its `workspaces`.
    https://docs.npmjs.com/cli/v11/commands/npm-prefix
    """
    own = repository.prefix(tree)
    root = root_above(repository, own, Kind.NPM) if own else None
    return own if root is None else root


def root_above(repository: Repository, own: str, kind: Kind | None = None) -> str | None:
    """The nearest folder above one whose workspaces, of this list or of any, it is among."""
    above = own
    while above:
        above = above.rpartition("/")[0]
        members = repository.members(above, kind)
        if isinstance(members, tuple) and f"{own}/package.json" in members:
            return above
    return None


def dev_engines(
    repository: Repository, tool: str, tree: str, packages: tuple[Package, ...]
) -> DevEngines | None:
    """What npm's project asks of the npm that uploads; None where it is nothing, or differs."""
    folders = [tree]
    if tool in _IN_EACH_PACKAGE:
        folders = [package.path.rpartition("/")[0] for package in packages]
    asked = set()
    for folder in folders:
        project = prefix(repository, folder)
        manifest = repository.manifest(project) if project is not None else None
        asked.add(manifest.dev_engines if manifest is not None else None)
    return asked.pop() if len(asked) == 1 else None
