"""From which branches pnpm publishes, by the checks of the checkout that it makes first.

https://pnpm.io/cli/publish#--no-git-checks, seen with 9, 10 and 11: they are part of every publish
in a git repository, and look at the branch that is checked out.
"""

from __future__ import annotations

import re

from checker.facts import Command
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.config import Config
from checker.workflows.publishing.situation import Situation
from checker.workflows.repository import Repository
from checker.workflows.state import JobState

_DEFAULT = ("master", "main")
# Both settings may stand in more places than are read here, which is left open then.
_SETTING = re.compile(r"git[-_.]?checks|publish[-_.]?branch", re.IGNORECASE)
# Without git's own folder nothing is checked: `rm -rf .git`.
_CHANGED = re.compile(r"git[-_.]?checks|(?<!\w)\.git(?![\w.-])", re.IGNORECASE)
_WORKSPACE = "pnpm-workspace.yaml"


def branches(
    repository: Repository,
    state: JobState,
    publish: Publishes,
    situation: Situation,
    config: Config,
) -> tuple[str, ...] | None:
    """The branches of which one has to be checked out.

    None where nothing is checked, where it cannot be known, and where something other than the
    event has chosen what is checked out.
    """
    if publish.tool != "pnpm" or publish.command is not Command.PUBLISH:
        return None
    if state.head_moved or not state.checkouts or publish.unseen is not None:
        return None
    if situation.folder is None or state.in_tree(situation.folder) is None:
        return None
    if _is_off(publish, config) or _is_left_open(repository, publish, situation):
        return None
    named = publish.flags.get("publish-branch") or config.setting("publish-branch")
    if named is None:
        return _DEFAULT
    return (named.literal,) if named.literal else None


def _is_off(publish: Publishes, config: Config) -> bool:
    switched = publish.flags.get("no-git-checks")
    if switched is not None and switched.literal != "false":
        return True
    setting = config.setting("git-checks")
    return setting is not None and setting.literal != "true"


def _is_left_open(repository: Repository, publish: Publishes, situation: Situation) -> bool:
    """Whether something else than npm's configuration may switch them off or name a branch."""
    workspace = (repository.peek(_WORKSPACE) or b"").decode(errors="replace")
    names = (*situation.env, *(flag for flag in publish.flags if flag.startswith("config.")))
    written = any(_SETTING.search(text) for text in (workspace, *names))
    return written or _CHANGED.search(situation.words) is not None
