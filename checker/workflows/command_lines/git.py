"""git's command lines that keep files of the workspace, or take back what steps wrote there.

https://git-scm.com/docs/git-clean  https://git-scm.com/docs/git-reset
https://git-scm.com/docs/git-stash, tried with git 2.39.5: without `-u` what is not committed stays,
with it what is ignored, with `-a` nothing; in any folder it means the whole working tree. What is
added is none of what `git clean` takes, goes with a plain `git stash` unless it keeps the index,
and is dropped by `git reset --hard`; what is committed stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.workflows.command_lines.effects import Adds, BringsBack, Commits, Discards
from checker.workflows.text import Text

_ALL = frozenset({".", ":/", "*"})


def discards(words: list[Text]) -> Iterator[Discards | BringsBack | Adds | Commits]:
    """What `git` with these words takes back, brings back, or keeps from being taken."""
    while words and words[0].literal == "-c":
        words = words[2:]
    plain = [word.literal or "" for word in words]
    yield from _kept(words)
    verb, *rest = plain or [""]
    short = _short(rest)
    if verb == "clean":
        pretends = "n" in short or "--dry-run" in rest
        spares = any("npmrc" in word for word in rest) or "X" in short
        if ("f" in short or "--force" in rest) and not pretends and not spares:
            yield Discards(untracked=True, ignored="x" in short)
    elif verb == "stash":
        yield from _stash(rest)
    elif (verb == "reset" and "--hard" in rest) or (
        verb in {"checkout", "switch"} and ("f" in short or "--force" in rest)
    ):
        others = any(not word.startswith("-") and word != "HEAD" for word in rest)
        yield Discards(changes=True, everywhere=True, elsewhere=others)
    elif verb in {"checkout", "restore"} and not _ALL.isdisjoint(rest):
        yield from _restored(rest)


def _kept(words: list[Text]) -> Iterator[Adds | Commits | Discards]:
    plain = [word.literal or "" for word in words]
    verb, *rest = plain or [""]
    short, shown = _short(rest), [word for word in words[1:] if word.literal is None]
    if verb in {"add", "stage"} and not ({"n"} & set(short) or "--dry-run" in rest):
        named = [word for word in words[1:] if not (word.literal or "").startswith("-")]
        asks = {"p", "i", "e", "N"} & set(short) or _ASKING.intersection(rest)
        whole = any(word.literal == ":/" for word in named)
        yield Adds(
            paths=() if whole or not named else tuple(named),
            tracked="u" in short or "--update" in rest,
            forced="f" in short or "--force" in rest,
            perhaps=bool(asks or shown) or any("*" in word.shown for word in named),
        )
    elif verb == "commit" and "--dry-run" not in rest:
        only = any("npmrc" in word or "bunfig" in word for word in rest if word[:1] != "-")
        yield Commits(every="a" in _short_flags(rest) or "--all" in rest or only)
    elif (verb == "reset" and not {"--hard", "--soft"} & set(rest)) or (
        verb == "rm" and any("npmrc" in word for word in rest)
    ):
        # What was added is so no more, or a part of it.
        yield Discards(perhaps=True, everywhere=True)


_ASKING = frozenset({"--patch", "--interactive", "--edit", "--intent-to-add"})


def _short_flags(words: list[str]) -> str:
    """Letters of flags, up to the one that takes the rest of its word as a message."""
    flags = (word[1:] for word in words if word[:1] == "-" and word[:2] != "--")
    return "".join(flag.partition("m")[0].partition("F")[0] for flag in flags)


def _restored(rest: list[str]) -> Iterator[Discards]:
    """`git checkout .` and `git restore .`: from what was added, unless another source is named."""
    staged = "--staged" in rest or "S" in _short(rest)
    if staged and not ("--worktree" in rest or "W" in _short(rest)):
        yield Discards(perhaps=True, everywhere=True)
        return
    named = [word for word in rest if not word.startswith("-") and word not in _ALL]
    other = bool(named) or any(word.startswith(("--source", "-s")) for word in rest)
    yield Discards(changes=True, to_index=not (other or staged), elsewhere=other)


def moves_head(words: list[Text]) -> bool:
    """Whether `git` with these words may check another branch or commit out."""
    plain = [word.literal or "" for word in words]
    while plain[:1] in (["-c"], ["-C"]):
        plain = plain[2:]
    verb, *rest = plain or [""]
    if verb == "checkout":
        return "--" not in rest and _ALL.isdisjoint(rest)
    return verb in _MOVES or (verb == "branch" and bool(set(_short(rest)) & set("mMcC")))


_MOVES = frozenset({"switch", "symbolic-ref", "init", "rebase", "bisect"})


def _short(words: list[str]) -> str:
    return "".join(word[1:] for word in words if word[:1] == "-" and word[:2] != "--")


_TAKES_BACK = frozenset({"push", "save"})
_OTHER_VERBS = frozenset({"list", "show", "drop", "clear", "create", "store", "export", "import"})
# What is put away with these, somebody or the index chooses.
_CHOSEN = frozenset({"--patch", "--staged"})


def _stash(words: list[str]) -> Iterator[Discards | BringsBack]:
    verb = next(iter(words), "")
    if verb in {"pop", "apply", "branch"}:
        yield BringsBack(stays=verb == "apply")
        return
    if verb in _OTHER_VERBS:
        return
    rest = words[1:] if verb in _TAKES_BACK else words
    flags, only = _flags_and_paths(rest)
    if verb == "save":
        only = []
    short = _short(flags)
    if _CHOSEN.intersection(flags) or {"p", "S"} & set(short):
        yield Discards(perhaps=True, everywhere=True, keeps=True)
        return
    if only and _ALL.isdisjoint(only) and not any("npmrc" in path for path in only):
        return
    everything = "a" in short or "--all" in flags
    yield Discards(
        untracked=everything or "u" in short or "--include-untracked" in flags,
        ignored=everything,
        changes=True,
        everywhere=not only or ":/" in only,
        keeps=True,
        to_index="k" in short or "--keep-index" in flags,
    )


def _flags_and_paths(words: list[str]) -> tuple[list[str], list[str]]:
    """The flags of `git stash push`, and what it is told to put away."""
    flags, only, rest = list[str](), list[str](), list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return flags, [*only, *rest]
        if not word.startswith("-"):
            only.append(word)
            continue
        if word == "--message" or (word[:2] != "--" and word.endswith("m")):
            rest = rest[1:]
        flags.append(word.partition("m")[0] if word[:2] != "--" else word)
    return flags, only
