"""The token may not do what the step asks.

## What it checks
That a granular token has *Read and write*; for `npm stage publish` the stage-only permission does.

## Why npm refuses
A token that may only read, or only stage, is answered with `E403 You may not perform that action
with these credentials`, whatever the package's publishing access.

## How to fix
Move to trusted publishing; else make a token with the right permission, or stage.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.facts import TokenType
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.secret(case)} {_may(world)}, which does not allow {say.command(case)}.",
        say.paragraphs(
            say.move_to_trusted_publishing(case), say.proper_token(case), say.or_stage(case)
        ),
        world.given.place if world.given else case.publish.place,
    )


def _may(world: World) -> str:
    if world.token_type is TokenType.GRANULAR:
        return f"has permission `{world.permission}`"
    return f"is of type `{world.token_type}`"


RULE = Rule(
    id="token-lacks-permission",
    page=__doc__,
    words=words,
    sources=(
        "https://docs.npmjs.com/about-access-tokens",
        "https://github.blog/changelog/2026-09-18-stage-only-npm-tokens-for-safer-automation",
    ),
)
