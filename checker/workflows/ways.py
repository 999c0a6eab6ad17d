"""Which way a run takes, where the files do not tell: conditions of steps, branches of scripts.

What is done under one of them was done for certain only where the reader of it stands under the
same one, or where every other way does it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Turn(Struct, frozen=True):
    """One of the ways on from a place. at: the place; arm: the number of the way.

    arms: how many ways there are, 0 where a run may take none of those that are seen. why: what
    decides, to go into a sentence.
    """

    at: str
    arm: int = 1
    arms: int = 0
    why: str = ""

    @property
    def said(self) -> str:
        """What decides, marked as code where it does not mark any itself."""
        return self.why[:60] if "`" in self.why else f"`{self.why[:60]}`"


Way: TypeAlias = tuple[Turn, ...]


def of_condition(test: str) -> Way:
    """The ways that an `if:` without braces asks for: all of its parts hold."""
    return tuple(_turn(part) for part in _conjuncts(test))


def left(way: Way, mine: Way) -> Way | None:
    """What of `way` is still open for one who went `mine`; None where they exclude each other."""
    taken = {turn.at: turn.arm for turn in mine}
    if any(taken.get(turn.at, turn.arm) != turn.arm for turn in way):
        return None
    return tuple(turn for turn in way if turn.at not in taken)


def without(way: Way, done: frozenset[str]) -> Way:
    """The way without the turns at places of which it is known by now that they were taken."""
    return tuple(turn for turn in way if turn.at not in done)


def are_all(ways: Sequence[Way]) -> bool:
    """Whether every run takes one of these ways."""
    if () in ways:
        return True
    arms: dict[tuple[str, int], dict[int, list[Way]]] = {}
    for first, *others in ways:
        arms.setdefault((first.at, first.arms), {}).setdefault(first.arm, []).append(tuple(others))
    return any(
        len(inner) == count and all(map(are_all, inner.values()))
        for (_, count), inner in arms.items()
    )


def possible(written: Iterable[tuple[Way, T]], mine: Way) -> tuple[list[T], str]:
    """What may have been written last, for one who went `mine`, the newest first.

    written: the oldest first. The text says what decides, "" where only one of them can be.
    """
    found: list[T] = []
    ways: list[Way] = []
    why = ""
    for way, value in reversed(list(written)):
        open_ = left(way, mine)
        if open_ is None:
            continue
        found.append(value)
        ways.append(open_)
        why = why or (open_[0].why if open_ else "")
        if are_all(ways):
            break
    return found, why


def _turn(part: str) -> Turn:
    """A condition and its opposite are the two ways on from one place."""
    if part.startswith("!") and not any(sign in part for sign in ("&&", "||", "==", "!=")):
        asked = part[1:].strip()
        if asked.startswith("("):
            asked = asked[1:].removesuffix(")").strip()
        return Turn(asked, 0, 2, part)
    if part.count("!=") == 1 and not any(sign in part for sign in ("&&", "||", "==")):
        return Turn(part.replace("!=", "=="), 0, 2, part)
    return Turn(part, 1, 2, part)


def _conjuncts(test: str) -> Iterator[str]:
    depth, start, quoted = 0, 0, False
    cuts: list[int] = []
    for at, sign in enumerate(test):
        quoted ^= sign == "'"
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if not quoted and not depth and test.startswith("||", at):
            yield test
            return
        if not quoted and not depth and test.startswith("&&", at):
            cuts.append(at)
    for cut in cuts:
        yield test[start:cut].strip()
        start = cut + 2
    yield test[start:].strip()
