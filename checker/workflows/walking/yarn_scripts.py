"""The registry that yarn 1 names to the scripts and commands that it runs.

Whatever npm's configuration says, it sets `npm_config_registry` to its own setting, by default to
yarn's name for npm's registry, where npm finds no token. Seen with yarn 1.22.22 on 2026-11-24;
https://github.com/yarnpkg/yarn/issues/2935
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.knowledge.limits import YARN_REGISTRY
from checker.workflows.publishing import tool_versions
from checker.workflows.shell import prefixes
from checker.workflows.text import Text, text

if TYPE_CHECKING:
    from checker.workflows.shell.command import Command
    from checker.workflows.walking.walk import Walk

_VARIABLE = "npm_config_registry"
_SETTING = re.compile(r"""^["']?registry["']?[ \t:]+["']?([^\s"']+)""", re.MULTILINE)


def told(
    walk: Walk, manager: str, folder: str | None, env: Mapping[str, Text]
) -> Mapping[str, Text]:
    """The variables of what a manager runs in a folder."""
    if manager != "yarn" or folder is None:
        return env
    tree = walk.state.in_tree(folder)
    versions = tool_versions.manager_of(walk.repository, walk.state, manager, tree or "")
    if not isinstance(versions, tuple) or tool_versions.is_berry(versions):
        return env
    kept = {name: value for name, value in env.items() if name.lower() != _VARIABLE}
    own = next((value for name, value in env.items() if name.lower() == "yarn_registry"), None)
    return {**kept, _VARIABLE: own or _setting(walk, tree) or text(YARN_REGISTRY)}


def within(walk: Walk, command: Command) -> Command:
    """The command; what `yarn exec` runs is told so as well."""
    if text("exec") not in command.words:
        return command
    words = [word.literal or "" for word in prefixes.unwrapped(list(command.words))]
    plain = [word for word in words if not word.startswith("-")]
    if plain[:2] != ["yarn", "exec"]:
        return command
    return replace(command, exported=told(walk, "yarn", command.folder, command.exported))


def _setting(walk: Walk, tree: str | None) -> Text | None:
    """`registry` of the nearest .yarnrc that has it."""
    folder = tree or ""
    while tree is not None:
        source = walk.repository.script(f"{folder}/.yarnrc" if folder else ".yarnrc")
        found = _SETTING.search(source or "")
        if found is not None:
            return text(found[1])
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    return None
