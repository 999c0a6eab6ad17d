"""The tool asks npm who it is before it publishes.

## What it checks
That a tool which runs `npm whoami` first is not left without a token.

## Why npm refuses
`npm whoami` knows nothing of trusted publishing and fails with `ENEEDAUTH` or `401 Unauthorized -
GET …/-/whoami`, in lerna `EWHOAMI`, in release-it `Not authenticated with npm`, so the tool stops
before it would publish.

## How to fix
Switch the precheck off in the tool's configuration (release-it: `npm.skipChecks: true`).
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    oidc = presented(world) is Presented.OIDC
    asks = world.tool.row.prechecks_whoami and not world.case.run.options.skips_prechecks
    if asks and oidc and not world.has_token:
        yield Problem("tool-prechecks-whoami", Effect.REFUSES, Evidence.REPORTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} publishes with {case.publish.tool}, which runs `npm whoami` first; that"
        " fails under trusted publishing.",
        f"Switch the check off in the configuration of {case.publish.tool} (release-it:"
        " `npm.skipChecks: true`).",
        case.publish.place,
    )


RULE = Rule(
    id="tool-prechecks-whoami",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
