"""The declared expiry is later than npm allows.

## What it checks
That the declared `expires` is no more than 90 days from today, for a token that may write.

## Why npm refuses
npm gives no write token more than 90 days, so the declared day is wrong and the token dies earlier.

## How to fix
Declare the day that npmjs.com shows under Access Tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from checker import guidance as say
from checker.cases.exchange import presents_granular_token
from checker.cases.world import World
from checker.facts import TokenPermission, Unknown
from checker.knowledge.limits import TOKEN_LIFETIME_DAYS
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if not presents_granular_token(world):
        return
    token, limit = world.token, world.case.today + timedelta(days=TOKEN_LIFETIME_DAYS)
    writes = token.permission in (TokenPermission.READ_WRITE, TokenPermission.STAGE_ONLY)
    if writes and not isinstance(token.expires, Unknown) and token.expires > limit:
        yield Problem("token-lifetime-over-limit", Effect.WARNS, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.secret(case)} is declared to expire on {world.token.expires}; npm gives a token that"
        f" may write {TOKEN_LIFETIME_DAYS} days at most.",
        "Declare under `expires` the day that npmjs.com → Access Tokens shows.",
        world.token.place or case.publish.place,
    )


RULE = Rule(
    id="token-lifetime-over-limit",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://github.blog/changelog/2025-11-05-npm-security-update-classic-token-creation-disabled-and-granular-token-changes",
    ),
)
