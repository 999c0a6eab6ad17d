"""The token does not cover the package.

## What it checks
That the package's name, or its scope, is among the declared `packages` of a granular token.

## Why npm refuses
A granular token may touch only the packages and scopes ticked at its creation; npm answers `E403
You may not perform that action with these credentials`, or `E404`. `@acme/*` does not cover
`@acme-corp/…`, and rights on an organisation are no right to publish its packages.

## How to fix
Move to trusted publishing; else make a token that covers the package or its scope.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presents_granular_token
from checker.cases.world import World
from checker.facts import Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if presents_granular_token(world) and not world.token_covers_package:
        yield Problem("token-misses-package", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case, patterns = world.case, world.token.packages
    covered = (
        "other packages"
        if isinstance(patterns, Unknown)
        else ", ".join(f"`{one}`" for one in patterns)
    )
    return Words(
        f"{say.secret(case)} covers {covered} and not {say.package_name(case)}.",
        say.paragraphs(say.move_to_trusted_publishing(case), say.proper_token(case)),
        world.token.place or (world.given.place if world.given else case.publish.place),
    )


RULE = Rule(
    id="token-misses-package",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/about-access-tokens",),
)
