"""A step installs an npm that the job's Node cannot run.

## What it checks
That `npm install -g npm@…` picks a release whose `engines` admit the job's Node.

## Why npm refuses
npm checks its own `engines` strictly: the install ends with `EBADENGINE` and `Not compatible with
your version of node/npm: npm@12.2.0`, and the job stops there. npm 12 needs Node 22.22.2, 24.15.0
or 26.

## How to fix
Install `npm@11`, or raise `node-version`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.knowledge.versions import at_least
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
        f"{_instead(runtime.failed_upgrade)}set `node-version: 24` in the setup-node step"
        f" ({place.path}:{place.line}).",
        place,
    )


def _instead(failed: str | None) -> str:
    """npm 11 runs on every Node from 20.17 on; where it is what failed, only Node helps."""
    if failed is None or not at_least(failed, "12.0.0"):
        return "Raise Node: "
    return "Install `npm@11` instead (`npm install -g npm@11`), or "


RULE = Rule(
    id="npm-upgrade-unsupported",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://github.com/npm/cli/blob/latest/package.json",),
)
