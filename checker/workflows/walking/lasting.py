"""What a command leaves behind for the rest of its job: npm's configuration, a tool, a manifest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from checker.workflows import bun_config, config, paths, yarn_config
from checker.workflows.command_lines import configuration_files
from checker.workflows.command_lines.effects import (
    Adds,
    BringsBack,
    ChangesVersion,
    ChoosesNode,
    Commits,
    Copies,
    Discards,
    DropsConfig,
    Installs,
    MovesHead,
    SetsConfig,
    Writes,
)
from checker.workflows.frame import Frame
from checker.workflows.publishing import configuration
from checker.workflows.shell.command import Command
from checker.workflows.state import JobState, Upgrade, noted
from checker.workflows.text import Hidden, hole
from checker.workflows.walking import environment_files, node_choice, taken_back, tracked
from checker.workflows.ways import Way

if TYPE_CHECKING:
    from checker.workflows.walking.walk import Walk

Lasting: TypeAlias = (
    Writes
    | SetsConfig
    | DropsConfig
    | Installs
    | ChoosesNode
    | ChangesVersion
    | Copies
    | Discards
    | Adds
    | Commits
    | BringsBack
    | MovesHead
)


_ELSEWHERE = hole(Hidden("what is installed below npm's `prefix`"))


def apply(walk: Walk, effect: Lasting, command: Command, frame: Frame) -> None:
    """Changes the state of the job."""
    way = (*frame.way, *command.way)
    if command.way:
        frame = replace(frame, way=way)
    with on_way(walk, way):
        _apply(walk, effect, command, frame)


@contextmanager
def on_way(walk: Walk, way: Way) -> Iterator[None]:
    """What is changed inside is changed for those runs alone that go this way."""
    state = walk.state
    if not way and not state.is_open:
        yield
        return
    state.is_open = True
    # Where nothing is written, the variable of the job or the workflow stands.
    env = {**walk.workflow_env, **state.env}
    tools, files = dict(state.tools), dict(state.npmrc)
    yield
    noted(way, env, state.env, state.open_env)
    noted(way, tools, state.tools, state.open_tools)
    for path, lines in state.npmrc.items() if way else ():
        before = files.get(path)
        if lines is before:
            continue
        if before is None:
            before = configuration.checked_in(walk.repository, state, path)
        state.npmrc[path] = config.written_on(way, before, lines)


def _apply(walk: Walk, effect: Lasting, command: Command, frame: Frame) -> None:
    folder = command.folder
    if isinstance(effect, Writes):
        _write(walk, effect, folder, frame)
    elif isinstance(effect, SetsConfig):
        _set(walk, effect, folder, frame)
    elif isinstance(effect, Installs):
        _install(walk, effect, command, frame)
    elif isinstance(effect, ChoosesNode):
        node_choice.choose(walk, effect.spec, folder, frame.place, frame.way)
    elif isinstance(effect, DropsConfig):
        _drop(walk, effect, folder)
    elif isinstance(effect, ChangesVersion):
        walk.state.version_changed = True
        # Where it is done on one way of several, the manifest's own version may stay.
        walk.state.version = None if frame.way else effect.to
    elif isinstance(effect, Discards):
        taken_back.discard(walk, effect, folder, frame)
    elif isinstance(effect, Adds):
        tracked.add(walk, effect, folder, frame.way)
    elif isinstance(effect, Commits):
        tracked.commit(walk, effect, frame.way)
    elif isinstance(effect, MovesHead):
        walk.state.head_moved = True
        tracked.leave(walk, frame)
    elif isinstance(effect, BringsBack):
        taken_back.bring_back(walk, effect, frame)
    else:
        _copy(walk, effect, folder, frame)


def _write(walk: Walk, effect: Writes, folder: str | None, frame: Frame) -> None:
    target = effect.path.literal
    if target is None:
        if "npmrc" in effect.path.shown.lower() or "USERCONFIG" in effect.path.why:
            _write_lines(walk, walk.state.userconfig, effect, frame)
        elif "GITHUB_ENV" in effect.path.why:
            environment_files.write(walk, "GITHUB_ENV", effect.content, frame)
        elif "GITHUB_PATH" in effect.path.why:
            environment_files.write(walk, "GITHUB_PATH", effect.content, frame)
        return
    path = paths.resolve(folder, target)
    if path is None:
        return
    environment_file = environment_files.name_of(path)
    if environment_file is not None:
        environment_files.write(walk, environment_file, effect.content, frame)
    elif (
        path.rpartition("/")[2].endswith("npmrc")
        or bun_config.is_one(path)
        or path == walk.state.userconfig
    ):
        _write_lines(walk, path, effect, frame)
    elif path.endswith("package.json"):
        walk.state.written.add(path)
    elif effect.content is not None and ":_authToken" in effect.content.shown:
        # `--userconfig` may name a file of any name.
        _write_lines(walk, path, effect, frame)


def _write_lines(walk: Walk, path: str, effect: Writes, frame: Frame) -> None:
    before = _lines(walk, path) if effect.append else ()
    if effect.content is None:
        where = " in bunfig.toml" if bun_config.is_one(path) else ""
        added = config.unknown_content(f"a command's output{where}", frame.place)
    else:
        read = bun_config.lines_of if bun_config.is_one(path) else config.lines_of
        added = read(effect.content, frame.place)
    walk.state.npmrc[path] = (*before, *added)


def _copy(walk: Walk, effect: Copies, folder: str | None, frame: Frame) -> None:
    state = walk.state
    source, target = effect.source.literal, effect.target.literal
    if source is None and effect.moves and configuration_files.is_one(effect.source):
        state.npmrc[state.userconfig] = ()
    if source is None or target is None:
        return
    here, there = paths.resolve(folder, source), paths.resolve(folder, target)
    if here is None or there is None:
        return
    name = here.rpartition("/")[2]
    if not there.endswith((".npmrc", "package.json", bun_config.FILE)):
        there = f"{there}/{name}" if there else name
    if there.endswith("npmrc") or bun_config.is_one(there):
        lines = _lines(walk, here)
        state.npmrc[there] = lines or config.unknown_content("a copied file", frame.place)
    elif there.endswith("package.json"):
        state.written.add(there)
    if effect.moves and here.endswith("npmrc"):
        state.npmrc[here] = ()
    elif effect.moves and here.endswith("package.json"):
        state.written.add(here)


def _set(walk: Walk, effect: SetsConfig, folder: str | None, frame: Frame) -> None:
    key = effect.key.literal
    if key is None:
        # `//$REGISTRY/:_authToken` with a hidden host cannot be matched; it is left out.
        return
    if effect.manager == "yarn" and key.startswith("npm"):
        setting = (yarn_config.key_path(key), effect.value, frame.place)
        walk.state.yarn.append((frame.way, setting))
        return
    path = _file_of(walk.state, effect, folder)
    kept = tuple(line for line in _lines(walk, path) if line.key != key)
    walk.state.npmrc[path] = (*kept, config.Line(key, effect.value, frame.place))


def _drop(walk: Walk, effect: DropsConfig, folder: str | None) -> None:
    path = _file_of(walk.state, effect, folder)
    kept = (line for line in _lines(walk, path) if not _is_dropped(line, effect.key))
    walk.state.npmrc[path] = tuple(kept)


def _is_dropped(line: config.Line, key: str) -> bool:
    return line.key == key if key else line.key.endswith(":_authToken")


def _file_of(state: JobState, effect: SetsConfig | DropsConfig, folder: str | None) -> str:
    """The file that `npm config` changes: the project's where it is asked for, else the user's."""
    if effect.project and folder is not None:
        return f"{folder}/.npmrc" if folder else ".npmrc"
    return state.userconfig


def _lines(walk: Walk, path: str) -> tuple[config.Line, ...]:
    return configuration.file_lines(walk.repository, walk.state, path)


def _install(walk: Walk, effect: Installs, command: Command, frame: Frame) -> None:
    state = walk.state
    if effect.tool == "npm":
        env = {**command.exported, **command.env}
        config = configuration.of_npm(walk.repository, state, {}, env, command.folder, frame.place)
        # Whether `PATH` has the folder of another prefix, and where, only the runner knows.
        spec = effect.spec if config.setting("prefix") is None else _ELSEWHERE
        tolerated = command.tolerated or frame.current.text("continue-on-error") == "true"
        state.upgrades.append(Upgrade(spec, frame.way, tolerated))
    else:
        state.tools[effect.tool] = effect.spec
