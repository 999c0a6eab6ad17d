"""A lower version than the highest published one would become `latest`.

## What it checks
That a version published without a tag is the highest, where npm 11 publishes the manifest's
version.

## Why npm refuses
npm 11 stops with `Cannot implicitly apply the "latest" tag because previously published version …
is higher than the new version`. npm 10 moves `latest` back without a word.

## How to fix
Name a tag, such as `--tag v1-latest`, for releases of an older line.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import NPM_WITH_TAG_RULE, World
from checker.facts import Unknown
from checker.knowledge.ranges import newest
from checker.knowledge.tools import VersionFrom
from checker.knowledge.versions import at_least, is_prerelease
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    highest = _higher_than_ours(world)
    if highest is not None and world.npm_at_least(NPM_WITH_TAG_RULE):
        # A deleted version stands in the record and does not count for npm.
        certain = highest in dict(_tags(world)).values()
        effect = Effect.REFUSES if world.case.is_running and certain else Effect.NOTES
        yield Problem("latest-would-go-back", effect, Evidence.DOCUMENTED)


def _tags(world: World) -> tuple[tuple[str, str], ...]:
    return world.case.observed.tags if world.case.observed else ()


def _higher_than_ours(world: World) -> str | None:
    """A published release that is higher than the one to be published without a tag."""
    case = world.case
    package, observed = case.package, case.observed
    if isinstance(package, Unknown) or observed is None or package.version is None:
        return None
    tagged = package.tag is not None or case.run.options.tag is not None
    if tagged or case.publish.tool != "npm" or is_prerelease(package.version):
        return None
    if world.tool.row.version_from is not VersionFrom.MANIFEST:
        return None
    if package.version in observed.versions:
        return None
    # npm compares with the highest release, which need not be the one that is `latest`.
    ours = package.version
    higher = [v for v in observed.versions if not is_prerelease(v) and not at_least(ours, v)]
    return newest(higher)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    version = None if isinstance(case.package, Unknown) else case.package.version
    return Words(
        f"{say.package_name(case)} {version} is lower than the published"
        f" {_higher_than_ours(world)}, and {say.the_job(case)} names no tag; npm 11 refuses that.",
        "Add a tag to the command, such as `--tag previous`.",
        case.publish.place,
    )


RULE = Rule(
    id="latest-would-go-back",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/commands/npm-publish",),
)
