"""What npm's configuration adds to a command line: workspaces that it names, scripts it leaves out.

An .npmrc, a variable or `npm config set` stands for a flag of every npm command. Tried with npm
11.19.1: https://docs.npmjs.com/cli/v11/using-npm/config#ignore-scripts, #workspaces, #workspace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.manifests.workspaces import Kind
from checker.workflows import paths
from checker.workflows.command_lines.effects import InstallsProject, Publishes, RunsScript
from checker.workflows.config import Config
from checker.workflows.publishing import configuration
from checker.workflows.shell.command import Command
from checker.workflows.text import Text, text

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk


def of_publish(walk: Walk, effect: Publishes, command: Command, frame: Frame) -> Publishes:
    """A publish as npm's configuration has it."""
    if effect.tool != "npm":
        return effect
    config = _config(walk, effect, command, frame)
    if config.is_on("ignore-scripts"):
        effect = replace(effect, flags={**effect.flags, "ignore-scripts": text("true")})
    if effect.target is not None or effect.folder is not None:
        return effect
    named, every = _workspaces(walk, effect, config, command.folder)
    if not (named or every):
        return effect
    flags = _with_root(effect.flags, config)
    return replace(effect, workspaces=named, every=every, recursive=every, flags=flags)


def of_script(walk: Walk, effect: RunsScript, command: Command, frame: Frame) -> RunsScript | None:
    """A package script as npm's configuration has it; None where npm runs none."""
    if effect.manager != "npm":
        return effect
    config = _config(walk, effect, command, frame)
    if config.is_on("ignore-scripts"):
        # A script that is asked for runs, without those before and after it.
        if effect.lifecycle:
            return None
        effect = replace(effect, hooks=False)
    folder = command.folder
    if effect.folder is not None:
        folder = paths.enter(folder, effect.folder)
    named, every = _workspaces(walk, effect, config, folder)
    if not (named or every):
        return effect
    return replace(effect, workspaces=named, every=every, flags=_with_root(effect.flags, config))


def runs_scripts(walk: Walk, effect: InstallsProject, command: Command, frame: Frame) -> bool:
    """Whether an install runs the scripts of its project."""
    if effect.manager != "npm":
        return True
    return not _config(walk, effect, command, frame).is_on("ignore-scripts")


_ROOT = "include-workspace-root"


def _with_root(flags: Mapping[str, Text], config: Config) -> Mapping[str, Text]:
    root = config.setting(_ROOT)
    return flags if root is None else {**flags, _ROOT: root}


def _config(
    walk: Walk,
    effect: Publishes | RunsScript | InstallsProject,
    command: Command,
    frame: Frame,
) -> Config:
    env = {**command.exported, **command.env}
    state = walk.state.seen_from((*frame.way, *command.way))
    return configuration.of_npm(
        walk.repository, state, effect.flags, env, command.folder, frame.place
    )


def _workspaces(
    walk: Walk, effect: Publishes | RunsScript, config: Config, folder: str | None
) -> tuple[tuple[Text, ...], bool]:
    """The workspaces that the configuration names, and whether it means all of them.

    In the folder of a workspace npm means that one, whatever is configured.
    """
    tree = walk.state.in_tree(folder) if folder is not None else None
    own = walk.repository.prefix(tree) if tree is not None else None
    if effect.workspaces or effect.every or own is None:
        return (), False
    if not walk.repository.members(own, Kind.NPM):
        return (), False
    named = config.listed("workspace")
    every = config.setting("workspaces")
    if not named and every is not None and every.literal is None:
        return (every,), False
    return named, not named and config.is_on("workspaces")
