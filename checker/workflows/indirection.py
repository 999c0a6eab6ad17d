"""Commands that stand elsewhere: package scripts, script files, Makefiles; each is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.workflows.effects import RunsFile, RunsMake, RunsScript
from checker.workflows.shell import Command

if TYPE_CHECKING:
    from checker.workflows.walk import Frame, Walk


def follow(
    walk: Walk, effect: RunsScript | RunsFile | RunsMake, command: Command, frame: Frame
) -> None:
    """Follows a command to where its text stands."""


def spawned(walk: Walk, source: str, language: str, folder: str | None, frame: Frame) -> None:
    """Publish commands that a program's text spawns."""
