"""Trusted publishing wins, and the token beside it is useless.

## What it checks
That a step which publishes by trusted publishing is not also given a token.

## Why npm refuses
It does not: the exchange comes first and its token is used. The old token is a secret that can
leak and that hides a failing exchange behind another error.

## How to fix
Remove the token from the step, and revoke it on npmjs.com.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    if world.case.run.token is not None and presented(world) is Presented.OIDC and world.has_token:
        yield Problem("token-left-over", Effect.NOTES, Evidence.OBSERVED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.secret(case)} is given to {say.the_job(case)} and not used: trusted publishing"
        " comes first.",
        "Remove the token from the publish step; after the next release revoke it on npmjs.com and"
        " set Publishing access to *Require two-factor authentication and disallow tokens*.",
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-left-over",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
