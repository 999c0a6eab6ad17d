"""The tag reads like a range of versions.

## What it checks
That the tag of `--tag`, or of npm's configuration, is not one that npm would take for a range, such
as `1.x` or `2`. bun from 1.4.4 on asks that of `publishConfig.tag` too.

## Why npm refuses
`npm install widget@1.x` could then mean either, so the client stops with `Tag name must not be a
valid SemVer range`.

## How to fix
Name the tag so that it is no range: `v1-latest`, `release-1`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Unknown
from checker.knowledge.ranges import is_range
from checker.knowledge.tools import Exchange
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    tag = _tag(world)
    if tag is not None and is_range(tag.strip()):
        yield Problem("tag-is-a-version-range", Effect.REFUSES, Evidence.DOCUMENTED)


# These run `npm publish` with the tag that they are given.
_HAND_IT_OVER = frozenset({"pnpm", "changesets", "nx"})


def _tag(world: World) -> str | None:
    """The tag of npm's flag or configuration; of `publishConfig.tag` npm does not look at this."""
    tag, package = world.case.run.options.tag, world.case.package
    row = world.tool.row
    if row.strict and tag is None and not isinstance(package, Unknown):
        return package.tag
    hands_over = row.name in _HAND_IT_OVER and row.exchange is Exchange.NPM
    if not (row.name == "npm" or row.strict or hands_over) or isinstance(tag, Unknown):
        return None
    return tag


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} publishes with the tag `{_tag(world)}`, which reads like a range of"
        " versions; npm takes no such tag.",
        "Name it so that it is no range, such as `--tag release-1`.",
        case.publish.place,
    )


RULE = Rule(
    id="tag-is-a-version-range",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/commands/npm-dist-tag",),
)
