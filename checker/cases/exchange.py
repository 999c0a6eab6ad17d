"""Whether trusted publishing works in a world, and if not, what stands in its way.

An obstacle is named by the id of the rule that explains it. Obstacles before the exchange keep the
client from trying; obstacles at the exchange make npm's registry refuse it. All of them that the
facts show are reported, so that one look mends them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from checker.cases import probe
from checker.cases.world import World
from checker.facts import Allow, Setting, TokenType, TrustedPublisher, Unknown
from checker.knowledge import credential, policy
from checker.knowledge.tools import Exchange
from checker.report import Evidence, Presented

PROVEN = (Evidence.DOCUMENTED, Evidence.OBSERVED)

_NO_PUBLISHER: frozenset[Allow] = frozenset()


@dataclass(frozen=True)
class Obstacle:
    """One thing that keeps trusted publishing from working. rule: the id that explains it."""

    rule: str
    evidence: Evidence


REFUSED = Obstacle("exchange-refused", Evidence.OBSERVED)
NOT_REGISTERED = Obstacle("no-credential", Evidence.DOCUMENTED)


@dataclass(frozen=True)
class Match:
    """The trusted publisher that answers the exchange, and what it allows.

    presumed_alive: nothing is declared about its age, so its life is presumed.
    """

    allow: frozenset[Allow]
    presumed_alive: bool


@lru_cache(maxsize=8192)
def before_exchange(world: World) -> tuple[Obstacle, ...]:
    """What keeps the client from asking for an exchange; () when it asks."""
    return (*_without_id_token(world), *_without_client(world))


def _without_id_token(world: World) -> Iterator[Obstacle]:
    case = world.case
    if case.is_running and case.running.fork:
        yield Obstacle("fork-pull-request", Evidence.DOCUMENTED)
        return
    granted = case.run.id_token
    if isinstance(granted, Unknown) and case.is_running and case.running.oidc_available:
        granted = True
    if not world.know(granted, "id-token", (True, False)):
        yield Obstacle("id-token-permission-missing", Evidence.DOCUMENTED)


def _without_client(world: World) -> Iterator[Obstacle]:
    tool = world.tool
    if tool.row.requires_token and not world.has_token:
        yield from _stops_without_token(world)
    match tool.row.exchange:
        case Exchange.NEVER:
            yield Obstacle("tool-without-trusted-publishing", Evidence.OBSERVED)
        case Exchange.OWN if not tool.trusted_publishing and tool.row.name == "npm":
            yield Obstacle("npm-too-old-for-trusted-publishing", Evidence.DOCUMENTED)
        case Exchange.OWN if not tool.trusted_publishing:
            yield Obstacle("tool-too-old-for-trusted-publishing", Evidence.DOCUMENTED)
        case Exchange.NPM if not world.npm_at_least("11.5.1"):
            yield Obstacle("npm-too-old-for-trusted-publishing", Evidence.DOCUMENTED)
        case Exchange.UNKNOWN:
            why = f"nobody has established whether `{tool.row.name}` uses trusted publishing"
            if not world.decide(Unknown("tool", why), "tool-exchanges", (True, False)):
                yield Obstacle("tool-without-trusted-publishing", Evidence.REPORTED)
        case _:
            return


def _stops_without_token(world: World) -> Iterator[Obstacle]:
    switch = world.tool.row.trusted_publishing_switch
    if switch is not None:
        why = f"without a token `{world.tool.row.name}` goes on only where `{switch}` is set"
        if world.decide(Unknown("tool", why), "switch", (True, False)):
            return
    yield Obstacle("tool-without-trusted-publishing", Evidence.OBSERVED)


@lru_cache(maxsize=8192)
def at_exchange(world: World) -> tuple[Obstacle, ...]:
    """Why npm refuses the exchange; () when it grants one."""
    if probe.granted(world.case):
        return ()
    obstacles = tuple(_refusals(world))
    if probe.refused(world.case):
        return (*obstacles, *_explanation(world), REFUSED)
    if obstacles and isinstance(world.case.declared.publishers, Unknown):
        return obstacles
    found = _match(world)
    if isinstance(found, Match):
        return obstacles
    return (*obstacles, found)


def _explanation(world: World) -> Iterator[Obstacle]:
    """What the declared publishers say about a refusal that npm has spoken."""
    if not isinstance(world.case.declared.publishers, Unknown):
        found = _declared_match(world)
        if isinstance(found, Obstacle) and found is not NOT_REGISTERED:
            yield found


def _refusals(world: World) -> Iterator[Obstacle]:
    case, era = world.case, policy.era(world.case.today)
    if case.running.server_url.rstrip("/").lower() != "https://github.com":
        yield Obstacle("unsupported-oidc-issuer", Evidence.OBSERVED)
    evidence = dict(era.events).get(case.run.event)
    if evidence is not None and (evidence in PROVEN or _happens(world, case.run.event)):
        yield Obstacle("trigger-refused", evidence)
    if not world.hosted:
        yield Obstacle("self-hosted-runner", Evidence.DOCUMENTED)
    if not world.exists:
        yield Obstacle("first-publish", Evidence.DOCUMENTED)


def _happens(world: World, event: str) -> bool:
    why = f"reports disagree since when npm refuses id-tokens of `{event}`"
    return world.decide(Unknown("events", why), "event-refused", (True, False))


def match(world: World) -> Match | None:
    """The trusted publisher that answers; None when none does."""
    if probe.granted(world.case):
        return _granted(world)
    found = _match(world)
    return found if isinstance(found, Match) else None


def _granted(world: World) -> Match:
    """npm proved that one matches. What it allows, only its declaration can say."""
    declared = None if _undeclared(world) else _declared_match(world)
    if isinstance(declared, Match):
        return replace(declared, presumed_alive=False)
    why = "a trusted publisher matches; which commands it allows, npm does not tell"
    allows = policy.publisher_allows(world.case.today)
    allow = world.decide(Unknown("trusted-publishers", why), "granted-allow", allows)
    return Match(allow, presumed_alive=False)


def _undeclared(world: World) -> bool:
    return isinstance(world.case.declared.publishers, Unknown)


def declared_match(world: World) -> bool | None:
    """Whether a declared publisher matches; None when none is declared either way."""
    return None if _undeclared(world) else isinstance(_declared_match(world), Match)


@lru_cache(maxsize=8192)
def _match(world: World) -> Match | Obstacle:
    publishers = world.case.declared.publishers
    if isinstance(publishers, Unknown):
        allows = (*policy.publisher_allows(world.case.today), _NO_PUBLISHER)
        allow = world.decide(publishers, "trusted-publishers", allows)
        return Match(allow, presumed_alive=True) if allow else NOT_REGISTERED
    return _declared_match(world)


def _declared_match(world: World) -> Match | Obstacle:
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


def _alive(world: World, publisher: TrustedPublisher) -> bool:
    era = policy.era(world.case.today)
    if era.unvalidated_hours is None or publisher.published is True:
        return True
    fresh = _within_hours(world, publisher.created, era.unvalidated_hours)
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


def _within_hours(world: World, created: date | datetime | None, hours: int) -> bool | None:
    """Whether the clock of an unvalidated publisher still runs; None when the facts do not say."""
    if created is None:
        return None
    rule_since = next(era.start for era in policy.ERAS if era.unvalidated_hours is not None)
    first, last = _span(created)
    life = timedelta(hours=hours)
    # What was created before the rule is not said to be older than the rule; nor to be younger.
    latest_end = max(last, _start(rule_since)) + life
    asked_first, asked_last = _asked(world)
    if asked_last < first + life:
        return True
    return False if asked_first >= latest_end else None


def _asked(world: World) -> tuple[datetime, datetime]:
    if world.case.now is not None:
        return world.case.now, world.case.now
    return _span(world.case.today)


def _span(day: date | datetime) -> tuple[datetime, datetime]:
    """The first and last moment that a date or timestamp may mean."""
    if isinstance(day, datetime):
        return day, day
    return _start(day), _start(day + timedelta(days=1)) - timedelta(seconds=1)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


@lru_cache(maxsize=8192)
def presented(world: World) -> Presented:
    """What the step's tool presents to the registry in this world: oidc, token or none."""
    return credential.presented(
        world.tool.row,
        attempts_exchange=lambda: not before_exchange(world),
        exchange_succeeds=lambda: not at_exchange(world),
        has_token=lambda: world.has_token,
    )


def presents_granular_token(world: World) -> bool:
    """Whether a granular token is what publishes; only of those are the finer facts true."""
    return presented(world) is Presented.TOKEN and world.token_type is TokenType.GRANULAR


def lacks_id_token(world: World) -> bool:
    """Whether the job may not ask GitHub for an id-token."""
    return bool(tuple(_without_id_token(world)))


def request(world: World, shown: Presented) -> policy.Question:
    """The question that this world puts to npm's policy."""
    from checker.cases.world import Request

    found = match(world) if shown is Presented.OIDC else None
    return Request(world, _credential(world, shown), found.allow if found else frozenset())


def _credential(world: World, shown: Presented) -> policy.Credential:
    if shown is Presented.OIDC:
        return policy.Credential.OIDC
    if shown is Presented.NONE or world.token_type is TokenType.NONE:
        return policy.Credential.NONE
    return policy.Credential(world.token_type)
