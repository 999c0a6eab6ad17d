"""Commands that cannot be read and may publish, by their words and by what they are given.

What they may publish is taken for a publish where the job has no other: npm is ready for something.
An npm secret that they are given is noted, for it may reach no publish that is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.facts import Command as PublishCommand
from checker.workflows.command_lines.effects import Publishes, RunsFile
from checker.workflows.frame import Frame
from checker.workflows.shell.command import Command
from checker.workflows.text import Text
from checker.workflows.walking import suspicion

if TYPE_CHECKING:
    from checker.workflows.walking.walk import Walk


def program(walk: Walk, effect: RunsFile, command: Command, frame: Frame) -> None:
    """A program without a publish to see, though its words speak of one and npm is meant."""
    words = " ".join((frame.words, *(word.shown for word in command.words), *frame.chain))
    name = effect.path.shown
    if suspicion.runs_tasks(command.words):
        # A task that is called a release is none of another registry's for sure.
        words = f"publish {words}" if suspicion.may_publish(command.words) else ""
    if not suspicion.speaks(words):
        return
    inner = walk.enter(frame, "script-file", f"unread:{name}")
    if inner is not None and _is_meant(walk, command, words):
        _publish(walk, f"`{name[:80]}` shows no publish command", command, inner)


def unknown(walk: Walk, words: tuple[Text, ...], command: Command, frame: Frame) -> None:
    """A command that nothing is known of. words: of the program that it starts."""
    env = {**command.exported, **command.env}
    said = suspicion.may_publish(words)
    if said and suspicion.runs_tasks(words) and _is_meant(walk, command, "publish"):
        line = " ".join(word.shown or word.why for word in words)
        _publish(walk, f"what `{line[:80]}` runs cannot be read", command, frame)
    elif said == "publish" and _is_meant(walk, command, said):
        name = words[0].shown or words[0].why
        _publish(walk, f"what `{name[:80]}` does cannot be read", command, frame)
    elif said:
        _hand(walk, suspicion.npm_secrets(env), frame)


def missing(walk: Walk, effect: RunsFile, frame: Frame) -> None:
    """A program of the tree that is not there is given an npm secret by its own step."""
    path = effect.path.literal or ""
    if not path or path.startswith(("/", "~", "-")) or suspicion.is_for_others(path):
        return
    own = {key: frame.env[key] for key, _ in frame.current.pairs("env") if key in frame.env}
    _hand(walk, suspicion.npm_secrets(own), frame)


def _is_meant(walk: Walk, command: Command, words: str) -> bool:
    """Whether an npm secret is given to a command, or npm is ready and it says that it does."""
    if suspicion.npm_secrets({**command.exported, **command.env}):
        return True
    ready = walk.job.id_token is True and suspicion.is_ready(walk.state)
    return ready and suspicion.says_publish(words)


def _publish(walk: Walk, why: str, command: Command, frame: Frame) -> None:
    unseen = Publishes("unknown", PublishCommand.PUBLISH, unseen=why)
    env = {**command.exported, **command.env}
    shown = len(walk.found)
    walk.publish(unseen, replace(frame, env=env), command.folder)
    # Where another step of the job publishes, that is what npm is ready for.
    walk.unread += walk.found[shown:]
    del walk.found[shown:]


def _hand(walk: Walk, secrets: tuple[str, ...], frame: Frame) -> None:
    for secret in secrets:
        walk.handed.setdefault(secret, frame.place)
