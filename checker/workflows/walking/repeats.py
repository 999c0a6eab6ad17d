"""Two publishes of one version in one run: npm takes the first and refuses the other.

What the reader found is gone through once more when all of it is known. Two publishes of a package
are compared where they may both run; what tells them apart (conditions that exclude each other, a
version that is changed between them, a second try after a failure) leaves both alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Package, Registry, Taken, Unknown
from checker.knowledge import tools
from checker.knowledge.tools import VersionFrom
from checker.workflows import ways
from checker.workflows.syntax import conditions
from checker.workflows.walking import moments
from checker.workflows.walking.moments import Moment, Stand
from checker.workflows.walking.walk import Found
from checker.workflows.ways import Turn, Way

MAX_COMPARED = 32  # commands, with one
MAX_MEETINGS = 20_000  # of one run
_LEGS = 3  # Several stand for all: what npm refuses by itself takes nothing.
_IN_SCRIPT = re.compile(r"\d+:")
_TOLERATED = re.compile(r"fails:|step:|program:")
_ENDS = re.compile(r"\bfailure\s*\(|\b(?:outcome|conclusion|result)\b", re.IGNORECASE)
_STATUS = re.compile(r"\b(?:always|cancelled|failure)\s*\(", re.IGNORECASE)
# What only one job, or one leg of it, knows.
_LOCAL = re.compile(r"\b(?:steps|env|matrix|strategy|runner|job|hashfiles)\b", re.IGNORECASE)


class _Meeting(Struct, frozen=True):
    """Both run in one run. comes_first: the first is done before the second begins.

    open: what decides whether the first runs at all; "" where nothing does.
    """

    comes_first: bool
    open: str = ""


def marked(found: Sequence[Found]) -> list[Found]:
    """What was found, each publish with the versions that others of its run take from it."""
    runs: dict[tuple[str, str], _Run] = {}
    for number, one in enumerate(found):
        if _counts(one):
            run = one.found.run
            runs.setdefault((run.entry_workflow, run.event), _Run()).add(number, one)
    told = list(found)
    for each in runs.values():
        for number, one in each.publishes:
            taken = [lost for other in each.beside(one) for lost in _lost(number, one, other)]
            if taken:
                told[number] = _with(one, taken)
    return told


def _counts(one: Found) -> bool:
    run, moment = one.found, one.moment
    if moment is None or moment.by_program or isinstance(run.run.packages, Unknown):
        return False
    return not run.dry_run and run.registry is Registry.NPMJS and bool(tools.rows(run.tool))


_Legs: TypeAlias = dict[tuple[tuple[str, str], ...], tuple[int, Found]]


@dataclass
class _Run:
    """The publishes of one run, by what they publish and where they stand.

    A kind is one command, with all the legs of its job: of these a few stand for all.
    """

    publishes: list[tuple[int, Found]] = field(default_factory=list)
    _kinds: dict[object, _Legs] = field(default_factory=dict)
    _by_name: dict[str, dict[object, None]] = field(default_factory=dict)
    _names: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _meetings: int = 0

    def add(self, number: int, one: Found) -> None:
        """Takes one more publish, in the order in which they were found."""
        run = one.found.run
        key = (one.moment, one.step, run.options, one.found.command, self._names_of(one))
        if key not in self._kinds:
            for name in self._names_of(one):
                self._by_name.setdefault(name, {})[key] = None
        self._kinds.setdefault(key, {})[run.matrix] = (number, one)
        self.publishes.append((number, one))

    def beside(self, one: Found) -> Iterator[tuple[int, Found]]:
        """Others that publish one of its packages: of each command its own leg and a few."""
        mine = one.found.run.matrix
        kinds = dict.fromkeys(key for name in self._names_of(one) for key in self._by_name[name])
        for key in islice(kinds, MAX_COMPARED):
            legs = self._kinds[key]
            chosen = dict.fromkeys((mine, *islice(legs, _LEGS)))
            others = [legs[leg] for leg in chosen if leg in legs and legs[leg][1] is not one]
            self._meetings += len(others)
            if self._meetings > MAX_MEETINGS:
                return
            yield from others

    def _names_of(self, one: Found) -> tuple[str, ...]:
        packages = one.found.run.packages
        if id(packages) not in self._names:
            self._names[id(packages)] = tuple(package.name for package in _packages(one))
        return self._names[id(packages)]


def _with(one: Found, taken: list[Taken]) -> Found:
    surest_first = sorted(taken, key=lambda each: (each.unsure is not None, not each.comes_first))
    run = replace(one.found.run, taken=tuple(surest_first))
    return replace(one, found=replace(one.found, run=run))


def _lost(number: int, mine: Found, other: tuple[int, Found]) -> Iterator[Taken]:
    """What another publish takes from mine."""
    at, taker = other
    shared = list(_shared(taker, mine))
    if not shared:
        return
    if at > number:
        # One that comes later takes nothing, and of two at the same time none comes later.
        later = _meeting(mine, taker)
        if later is None or later.comes_first:
            return
    meeting = _meeting(taker, mine)
    if meeting is not None:
        for package in shared:
            yield _as_taken(taker, mine, package, meeting)


def _as_taken(taker: Found, loser: Found, package: Package, meeting: _Meeting) -> Taken:
    place, run = taker.place, taker.found.run
    unsure = None
    if meeting.open:
        why = f"whether `{place.path}:{place.line}` takes it turns on {meeting.open}"
        unsure = Unknown("version", why)
    return Taken(
        package.name,
        taker.found.command,
        place,
        run.matrix,
        loser.place,
        meeting.comes_first,
        unsure,
    )


def _shared(first: Found, second: Found) -> Iterator[Package]:
    """The packages of `second` that `first` publishes in the same version, as the manifests say."""
    ours = {package.name: package for package in _packages(first)}
    for package in _packages(second):
        other = ours.get(package.name)
        if other is not None and (
            other.version == package.version
            and (package.version is not None or other.path == package.path)
        ):
            yield package


def _packages(one: Found) -> tuple[Package, ...]:
    packages = one.found.run.packages
    return () if isinstance(packages, Unknown) else packages


# --- do they meet? ----------------------------------------------------------------------------


def _meeting(first: Found, second: Found) -> _Meeting | None:
    """How two publishes meet in one run; None where they do not, or not with one version."""
    a, b = first.moment, second.moment
    if a is None or b is None:
        return None
    jobs = [stand.job for stand in a.stands] == [stand.job for stand in b.stands]
    if jobs and first.found.run.matrix == second.found.run.matrix:
        return _in_one_job(first, second, a, b)
    if jobs:
        return None if _is_told_by_leg(a) or _is_told_by_leg(b) else _side_by_side(first, a, b)
    return _side_by_side(first, a, b)


def _in_one_job(first: Found, second: Found, a: Moment, b: Moment) -> _Meeting | None:
    if a.history != b.history or _is_same_try(first, second, a, b):
        return None
    open_ = ways.left(a.way, b.way)
    if open_ is None or conditions.exclude(_tests(a), _tests(b)):
        return None
    # That the job goes on where the second fails makes no difference to what npm says of it.
    own = [turn for turn in ways.left(b.way, a.way) or () if not _is_about_step(turn, b)]
    if any(_asks_about(turn, a) for turn in own) or _is_told_apart(open_, own, b):
        return None
    doubts = [*(turn.said for turn in open_), *(turn.said for turn in own if _may_ask((turn,)))]
    return _Meeting(True, next(iter((*doubts, *_doubts(first, a))), ""))


def _is_about_step(turn: Turn, moment: Moment) -> bool:
    return bool(moment.step) and f"steps.{moment.step}." in turn.at


def _asks_about(turn: Turn, first: Moment) -> bool:
    """Whether the condition of a step asks what became of the first publish, or is on npm."""
    if _is_inner(turn):
        return False
    asks = moments.asks(turn.at) or _ENDS.search(turn.at) is not None
    return asks or _is_about_step(turn, first)


def _is_told_apart(open_: Way, own: list[Turn], second: Moment) -> bool:
    """Whether a script decides between the two: by what npm has, or in branches of one script.

    So it does in `npm publish || npm publish`, where the second is another try.
    """
    scripts = {_script_of(turn) for turn in own} - {""}
    return bool(scripts) and (second.asks or any(_script_of(turn) in scripts for turn in open_))


def _script_of(turn: Turn) -> str:
    """Which script a branch stands in; "" for what is no branch of a script."""
    found = _IN_SCRIPT.match(turn.at)
    return found.group() if found else ""


def _side_by_side(first: Found, a: Moment, b: Moment) -> _Meeting | None:
    """Two jobs, or two legs of one, each with a checkout of its own."""
    if a.history != b.history or conditions.exclude(_tests(a), _tests(b)):
        return None
    mine, theirs = _apart(a.stands, b.stands)
    ordered = mine is not None and theirs is not None and mine.job in theirs.needs
    needed = ordered and theirs is not None and not _STATUS.search(theirs.test)
    tests = [stand.test for stand in b.stands]
    if mine is not None and any(_is_about(mine.job, test) for test in tests):
        return None
    known = {turn.at: turn.arm for turn in b.way if not _is_local(turn)}
    doubts = [turn.said for turn in a.way if known.get(turn.at) != turn.arm]
    if not needed:
        implied = _asked_of(b.stands)
        doubts += [turn.said for turn in _asked_of(a.stands) if turn not in implied]
    if not ordered:
        doubts += [turn.said for turn in b.way if _may_ask((turn,))]
    if not all(change.sure for change in a.history):
        doubts.append("the version that a step of each job sets")
    return _Meeting(ordered, next(iter((*doubts, *_doubts(first, a))), ""))


def _asked_of(stands: tuple[Stand, ...]) -> Way:
    return tuple(turn for stand in stands if stand.test for turn in ways.of_condition(stand.test))


def _apart(a: tuple[Stand, ...], b: tuple[Stand, ...]) -> tuple[Stand | None, Stand | None]:
    """The two jobs at which the ways to the commands part; None for legs of one job."""
    for mine, theirs in zip(a, b, strict=False):
        if mine.job != theirs.job:
            return mine, theirs
    return None, None


def _doubts(first: Found, a: Moment) -> Iterator[str]:
    rows = tools.rows(first.found.tool)
    if a.doubt:
        yield a.doubt
    if any(row.skips_published or row.version_from is VersionFrom.COMPUTED for row in rows):
        yield f"what `{first.found.tool}` finds to publish"


def _is_same_try(first: Found, second: Found, a: Moment, b: Moment) -> bool:
    """One command, run in a loop with nothing else about it: each round is another try."""
    same = (first.step, a.spot) == (second.step, b.spot)
    return same and first.found.run.options == second.found.run.options


def _is_told_by_leg(moment: Moment) -> bool:
    """Whether a step or its script runs in one leg and not in another, as far as one can see."""
    scripted = any(_IN_SCRIPT.match(turn.at) for turn in moment.way)
    tests = " ".join(turn.at for turn in moment.way)
    return (scripted and moment.legs) or moments.asks_for_leg(tests)


def _is_about(job: str, test: str) -> bool:
    """Whether the `if` of a job asks how another one ended."""
    return "failure" in test.lower() or f"needs.{job}." in test


def _may_ask(way: tuple[Turn, ...]) -> bool:
    """Whether something on the way may have been decided by what is published already."""
    return any(
        _IN_SCRIPT.match(turn.at) or _is_local(turn)
        for turn in way
        if not _TOLERATED.match(turn.at)
    )


def _is_inner(turn: Turn) -> bool:
    return bool(_IN_SCRIPT.match(turn.at) or _TOLERATED.match(turn.at))


def _is_local(turn: Turn) -> bool:
    return _is_inner(turn) or bool(_LOCAL.search(turn.at))


def _tests(moment: Moment) -> list[str]:
    """The conditions of the jobs and steps around a command."""
    around = [stand.test for stand in moment.stands if stand.test]
    inside = (turn for turn in moment.way if not _is_inner(turn))
    return [*around, *(turn.at if turn.arm else f"!({turn.at})" for turn in inside)]
