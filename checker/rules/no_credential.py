"""The step has nothing to show to npm.

## What it checks
That a publish presents a token or can use trusted publishing.

## Why npm refuses
Without a credential npm stops with `ENEEDAUTH`; with setup-node's placeholder the registry answers
`E404 Not Found - PUT`, as if the package were missing.

## How to fix
Register the run as a trusted publisher, or give the step a token.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.facts import TokenType
from checker.problems import Problem, Rule, Words

_EXPLAINED_BY = (
    "id-token-permission-missing",
    "fork-pull-request",
    "npm-too-old-for-trusted-publishing",
    "tool-without-trusted-publishing",
    "tool-too-old-for-trusted-publishing",
    "unsupported-oidc-issuer",
    "trigger-refused",
    "self-hosted-runner",
    "first-publish",
    "trusted-publisher-mismatch",
    "trusted-publisher-unvalidated",
    "token-not-read",
    "exchange-refused",
)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} runs {say.command(case)} with no credential that npm accepts: no token"
        f" reaches it{_unset(world)}, and no trusted publisher of {say.package_name(case)} is"
        " declared for it.",
        say.move_to_trusted_publishing(case),
        case.publish.place,
    )


def _unset(world: World) -> str:
    names = world.given.secret_names if world.given else ()
    if not names or world.token.type is not TokenType.NONE:
        return ""
    return f" (`{names[0]}` is declared unset: `token-type: none`)"


RULE = Rule(
    id="no-credential",
    page=__doc__,
    words=words,
    yields_to=_EXPLAINED_BY,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
