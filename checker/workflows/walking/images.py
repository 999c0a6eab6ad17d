"""Images that a job builds from a Dockerfile of the tree, local actions that are one as well."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.workflows import paths
from checker.workflows.command_lines.effects import BuildsImage, RunsContained
from checker.workflows.shell import dockerfile
from checker.workflows.shell.command import Command
from checker.workflows.shell.dockerfile import Dockerfile
from checker.workflows.syntax.document import Mapping as Node
from checker.workflows.syntax.model import Action, child, string, strings
from checker.workflows.text import EMPTY, Text, join, split, strip, text
from checker.workflows.walking import contained

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk

_NAME = "Dockerfile"


def follow(walk: Walk, effect: RunsContained | BuildsImage, command: Command, frame: Frame) -> None:
    """Follows what runs in a container, or when an image is built."""
    if isinstance(effect, RunsContained):
        contained.follow(walk, effect, command, frame)
    else:
        _build(walk, effect, command, frame)


def _build(walk: Walk, effect: BuildsImage, command: Command, frame: Frame) -> None:
    context = paths.enter(command.folder, effect.context)
    where = paths.enter(command.folder, effect.file) if effect.file is not None else None
    if where is None and context is not None:
        where = f"{context}/{_NAME}" if context else _NAME
    found = _read(walk, where) if where is not None else None
    if found is None:
        return
    own = replace(command, folder=context)
    for run in found.runs:
        words = (text("sh"), text("-c"), text(run))
        inside = RunsContained(words, effect.given, effect.file or text(_NAME))
        contained.follow(walk, inside, own, frame)


def step(walk: Walk, frame: Frame, given: Mapping[str, Text]) -> None:
    """https://github.com/docker/build-push-action: `docker build` by inputs."""
    handed: dict[str, Text | None] = {}
    for key in ("build-args", "secrets"):
        for row in split(given.get(key, EMPTY), "\n"):
            name, *value = split(strip(row), "=", 1)
            if name.literal and value:
                handed[name.literal] = value[0]
    context = given.get("context", EMPTY)
    effect = BuildsImage(context if context.parts else text("."), given.get("file"), handed)
    _build(walk, effect, Command((text("docker"),), {}, dict(frame.env), "", 0, 0), frame)


def action(walk: Walk, frame: Frame, folder: str, action: Action, inputs: dict[str, Text]) -> bool:
    """A local action that is a container; whether it is seen to publish."""
    settings = child(action.fields, "runs")
    image = string(settings.get("image")) if settings is not None else None
    if settings is None or image is None:
        return False
    name = image.removeprefix("./")
    path = f"{folder}/{name}" if folder else name
    found = _read(walk, path) if not image.startswith("docker:") else None
    words = _words(settings, found or Dockerfile((), (), ()), inputs)
    if not words:
        return False
    names = {f"INPUT_{key.upper().replace(' ', '_')}": value for key, value in inputs.items()}
    program = (words[0].literal or "").rpartition("/")[2]
    beside = f"{folder}/{program}" if folder else program
    if program and walk.repository.glance(beside) is not None:
        # The image copies it from beside its Dockerfile.
        words = (text(f"./{beside}"), *words[1:])
    return contained.started(walk, frame, words, text(image), {**frame.env, **names})


def _words(settings: Node, image: Dockerfile, inputs: dict[str, Text]) -> tuple[Text, ...]:
    written = string(settings.get("entrypoint"))
    entry = tuple(shlex.split(written)) if written else image.entry
    args = strings(settings.get("args")) or image.command
    return (*(text(word) for word in entry), *(_filled(word, inputs) for word in args))


def _filled(word: str, inputs: dict[str, Text]) -> Text:
    """An argument with its input: `${{ inputs.command }}`."""
    inner = word.strip().removeprefix("${{").removesuffix("}}").strip()
    name = inner.removeprefix("inputs.")
    return join(inputs.get(name, text(""))) if name != inner else text(word)


def _read(walk: Walk, where: str) -> Dockerfile | None:
    folder, _, name = where.rpartition("/")
    tree = walk.state.in_tree(folder)
    if tree is None:
        return None
    source = walk.repository.glance(f"{tree}/{name}" if tree else name)
    return None if source is None else dockerfile.parse(source)
