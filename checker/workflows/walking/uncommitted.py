"""Files of the checkout that a job surely changes and does not commit, which pnpm looks for.

What may only be changed, as by a build, is none; and what may commit a change or take it back makes
the working tree a clean one. Seen with pnpm 9, 10 and 11, which ask `git status --porcelain`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from checker.files import Unreadable
from checker.manifests import json_lines
from checker.manifests.json_lines import Json
from checker.workflows import paths
from checker.workflows.command_lines import arguments
from checker.workflows.command_lines.effects import (
    Copies,
    Effect,
    Publishes,
    RunsContained,
    RunsFile,
    RunsScript,
    RunsText,
    SetsConfig,
    Writes,
)
from checker.workflows.frame import Frame
from checker.workflows.shell import prefixes
from checker.workflows.shell.command import Command
from checker.workflows.text import Text, split
from checker.workflows.walking import ignored, substitutions

if TYPE_CHECKING:
    from checker.workflows.walking.walk import Walk

_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
# Of git, these leave the working tree and what is committed as they are.
_GIT_LOOKS_TEXT = """
    add describe diff fetch log ls-files ls-remote push remote rev-list rev-parse show status tag
"""
_GIT_LOOKS = frozenset(_GIT_LOOKS_TEXT.split())
# Settings of git that say nothing of what its status shows.
_GIT_SETTINGS = ("user.", "safe.", "url.", "http.", "push.", "init.")
_ONLY_LOOK_OR_EDIT_TEXT = """
    echo printf cat ls grep test [ [[ head tail wc cd pwd set export exit sleep true : mkdir tee
    touch sed jq yq
"""
_ONLY_LOOK_OR_EDIT = frozenset(_ONLY_LOOK_OR_EDIT_TEXT.split())
_REMOVES = frozenset({"rm", "unlink", "mv", "cp"})
_MAY_COMMIT = re.compile(
    r"git|commit|release|version|bump|stash|clean|changeset|lerna|\bnp\b|\bnx\b|revert|restore",
    re.IGNORECASE,
)
_SPAWNS = re.compile(r"git|commit|exec|spawn", re.IGNORECASE)
_OF_GIT = re.compile(r"(?<!\w)\.git(?![\w.-])", re.IGNORECASE)
_HARMLESS_ACTION = re.compile(r"actions/(?!checkout|github-script)|[^/]+/[^/]*(?:setup|cache)")
_SAME_VERSION = re.compile(r"allow[-_]same[-_]version", re.IGNORECASE)
_NO_COMMIT = re.compile(r"(?:^|[\n_])git[-_]tag[-_]version\s*=\s*false", re.IGNORECASE)
# A version that stands for one that the job sets.
_STANDS_IN = re.compile(r"0\.0\.0(?:-.*)?", re.ASCII)


def action(walk: Walk, uses: str) -> None:
    """What another action may do: all but a few may commit, and a checkout is clean."""
    name = uses.partition("@")[0].lower()
    if uses.startswith(("./", "$/")):
        folder = paths.resolve("", uses.replace("$/", "./", 1))
        tree = walk.state.in_tree(folder) if folder is not None else None
        found = walk.repository.action(tree) if tree is not None else None
        if found is not None and found.using == "composite":
            return
    elif _HARMLESS_ACTION.match(name):
        return
    _forget(walk)


def note(walk: Walk, command: Command, effects: tuple[Effect, ...], frame: Frame) -> None:
    """Notes what a command surely changes, and forgets what it may commit or take back."""
    state = walk.state
    if state.uncommitted is None:
        return
    words = prefixes.unwrapped(list(command.words))
    named = (*words, *(write.path for write in command.writes))
    if any(_OF_GIT.search(word.shown) for word in named) or _changes_git(words):
        state.uncommitted = None
        return
    if _may_commit(walk, command, words, effects):
        _forget(walk)
    way = (*frame.way, *command.way)
    if command.tolerated or frame.contained is not None or command.folder is None:
        return
    for path in _changed(walk, command, words, effects):
        if state.uncommitted is not None and not any(
            path == known for _, known in state.uncommitted
        ):
            state.uncommitted = (*state.uncommitted, (way, path))


def _forget(walk: Walk) -> None:
    if walk.state.uncommitted is not None:
        walk.state.uncommitted = ()


# --- what may take it back ------------------------------------------------------------------------


def _changes_git(words: list[Text]) -> bool:
    """Whether git is told to look elsewhere, or to pass files by, from here on."""
    verb, *rest = _git(words) or [""]
    if verb == "config":
        keys = [word for word in rest if "." in word and not word.startswith("-")]
        return not any(key.startswith(_GIT_SETTINGS) for key in keys[:1])
    return verb in {"update-index", "init", "worktree", "sparse-checkout"}


def _git(words: list[Text]) -> list[str]:
    """The words behind `git`; [] for another command."""
    plain = [word.literal or "" for word in words]
    if plain[:1] != ["git"]:
        return []
    rest = plain[1:]
    while rest[:1] in (["-c"], ["-C"]):
        rest = rest[2:]
    return rest


def _may_commit(
    walk: Walk, command: Command, words: list[Text], effects: tuple[Effect, ...]
) -> bool:
    name = (words[0].literal or "").rpartition("/")[2] if words else ":"
    if not name:
        return True
    if name == "git":
        verb = next(iter(_git(words)), "")
        return verb not in _GIT_LOOKS and verb != "config"
    if name in _ONLY_LOOK_OR_EDIT:
        return False
    if name in _REMOVES:
        return any(_is_touched(walk, word) for word in words[1:])
    if name in _MANAGERS and _sets_version(words):
        return not _keeps_off_git(walk, command, words)
    if any(isinstance(effect, RunsScript | RunsFile | RunsText) for effect in effects):
        return any(_may_commit_inside(walk, command, effect) for effect in effects)
    if name in _MANAGERS and all(not isinstance(e, Publishes) or e.tool == name for e in effects):
        return not effects and any(_MAY_COMMIT.search(word.shown) for word in words)
    return bool(effects) or any(_MAY_COMMIT.search(word.shown) for word in words)


def _may_commit_inside(walk: Walk, command: Command, effect: Effect) -> bool:
    """Whether what is run may commit; what is read, and looked at word by word, says so itself."""
    if isinstance(effect, RunsScript):
        manifests = walk.repository.packages().manifests
        return all(manifest.script(effect.script) is None for manifest in manifests)
    if isinstance(effect, RunsText):
        return effect.language != "sh" and _SPAWNS.search(effect.source.shown) is not None
    if isinstance(effect, RunsFile):
        where = paths.resolve(command.folder, effect.path.literal or "")
        tree = walk.state.in_tree(where) if where is not None else None
        source = walk.repository.glance(tree) if tree is not None else None
        return source is None or (effect.language != "sh" and _SPAWNS.search(source) is not None)
    return isinstance(effect, RunsContained)


def _is_touched(walk: Walk, word: Text) -> bool:
    """Whether a word may name a file that was changed, or a folder above it."""
    if word.literal is None or any(sign in word.literal for sign in "*?["):
        return True
    name = word.literal.rstrip("/").rpartition("/")[2]
    if word.literal.startswith("-"):
        return False
    changed = walk.state.uncommitted or ()
    return name in {"", ".", ".."} or any(name in path.split("/") for _, path in changed)


# --- what is changed ------------------------------------------------------------------------------


def _changed(
    walk: Walk, command: Command, words: list[Text], effects: tuple[Effect, ...]
) -> Iterator[str]:
    """The paths, as of the repository, of the files that a command surely changes."""
    folder, name = command.folder, (words[0].literal or "") if words else ""
    if name in _MANAGERS:
        tree = walk.state.in_tree(folder) if folder is not None and walk.state.checkouts else None
        if tree is not None and _changes_manifest(walk, command, words, tree):
            yield f"{tree}/package.json" if tree else "package.json"
    for word in words[1:] if name == "touch" else ():
        yield from _written(walk, folder, word, None, append=True)
    for word in words[1:] if name in {"rm", "unlink"} else ():
        tree = _in_checkout(walk, folder, word.literal)
        if tree is not None and walk.repository.peek(tree) is not None:
            yield tree
    if name == "sed" and [word.literal for word in words[1:2]] == ["-i"]:
        yield from _edited(walk, folder, words[2:])
    for effect in effects:
        if isinstance(effect, Writes) and (command.writes or name == "tee"):
            yield from _written(walk, folder, effect.path, effect.content, append=effect.append)
        elif (
            isinstance(effect, SetsConfig) and effect.project and effect.manager in {"npm", "pnpm"}
        ):
            path = f"{folder}/.npmrc" if folder else ".npmrc"
            tree = _in_checkout(walk, folder, path)
            if tree is not None and walk.repository.peek(tree) is None:
                yield tree
        elif isinstance(effect, Copies):
            yield from _copied(walk, folder, effect)


def _written(
    walk: Walk, folder: str | None, target: Text, content: Text | None, *, append: bool
) -> Iterator[str]:
    tree = _in_checkout(walk, folder, target.literal)
    if tree is None:
        return
    before = walk.repository.peek(tree)
    if before is None:
        yield tree
    elif content is not None and content.literal is not None:
        same = "" if append else before.decode(errors="replace").strip()
        if content.literal.strip() != same:
            yield tree


def _edited(walk: Walk, folder: str | None, words: list[Text]) -> Iterator[str]:
    substitute = substitutions.read(words[0].literal or "") if words else None
    for word in words[1:] if substitute is not None else ():
        tree = _in_checkout(walk, folder, word.literal)
        before = walk.repository.glance(tree) if tree is not None else None
        if tree and before is not None and substitute is not None and substitute.changes(before):
            yield tree


def _copied(walk: Walk, folder: str | None, effect: Copies) -> Iterator[str]:
    source = _in_checkout(walk, folder, effect.source.literal)
    before = walk.repository.peek(source) if source is not None else None
    if source is None or before is None:
        return
    target = effect.target.literal or ""
    if _is_folder(walk, folder, target):
        target = f"{target}/{source.rpartition('/')[2]}"
    tree = _in_checkout(walk, folder, target)
    if tree is not None and walk.repository.peek(tree) != before:
        yield tree


def _is_folder(walk: Walk, folder: str | None, target: str) -> bool:
    where = paths.resolve(folder, target)
    tree = walk.state.in_tree(where) if where is not None else None
    if not tree:
        return True
    try:
        return target.endswith("/") or tree in walk.repository.files.folders(
            tree.rpartition("/")[0]
        )
    except Unreadable:
        return True


def _in_checkout(walk: Walk, folder: str | None, target: str | None) -> str | None:
    """A path of the one checkout that git looks at for certain; None for any other."""
    if not target or not walk.state.checkouts:
        return None
    path = paths.resolve(folder, target)
    tree = walk.state.in_tree(path) if path is not None else None
    if not tree or any(sign in tree for sign in "*?[{$"):
        return None
    return None if ignored.may_be(walk.repository, tree) else tree


# --- npm version, npm pkg set ---------------------------------------------------------------------


def _sets_version(words: list[Text]) -> bool:
    parsed = arguments.parse(words[1:])
    plain = [word.literal for word in parsed.words]
    return plain[:1] == ["version"] and (len(plain) > 1 or "new-version" in parsed.flags)


def _keeps_off_git(walk: Walk, command: Command, words: list[Text]) -> bool:
    """Whether `npm version` makes no commit: told so, or in a folder without a `.git`."""
    parsed = arguments.parse(words[1:])
    given = parsed.flags.get("git-tag-version")
    off = parsed.flags.get("no-git-tag-version")
    if off is not None:
        return off.literal != "false"
    if given is not None:
        return given.literal == "false"
    env = {**command.exported, **command.env}
    named = [value for key, value in env.items() if key.lower().endswith("config_git_tag_version")]
    if named:
        return all(value.literal == "false" for value in named)
    tree = walk.state.in_tree(command.folder) if command.folder is not None else None
    if words[0].literal == "npm" and tree:
        return True
    settings = (walk.repository.peek(".npmrc") or b"").decode(errors="replace")
    return _NO_COMMIT.search(settings) is not None


def _changes_manifest(walk: Walk, command: Command, words: list[Text], tree: str) -> bool:
    """Whether `npm version` or `npm pkg set` surely writes another package.json, and no commit."""
    parsed = arguments.parse(words[1:])
    plain = [word.literal for word in parsed.words]
    if {"prefix", "workspace", "workspaces", "recursive", "filter", "dir"} & parsed.flags.keys():
        return False
    now = _fields_of(walk, tree)
    if plain[:2] == ["pkg", "set"] and words[0].literal == "npm" and "json" not in parsed.flags:
        return any(_sets_another(now, word) for word in parsed.words[2:])
    if not _sets_version(words) or not _keeps_off_git(walk, command, words):
        return False
    given = parsed.words[1] if len(parsed.words) > 1 else parsed.flags["new-version"]
    rc = (walk.repository.peek(".npmrc") or b"").decode(errors="replace")
    said = (rc, *parsed.flags, *command.exported, *command.env)
    if words[0].literal != "npm" or any(_SAME_VERSION.search(text) for text in said):
        return _is_another(now.get("version"), given)
    # npm stops where the version is the one that the manifest has.
    return True


def _fields_of(walk: Walk, tree: str) -> dict[str, Json]:
    path = f"{tree}/package.json" if tree else "package.json"
    try:
        found = json_lines.parse(json_lines.decode(walk.repository.peek(path) or b"{}"))
    except json_lines.NotJson:
        return {}
    return found if isinstance(found, dict) else {}


def _sets_another(now: dict[str, Json], word: Text) -> bool:
    key, *value = split(word, "=", 1)
    name = key.literal
    if not value or not name or any(sign in name for sign in ".["):
        return False
    return _is_another(now.get(name), value[0])


_STEPS = frozenset({"major", "minor", "patch", "premajor", "preminor", "prepatch", "prerelease"})


def _is_another(now: Json, given: Text) -> bool:
    if given.literal is None:
        return isinstance(now, str) and _STANDS_IN.fullmatch(now) is not None
    return given.literal in _STEPS or given.literal.removeprefix("v") != now
