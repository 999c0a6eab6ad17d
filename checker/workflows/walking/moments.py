"""When in a run a command is reached, so that two publishes of one run can be put in order."""

from __future__ import annotations

import re

from msgspec import Struct

from checker.knowledge.limits import NPM_REGISTRY_HOST
from checker.workflows import paths
from checker.workflows.command_lines.effects import (
    ChangesVersion,
    Copies,
    Effect,
    Publishes,
    RunsFile,
    RunsScript,
    Writes,
)
from checker.workflows.frame import Frame
from checker.workflows.repository import Repository
from checker.workflows.shell.command import Command
from checker.workflows.state import Change
from checker.workflows.text import Text
from checker.workflows.ways import Way


class Stand(Struct, frozen=True):
    """One job around a command. job: its id. needs: the jobs that are done before it.

    test: its `if`, without braces, where only a run decides it; "" where it runs for certain.
    """

    job: str
    needs: frozenset[str] = frozenset()
    test: str = ""


class Moment(Struct, frozen=True):
    """Where a command stands among the others of its run.

    stands: the jobs around it, callers first. way: the conditions and branches inside its job.
    spot: the commands of the step that lead to it, each by where it begins in its text. history:
    what changed the manifests of its job before. doubt: why it may not publish the manifest's
    version at all, None where it does. asks: the scripts around it look at what is published, or at
    how something ended. legs: its step asks which leg of the matrix it is in. by_program: a program
    starts it, which decides by itself.
    """

    stands: tuple[Stand, ...]
    way: Way
    spot: tuple[int, ...]
    history: tuple[Change, ...]
    step: str | None = None
    doubt: str | None = None
    asks: bool = False
    legs: bool = False
    by_program: bool = False


_ASKS = re.compile(
    r"\b(?:npm|pnpm|yarn|bun)\s+(?:npm\s+|pm\s+)?(?:view|info|show|v)\b"
    rf"|{re.escape(NPM_REGISTRY_HOST)}/"
    r"|publish(?:ed|able)|already|exists|\$\?|\$\{?PIPESTATUS|exit_?code|retry|attempt",
    re.IGNORECASE,
)


def asks(source: str) -> bool:
    """Whether a script, or a condition, looks at what is published or at how something ended."""
    return _ASKS.search(source) is not None


def asks_for_leg(words: str) -> bool:
    """Whether the texts of a step ask which leg of the matrix it runs in."""
    return "matrix." in words or "strategy." in words


def of(
    publish: Publishes, frame: Frame, stands: tuple[Stand, ...], history: tuple[Change, ...]
) -> Moment:
    """The moment of a publish. history: of its job so far."""
    return Moment(
        stands,
        frame.way,
        frame.spot,
        history,
        step=frame.step.text("id"),
        doubt=_doubt_of(publish),
        asks=frame.asks,
        legs=asks_for_leg(frame.words),
        by_program=frame.by_program or publish.unsure is not None,
    )


def _doubt_of(publish: Publishes) -> str | None:
    """Why a command may not publish the manifest's version, where its words leave that open."""
    dry = publish.flags.get("dry-run")
    if publish.unseen or (dry is not None and dry.literal is None):
        return f"{publish.unseen or (dry and dry.said)}, which may make it a dry run"
    return "the version that it is given" if "new-version" in publish.flags else None


# --- what changes a manifest ------------------------------------------------------------------

_SPEAKS = re.compile(
    r"version|bump|changeset|canary|snapshot|prerelease|package\.json|lerna\.json|release",
    re.IGNORECASE,
)
_ONLY_READ_TEXT = """
    echo printf cat ls grep test [ [[ head tail wc diff gh hub glab curl wget tar zip unzip rm mkdir
    cd set export exit sleep true false docker aws gcloud
"""
_ONLY_READ = frozenset(_ONLY_READ_TEXT.split())
_GIT_CHANGES_TEXT = """
    checkout switch pull reset merge apply am cherry-pick restore rebase stash worktree
"""
_GIT_CHANGES = frozenset(_GIT_CHANGES_TEXT.split())
_GLOBAL = ("github.", "inputs.")


def speaks_of_version(words: str) -> bool:
    """Whether words speak of a version, or of a release that may change one."""
    return _SPEAKS.search(words) is not None


def may_write_version(program: str) -> bool:
    """Whether a program may write a version into a manifest, in whatever way."""
    return "package.json" in program and "version" in program and "write" in program.lower()


def change(repository: Repository, command: Command, effects: tuple[Effect, ...]) -> Change | None:
    """What a command does to the manifests of its job; None where it leaves them as they are."""
    if not any(map(_writes_manifest, effects)) and not _may_change(repository, command, effects):
        return None
    words = " ".join(_said(word) for word in command.words)
    sure = bool(effects) and all(map(_is_global, command.words))
    return Change(words, sure)


def checkout(ref: Text) -> Change:
    """A checkout of another commit, or of the same once more."""
    return Change(f"checkout {_said(ref)}", _is_global(ref))


def _writes_manifest(effect: Effect) -> bool:
    if isinstance(effect, ChangesVersion):
        return True
    if isinstance(effect, Writes):
        return effect.path.shown.endswith("package.json")
    return isinstance(effect, Copies) and (
        effect.target.shown.endswith("package.json") or effect.source.shown.endswith("package.json")
    )


def _may_change(repository: Repository, command: Command, effects: tuple[Effect, ...]) -> bool:
    first, *others = [word.literal or "" for word in command.words]
    if first == "git":
        return bool(_GIT_CHANGES.intersection(others[:3]))
    if any(_is_known(repository, effect, command.folder) for effect in effects):
        # What it does is known, or read where it stands.
        return False
    name = first.rpartition("/")[2]
    return name not in _ONLY_READ and any(speaks_of_version(word.shown) for word in command.words)


def _is_known(repository: Repository, effect: Effect, folder: str | None) -> bool:
    if isinstance(effect, RunsFile):
        where = paths.resolve(folder, effect.path.literal or "")
        return where is not None and repository.glance(where) is not None
    if not isinstance(effect, RunsScript):
        return True
    manifests = repository.packages().manifests
    return any(manifest.script(effect.script) is not None for manifest in manifests)


def _said(word: Text) -> str:
    return "".join(part if isinstance(part, str) else f"<{part.why}>" for part in word.parts)


def _is_global(word: Text) -> bool:
    """Whether a text is the same in every job of the run."""
    return all(hidden.why.strip("`").startswith(_GLOBAL) for hidden in word.holes)
