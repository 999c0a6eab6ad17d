"""Programs in another language than the shell's: what their text spawns, and what it changes.

Loaded only where a workflow runs one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from checker.workflows.command_lines.effects import Writes
from checker.workflows.shell.command import Command
from checker.workflows.shell.script import Shell
from checker.workflows.state import Change
from checker.workflows.text import Hidden, Text, hole, join, text
from checker.workflows.walking import (
    environment_files,
    lasting,
    moments,
    program_exports,
    program_text,
    spawned,
)
from checker.workflows.walking.program_exports import Piece, Variable
from checker.workflows.ways import Turn

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.program_text import Module
    from checker.workflows.walking.walk import Walk


# What a string of a program's text is once the program runs.
Fill: TypeAlias = "Callable[[str], Text]"


def run(
    walk: Walk,
    path: str,
    source: str,
    language: str,
    shell: Shell,
    frame: Frame,
    fill: Fill = text,
) -> None:
    """Follows a program and what it imports from the repository. path: where it lies."""
    modules = tuple(program_text.modules(walk.repository.read, path, source, language))
    for module in modules:
        changed = program_text.changes(module.source)
        walk.state.names_changed |= "name" in changed
        walk.state.version_changed |= "version" in changed
        if changed or moments.may_write_version(module.source):
            walk.state.history += (Change(module.path, sure=False),)
        if program_text.changes_npmrc(module.source):
            command = Command((text("sh"),), {}, dict(shell.exported), shell.folder, 0, 0)
            walk.effect(Writes(text(".npmrc"), None, append=False), command, frame)
    for module in modules:
        for call in spawned.calls(module.source, language):
            inner = Shell(dict(shell.exported), None if call.elsewhere else shell.folder)
            names = {name: hole(Hidden(f"`{why}`")) for name, why in call.hidden}
            inner.local.update(names)
            unsure = frame.unsure
            if call.unsure or module is not modules[0]:
                unsure = unsure or f"`{module.path[:80] or 'the program'}` decides by itself"
            own = replace(frame, unsure=unsure, by_program=True)
            walk.shell(inner, call.source, own, expressions=False)
    for module in modules:
        _export(walk, module, shell, frame, fill if module is modules[0] else None)


def _export(walk: Walk, module: Module, shell: Shell, frame: Frame, fill: Fill | None) -> None:
    """Does what a module puts into `GITHUB_ENV`. fill: None for a module that others import."""
    for export in program_exports.exports(module.source):
        way = frame.way
        if fill is None or frame.unsure or spawned.decides(module.source[: export.at]):
            why = f"what `{module.path[:80] or 'the program'}` decides"
            way = (*way, Turn(f"exports:{module.path}:{export.at}", why=why))
        content = join(*_values(export.pieces, shell, fill or text))
        with lasting.on_way(walk, way):
            environment_files.write(walk, "GITHUB_ENV", content, replace(frame, way=way))


def _values(pieces: tuple[Piece, ...], shell: Shell, fill: Fill) -> Iterator[Text | str]:
    """The pieces of a `NAME=value` line; of the first one the name is what it is."""
    hidden = hole(Hidden("what a program puts into `GITHUB_ENV`"))
    for number, piece in enumerate(pieces):
        if piece is None:
            yield hidden
        elif isinstance(piece, Variable):
            yield shell.exported.get(piece.name, hidden)
        else:
            name, sign, value = ("", "", piece) if number else piece.partition("=")
            yield name + sign
            yield fill(value)


def run_text(
    walk: Walk, source: str, language: str, folder: str | None, frame: Frame, fill: Fill = text
) -> None:
    """Follows a step whose own text is a program: `shell: python`, `actions/github-script`."""
    here = f"{folder}/." if folder else ""
    run(walk, here, source, language, Shell(dict(frame.env), folder), frame, fill)
