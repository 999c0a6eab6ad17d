"""Targets of nx: the commands that a project's files give one, where no package script does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Command as PublishCommand
from checker.workflows import paths
from checker.workflows.command_lines.effects import Publishes, RunsScript, RunsText
from checker.workflows.repository import Repository
from checker.workflows.shell.command import Command
from checker.workflows.syntax.document import Broken, Mapping, Sequence, parse
from checker.workflows.syntax.model import child, string
from checker.workflows.text import text

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk

_MAX_FOLDERS = 2_000
_MAX_DEPTH = 3
# https://github.com/bikecoders/ngx-deploy-npm
_DEPLOYS = "ngx-deploy-npm:"


class _Project(Struct, frozen=True):
    """A project of nx. targets: of one of its own files."""

    name: str
    folder: str
    targets: Mapping | None


def run(walk: Walk, effect: RunsScript, command: Command, frame: Frame) -> bool:
    """Runs the target of every project that is meant; False where no file gives it a command."""
    folder = command.folder or ""
    tree = walk.state.in_tree(folder)
    if tree is None:
        return False
    checkout = folder[: len(folder) - len(tree)].rstrip("/")
    defaults = child(_file(walk.repository, "nx.json"), "targetDefaults")
    wanted = {word.literal for word in effect.workspaces}
    ran = False
    for project in _projects(walk.repository):
        if wanted and project.name not in wanted and project.name.rpartition("/")[2] not in wanted:
            continue
        own = child(project.targets, effect.script)
        if own is None:
            continue
        shared = child(defaults, effect.script)
        if (string(own.get("executor")) or "").startswith(_DEPLOYS):
            why = f"the executor `{_DEPLOYS}deploy` of nx"
            walk.effect(Publishes("npm", PublishCommand.PUBLISH, unseen=why), command, frame)
            ran = True
        for source, where in _commands(own, shared, project):
            inner = walk.enter(frame, "package-script", f"nx:{project.folder}:{effect.script}")
            place = paths.enter(checkout, text(f"./{where}") if where else text("."))
            if inner is not None:
                moved = replace(command, folder=place)
                walk.effect(RunsText(text(source), local=True), moved, inner)
            ran = True
    return ran


def texts(repository: Repository) -> Iterator[str]:
    """What the files of all projects say, to look for words in."""
    for folder in _folders(repository):
        content = repository.peek(f"{folder}/project.json" if folder else "nx.json")
        if content is not None:
            yield content.decode(errors="replace")
        manifest = repository.manifest(folder)
        written = manifest.configuration("nx") if manifest is not None else None
        if written is not None:
            yield written


def _commands(own: Mapping, shared: Mapping | None, project: _Project) -> Iterator[tuple[str, str]]:
    """Each command and its folder: the root of the tree, unless `cwd` names another.

    https://nx.dev/nx-api/nx/executors/run-commands
    """
    options = child(own, "options") or child(shared, "options")
    cwd = string(options.get("cwd")) if options is not None else None
    written = [string(own.get("command"))]
    if options is not None:
        written.append(string(options.get("command")))
        listed = options.get("commands")
        items = listed.items if isinstance(listed, Sequence) else ()
        written += [string(i.get("command") if isinstance(i, Mapping) else i) for i in items]
    for source in written:
        if source:
            yield _filled(source, project), _filled(cwd or "", project)


def _filled(written: str, project: _Project) -> str:
    filled = written.replace("{projectRoot}", project.folder or ".")
    return filled.replace("{projectName}", project.name).replace("{workspaceRoot}", ".")


def _projects(repository: Repository) -> Iterator[_Project]:
    for folder in _folders(repository):
        manifest = repository.manifest(folder)
        package = manifest.package if manifest is not None else None
        named = package.name if package is not None else folder.rpartition("/")[2]
        file = _file(repository, f"{folder}/project.json" if folder else "project.json")
        if file is not None:
            named = string(file.get("name")) or named
            yield _Project(named, folder, child(file, "targets"))
        written = manifest.configuration("nx") if manifest is not None else None
        settings = _mapping(written.encode()) if written is not None else None
        if settings is not None:
            yield _Project(named, folder, child(settings, "targets"))


def _folders(repository: Repository) -> list[str]:
    found, level = [""], [""]
    for _ in range(_MAX_DEPTH):
        below = [inner for folder in level for inner in repository.files.folders(folder)]
        level = [one for one in below if not one.rpartition("/")[2].startswith((".", "node_mod"))]
        found += level
        if len(found) > _MAX_FOLDERS:
            break
    return found[:_MAX_FOLDERS]


def _file(repository: Repository, path: str) -> Mapping | None:
    content = repository.peek(path)
    return _mapping(content) if content is not None else None


def _mapping(content: bytes) -> Mapping | None:
    try:
        root = parse(content)
    except Broken:
        return None
    return root if isinstance(root, Mapping) else None
