"""Whether trusted publishing works in a world, and if not, what stands in its way.

An obstacle is named by the id of the rule that explains it. Obstacles before the exchange keep the
client from trying; obstacles at the exchange make npm's registry refuse it. All of them that the
facts show are reported, so that one look mends them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

from checker.cases import probe, publishers
from checker.cases.publishers import NOT_REGISTERED, Obstacle
from checker.cases.world import NPM_WITH_TRUSTED_PUBLISHING, Request, World
from checker.facts import Declared, TokenType, Unknown
from checker.knowledge import credential, policy
from checker.knowledge.tools import Exchange
from checker.report import PROVEN, Evidence, Presented

REFUSED = Obstacle("exchange-refused", Evidence.OBSERVED)


@lru_cache(maxsize=64)
def before_exchange(world: World) -> tuple[Obstacle, ...]:
    """What keeps the client from asking for an exchange; () when it asks."""
    return (*_without_id_token(world), *_without_client(world))


def _without_id_token(world: World) -> Iterator[Obstacle]:
    case = world.case
    if case.runs_for_a_fork:
        yield Obstacle("fork-pull-request", Evidence.DOCUMENTED)
        return
    granted = case.run.id_token
    if isinstance(granted, Unknown) and case.is_running and case.running.oidc_available:
        granted = True
    if not world.know(granted, "id-token", (True, False)):
        yield Obstacle("id-token-permission-missing", Evidence.DOCUMENTED)


def _without_client(world: World) -> Iterator[Obstacle]:
    tool = world.tool
    match tool.row.exchange:
        case Exchange.NEVER:
            yield Obstacle("tool-without-trusted-publishing", Evidence.OBSERVED)
        case Exchange.OWN if not tool.trusted_publishing and tool.row.name == "npm":
            yield Obstacle("npm-too-old-for-trusted-publishing", Evidence.DOCUMENTED)
        case Exchange.OWN if not tool.trusted_publishing:
            yield Obstacle("tool-too-old-for-trusted-publishing", Evidence.DOCUMENTED)
        case Exchange.NPM if not world.npm_at_least(NPM_WITH_TRUSTED_PUBLISHING):
            yield Obstacle("npm-too-old-for-trusted-publishing", Evidence.DOCUMENTED)
        case Exchange.UNKNOWN:
            why = f"nobody has established whether `{tool.row.name}` uses trusted publishing"
            if not world.decide(Unknown("tool", why), "tool-exchanges", (True, False)):
                yield Obstacle("tool-without-trusted-publishing", Evidence.REPORTED)
        case _ if tool.row.requires_token and not world.has_token:
            yield from _stops_without_token(world)
        case _:
            return


def _stops_without_token(world: World) -> Iterator[Obstacle]:
    switch = world.tool.row.trusted_publishing_switch
    if switch is not None:
        why = f"without a token `{world.tool.row.name}` goes on only where `{switch}` is set"
        if world.decide(Unknown("tool", why), "switch", (True, False)):
            return
    yield Obstacle("tool-without-trusted-publishing", Evidence.OBSERVED)


def asks(world: World) -> bool:
    """Whether the client asks npm for an exchange, rather than present a token at once."""
    return not (world.tool.row.token_first and world.has_token) and not before_exchange(world)


@lru_cache(maxsize=64)
def at_exchange(world: World) -> tuple[Obstacle, ...]:
    """Why npm refuses the exchange; () when it grants one."""
    if probe.granted(world.case):
        return ()
    obstacles = tuple(_refusals(world))
    if probe.refused(world.case):
        return (*obstacles, *_explanation(world), REFUSED)
    if obstacles and isinstance(world.case.declared.publishers, Unknown):
        return obstacles
    found = publishers.find(world)
    if isinstance(found, publishers.Match):
        return obstacles
    return (*obstacles, found)


def _explanation(world: World) -> Iterator[Obstacle]:
    """What the declared publishers say about a refusal that npm has spoken."""
    if not isinstance(world.case.declared.publishers, Unknown):
        found = publishers.declared(world)
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


@lru_cache(maxsize=64)
def presented(world: World) -> Presented:
    """What the step's tool presents to the registry in this world: oidc, token or none."""
    return credential.presented(
        world.tool.row,
        attempts_exchange=lambda: not before_exchange(world),
        exchange_succeeds=lambda: not at_exchange(world),
        has_token=lambda: world.has_token and not _sends_an_earlier_exchange(world),
    )


def _sends_an_earlier_exchange(world: World) -> bool:
    """Whether npm sends the token that it got for an earlier package of the same command.

    Up to 11.20 and 12.1 a refused exchange leaves that token in place, and the configured one is
    never tried: https://github.com/npm/cli/blob/v11.21.0/lib/utils/oidc.js (`clearOidcToken`).
    """
    if not world.case.earlier or world.tool.row.name != "npm" or _clears_exchanges(world):
        return False
    if before_exchange(world) or not at_exchange(world):
        return False
    earlier = enumerate(world.case.earlier)
    return any(_was_granted(world, at, declared) for at, (_, declared) in earlier)


def _clears_exchanges(world: World) -> bool:
    return world.npm_at_least("12.2.0") or (
        world.npm_at_least("11.21.0") and not world.npm_at_least("12.0.0")
    )


def _was_granted(world: World, at: int, declared: Declared) -> bool:
    """Whether npm granted the exchange of the package `at` this place among the earlier ones."""
    if isinstance(declared.publishers, Unknown):
        key = f"granted {at}"
        return world.decide(declared.publishers, key, (True, False))
    of_package = replace(world.case, declared=declared, observed=None, exchange=None, earlier=())
    return not at_exchange(replace(world, case=of_package))


def presents_granular_token(world: World) -> bool:
    """Whether a granular token is what publishes; only of those are the finer facts true."""
    return presented(world) is Presented.TOKEN and world.token_type is TokenType.GRANULAR


def lacks_id_token(world: World) -> bool:
    """Whether the job may not ask GitHub for an id-token."""
    return bool(tuple(_without_id_token(world)))


def request(world: World, shown: Presented) -> policy.Question:
    """The question that this world puts to npm's policy."""
    found = publishers.match(world) if shown is Presented.OIDC else None
    return Request(world, _credential(world, shown), found.allow if found else frozenset())


def _credential(world: World, shown: Presented) -> policy.Credential:
    if shown is Presented.OIDC:
        return policy.Credential.OIDC
    if shown is Presented.NONE or world.token_type is TokenType.NONE:
        return policy.Credential.NONE
    return policy.Credential(world.token_type)
