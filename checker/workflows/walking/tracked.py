"""Configuration files that a job adds to git or commits, and what then becomes of them.

Tried with git 2.39.5. Where a run may pass an addition or a commit over, what is left is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.workflows import config, paths
from checker.workflows.command_lines.effects import Adds, Commits, Discards
from checker.workflows.config import Line
from checker.workflows.frame import Frame
from checker.workflows.publishing import configuration
from checker.workflows.state import Tracked
from checker.workflows.text import Text
from checker.workflows.ways import Way

if TYPE_CHECKING:
    from checker.workflows.walking.walk import Walk


def in_head(walk: Walk, path: str) -> tuple[Line, ...]:
    """The lines of a file in the last commit; () where it is in none."""
    known = walk.state.tracked.get(path)
    if known is not None and known.committed is not None:
        return known.committed
    return configuration.checked_in(walk.repository, walk.state, path)


def add(walk: Walk, effect: Adds, folder: str | None, way: Way) -> None:
    """What git is told to put into the next commit."""
    from checker.workflows.walking import taken_back

    state = walk.state
    for path, lines in state.npmrc.items():
        if path.startswith(("/", "..")) or not _is_named(effect, folder, path):
            continue
        known = state.tracked.get(path)
        is_known = known is not None or bool(in_head(walk, path))
        ignored = not is_known and not effect.forced and taken_back.is_ignored(walk)
        if ignored or (effect.tracked and not is_known):
            continue
        sure = not (way or effect.perhaps or folder is None) and (known is None or known.sure)
        committed = known.committed if known is not None else None
        state.tracked = {**state.tracked, path: Tracked(lines, committed, sure)}


def _is_named(effect: Adds, folder: str | None, path: str) -> bool:
    return not effect.paths or any(_leads_to(word, folder, path) for word in effect.paths)


def _leads_to(word: Text, folder: str | None, path: str) -> bool:
    if word.literal is None or folder is None:
        return True
    if "*" in word.literal:
        # Quoted, it is git's own and means hidden files too.
        return True
    named = paths.resolve(folder, word.literal)
    return named is not None and (named in {"", path} or path.startswith(f"{named}/"))


def commit(walk: Walk, effect: Commits, way: Way) -> None:
    """What was added is committed; every: what git knows, as it is."""
    state = walk.state
    changed = dict(state.tracked)
    for path, lines in state.npmrc.items():
        known = changed.get(path)
        if known is None and not (effect.every and in_head(walk, path)):
            continue
        known = known or Tracked()
        now = lines if effect.every else known.added
        if now is not None:
            changed[path] = Tracked(None, now, known.sure and not way)
    state.tracked = changed


def leave(walk: Walk, frame: Frame) -> None:
    """Another branch has no commit of the job's; what it has of the files is not known."""
    state = walk.state
    why = "a file that a step committed, on another branch"
    for path, known in state.tracked.items():
        if known.committed is not None:
            state.npmrc[path] = config.unknown_content(why, frame.place)


def after(walk: Walk, effect: Discards, path: str, known: Tracked) -> tuple[Line, ...] | None:
    """The lines of a file that git was told to keep, after it is told to discard; None for unknown.

    What it then has of the file is noted.
    """
    state = walk.state
    now = state.npmrc[path]
    head = in_head(walk, path)
    if not known.sure or (effect.elsewhere and known.committed is not None):
        return None
    if effect.perhaps:
        if known.added is not None:
            state.tracked = {**state.tracked, path: replace(known, sure=False)}
        return None if known.added is not None and effect.keeps else now
    if not effect.changes:
        return now
    if effect.to_index:
        return head if known.added is None else known.added
    state.tracked = {**state.tracked, path: replace(known, added=None)}
    if known.committed is None and not head:
        state.tracked = {key: value for key, value in state.tracked.items() if key != path}
    return head
