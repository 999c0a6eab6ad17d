"""Which packages a publish command publishes, read from the manifests of the tree."""

from __future__ import annotations

import fnmatch

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Package, Unknown
from checker.manifests.package_json import Manifest
from checker.workflows import paths
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.publishing import changesets, napi_targets, nx_release
from checker.workflows.repository import Repository
from checker.workflows.state import JobState
from checker.workflows.text import Text

# These look for the package.json above the folder that they are started in.
_LOOKS_UP = frozenset({"yarn", "bun"})
_BUILT = frozenset({"wasm-pack", "publib"})
# They publish the folder that the manifest names in its place.
# https://pnpm.io/package_json#publishconfigdirectory
_OF_DIRECTORY = frozenset({"pnpm", "lerna", "lerna-lite", "changesets"})
_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})


class Chosen(Struct, frozen=True):
    """One package that is published. manifest: its package.json."""

    package: Package
    manifest: Manifest


def unknown(why: str) -> Unknown:
    """A set of packages that cannot be known."""
    return Unknown("packages", why)


def chosen(
    repository: Repository,
    state: JobState,
    publish: Publishes,
    folder: str | None,
    *,
    tests: bool,
) -> tuple[Chosen, ...] | Unknown:
    """What `publish`, run in `folder` of the workspace, publishes; private workspaces left out.

    tests: a loop over folders may pass over some of them.
    """
    picked = _chosen(repository, state, publish, folder, tests)
    if isinstance(picked, tuple) and publish.tool in _OF_DIRECTORY:
        picked = tuple(_of_directory(repository, one) for one in picked)
    if isinstance(picked, tuple) and publish.tool == "changesets":
        picked = tuple(
            replace(one, package=changesets.with_access(repository, one.package)) for one in picked
        )
    if isinstance(picked, Unknown) or state.checkouts or state.brought:
        return picked
    absent = unknown("no step of the job brings the repository's files")
    return tuple(replace(one, package=replace(one.package, absent=absent)) for one in picked)


def _of_directory(repository: Repository, one: Chosen) -> Chosen:
    """The package of `publishConfig.directory`; one that a build makes is a copy of its source."""
    named = one.manifest.publish_directory
    folder = paths.resolve(one.manifest.folder, named) if named else None
    there = repository.manifest(folder) if folder is not None else None
    if there is None or there.package is None:
        return one
    return Chosen(there.package, there)


def _chosen(
    repository: Repository, state: JobState, publish: Publishes, folder: str | None, tests: bool
) -> tuple[Chosen, ...] | Unknown:
    where = paths.enter(folder, publish.folder) if publish.folder is not None else folder
    if where is None:
        return unknown("the folder that it is run in is not known")
    if state.names_changed:
        return unknown("a program that runs before changes a package.json")
    if publish.tool in _BUILT:
        return unknown(f"what {publish.tool} publishes is made by the build")
    if publish.tool == "napi":
        return _of_napi(repository, state.in_tree(where))
    if publish.tool == "unknown":
        return unknown("what it publishes cannot be read")
    if publish.target is not None:
        return _target(repository, state, publish, where)
    tree = state.in_tree(where)
    if tree is None:
        return unknown(f"`{where}` is no part of this repository")
    if any(sign in tree for sign in "*?["):
        return _globbed(repository, tree, tests=tests)
    if publish.workspaces or publish.every:
        return _workspaces(repository, publish, tree)
    return _single(repository, publish, tree, state)


def _of_napi(repository: Repository, tree: str | None) -> tuple[Chosen, ...] | Unknown:
    """Those of `npm/*` in the tree, else those that the build makes for the targets."""
    found = _globbed(repository, f"{tree}/npm/*" if tree else "npm/*", tests=True)
    own = repository.manifest(tree or "")
    made = napi_targets.packages(own)
    if isinstance(found, tuple) or own is None or not made:
        return found
    return tuple(Chosen(package, own) for package in made)


def _single(
    repository: Repository, publish: Publishes, tree: str, state: JobState
) -> tuple[Chosen, ...] | Unknown:
    if publish.tool in _LOOKS_UP:
        above = repository.prefix(tree)
        tree = tree if above is None else above
    path = f"{tree}/package.json" if tree else "package.json"
    manifest = repository.manifest(tree)
    if manifest is None:
        return unknown(f"`{path}` is not in the repository")
    if path in state.written:
        return unknown(f"a step changes `{path}`")
    if manifest.package is None:
        return unknown(f"`{path}` names no package")
    if publish.unseen and manifest.package.private and repository.members(tree):
        # Nobody publishes a private root: what is hidden names its workspaces.
        return unknown(f"{publish.unseen} may name a workspace")
    return (Chosen(manifest.package, manifest),)


def _target(
    repository: Repository, state: JobState, publish: Publishes, where: str
) -> tuple[Chosen, ...] | Unknown:
    target: Text = publish.target if publish.target is not None else Text(())
    literal = target.literal
    if literal is None:
        return unknown(f"what it publishes is {target.why}")
    if literal.endswith((".tgz", ".tar.gz", ".tar")) or "*" in literal:
        return unknown(f"`{literal[:80]}` is made by the build")
    is_path = literal.startswith(("./", "../", "/", "~")) or literal in {".", ".."}
    if not is_path and publish.tool == "npm":
        return unknown(f"npm reads `{literal[:80]}` as the name of a package, not as a folder")
    there = paths.resolve(where, literal)
    tree = state.in_tree(there) if there is not None else None
    if tree is None:
        return unknown(f"`{literal[:80]}` is no part of this repository")
    return _single(repository, publish, tree, state)


