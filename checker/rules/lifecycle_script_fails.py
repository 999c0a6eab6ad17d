"""A lifecycle script of the package always fails.

## What it checks
That no script which runs before the upload (`prepublishOnly`, `prepack`, `prepare`, `postpack`)
ends in `exit 1` whatever happens, as a guard against publishing by hand does.

## Why npm refuses
npm is never asked. The client runs the script first and stops with its exit code: `command failed`.

## How to fix
Let the script pass in the release job, or publish with `--ignore-scripts`.
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
    if not isinstance(package, Unknown) and package.stopped_by is not None:
        yield Problem("lifecycle-script-fails", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    script, path = "prepublishOnly", "package.json"
    if not isinstance(case.package, Unknown):
        script, path = case.package.stopped_by or script, case.package.path
    return Words(
        f"{say.job(case)} publishes {say.package_name(case)}, whose script `{script}` in `{path}`"
        " always fails, so that the client stops before it asks npm.",
        f'Let `{script}` pass in the release job, as `[ "$CI" = true ] || exit 1` does, or add'
        " `--ignore-scripts` to the publish command.",
        case.publish.place,
    )


RULE = Rule(
    id="lifecycle-script-fails",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/using-npm/scripts",),
)
