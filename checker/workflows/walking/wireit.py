"""Scripts of wireit: what a package.json has under `wireit` is run in place of the script.

https://github.com/google/wireit, tried with 0.14.13: dependencies come before the command, each
once, and words behind the script's name stand behind its command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.workflows import paths
from checker.workflows.command_lines.effects import RunsTask
from checker.workflows.shell.script import Shell
from checker.workflows.syntax.document import Broken, Mapping, Node, Sequence, parse
from checker.workflows.syntax.model import child, pairs, string
from checker.workflows.text import Text, join, text
from checker.workflows.walking import executables, indirection

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.shell.command import Command
    from checker.workflows.walking.walk import Walk

_ELSEWHERE = re.compile(r"(?P<folder>\.{1,2}(?:/[^:]*)?):(?P<script>.+)")


def run(walk: Walk, effect: RunsTask, command: Command, frame: Frame) -> tuple[bool, str]:
    """Runs the script that wireit stands in; whether all is understood, and the script's name."""
    scripts = [link for link in frame.chain if link.startswith("script:")]
    name = scripts[-1].split(":", 2)[2] if scripts else ""
    if not name or command.folder is None:
        return False, name
    runner = _Runner(walk, command)
    return runner.script(command.folder, name, frame, effect.words), name


@dataclass
class _Runner:
    walk: Walk
    command: Command
    _done: set[tuple[str, str]] = field(default_factory=set)

    def script(self, where: str, name: str, frame: Frame, given: tuple[Text, ...] = ()) -> bool:
        """Runs a script of a folder; False where something of it is not understood."""
        if (where, name) in self._done:
            return True
        self._done.add((where, name))
        walk = self.walk
        tree = walk.state.in_tree(where)
        manifest = walk.repository.manifest(tree) if tree is not None else None
        if manifest is None:
            return False
        env = {**self.command.exported, **self.command.env}
        written = manifest.script(name)
        own = child(self._settings(manifest.path), name)
        if written is not None and "wireit" not in written.split():
            tolerated = self.command.tolerated
            indirection.run_script(walk, manifest, name, where, env, frame, tolerated=tolerated)
            return True
        inner = walk.enter(frame, "package-script", f"wireit:{where}:{name}")
        if own is None or inner is None:
            return False
        understood = [self._dependency(where, one, inner) for one in _items(own)]
        source = string(own.get("command"))
        if source is not None:
            for key, value in _environment(own):
                env[key] = env.get(key, value) if key in _defaults(own) else value
            shell = Shell(executables.with_local_bins(env, where), where)
            shell.tolerated = self.command.tolerated
            words = (piece for word in given for piece in (" ", word))
            filled, shell.local = indirection.with_variables(join(source, *words))
            walk.shell(shell, filled, inner, expressions=False)
        return all(understood)

    def _dependency(self, where: str, written: str | None, frame: Frame) -> bool:
        if not written:
            return False
        elsewhere = _ELSEWHERE.fullmatch(written)
        if elsewhere is None:
            return self.script(where, written, frame)
        folder = paths.resolve(where, elsewhere["folder"])
        return folder is not None and self.script(folder, elsewhere["script"], frame)

    def _settings(self, path: str) -> Mapping | None:
        try:
            root = parse(self.walk.repository.read(path) or b"")
        except Broken:
            return None
        return child(root, "wireit")


def _items(own: Mapping) -> list[str | None]:
    listed = own.get("dependencies")
    items: tuple[Node, ...] = listed.items if isinstance(listed, Sequence) else ()
    return [string(i.get("script") if isinstance(i, Mapping) else i) for i in items]


def _environment(own: Mapping) -> list[tuple[str, Text]]:
    return [(key, text(value)) for key, value in (*pairs(own.get("env")), *_defaults(own).items())]


def _defaults(own: Mapping) -> dict[str, str]:
    """Variables from outside, with what they are where nothing sets them."""
    env = child(own, "env")
    found: dict[str, str] = {}
    for key, node in env.entries if env is not None else ():
        default = string(node.get("default")) if isinstance(node, Mapping) else None
        if default is not None:
            found[key.value] = default
    return found
