"""Which trusted publisher npm finds for a run: declared, unknown, or proven by npm's own answer.

npm compares repository, entry workflow and environment exactly, and since 2026-10-02 lets a
configuration that has never published live for 48 hours only.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from checker.cases import probe
from checker.cases.world import World
from checker.facts import Allow, Setting, TrustedPublisher, Unknown
from checker.knowledge import policy
from checker.report import Evidence

_NO_PUBLISHER: frozenset[Allow] = frozenset()


class Obstacle(Struct, frozen=True):
    """One thing that keeps trusted publishing from working. rule: the id that explains it."""

    rule: str
    evidence: Evidence


NOT_REGISTERED = Obstacle("no-credential", Evidence.DOCUMENTED)


class Match(Struct, frozen=True):
    """The trusted publisher that answers the exchange, and what it allows.

    presumed_alive: nothing is declared about its age, so its life is presumed.
    """

    allow: frozenset[Allow]
    presumed_alive: bool


def match(world: World) -> Match | None:
    """The trusted publisher that answers; None when none does."""
    if probe.granted(world.case):
        return _granted(world)
    found = find(world)
    return found if isinstance(found, Match) else None


def _granted(world: World) -> Match:
    """npm proved that one matches. What it allows, only its declaration can say."""
    publishers = world.case.declared.publishers
    if not isinstance(publishers, Unknown):
        # That one answered proves it alive, whatever is declared about its age.
        same = tuple(p for p in publishers if not differences(world, p))
        if same:
            return replace(_one_of(world, same), presumed_alive=False)
    why = "a trusted publisher matches; which commands it allows, npm does not tell"
    allows = policy.publisher_allows(world.case.today)
    allow = world.decide(Unknown("trusted-publishers", why), "granted-allow", allows)
    return Match(allow, presumed_alive=False)


def _undeclared(world: World) -> bool:
    return isinstance(world.case.declared.publishers, Unknown)


def declared_match(world: World) -> bool | None:
    """Whether a declared publisher matches; None when none is declared either way."""
    return None if _undeclared(world) else isinstance(declared(world), Match)


@lru_cache(maxsize=64)
def find(world: World) -> Match | Obstacle:
    """The trusted publisher that answers, or why none does, npm's own answer apart."""
    publishers = world.case.declared.publishers
    if isinstance(publishers, Unknown):
        allows = (*policy.publisher_allows(world.case.today), _NO_PUBLISHER)
        allow = world.decide(publishers, "trusted-publishers", allows)
        return Match(allow, presumed_alive=True) if allow else NOT_REGISTERED
    return declared(world)


def declared(world: World) -> Match | Obstacle:
    """The same of what is declared; `NOT_REGISTERED` where nothing is."""
    publishers = world.case.declared.publishers
    if isinstance(publishers, Unknown):
        return NOT_REGISTERED
    if len(publishers) > 1 and not policy.era(world.case.today).several_publishers:
        why = "npm kept only one trusted publisher a package before 2026-09-03"
        in_force = world.decide(Unknown("trusted-publishers", why), "in-force", publishers)
        publishers = (in_force,)
    return _match_declared(world, publishers)


def _match_declared(world: World, publishers: tuple[TrustedPublisher, ...]) -> Match | Obstacle:
    same = tuple(p for p in publishers if not differences(world, p))
    alive = tuple(p for p in same if _alive(world, p))
    if alive:
        return _one_of(world, alive)
    if same:
        return Obstacle("trusted-publisher-unvalidated", Evidence.DOCUMENTED)
    if publishers:
        return Obstacle("trusted-publisher-mismatch", Evidence.DOCUMENTED)
    return NOT_REGISTERED


def _one_of(world: World, alive: tuple[TrustedPublisher, ...]) -> Match:
    possible = policy.publisher_allows(world.case.today)
    allows = tuple(
        dict.fromkeys(
            world.know(p.allow, f"allow {p.workflow} {p.environment}", possible) for p in alive
        )
    )
    presumed = any(p.created is None and p.published is not True for p in alive)
    if len({Allow(world.command) in allow for allow in allows}) > 1:
        # npm documents no order among several configurations that match one run.
        why = "several trusted publishers match this run and allow different commands"
        chosen = world.decide(Unknown("trusted-publishers", why), "which-publisher", allows)
        return Match(chosen, presumed)
    return Match(allows[0], presumed)


def differences(world: World, publisher: TrustedPublisher) -> tuple[str, ...]:
    """The fields in which the publisher differs from what npm will see of this run.

    Names: `provider`, `repository`, `workflow`, `environment`. npm compares them exactly, case
    included.
    """
    case = world.case
    if publisher.provider != "github":
        return ("provider",)
    different = []
    if not _same_repository(world, publisher):
        different.append("repository")
    if publisher.workflow != case.run.entry_workflow.rsplit("/", 1)[-1]:
        different.append("workflow")
    if not _same_environment(world, publisher):
        different.append("environment")
    return tuple(different)


