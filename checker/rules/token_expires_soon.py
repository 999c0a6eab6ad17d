"""The token will die soon.

## What it checks
That a granular token lives for another 14 days, and that no login session is kept as a secret.

## Why npm refuses
It does not yet. A granular token dies on its expiry day; a session lives for hours.

## How to fix
Move to trusted publishing; else make a new token before that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.facts import TokenType, Unknown
from checker.knowledge.limits import TOKEN_EXPIRES_SOON_DAYS
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    if presented(world) is not Presented.TOKEN:
        return
    if world.token_type is TokenType.SESSION or _expires_soon(world):
        yield Problem("token-expires-soon", Effect.WARNS, Evidence.DOCUMENTED)


def _expires_soon(world: World) -> bool:
    expires = world.token.expires
    if world.token_type is not TokenType.GRANULAR or isinstance(expires, Unknown):
        return False
    today = world.case.today
    return today <= expires <= today + timedelta(days=TOKEN_EXPIRES_SOON_DAYS)


def words(world: World, problem: Problem) -> Words:
    case, expires = world.case, world.token.expires
    if isinstance(expires, Unknown) or world.token_type is TokenType.SESSION:
        defect = "is a login session, which lives for hours: kept as a secret it is dead soon"
    else:
        defect = f"expires on {say.in_days(case.today, expires)}"
    return Words(
        f"{say.secret(case)} {defect}.",
        say.paragraphs(say.move_to_trusted_publishing(case), say.proper_token(case)),
        world.token.place or (world.given.place if world.given else case.publish.place),
    )


RULE = Rule(
    id="token-expires-soon",
    page=__doc__,
    words=words,
    find=find,
    yields_to=("token-expired", "secret-older-than-limit", "token-needs-2fa"),
    sources=(
        "https://docs.npmjs.com/about-access-tokens",
        "https://github.blog/changelog/2025-12-09-npm-classic-tokens-revoked-session-based-auth-and-cli-token-management-now-available",
    ),
)
