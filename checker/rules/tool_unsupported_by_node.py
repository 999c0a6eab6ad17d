"""The publishing tool does not run on the job's Node.

## What it checks
That the job's Node is one that the tool asks for, where the tool ends at once on any other:
semantic-release 25 on Node 20, pnpm 11 on Node 20.

## Why npm refuses
npm is never asked. The tool stops with `node version ^22.14.0 || >= 24.10.0 is required`
(semantic-release), or cannot load what it needs (pnpm), and the job stops there.

## How to fix
Raise `node-version`, or keep the tool's older major version.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Unknown
from checker.knowledge.ranges import satisfies
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    runtimes, nodes = world.case.run.runtimes, _nodes(world)
    if nodes is None or isinstance(runtimes, Unknown) or "uses" in world.case.publish.via:
        # An action brings the Node that its tool runs on.
        return
    fits = {runtime.node is None or satisfies(runtime.node, nodes) for runtime in runtimes}
    if fits == {True, False}:
        why = f"the job may run a Node inside or outside of `{nodes}`"
        fits = {world.decide(Unknown("node", why), "node-of-tool", (True, False))}
    if fits == {False}:
        yield Problem("tool-unsupported-by-node", Effect.REFUSES, Evidence.OBSERVED)


def _nodes(world: World) -> str | None:
    """The range of Nodes that the tool in its version ends outside of; None where none is known."""
    version = world.tool.version
    wanted = world.tool.row.nodes if version is not None else ()
    return next((nodes for versions, nodes in wanted if satisfies(version or "", versions)), None)


def words(world: World, problem: Problem) -> Words:
    case, place = world.case, world.case.run.runtime_place
    tool = f"{case.publish.tool} {world.tool.version}"
    return Words(
        f"{say.job(case)} publishes with {tool} on Node {world.runtime.node}, and that ends at once"
        f" on a Node outside of `{_nodes(world)}`.",
        f"Set `node-version: 24` in the setup-node step ({place.path}:{place.line}).",
        case.publish.place,
    )


RULE = Rule(
    id="tool-unsupported-by-node",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://github.com/semantic-release/semantic-release/blob/master/docs/support/node-version.md",
        "https://pnpm.io/installation#compatibility",
    ),
)
