"""The package is marked private.

## What it checks
That a package which a command publishes by itself has no `"private": true`. Among workspaces npm
passes a private one over.

## Why npm refuses
The client stops with `EPRIVATE This package has been marked as private`.

## How to fix
Remove `"private": true`, or do not publish this package.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    package = world.case.package
    if not isinstance(package, Unknown) and package.private:
        yield Problem("package-private", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    path = "package.json" if isinstance(case.package, Unknown) else case.package.path
    return Words(
        f"{say.job(case)} publishes {say.package_name(case)}, which `{path}` marks as private.",
        f'Remove `"private": true` from `{path}`, or publish another directory.',
        case.publish.place,
    )


RULE = Rule(
    id="package-private",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/configuring-npm/package-json",),
)
