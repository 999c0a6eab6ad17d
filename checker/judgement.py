"""From a case to its verdict: judge each possible world, and see whether they agree.

`judge` answers for one world in which every fact that is read has a value. `settle` expands the
facts that are unknown, one world a value, and joins the answers. Pure; no words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from checker.cases import exchange, publishers
from checker.cases.alike import stand_in
from checker.cases.world import Case, Fork, World
from checker.facts import Declared, Registry, Token, TokenType, Unknown
from checker.knowledge import policy
from checker.knowledge.limits import TOKEN_LIFETIME_DAYS
from checker.problems import Effect, Problem
from checker.report import PROVEN, Change, Presented, Verdict
from checker.rules import RULES, rule_order


class Leaf(Struct, frozen=True):
    """The answer in one world."""

    world: World
    verdict: Verdict
    presented: Presented
    problems: tuple[Problem, ...]
    assumed: tuple[str, ...]


class Settled(Struct, frozen=True):
    """The answer to a case over all its possible worlds.

    problems: those that fire in every world, each with a world to word it from. unknowns: the facts
    that would settle a verdict that is unknown. turning: the rules that refuse or doubt in some
    world. alike: the case that was judged in place of this one.
    """

    verdict: Verdict
    presented: Presented
    problems: tuple[tuple[Problem, World], ...]
    assumed: tuple[str, ...]
    unknowns: tuple[Unknown, ...]
    turning: tuple[str, ...]
    alike: Case


class _Unseen(Fork):
    """The verdict turns on a package that is not seen. problems: what fires whatever it is."""

    def __init__(self, unknown: Unknown, problems: tuple[Problem, ...]) -> None:
        super().__init__("packages", unknown, ())
        self.problems = problems


# --- one world --------------------------------------------------------------------------------


def judge(world: World) -> Leaf:
    """npm's answer in this world. Raises `Fork` where it turns on a fact without a value yet."""
    if world.case.publish.registry is Registry.UNKNOWN:
        why = "the registry that the step publishes to cannot be read"
        raise Fork("registry", Unknown("registry", why), ())
    shown = exchange.presented(world)
    cell = policy.cell(world.case.today, exchange.request(world, shown))
    found = (
        *_of_cell(cell),
        *(problem for rule in RULES if rule.find for problem in rule.find(world)),
    )
    refused = any(_refuses(problem) for problem in found)
    kept = _without_explained((*found, *_of_exchange(world, shown, refused=refused)))
    verdict = _verdict(cell.outcome, kept)
    package = world.case.package
    unseen = package if isinstance(package, Unknown) else package.absent
    if unseen is not None and verdict in (Verdict.ACCEPTED, Verdict.STAGED):
        # What is not seen may be private, a prerelease or not covered, or nothing at all.
        raise _Unseen(unseen, kept)
    assumed = _assumed(world, shown) if verdict in (Verdict.ACCEPTED, Verdict.STAGED) else ()
    return Leaf(world, verdict, shown, kept, assumed)


def _of_cell(cell: policy.Cell) -> Iterator[Problem]:
    if cell.rule is None:
        return
    refuses = cell.outcome is policy.Outcome.REFUSED
    yield Problem(cell.rule, Effect.REFUSES if refuses else Effect.WARNS, cell.evidence)


def _of_exchange(world: World, shown: Presented, *, refused: bool) -> Iterator[Problem]:
    """What kept trusted publishing from working, where it was wanted or is all there could be."""
    if shown is Presented.OIDC:
        return
    registered = world.case.declared.publishers
    wanted = not isinstance(registered, Unknown) and bool(registered)
    if shown is Presented.TOKEN and not wanted:
        return
    obstacles = exchange.before_exchange(world)
    if not obstacles or wanted:
        obstacles = (*obstacles, *exchange.at_exchange(world))
    for obstacle in obstacles:
        if obstacle is not publishers.NOT_REGISTERED:
            yield Problem(obstacle.rule, _weight(obstacle, shown, refused), obstacle.evidence)


def _weight(obstacle: publishers.Obstacle, shown: Presented, refused: bool) -> Effect:
    if shown is Presented.NONE:
        return Effect.REFUSES
    if obstacle.rule == "npm-too-old-for-trusted-publishing":
        # Beside a good token an old npm is a missed chance. Beside a dead one it is the other half
        # of the refusal: with a newer npm the declared publisher would have published.
        return Effect.REFUSES if refused else Effect.NOTES
    return Effect.WARNS


