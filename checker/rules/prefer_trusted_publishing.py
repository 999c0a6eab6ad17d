"""A token publishes where trusted publishing could.

## What it checks
Whether a publish still rests on a token.

## Why npm refuses
It does not. But a token can leak, dies within 90 days, and loses direct publishing about January
2027; a trusted publisher has nothing to store and nothing to renew.

## How to fix
Register the workflow as a trusted publisher and remove the token.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    if presented(world) is Presented.TOKEN:
        yield Problem("prefer-trusted-publishing", Effect.NOTES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} runs {say.command(case)} with a token; trusted publishing needs none.",
        say.move_to_trusted_publishing(case),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="prefer-trusted-publishing",
    page=__doc__,
    words=words,
    find=find,
    yields_to=(
        "bypass-token-sunset",
        "token-refused-by-publishing-access",
        "token-needs-2fa",
        "classic-token-revoked",
        "token-lacks-permission",
        "token-expired",
        "token-misses-package",
        "token-malformed",
        "token-expires-soon",
        "trusted-publisher-mismatch",
        "trusted-publisher-unvalidated",
        "npm-too-old-for-trusted-publishing",
        "token-shadows-trusted-publishing",
    ),
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
