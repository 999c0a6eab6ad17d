"""Commands in a container, on a host: that they publish is seen, with what and from where is not.

Node, npm, files and variables are the image's own. So a publish there is one that cannot be read,
and what the command leaves behind is left in the container.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.workflows.command_lines import commands, containers
from checker.workflows.command_lines.effects import RunsContained
from checker.workflows.shell import prefixes
from checker.workflows.shell.script import Command
from checker.workflows.text import EMPTY, Text, text
from checker.workflows.walking import suspicion

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk


def follow(walk: Walk, effect: RunsContained, command: Command, frame: Frame) -> None:
    """Follows `docker run … npm publish`, with the variables that are handed in."""
    outside = {**command.exported, **command.env}
    env = dict(outside) if effect.composed else dict.fromkeys(prefixes.ID_TOKEN_VARIABLES, EMPTY)
    for name, value in effect.given.items():
        known = outside.get(name) if value is None else value
        env.pop(name, None)
        if known is not None:
            env[name] = known
    before = len(walk.found)
    _inside(walk, effect, env, command, frame)
    if len(walk.found) == before:
        words = " ".join(word.shown for word in (effect.image, *effect.words))
        speaks = not effect.composed or suspicion.says_publish(words)
        for secret in suspicion.npm_secrets(env) if speaks else ():
            walk.handed.setdefault(secret, frame.place)


def script(walk: Walk, frame: Frame, given: Mapping[str, Text]) -> None:
    """https://github.com/addnab/docker-run-action: `docker run` with options and a script."""
    try:
        options = [text(word) for word in shlex.split(given.get("options", EMPTY).shown)]
    except ValueError:
        options = []
    shell = given.get("shell", EMPTY)
    run = (text("run"), *options, given.get("image", EMPTY), shell if shell.parts else text("sh"))
    words = [*run, text("-c"), given.get("run", EMPTY)]
    command = Command((text("docker"), *words), {}, dict(frame.env), "", 0, 0)
    for effect in containers.runs("docker", words):
        follow(walk, effect, command, frame)


def action(walk: Walk, frame: Frame, uses: str, given: Mapping[str, Text]) -> bool:
    """A step `uses: docker://image` with arguments; whether it is seen to publish.

    GitHub hands it all variables and the runner's own, and runs it in the workspace.
    """
    args, entry = given.get("args", EMPTY).literal, given.get("entrypoint", EMPTY).literal
    try:
        words = tuple(text(word) for word in shlex.split(f"{entry or ''} {args or ''}"))
    except ValueError:
        return False
    effect = RunsContained(words, {}, text(uses))
    command = Command((text("docker"), *words), {}, dict(frame.env), "", 0, 0)
    before = len(walk.found)
    _inside(walk, effect, dict(frame.env), command, frame)
    return len(walk.found) > before


def _inside(
    walk: Walk, effect: RunsContained, env: dict[str, Text], command: Command, frame: Frame
) -> None:
    inner = walk.enter(frame, "", "container")
    words = effect.words
    if inner is None or not words:
        return
    image = effect.image.shown or effect.image.why
    why = f"what `{image[:60]}` has, where it runs, cannot be read"
    own = replace(command, words=words, env={}, exported=env, writes=())
    for each in commands.effects(own):
        walk.effect(each, own, replace(inner, env=env, contained=why))
