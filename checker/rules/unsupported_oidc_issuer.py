"""npm does not accept id-tokens of this GitHub server.

## What it checks
That the run is on github.com.

## Why npm refuses
npm trusts the issuer of github.com only. A GitHub Enterprise Server has its own, and the exchange
answers 401, `OIDC token exchange error - unauthorized`. The client hides that: `ENEEDAUTH`, or
`E404 Not Found - PUT`.

## How to fix
Publish from a repository on github.com, or use a token.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases import claims
from checker.cases.world import World
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} runs on `{case.running.server_url}`; npm accepts id-tokens of github.com"
        " only.",
        say.paragraphs("Publish from a repository on github.com.", say.proper_token(case)),
        case.publish.place,
        claims.if_refused(case),
    )


RULE = Rule(
    id="unsupported-oidc-issuer",
    page=__doc__,
    words=words,
    sources=("https://github.com/npm/cli/issues/9203",),
)
