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
from checker.knowledge.tools import VersionFrom
from checker.knowledge.versions import at_least, is_prerelease
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if _higher_than_ours(world) is not None and world.npm_at_least(NPM_WITH_TAG_RULE):
        effect = Effect.REFUSES if world.case.is_running else Effect.NOTES
        yield Problem("latest-would-go-back", effect, Evidence.DOCUMENTED)


def _higher_than_ours(world: World) -> str | None:
    """A published release that is higher than the one to be published without a tag."""
    case = world.case
    package, observed, options = case.package, case.observed, case.run.options
    if isinstance(package, Unknown) or observed is None or package.version is None:
        return None
    tagged = package.tag is not None or options.tag is not None or options.force
    if tagged or case.publish.tool != "npm" or is_prerelease(package.version):
        return None
    if world.tool.row.version_from is not VersionFrom.MANIFEST:
        return None
    if package.version in observed.versions or observed.highest is None:
        return None
    return None if at_least(package.version, observed.highest) else observed.highest


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
