"""The manifest has no version that npm takes.

## What it checks
That `version` in the package.json that is published is there and is an exact version, where the
tool publishes the version that the manifest holds.

## Why npm refuses
The client packs nothing without one: `Invalid package, must have name and version`, or `Invalid
version`.

## How to fix
Set `version` to an exact version such as `1.2.0`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Package, Place, Unknown
from checker.knowledge.ranges import exact
from checker.knowledge.tools import Exchange, VersionFrom
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    package = world.case.package
    tool = world.case.publish.tool
    if isinstance(package, Unknown) or tool not in (*_WANT_AN_EXACT_ONE, *_WANT_ONE):
        return
    if tool == "pnpm" and world.case.run.options.recursive:
        # Among workspaces it passes over one without a version.
        return
    if world.tool.row.version_from is not VersionFrom.MANIFEST:
        return
    missing = _is_missing(package) and _asks_for_one(world)
    wants_exact = tool in _WANT_AN_EXACT_ONE or world.tool.row.strict
    if missing or (wants_exact and _is_inexact(package)):
        yield Problem("version-invalid", Effect.REFUSES, Evidence.DOCUMENTED)


# Seen with npm 10 and 11, pnpm 10 and 11, bun 1.1.30 to 1.4.5, yarn 3 and 4; a bun before 1.4.4,
# and yarn, leave it to npm what a version looks like.
_WANT_AN_EXACT_ONE = ("npm", "pnpm")
_WANT_ONE = ("bun", "yarn")


def _asks_for_one(world: World) -> bool:
    """Whether the client stops by itself without a version; yarn 1 does not."""
    return world.case.publish.tool != "yarn" or world.tool.row.exchange is Exchange.OWN


def _is_missing(package: Package) -> bool:
    # A version that a step sets before the publish is not known, but it is there.
    return package.version is None and bool(package.lines) and not _is_written(package)


def _is_written(package: Package) -> bool:
    return "version" in dict(package.lines)


def _is_inexact(package: Package) -> bool:
    return package.version is not None and exact(package.version) is None


def words(world: World, problem: Problem) -> Words:
    case = world.case
    package = case.package
    if isinstance(package, Unknown):
        return Words(f"{say.job(case)} publishes no version.", "Set `version`.", case.publish.place)
    line = dict(package.lines).get("version", 1)
    said = f"the version `{package.version}`" if package.version else "no version"
    return Words(
        f"`{package.path}` of {say.package_name(case)} has {said}; npm publishes exact versions"
        " only.",
        f"Set `version` in `{package.path}` to an exact version such as `1.2.0`.",
        Place(package.path, line, line),
    )


RULE = Rule(
    id="version-invalid",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/configuring-npm/package-json",),
)
