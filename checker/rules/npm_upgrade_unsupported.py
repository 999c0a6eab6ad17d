"""A step installs an npm that the job's Node cannot run.

## What it checks
That `npm install -g npm@…` picks a release whose `engines` admit the job's Node.

## Why npm refuses
npm checks its own `engines` strictly: the install ends with `EBADENGINE` and the job stops there.
npm 12 needs Node 22.22.2, 24.15.0 or 26.

## How to fix
Install `npm@11`, or raise `node-version`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if world.runtime.failed_upgrade is not None:
        yield Problem("npm-upgrade-unsupported", Effect.REFUSES, Evidence.OBSERVED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    runtime = world.runtime
    place = case.run.runtime_place
    return Words(
        f"{say.job(case)} installs npm {runtime.failed_upgrade}, which Node {runtime.node} cannot"
        " run: the install fails with `EBADENGINE` and nothing is published.",
        "Install `npm@11` instead (`npm install -g npm@11`), or set `node-version: 24` in the"
        f" setup-node step ({place.path}:{place.line}).",
        place,
    )


RULE = Rule(
    id="npm-upgrade-unsupported",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://github.com/npm/cli/blob/latest/package.json",),
)