def _globbed(repository: Repository, pattern: str, *, tests: bool) -> tuple[Chosen, ...] | Unknown:
    """A loop over folders: those with a package.json.

    tests: private ones are left out, as the loop's own test would have it.
    """
    folders = [""]
    for segment in pattern.strip("/").split("/"):
        if any(sign in segment for sign in "*?["):
            below = [f for folder in folders for f in repository.files.folders(folder)]
            folders = [f for f in below if fnmatch.fnmatch(f.rpartition("/")[2], segment)]
        else:
            folders = [f"{folder}/{segment}" if folder else segment for folder in folders]
        if len(folders) > 1_000:
            return unknown(f"`{pattern}` stands for too many folders")
    found = [repository.manifest(folder) for folder in folders]
    named = [m for m in found if m and m.package and not (tests and m.package.private)]
    if not named:
        return unknown(f"no package.json below `{pattern}` is in the repository")
    return tuple(Chosen(m.package, m) for m in named if m.package)


def _workspaces(
    repository: Repository, publish: Publishes, tree: str
) -> tuple[Chosen, ...] | Unknown:
    root = root_of_workspaces(repository, tree)
    if root is None:
        return unknown("no package.json names the workspaces")
    members = all_members(repository, root)
    if isinstance(members, Unknown):
        return members
    top = repository.manifest(root)
    if publish.tool == "nx" and not publish.workspaces:
        members = nx_release.released(repository, publish, members, root)
    if publish.workspaces:
        named = picked(members, publish.workspaces, root)
        if isinstance(named, Unknown):
            own = _itself(top, publish.workspaces)
            if own is None:
                return named
            named = (own,)
        members = named
    include_root = publish.flags.get("include-workspace-root")
    if top is not None and (
        (publish.tool == "pnpm" and not publish.workspaces)
        or (include_root is not None and include_root.literal != "false")
        or (not members and publish.tool not in _MANAGERS)
    ):
        members = (top, *members)
    if not members and publish.tool in _MANAGERS and not publish.workspaces:
        return unknown("the repository names no workspaces")
    if publish.tool == "yarn" and publish.workspaces and not publish.every and len(members) == 1:
        # `yarn workspace x npm publish` fails where x is private.
        return tuple(Chosen(m.package, m) for m in members if m.package)
    public = [m for m in members if m.package and not m.package.private]
    return tuple(Chosen(m.package, m) for m in public if m.package)


def _itself(top: Manifest | None, wanted: tuple[Text, ...]) -> Manifest | None:
    """The root, where it is what is named: to yarn and pnpm it is a workspace too."""
    if top is None or top.package is None or len(wanted) != 1:
        return None
    return top if wanted[0].literal == top.package.name else None


def root_of_workspaces(repository: Repository, tree: str) -> str | None:
    """The folder whose list of workspaces counts."""
    folder = tree
    while True:
        members = repository.members(folder)
        if isinstance(members, Unknown) or members:
            return folder
        if not folder:
            return repository.prefix(tree)
        folder = folder.rpartition("/")[0]


def all_members(repository: Repository, root: str) -> tuple[Manifest, ...] | Unknown:
    """The manifests of the workspaces of `root`."""
    members = repository.members(root)
    if isinstance(members, Unknown):
        return members
    top = repository.manifest(root)
    for pattern in top.workspaces if top is not None else ():
        folder = pattern.removeprefix("./").strip("/")
        plain = folder and not any(sign in folder for sign in "*?[]{}!")
        if plain and repository.manifest(f"{root}/{folder}" if root else folder) is None:
            return unknown(f"the workspace `{folder[:80]}` is made by the build")
    found = [repository.manifest(path.rpartition("/")[0]) for path in members]
    return tuple(manifest for manifest in found if manifest is not None)


def picked(
    members: tuple[Manifest, ...], wanted: tuple[Text, ...], root: str
) -> tuple[Manifest, ...] | Unknown:
    """The workspaces that `-w` or `--filter` names; `!x` is every other one than x."""
    found: list[Manifest] = []
    out: list[Manifest] = []
    for word in wanted:
        literal = word.literal
        if literal is None:
            return unknown(f"the workspace is {word.why}")
        if literal.startswith("!"):
            literal = literal[1:]
            out += [m for m in members if _fits(m, literal, root)]
            continue
        if any(sign in literal for sign in ("...", "[", "{", "!", "^")):
            return unknown(f"the filter `{literal[:80]}` depends on more than names")
        fits = [m for m in members if _fits(m, literal, root)]
        if not fits:
            return unknown(f"no workspace is named `{literal[:80]}`")
        found += [m for m in fits if m not in found]
    if all(word.start.startswith("!") for word in wanted):
        found = list(members)
    return tuple(manifest for manifest in found if manifest not in out)


def _fits(manifest: Manifest, wanted: str, root: str) -> bool:
    name = manifest.package.name if manifest.package else ""
    folder = manifest.folder
    relative = folder[len(root) :].lstrip("/") if root else folder
    plain = wanted.removeprefix("./").rstrip("/")
    if name == wanted or relative == plain:
        return True
    if "*" in wanted:
        return fnmatch.fnmatch(name, wanted) or (
            wanted.startswith(".") and fnmatch.fnmatch(relative, plain)
        )
    # pnpm finds a scoped package by its bare name, npm takes a folder of workspaces.
    return name.rpartition("/")[2] == wanted or (bool(plain) and relative.startswith(plain + "/"))