def _without_explained(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    strongest: dict[str, Problem] = {}
    for problem in problems:
        seen = strongest.get(problem.rule)
        if seen is None or _strength(problem) < _strength(seen):
            strongest[problem.rule] = problem
    yields = {rule.id: rule.yields_to for rule in RULES}
    kept = (
        problem
        for problem in strongest.values()
        if not any(
            other in strongest and _strength(strongest[other]) <= _strength(problem)
            for other in yields[problem.rule]
        )
    )
    return tuple(sorted(kept, key=lambda problem: rule_order(problem.rule)))


def _strength(problem: Problem) -> tuple[Effect, bool]:
    """Strongest first. What is only reported explains no refusal away that is certain."""
    uncertain = problem.effect is Effect.REFUSES and problem.evidence not in PROVEN
    return problem.effect, uncertain


def _verdict(outcome: policy.Outcome, problems: tuple[Problem, ...]) -> Verdict:
    refusing = tuple(problem for problem in problems if problem.effect is Effect.REFUSES)
    if any(problem.evidence in PROVEN for problem in refusing):
        return Verdict.REFUSED
    if refusing:
        return Verdict.UNKNOWN
    return Verdict.STAGED if outcome is policy.Outcome.STAGED else Verdict.ACCEPTED


def _assumed(world: World, shown: Presented) -> tuple[str, ...]:
    return tuple(_presumptions(world, shown))


def _presumptions(world: World, shown: Presented) -> Iterator[str]:
    if world.exists_is_presumed:
        yield "package-exists"
    if shown is Presented.TOKEN:
        session = world.token_type is TokenType.SESSION
        if not world.token_answered:
            yield "session-alive" if session else "token-not-revoked"
        if not world.account_maintains:
            yield "user-may-write"
        if not session:
            yield "no-address-restriction"
    elif shown is Presented.OIDC:
        found = publishers.match(world)
        rule = policy.era(world.case.today).unvalidated_hours is not None
        if found is not None and found.presumed_alive and rule:
            yield "publisher-alive"
    if not world.version_is_known_free:
        yield "version-free"


# --- all worlds -------------------------------------------------------------------------------


class _Node(Struct, frozen=True):
    """One fact read, and what each of its values leads to; without a fact, one answer.

    problems: those of a world without an answer, where they are known.
    """

    leaf: Leaf | None = None
    unknown: Unknown | None = None
    children: tuple[_Node, ...] = ()
    problems: tuple[Problem, ...] | None = None

    def leaves(self) -> Iterator[Leaf]:
        if self.leaf is not None:
            yield self.leaf
        for child in self.children:
            yield from child.leaves()

    def ends(self) -> Iterator[tuple[Problem, ...]]:
        """The problems of the worlds without an answer."""
        if self.problems is not None:
            yield self.problems
        for child in self.children:
            yield from child.ends()

    def verdicts(self) -> frozenset[Verdict]:
        if self.leaf is not None:
            return frozenset({self.leaf.verdict})
        if not self.children:
            return frozenset({Verdict.UNKNOWN})
        return frozenset().union(*(child.verdicts() for child in self.children))

    def deciding(self) -> Iterator[Unknown]:
        """The facts on which the verdict below this node turns."""
        if self.unknown is None:
            return
        if not self.children:
            yield self.unknown
            return
        if len({child.verdicts() for child in self.children}) > 1:
            yield self.unknown
        for child in self.children:
            yield from child.deciding()


def _explore(world: World, answer: Callable[[World], Leaf]) -> _Node:
    try:
        return _Node(leaf=answer(world))
    except _Unseen as end:
        return _Node(unknown=end.unknown, problems=end.problems)
    except Fork as fork:
        children = (_explore(world.choose(fork.key, value), answer) for value in fork.values)
        return _Node(unknown=fork.unknown, children=tuple(children))


def settle(case: Case) -> Settled:
    """Judge the case in every world it may be in; what npm answers alike is judged once."""
    settled = _settle(stand_in(case))
    of_this = tuple((problem, replace(world, case=case)) for problem, world in settled.problems)
    return replace(settled, problems=of_this)


@lru_cache(maxsize=4096)
def _settle(case: Case) -> Settled:
    root = _explore(World(case), judge)
    leaves, verdicts = tuple(root.leaves()), root.verdicts()
    verdict = next(iter(verdicts)) if len(verdicts) == 1 else Verdict.UNKNOWN
    unknowns = tuple(dict.fromkeys(root.deciding())) if verdict is Verdict.UNKNOWN else ()
    return Settled(
        verdict,
        _presented(leaves),
        _common(leaves, tuple(root.ends()), verdict),
        _in_order(assumption for leaf in leaves for assumption in leaf.assumed),
        unknowns,
        _turning(leaves),
        case,
    )


def _presented(leaves: tuple[Leaf, ...]) -> Presented:
    shown = {leaf.presented for leaf in leaves}
    return next(iter(shown)) if len(shown) == 1 else Presented.UNKNOWN


def _common(
    leaves: tuple[Leaf, ...], ends: tuple[tuple[Problem, ...], ...], verdict: Verdict
) -> tuple[tuple[Problem, World], ...]:
    """The problems of every world. Where all refuse for different reasons, those of the likeliest.

    The first world is the likeliest: the values of an unknown fact stand in that order.
    """
    if not leaves:
        return ()
    counts: dict[Problem, int] = {}
    first: dict[Problem, World] = {}
    for leaf in leaves:
        for problem in leaf.problems:
            counts[problem] = counts.get(problem, 0) + 1
            first.setdefault(problem, leaf.world)
    common = [
        problem
        for problem, count in counts.items()
        if count == len(leaves) and all(problem in problems for problems in ends)
    ]
    if verdict is Verdict.REFUSED and not any(_refuses(problem) for problem in common):
        common += (problem for problem in leaves[0].problems if _refuses(problem))
    common.sort(key=lambda problem: rule_order(problem.rule))
    return tuple((problem, first[problem]) for problem in common)


def _refuses(problem: Problem) -> bool:
    return problem.effect is Effect.REFUSES and problem.evidence in PROVEN


def _turning(leaves: tuple[Leaf, ...]) -> tuple[str, ...]:
    found = {p.rule for leaf in leaves for p in leaf.problems if p.effect is Effect.REFUSES}
    return tuple(sorted(found, key=rule_order))


def _in_order(texts: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


# --- later days -------------------------------------------------------------------------------


def changes(case: Case) -> tuple[Change, ...]:
    """The later days on which the verdict of the case turns, and the rule that turns it."""
    return later(settle(case))


def later(settled: Settled) -> tuple[Change, ...]:
    """See `changes`; for a case that is settled already."""
    return _changes(settled.alike)


@lru_cache(maxsize=4096)
def _changes(case: Case) -> tuple[Change, ...]:
    found: list[Change] = []
    before = _settle(case)
    for day in _turning_days(case):
        after = _settle(replace(case, today=day, now=None))
        if after.verdict is not before.verdict:
            found.append(Change(day, after.verdict, _reason(before, after)))
        before = after
    return tuple(found)


def _reason(before: Settled, after: Settled) -> str | None:
    new = tuple(rule for rule in after.turning if rule not in before.turning)
    return next(iter(new or after.turning), None)


def _turning_days(case: Case) -> tuple[date, ...]:
    """The days after today on which some fact of the case or npm's policy changes."""
    days = {
        *policy.next_starts(case.today),
        *_declared_days(case.declared),
        *_written_days(case),
    }
    return tuple(sorted(day for day in days if day > case.today))


def _written_days(case: Case) -> Iterator[date]:
    """The first day on which no token in a secret can be alive."""
    for age in case.github.secrets if case.github else ():
        if not isinstance(age.updated, Unknown):
            yield age.updated.date() + timedelta(days=TOKEN_LIFETIME_DAYS + 1)


def _declared_days(declared: Declared) -> Iterator[date]:
    for token in (declared.token, *(token for _, token in declared.tokens)):
        yield from _expiry_days(token)
    if not isinstance(declared.publishers, Unknown):
        for publisher in declared.publishers:
            if publisher.created is not None:
                created = date(
                    publisher.created.year, publisher.created.month, publisher.created.day
                )
                yield created + timedelta(days=2)
                yield created + timedelta(days=3)


def _expiry_days(token: Token) -> Iterator[date]:
    if not isinstance(token.expires, Unknown):
        yield token.expires
        yield token.expires + timedelta(days=1)
