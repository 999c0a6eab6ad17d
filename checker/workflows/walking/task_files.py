"""Tasks of a justfile or a Taskfile: found as their runner finds them, and followed."""

from __future__ import annotations

import fnmatch
import posixpath
import re
import shlex
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.workflows import paths
from checker.workflows.command_lines.effects import RunsTask
from checker.workflows.shell import justfile, strictness, taskfile
from checker.workflows.shell.script import Shell
from checker.workflows.shell.tasks import Call, Task, TaskFile
from checker.workflows.text import Hidden, Text, hole, joined, text
from checker.workflows.walking import indirection, unread, wireit

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.repository import Repository
    from checker.workflows.shell.command import Command
    from checker.workflows.walking.walk import Walk

_MAX_INCLUDES = 10
_MAX_DEPTH = 2
_MAX_TASKS = 1_000
_JUST = re.compile(r"\{\{(?P<inside>(?:[^{}'\"]|'[^']*'|\"[^\"]*\")*)\}\}")
_TASK = re.compile(r"\{\{-?(?P<inside>[^{}]*?)-?\}\}")
_NAME = re.compile(r"\.(?P<name>\w+)")
_DEFAULT = re.compile(
    r"\.(?P<name>\w+)\s*\|\s*default\s+\"(?P<value>[^\"]*)\""
    r"|default\s+\"(?P<other>[^\"]*)\"\s+\.(?P<named>\w+)"
)
_NAMES = {"just": justfile.NAMES, "task": taskfile.NAMES}


def follow(walk: Walk, effect: RunsTask, command: Command, frame: Frame) -> None:
    """Follows what a task runner runs; what cannot be read may publish, by its words."""
    before = len(walk.found)
    words = (text(effect.runner), *effect.words)
    if effect.runner == "wireit":
        read, name = wireit.run(walk, effect, command, frame)
        words = (text(effect.runner), text(name))
    else:
        read = _run(walk, effect, command, frame)
    if not read and len(walk.found) == before:
        unread.unknown(walk, words, command, frame)


def _run(walk: Walk, effect: RunsTask, command: Command, frame: Frame) -> bool:
    """Runs the tasks that are named; False where something of them is not understood."""
    folder = command.folder
    if effect.folder is not None:
        folder = paths.enter(folder, effect.folder)
    where = command.folder if effect.file is not None else folder
    tree = walk.state.in_tree(where) if where is not None else None
    if tree is None or where is None:
        return False
    path = _path(walk.repository, effect, tree)
    file = _read(walk.repository, effect.runner, path) if path is not None else None
    if path is None or file is None:
        return False
    base = posixpath.dirname(path)
    checkout = where[: len(where) - len(tree)].rstrip("/")
    place = "/".join(part for part in (checkout, base) if part)
    if effect.file is not None and effect.folder is not None:
        if folder is None:
            return False
        place = folder
    return _Runner(walk, effect, command, path, place, file).run(frame)


def _path(repository: Repository, effect: RunsTask, tree: str) -> str | None:
    """The runner's file: the one that it is given, else the nearest from a folder up."""
    if effect.file is not None:
        literal = effect.file.literal
        return paths.resolve(tree, literal) if literal else None
    while True:
        for name in _NAMES[effect.runner]:
            path = f"{tree}/{name}" if tree else name
            if repository.peek(path) is not None:
                return path
        if not tree:
            return None
        tree = posixpath.dirname(tree)


def _read(repository: Repository, runner: str, path: str, depth: int = 0) -> TaskFile | None:
    """A file with what it includes."""
    if runner == "just":
        source = repository.script(path)
        file = None if source is None else justfile.parse(source)
    else:
        content = repository.read(path)
        file = None if content is None else taskfile.parsed(content)
    if file is None:
        return None
    for prefix, written, folder in file.includes[:_MAX_INCLUDES]:
        named = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
        options = (named, *(f"{named}/{name}" for name in _NAMES[runner]))
        found = next((one for one in options if repository.peek(one) is not None), None)
        other = (
            _read(repository, runner, found, depth + 1) if found and depth < _MAX_DEPTH else None
        )
        file = (
            replace(file, is_open=True) if other is None else _merged(file, other, prefix, folder)
        )
    return file


