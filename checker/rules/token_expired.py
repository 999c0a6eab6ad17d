"""The token has expired.

## What it checks
The declared `expires` against today (UTC). On the expiry day itself nobody knows.

## Why npm refuses
A granular token that may write lives 90 days at most. Afterwards npm answers `E404 Not Found -
PUT`, as if the package were missing, with the notice `Access token expired or revoked`.

## How to fix
Move to trusted publishing, which has nothing to renew; else make a new token.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presents_granular_token
from checker.cases.world import Life, World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if presents_granular_token(world) and world.token_life is Life.EXPIRED:
        yield Problem("token-expired", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    expires = world.token.expires
    return Words(
        f"{say.secret(case)} expired on {expires}; npm answers `E404 Not Found`, as if the package"
        " were missing.",
        say.paragraphs(say.move_to_trusted_publishing(case), say.proper_token(case)),
        world.token.place or (world.given.place if world.given else case.publish.place),
    )


RULE = Rule(
    id="token-expired",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://docs.npmjs.com/about-access-tokens",
        "https://github.blog/changelog/2025-11-05-npm-security-update-classic-token-creation-disabled-and-granular-token-changes",
    ),
)
