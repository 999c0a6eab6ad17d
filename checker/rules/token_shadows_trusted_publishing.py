"""The tool uses the token although trusted publishing is set up.

## What it checks
That yarn, which prefers a configured token, is not given one where a trusted publisher is declared.

## Why npm refuses
It does not: the token publishes as long as it lives. From January 2027 it no longer will, and once
it is dead yarn stops with `YN0041: Invalid authentication` and does not try the exchange.

## How to fix
Remove the token from the publish step.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    publishers = world.case.declared.publishers
    if not world.tool.row.token_first or isinstance(publishers, Unknown) or not publishers:
        return
    if world.has_token:
        yield Problem("token-shadows-trusted-publishing", Effect.WARNS, Evidence.OBSERVED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{case.publish.tool.capitalize()} prefers the token it is given: the trusted publisher of"
        f" {say.package_name(case)} is never used by {say.the_job(case)}.",
        "Remove the token from the step, so that the id-token is exchanged.",
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-shadows-trusted-publishing",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://github.com/yarnpkg/berry/blob/master/packages/plugin-npm/sources/npmHttpUtils.ts",
    ),
)