def _merged(file: TaskFile, other: TaskFile, prefix: str, folder: str) -> TaskFile:
    tasks = {f"{prefix}{name}": _within(task, prefix, folder) for name, task in other.tasks.items()}
    if prefix and other.default and f"{prefix}{other.default}" in tasks:
        tasks.setdefault(prefix.rstrip(":"), tasks[f"{prefix}{other.default}"])
    return replace(
        file,
        tasks={**tasks, **file.tasks},
        variables=(*other.variables, *file.variables),
        exports=file.exports | other.exports,
        env=(*other.env, *file.env),
        is_open=file.is_open or other.is_open,
    )


def _within(task: Task, prefix: str, folder: str) -> Task:
    steps = tuple(
        replace(step, task=step.task[1:] if step.task[:1] == ":" else f"{prefix}{step.task}")
        if isinstance(step, Call)
        else step
        for step in task.steps
    )
    moved = posixpath.join(folder, task.folder) if folder and task.folder else task.folder
    return replace(task, steps=steps, folder=moved)


@dataclass
class _Runner:
    """One start of a runner. place: the folder that its commands start in."""

    walk: Walk
    effect: RunsTask
    command: Command
    path: str
    place: str
    file: TaskFile
    _done: set[tuple[str, tuple[Text, ...]]] = field(default_factory=set)
    _unread: bool = False
    _started: int = 0

    def run(self, frame: Frame) -> bool:
        """Runs what the command names; False where something of it is not understood."""
        words = list(self.effect.words)
        if not words and self.file.default is not None:
            words = [text(self.file.default)]
        scope = self._scope()
        while words:
            word = words.pop(0)
            whole = len(word.parts) == 1 and word.holes
            names = word.holes[0].choices if whole else (word.literal or "",)
            known = [self._task(name) for name in names]
            count = max((self._takes(task, len(words)) for task in known if task), default=0)
            given, words = tuple(words[:count]), words[count:]
            self._unread |= not names
            for name in names:
                self._one(name, given, scope, frame)
        return not (self._unread or self.file.is_open)

    def _takes(self, task: Task, left: int) -> int:
        rest = any(parameter.takes_rest for parameter in task.parameters)
        return left if rest else min(left, len(task.parameters))

    def _task(self, name: str) -> Task | None:
        found = self.file.tasks.get(name)
        if found is None and self.effect.runner == "task":
            patterns = (key for key in self.file.tasks if "*" in key)
            matching = next((key for key in patterns if fnmatch.fnmatchcase(name, key)), None)
            found = self.file.tasks[matching] if matching is not None else None
        return found

    def _scope(self) -> dict[str, Text]:
        scope: dict[str, Text] = {}
        for name, written in self.file.variables:
            scope[name] = self._value(written, scope)
        scope.update(self.effect.variables)
        return scope

    def _one(
        self, name: str, given: tuple[Text, ...], outer: Mapping[str, Text], frame: Frame
    ) -> None:
        task = self._task(name)
        if task is None:
            self._unread = True
            return
        if self.effect.runner == "just":
            # What is needed twice with the same words is run once.
            if (task.name, given) in self._done:
                return
            self._done.add((task.name, given))
        walk = self.walk
        inner = walk.enter(frame, "script-file", f"{self.effect.runner}:{self.path}:{name}")
        if inner is None:
            return
        self._started += 1
        if self._started > _MAX_TASKS:
            why = f"`{self.effect.runner}` runs more than {_MAX_TASKS} tasks"
            walk.repository.limit(frame.place, why)
            return
        spot = (*inner.spot, self._started)
        inner = replace(inner, unsure=inner.unsure or task.unsure, spot=spot)
        scope = dict(outer)
        scope.update(self._given(task, given, scope))
        for key, written in task.variables:
            if key not in self.effect.variables:
                scope[key] = self._value(written, scope)
        env = self._environment(task, scope)
        folder: str | None = self.command.folder
        if task.folder is not None:
            folder = paths.enter(self.place, self._filled(task.folder, scope))
        for step in task.steps:
            if isinstance(step, Call):
                words = tuple(self._value(word, scope) for word in step.arguments)
                variables = {k: self._value(v, scope) for k, v in step.variables}
                called = {**self._scope(), **variables}
                self._one(self._filled(step.task, scope).literal or "", words, called, inner)
            else:
                self._text(self._filled(step, scope), env, folder, inner, whole=task.whole)

    def _given(
        self, task: Task, given: tuple[Text, ...], scope: Mapping[str, Text]
    ) -> dict[str, Text]:
        found: dict[str, Text] = {}
        known = ChainMap(found, dict(scope))
        rest = list(given)
        for parameter in task.parameters:
            default = parameter.default
            if parameter.takes_rest and rest:
                found[parameter.name] = _spaced(rest)
                rest = []
            elif rest:
                found[parameter.name] = rest.pop(0)
            elif default is not None:
                found[parameter.name] = self._value(default, known)
        return found

    def _environment(self, task: Task, scope: Mapping[str, Text]) -> dict[str, Text]:
        env = {**self.command.exported, **self.command.env}
        for name in self.file.exports:
            env[name] = scope.get(name, text(""))
        for name, written in (*task.env, *self.file.env):
            # What the job has set comes before what the Taskfile sets.
            env.setdefault(name, self._value(written, scope))
        return env

    def _text(
        self, source: Text, env: dict[str, Text], folder: str | None, frame: Frame, *, whole: bool
    ) -> None:
        language = indirection.language_of(source.start) if whole else "sh"
        if language != "sh":
            from checker.workflows.walking import spawning

            shown = "".join(part if isinstance(part, str) else "0" for part in source.parts)
            spawning.run_text(self.walk, shown, language, folder, replace(frame, env=env))
            return
        shell = Shell(env, folder, tolerated=self.command.tolerated)
        if whole:
            shell.strict = strictness.of_first_line(source.start)
        written, shell.local = indirection.with_variables(source)
        self.walk.shell(shell, written, frame, expressions=False)

    # values

    def _value(self, written: str, scope: Mapping[str, Text]) -> Text:
        """The value of a variable or an argument, as it is written."""
        if self.effect.runner == "task":
            return self._filled(written, scope)
        plain = justfile.unquoted(written)
        if plain is not None:
            return text(plain)
        known = scope.get(written.strip())
        return known if known is not None else hole(Hidden(f"`{written[:40]}`"))

    def _filled(self, written: str, scope: Mapping[str, Text]) -> Text:
        """A text of the file with what stands in its braces."""
        is_just = self.effect.runner == "just"
        return joined(self._pieces(written, _JUST if is_just else _TASK, scope, is_just=is_just))

    def _pieces(
        self, written: str, braces: re.Pattern[str], scope: Mapping[str, Text], *, is_just: bool
    ) -> Iterator[Text | str]:
        position = 0
        for match in braces.finditer(written):
            yield written[position : match.start()]
            position = match.end()
            inside = match["inside"].strip()
            if is_just:
                yield self._value(inside, scope)
            else:
                yield self._of_template(inside, scope) or hole(Hidden(f"`{match.group()[:40]}`"))
        yield written[position:]

    def _of_template(self, inside: str, scope: Mapping[str, Text]) -> Text | None:
        env = {**self.command.exported, **self.command.env}
        if inside == ".CLI_ARGS":
            return _spaced([_quoted(word) for word in self.effect.rest])
        name = _NAME.fullmatch(inside)
        if name is not None:
            return scope.get(name["name"], env.get(name["name"]))
        either = _DEFAULT.fullmatch(inside)
        if either is None:
            return None
        key = either["name"] or either["named"]
        known = scope.get(key, env.get(key, text("")))
        return known if known.parts else text(either["value"] or either["other"] or "")


def _spaced(words: list[Text]) -> Text:
    first, *others = words or [text("")]
    return joined((first, *(piece for word in others for piece in (" ", word))))


def _quoted(word: Text) -> Text:
    return text(shlex.quote(word.literal)) if word.literal is not None else word
