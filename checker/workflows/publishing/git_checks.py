"""What the checks of the checkout that pnpm makes first ask for: a branch, and no change.

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
from checker.workflows.ways import left

_DEFAULT = ("master", "main")
# Both settings may stand in more places than are read here, which is left open then.
_SETTING = re.compile(r"git[-_.]?checks|publish[-_.]?branch", re.IGNORECASE)
# Without git's own folder nothing is checked: `rm -rf .git`.
_CHANGED = re.compile(r"git[-_.]?checks|(?<!\w)\.git(?![\w.-])", re.IGNORECASE)
_WORKSPACE = "pnpm-workspace.yaml"


def checked(
    repository: Repository,
    state: JobState,
    publish: Publishes,
    situation: Situation,
    config: Config,
) -> tuple[tuple[str, ...] | None, str | None]:
    """The branches of which one has to be checked out, and a file that is surely not committed.

    None where nothing is checked, and where it cannot be known; no branches too where something
    other than the event has chosen what is checked out.
    """
    if not _are_made(repository, state, publish, situation, config):
        return None, None
    branches = None if state.head_moved else _branches(publish, config)
    return branches, _uncommitted(state, situation)


def _are_made(
    repository: Repository,
    state: JobState,
    publish: Publishes,
    situation: Situation,
    config: Config,
) -> bool:
    if publish.tool != "pnpm" or publish.command is not Command.PUBLISH:
        return False
    if not state.checkouts or publish.unseen is not None:
        return False
    if situation.folder is None or state.in_tree(situation.folder) is None:
        return False
    return not _is_off(publish, config) and not _is_left_open(repository, publish, situation)


def _uncommitted(state: JobState, situation: Situation) -> str | None:
    if len({checkout.folder for checkout in state.checkouts}) > 1:
        # Of two repositories one may be clean.
        return None
    changed = state.uncommitted or ()
    return next((path for way, path in changed if left(way, situation.way) == ()), None)


def _branches(publish: Publishes, config: Config) -> tuple[str, ...] | None:
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
