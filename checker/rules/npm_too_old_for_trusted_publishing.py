"""The npm of the job is older than trusted publishing.

## What it checks
That the npm which publishes is 11.5.1 or newer. Node 20 and 22 bring npm 10, Node 24 brings 11.5.1
from 24.5.0 on.

## Why npm refuses
An older npm does not know the exchange and says nothing about it. It goes on with the token it
finds, or with none: `ENEEDAUTH`, or `E404 Not Found - PUT` with setup-node's placeholder.

## How to fix
Use Node 24, or install npm 11 after setup-node. `npm@latest` needs Node 22.22.2, 24.15 or 26.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    place = case.run.runtime_place
    runtime = world.runtime
    tool = case.publish.tool
    through = "" if tool == "npm" else f"by {tool} "
    node = f" (Node {runtime.node})" if runtime.node else ""
    return Words(
        f"{say.job(case)} publishes {through}with npm"
        f" {runtime.npm or 'of an unknown version'}{node}, which cannot use trusted publishing"
        " (needs 11.5.1).",
        f"{say.NEW_NPM} ({place.path}:{place.line}).",
        place,
    )


RULE = Rule(
    id="npm-too-old-for-trusted-publishing",
    page=__doc__,
    words=words,
    yields_to=("npm-too-old-for-staging", "npm-upgrade-unsupported"),
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
