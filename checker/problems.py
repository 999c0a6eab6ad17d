"""The form of a rule: what it may say about a case, and in which words.

A rule is one file of `checker.rules`. Most find their problem themselves (`find`). Those whose
problem npm's decision table or the walk to the exchange decides have no `find`: nothing is decided
twice, and their file holds page and words only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum

from msgspec import Struct

from checker.cases.world import World
from checker.facts import Place, ReadingProblem
from checker.report import ClaimRow, Evidence


class Effect(IntEnum):
    """What a problem does to its case, strongest first."""

    REFUSES = 0
    WARNS = 1  # it breaks on a stated day, or reports say so
    NOTES = 2  # better is possible


class Problem(Struct, frozen=True):
    """One rule that fires in one world. evidence: how sure the outcome is."""

    rule: str
    effect: Effect
    evidence: Evidence = Evidence.DOCUMENTED


class Words(Struct, frozen=True):
    """What a person reads. message: subject, defect, their own value. fix: one imperative.

    place: the lines to change. Both texts are Markdown without headings; code blocks are fenced.
    claims: the run beside what npm trusts, where a difference between them is the defect.
    """

    message: str
    fix: str
    place: Place | None
    claims: tuple[ClaimRow, ...] = ()


class Rule(Struct, frozen=True):
    """One rule. id: names the defect. page: its documentation, the file's docstring.

    words: reads only facts that the rule's problem has read, or raw ones of `world.case`.
    yields_to: rules that explain the same symptom; where one of them fired at least as strongly,
    this one is dropped. sources: where npm or GitHub says so.
    """

    id: str
    page: str
    words: Callable[[World, Problem], Words]
    find: Callable[[World], Iterator[Problem]] | None = None
    yields_to: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class ReadingRule(Struct, frozen=True):
    """A rule about what the reader met in the repository; see `Rule` for the fields."""

    id: str
    page: str
    words: Callable[[ReadingProblem], Words]
    sources: tuple[str, ...] = ()
