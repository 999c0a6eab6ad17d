"""Direct publishing with tokens ends about January 2027.

## What it checks
That a release does not rest on a granular token that bypasses 2FA.

## Why npm refuses
It does not yet. npm announced that from about January 2027 granular tokens no longer publish
directly; reading and staging stay. npm documents `E_STAGE_REQUIRED` as its answer to a token that
may only stage. From 2027-01-01 on this check says that it cannot tell.

## How to fix
Move to trusted publishing before that day; else stage with the token and approve with 2FA.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.knowledge.policy import SUNSET
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    when = say.in_days(case.today, SUNSET)
    return Words(
        f"{say.secret(case)} publishes directly, bypassing 2FA; npm plans to end that about"
        f" January 2027, on {when} at the earliest.",
        say.paragraphs(say.move_to_trusted_publishing(case), say.or_stage(case)),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="bypass-token-sunset",
    page=__doc__,
    words=words,
    yields_to=(
        "token-expired",
        "secret-older-than-limit",
        "token-misses-package",
        "token-malformed",
        "token-rejected",
    ),
    sources=(
        "https://github.blog/changelog/2026-07-07-npm-install-time-security-and-gat-bypass2fa-deprecation",
        "https://github.blog/changelog/2026-09-18-stage-only-npm-tokens-for-safer-automation",
    ),
)