def _same_repository(world: World, publisher: TrustedPublisher) -> bool:
    actual = world.case.running.repository
    if actual is None:
        why = "neither GITHUB_REPOSITORY nor a git remote says which repository this is"
        return world.decide(
            Unknown("repository", why), f"repository {publisher.repository}", (True, False)
        )
    if publisher.repository == actual:
        return True
    if world.case.running.setting is Setting.TERMINAL and _same_but_for_case(publisher, actual):
        # A git remote works in any spelling; npm compares with GitHub's.
        why = f"the git remote says `{actual}`; GitHub's own spelling may differ in case"
        key = f"repository {publisher.repository}"
        return world.decide(Unknown("repository", why), key, (True, False))
    return False


def _same_but_for_case(publisher: TrustedPublisher, actual: str) -> bool:
    return publisher.repository.casefold() == actual.casefold()


def _same_environment(world: World, publisher: TrustedPublisher) -> bool:
    actual, wanted = world.case.run.environment, publisher.environment
    if isinstance(actual, Unknown):
        return world.decide(actual, f"environment {wanted}", (True, False))
    if wanted is None and actual is not None:
        # Whether a publisher without an environment matches a job that declares one is documented
        # nowhere and reported both ways.
        why = f"the job declares environment `{actual}` and the trusted publisher names none"
        return world.decide(Unknown("environment", why), "extra-environment", (True, False))
    return wanted == actual


def lives(publisher: TrustedPublisher, today: date, now: datetime | None) -> bool | None:
    """Whether the publisher has not expired; None when the facts do not say.

    now: the moment, where more than the day is known.
    """
    if _is_of_the_future(publisher.created, today, now):
        return None
    era = policy.era(today)
    if era.unvalidated_hours is None or publisher.published is True:
        return True
    fresh = _within_hours(publisher.created, era.unvalidated_hours, today, now)
    return True if fresh else fresh if publisher.published is False else None


def _alive(world: World, publisher: TrustedPublisher) -> bool:
    case = world.case
    if publisher.created is not None and _is_of_the_future(publisher.created, case.today, case.now):
        why = (
            f"the trusted publisher is declared as created on {publisher.created:%Y-%m-%d}, which"
            " is still to come: npm has none yet, or the date is wrong"
        )
        key = f"created {publisher.workflow} {publisher.environment}"
        return world.decide(Unknown("trusted-publishers", why), key, (True, False))
    era = policy.era(case.today)
    if era.unvalidated_hours is None or publisher.published is True:
        return True
    fresh = _within_hours(publisher.created, era.unvalidated_hours, case.today, case.now)
    if fresh is True:
        return True
    if isinstance(publisher.published, Unknown):
        if publisher.created is None:
            return True
        why = (
            f"the trusted publisher was created {publisher.created:%Y-%m-%d}; whether it has"
            " published once is not declared"
        )
        key = f"published {publisher.workflow} {publisher.environment}"
        published = world.decide(Unknown("trusted-publishers", why), key, (True, False))
        if published:
            return True
    if fresh is False:
        return False
    why = "npm expires a trusted publisher that never published 48 hours after its creation"
    key = f"fresh {publisher.workflow} {publisher.environment}"
    return world.decide(Unknown("trusted-publishers", why), key, (True, False))


# A date without a time may be that of a place whose day begins this much earlier than UTC's.
_EARLIEST_DAY = timedelta(hours=14)


def _is_of_the_future(created: date | datetime | None, today: date, now: datetime | None) -> bool:
    """Whether a publisher is declared that nobody can have created yet."""
    if created is None:
        return False
    first = created if isinstance(created, datetime) else _start(created) - _EARLIEST_DAY
    return first > _span(now if now is not None else today)[1]


def _within_hours(
    created: date | datetime | None, hours: int, today: date, now: datetime | None
) -> bool | None:
    """Whether the clock of an unvalidated publisher still runs; None when the facts do not say."""
    if created is None:
        return None
    rule_since = next(era.start for era in policy.ERAS if era.unvalidated_hours is not None)
    first, last = _span(created)
    life = timedelta(hours=hours)
    # What was created before the rule is not said to be older than the rule; nor to be younger.
    latest_end = max(last, _start(rule_since)) + life
    asked_first, asked_last = _span(now if now is not None else today)
    if asked_last < first + life:
        return True
    return False if asked_first >= latest_end else None


def _span(day: date | datetime) -> tuple[datetime, datetime]:
    """The first and last moment that a date or timestamp may mean."""
    if isinstance(day, datetime):
        return day, day
    return _start(day), _start(day + timedelta(days=1)) - timedelta(seconds=1)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
