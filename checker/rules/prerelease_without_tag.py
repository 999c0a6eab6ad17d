"""A prerelease is published without a tag.

## What it checks
That a version such as `2.0.0-beta.1` is published with `--tag` or `publishConfig.tag`, where npm 11
publishes the version that the manifest holds.

## Why npm refuses
npm 11 and newer stop with `You must specify a tag using --tag when publishing a prerelease
version`. npm 10 publishes it as `latest` without a word.

## How to fix
Name the tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import NPM_WITH_TAG_RULE, World
from checker.facts import Unknown
from checker.knowledge.tools import VersionFrom
from checker.knowledge.versions import is_prerelease
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if _is_untagged_prerelease(world) and world.npm_at_least(NPM_WITH_TAG_RULE):
        yield Problem("prerelease-without-tag", Effect.REFUSES, Evidence.DOCUMENTED)


def _is_untagged_prerelease(world: World) -> bool:
    package, tag = world.case.package, world.case.run.options.tag
    if isinstance(package, Unknown) or package.version is None or package.tag is not None:
        return False
    if not is_prerelease(package.version) or world.case.publish.tool != "npm":
        return False
    if world.case.run.options.force or world.tool.row.names_tag:
        return False
    if world.tool.row.version_from is not VersionFrom.MANIFEST:
        return False
    return world.know(tag, "tag", ("next", None)) is None


def words(world: World, problem: Problem) -> Words:
    case = world.case
    version = None if isinstance(case.package, Unknown) else case.package.version
    return Words(
        f"`{version}` of {say.package_name(case)} is a prerelease, and {say.the_job(case)}"
        f" runs {say.command(case)} without a tag; npm {world.runtime.npm} refuses that.",
        "Add `--tag next` to the command, or to package.json:\n\n"
        '```json\n"publishConfig": { "tag": "next" }\n```',
        case.publish.place,
    )


RULE = Rule(
    id="prerelease-without-tag",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/commands/npm-publish",),
)
