"""The scripts of a project that its package manager runs when it installs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.facts import Unknown
from checker.knowledge import install_scripts, ranges
from checker.knowledge.install_scripts import InstallScripts, Reach
from checker.manifests.package_json import Manifest
from checker.manifests.workspaces import Kind
from checker.workflows import paths
from checker.workflows.command_lines.effects import InstallsProject
from checker.workflows.publishing import packages, tool_versions
from checker.workflows.shell.command import Command
from checker.workflows.walking import indirection, yarn_scripts

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk


def follow(walk: Walk, effect: InstallsProject, command: Command, frame: Frame) -> None:
    """Follows the scripts; one that only some versions of the manager run is not sure."""
    folder = command.folder
    if effect.folder is not None:
        folder = paths.enter(folder, effect.folder)
    tree = walk.state.in_tree(folder) if folder is not None else None
    own = walk.repository.prefix(tree) if tree is not None else None
    if folder is None or tree is None or own is None:
        return
    checkout = folder[: len(folder) - len(tree)].rstrip("/")
    env = indirection.with_flags(effect.manager, effect.flags, command)
    rows = [row for row in _rows(walk, effect, own) if not row.not_with & {*effect.flags}]
    runs = [tuple(_scripts(walk, effect, row, own)) for row in rows]
    for manifest, name in dict.fromkeys(one for listed in runs for one in listed):
        sure = all((manifest, name) in listed for listed in runs)
        unsure = None if sure else f"the version of {effect.manager} decides"
        where = f"{checkout}/{manifest.folder}".strip("/")
        env = yarn_scripts.told(walk, effect.manager, where, env)
        own_frame = replace(frame, unsure=frame.unsure or unsure)
        indirection.run_script(
            walk, manifest, name, where, env, own_frame, tolerated=command.tolerated
        )


def _rows(walk: Walk, effect: InstallsProject, own: str) -> tuple[InstallScripts, ...]:
    rows = install_scripts.rows(effect.manager, effect.verb)
    if all(row.versions == "*" for row in rows):
        return rows
    versions = tool_versions.manager_of(walk.repository, walk.state, effect.manager, own)
    if isinstance(versions, Unknown):
        return rows
    return tuple(
        row for row in rows if any(ranges.satisfies(one, row.versions) for one in versions)
    )


def _scripts(
    walk: Walk, effect: InstallsProject, row: InstallScripts, own: str
) -> Iterator[tuple[Manifest, str]]:
    """The scripts that a row's manager runs, in its order."""
    repository = walk.repository
    root, members = _workspaces(walk, row.manager, own) if not effect.alone else (own, ())
    project = repository.manifest(root)
    some = tuple(member for member in members if member.folder == own)
    reach = row.below if some else Reach.ALL
    if effect.workspaces:
        picked = packages.picked(members, effect.workspaces, root)
        # What a filter leaves open may be any of them.
        some, reach = members if isinstance(picked, Unknown) else picked, row.picked
    if reach is Reach.AS_PROJECT:
        project = some[0] if some else project
    chosen = members if reach in {Reach.ALL, Reach.AS_PROJECT} else some
    alone = row.one_folder and not some and not effect.workspaces
    if alone and "recursive" not in effect.flags and "r" not in effect.flags:
        chosen = ()
    if not row.spares_members.isdisjoint(effect.flags):
        chosen = ()
    top = [project] if project is not None and reach is not Reach.ALONE else []
    ours = [(manifest, name) for manifest in top for name in row.project]
    theirs = [(manifest, name) for manifest in chosen for name in row.members]
    for manifest, name in (*theirs, *ours) if row.members_first else (*ours, *theirs):
        if manifest.script(name) is not None:
            yield manifest, name


def _workspaces(walk: Walk, manager: str, own: str) -> tuple[str, tuple[Manifest, ...]]:
    """The root that counts for a folder, and its workspaces; the folder alone without one."""
    kind = Kind.PNPM if manager == "pnpm" else Kind.NPM
    folder = own
    while True:
        listed = walk.repository.members(folder, kind)
        inside = () if isinstance(listed, Unknown) else listed
        found = tuple(
            manifest
            for path in inside
            if (manifest := walk.repository.manifest(path.rpartition("/")[0])) is not None
        )
        if found and (folder == own or any(one.folder == own for one in found)):
            return folder, found
        if not folder:
            return own, ()
        folder = folder.rpartition("/")[0]
