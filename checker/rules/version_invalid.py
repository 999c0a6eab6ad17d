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
from checker.knowledge.tools import VersionFrom
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    package = world.case.package
    if isinstance(package, Unknown) or world.case.publish.tool != "npm":
        return
    if world.tool.row.version_from is VersionFrom.MANIFEST and _is_unfit(package):
        yield Problem("version-invalid", Effect.REFUSES, Evidence.DOCUMENTED)


def _is_unfit(package: Package) -> bool:
    if package.version is not None:
        return exact(package.version) is None
    # A version that a step sets before the publish is not known, but it is there.
    return bool(package.lines) and "version" not in dict(package.lines)


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
