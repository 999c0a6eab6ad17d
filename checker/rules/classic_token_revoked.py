"""Classic tokens are dead.

## What it checks
That the token is not a classic one (automation, publish or read-only).

## Why npm refuses
npm revoked every classic token on 2025-12-09. The answer is `E404 Not Found - PUT` or `E401`, with
the notice `Access token expired or revoked`.

## How to fix
Move to trusted publishing; else make a granular token.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.secret(case)} is a classic token (`{world.token_type}`); npm revoked all of them on"
        " 2025-12-09.",
        say.paragraphs(say.move_to_trusted_publishing(case), say.proper_token(case)),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="classic-token-revoked",
    page=__doc__,
    words=words,
    sources=(
        "https://github.blog/changelog/2025-12-09-npm-classic-tokens-revoked-session-based-auth-and-cli-token-management-now-available",
    ),
)
