"""Configuration files of the workspace that git takes back, and those that it brings back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.workflows import config
from checker.workflows.command_lines.effects import BringsBack, Discards
from checker.workflows.config import Line
from checker.workflows.frame import Frame
from checker.workflows.publishing import configuration
from checker.workflows.state import Stash
from checker.workflows.walking import tracked

if TYPE_CHECKING:
    from checker.workflows.walking.walk import Walk


def discard(walk: Walk, effect: Discards, folder: str | None, frame: Frame) -> None:
    """Takes back what steps wrote into npm's configuration files of the workspace."""
    state = walk.state
    put_away: dict[str, tuple[Line, ...]] = {}
    for path in tuple(state.npmrc) if folder is not None else ():
        outside = path.startswith(("/", ".."))
        below = effect.everywhere or not folder or path.startswith(f"{folder}/")
        if outside or not below:
            continue
        before = state.npmrc[path]
        known = state.tracked.get(path)
        committed = tracked.in_head(walk, path)
        if known is not None:
            after = tracked.after(walk, effect, path, known)
            state.npmrc[path] = after if after is not None else _open(frame)
        elif committed and effect.changes:
            state.npmrc[path] = committed
        elif not committed and effect.untracked and (effect.ignored or not is_ignored(walk)):
            state.npmrc[path] = ()
        if state.npmrc[path] != before:
            put_away[path] = before
    if effect.keeps and not effect.perhaps:
        state.stashed = (*state.stashed, Stash(put_away, frame.way))


def _open(frame: Frame) -> tuple[Line, ...]:
    return config.unknown_content("what git leaves of a file that a step wrote", frame.place)


def bring_back(walk: Walk, effect: BringsBack, frame: Frame) -> None:
    """Brings back what was put away last. Where git cannot, the step fails.

    What a file is by then is known where nothing else was put away or written into it meanwhile.
    """
    state = walk.state
    if not state.stashed:
        return
    last = state.stashed[-1]
    for path in {path for stash in state.stashed for path in stash.files}:
        lines = last.files.get(path, ())
        now = config.seen_from(configuration.file_lines(walk.repository, state, path), frame.way)
        is_as_left = now in ((), tracked.in_head(walk, path))
        sure = len(state.stashed) == 1 and last.way in ((), frame.way)
        if sure and is_as_left and not any(line.way for line in lines):
            # Lines of their own: what is taken away on a way is known by its line.
            state.npmrc[path] = tuple(replace(line) for line in lines)
        else:
            why = "what `git stash` brings back"
            state.npmrc[path] = config.unknown_content(why, frame.place)
    if not effect.stays and not frame.way:
        state.stashed = state.stashed[:-1]


def is_ignored(walk: Walk) -> bool:
    """Whether .gitignore names npm's configuration files."""
    rows = (walk.repository.script(".gitignore") or "").splitlines()
    return any("npmrc" in row and not row.startswith(("#", "!")) for row in rows)
