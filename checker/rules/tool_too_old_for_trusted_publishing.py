"""The publishing tool has in this version no trusted publishing yet.

## What it checks
That the tool is new enough: pnpm 11.0, yarn 4.10, lerna 9.0, semantic-release 25.

## Why npm refuses
An older version does not ask for the exchange and sends the token it finds, or none: `ENONPMTOKEN
No npm token specified` (semantic-release), `YN0033: No authentication configured for request`
(yarn), `404 Not Found - PUT` (pnpm, lerna).

## How to fix
Raise the tool's version, or publish with npm 11.5.1 or newer.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case, tool = world.case, world.tool
    version = tool.version or "of an unknown version"
    return Words(
        f"{say.job(case)} publishes with {case.publish.tool} {version}, which cannot use trusted"
        f" publishing (needs {tool.row.trusted_publishing_since}).",
        f"Raise {case.publish.tool} to {tool.row.trusted_publishing_since} or newer.",
        case.publish.place,
    )


RULE = Rule(
    id="tool-too-old-for-trusted-publishing",
    page=__doc__,
    words=words,
    yields_to=("id-token-permission-missing",),
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
