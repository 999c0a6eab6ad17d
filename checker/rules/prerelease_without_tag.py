"""A prerelease is published without a tag.

## What it checks
That a version such as `2.0.0-beta.1` is published with `--tag` or `publishConfig.tag`, where npm 11
or bun publishes the version that the manifest holds.

## Why npm refuses
npm 11 and newer stop with `You must specify a tag using --tag when publishing a prerelease
version`. npm 10 publishes it as `latest` without a word. pnpm up to 10 runs the npm beside it. bun
stops too, from 1.4.4 on.

## How to fix
Name the tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import NPM_WITH_TAG_RULE, World
from checker.facts import Unknown
from checker.knowledge.tools import Exchange, VersionFrom
from checker.knowledge.versions import is_prerelease
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if not _is_untagged_prerelease(world):
        return
    if world.tool.row.strict or world.npm_at_least(NPM_WITH_TAG_RULE):
        yield Problem("prerelease-without-tag", Effect.REFUSES, Evidence.DOCUMENTED)


def _is_untagged_prerelease(world: World) -> bool:
    package, tag = world.case.package, world.case.run.options.tag
    if isinstance(package, Unknown) or package.version is None or package.tag is not None:
        return False
    if not is_prerelease(package.version) or not (_asks_npm(world) or world.tool.row.strict):
        return False
    if world.case.run.options.force or world.tool.row.names_tag:
        return False
    if world.tool.row.version_from is not VersionFrom.MANIFEST:
        return False
    return world.know(tag, "tag", ("next", None)) is None


def _asks_npm(world: World) -> bool:
    """Whether npm's own publish command is run, as pnpm does up to 10, but not for all workspaces.

    With `-r` pnpm names the tag `latest` itself.
    """
    use, options = world.tool, world.case.run.options
    by_pnpm = use.row.name == "pnpm" and use.row.exchange is Exchange.NPM and not options.recursive
    return world.case.publish.tool == "npm" or by_pnpm


def words(world: World, problem: Problem) -> Words:
    case = world.case
    version = None if isinstance(case.package, Unknown) else case.package.version
    return Words(
        f"`{version}` of {say.package_name(case)} is a prerelease, and {say.the_job(case)}"
        f" runs {say.command(case)} without a tag; {_who(world)} refuses that.",
        "Add `--tag next` to the command, or write into"
        f" {say.in_publish_config(case, 'tag', 'next')}",
        case.publish.place,
    )


def _who(world: World) -> str:
    return world.tool.row.name if world.tool.row.strict else f"npm {world.runtime.npm}"


RULE = Rule(
    id="prerelease-without-tag",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/commands/npm-publish",),
)
