"""The tool of the job is older than staged publishing.

## What it checks
That `npm stage publish` runs with npm 11.15.0 or newer, and `pnpm stage publish` with 11.3.0.

## Why npm refuses
An older client has no such command: it prints `Unknown command: "stage"` and fails before it asks
the registry.

## How to fix
Use Node 24.18 or newer, or install npm 11 after setup-node.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Command
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if world.command is Command.STAGE and not world.tool.staging:
        yield Problem("npm-too-old-for-staging", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    place = case.run.runtime_place
    version = world.tool.version or "of this version"
    since = world.tool.row.staging_since
    needs = f" (needs {since})" if since else ""
    if case.publish.tool != "npm":
        newer = f" to {since} or newer" if since else ""
        return Words(
            f"{say.job(case)} stages with {case.publish.tool} {version}, which has no"
            f" {say.command(case)}{needs}.",
            f"Raise {case.publish.tool}{newer}, or stage with npm 11.15 or newer.",
            case.publish.place,
        )
    return Words(
        f"{say.job(case)} stages with {case.publish.tool} {version}, which has no"
        f" {say.command(case)}{needs}.",
        "Set `node-version: 24.18.0` or newer in the setup-node step, or add a step"
        f" `npm install -g npm@11` after it ({place.path}:{place.line}).",
        place,
    )


RULE = Rule(
    id="npm-too-old-for-staging",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/staged-publishing",),
)
