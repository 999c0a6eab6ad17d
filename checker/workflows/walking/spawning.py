"""Programs in another language than the shell's: what their text spawns, and what it changes.

Loaded only where a workflow runs one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.workflows.shell.script import Shell
from checker.workflows.state import Change
from checker.workflows.text import Hidden, hole
from checker.workflows.walking import moments, program_text, spawned

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk


def run(walk: Walk, path: str, source: str, language: str, shell: Shell, frame: Frame) -> None:
    """Follows a program and what it imports from the repository. path: where it lies."""
    modules = tuple(program_text.modules(walk.repository.read, path, source, language))
    for module in modules:
        changed = program_text.changes(module.source)
        walk.state.names_changed |= "name" in changed
        walk.state.version_changed |= "version" in changed
        if changed or moments.may_write_version(module.source):
            walk.state.history += (Change(module.path, sure=False),)
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


def run_text(walk: Walk, source: str, language: str, folder: str | None, frame: Frame) -> None:
    """Follows a step whose own text is a program: `shell: python`, `actions/github-script`."""
    here = f"{folder}/." if folder else ""
    run(walk, here, source, language, Shell(dict(frame.env), folder), frame)
