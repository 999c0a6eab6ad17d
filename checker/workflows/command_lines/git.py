"""git's command lines that take files of the workspace back: what earlier steps wrote there.

https://git-scm.com/docs/git-clean  https://git-scm.com/docs/git-reset
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.workflows.command_lines.effects import Discards
from checker.workflows.text import Text

_ALL = frozenset({".", ":/", "*"})


def discards(words: list[Text]) -> Iterator[Discards]:
    """What `git` with these words takes back."""
    plain = [word.literal or "" for word in words]
    verb, *rest = plain or [""]
    short = "".join(word[1:] for word in rest if word[:1] == "-" and word[:2] != "--")
    if verb == "clean":
        pretends = "n" in short or "--dry-run" in rest
        spares = any("npmrc" in word for word in rest) or "X" in short
        if ("f" in short or "--force" in rest) and not pretends and not spares:
            yield Discards(untracked=True, ignored="x" in short)
    elif (verb == "reset" and "--hard" in rest) or (
        verb in {"checkout", "switch"} and ("f" in short or "--force" in rest)
    ):
        yield Discards(changes=True, everywhere=True)
    elif verb in {"checkout", "restore"} and not _ALL.isdisjoint(rest):
        yield Discards(changes=True)
