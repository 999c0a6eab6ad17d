"""Commands in a container, on a host: that they publish is seen, with what and from where is not.

Node, npm, files and variables are the image's own. So a publish there is one that cannot be read,
and what the command leaves behind is left in the container.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.workflows.command_lines import commands, containers
from checker.workflows.command_lines.effects import RunsContained
from checker.workflows.shell import prefixes
from checker.workflows.shell.command import Command
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
        if isinstance(effect, RunsContained):
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
    return started(walk, frame, words, text(uses), frame.env)


def started(
    walk: Walk, frame: Frame, words: tuple[Text, ...], image: Text, env: Mapping[str, Text]
) -> bool:
    """A container that GitHub starts for a step; whether its words are seen to publish."""
    effect = RunsContained(words, {}, image)
    command = Command((text("docker"), *words), {}, dict(env), "", 0, 0)
    before = len(walk.found)
    _inside(walk, effect, dict(env), command, frame)
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
    with _apart(walk):
        for each in commands.effects(own):
            walk.effect(each, own, replace(inner, env=env, contained=why))


@contextmanager
def _apart(walk: Walk) -> Iterator[None]:
    """What is set and installed inside stays there, and of the user's .npmrc nothing is there."""
    outer = walk.state
    files = {path: lines for path, lines in outer.npmrc.items() if path != outer.userconfig}
    walk.state = dataclasses.replace(
        outer,
        env={},
        npmrc=files,
        tools={},
        upgrades=[],
        checkouts=list(outer.checkouts),
        head_moved=True,
        uncommitted=None,
        written=set(outer.written),
        yarn=[],
        open_env={},
        open_tools={},
    )
    try:
        yield
    finally:
        inner, walk.state = walk.state, outer
        # A manifest of the job's may be mounted there.
        outer.version_changed |= inner.version_changed
        outer.history = inner.history
