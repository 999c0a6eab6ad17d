"""Nothing is known about the token.

## What it checks
That the token which reaches the step is declared: its type, bypass, permission, packages, expiry.

## Why npm refuses
It may not. A token says nothing about itself, and a workflow cannot ask npm. Without the declared
facts this check can only say that it cannot tell.

## How to fix
Declare the token as npmjs.com shows it under Access Tokens; better, move to trusted publishing.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.facts import TokenType, Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    token = world.case.run.token
    if token is None or isinstance(token, Unknown) or not world.given:
        return
    if isinstance(world.token.type, Unknown) and presented(world) is not Presented.OIDC:
        yield Problem("token-kind-undeclared", Effect.NOTES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.secret(case)} reaches {say.the_job(case)}, and nothing is declared about it.",
        "Declare it in `.github/npm-publish-preflight.yml`:\n\n"
        f"```yaml\ntoken:\n  type: {TokenType.GRANULAR}\n  bypass-2fa: true\n"
        "  permission: read-write\n  expires: 2027-01-20\n  packages: all\n```",
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-kind-undeclared",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/about-access-tokens",),
)
