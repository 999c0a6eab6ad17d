"""The version is on npm already.

## What it checks
That the version in the manifest was never published, where the tool publishes that version and does
not pass over published ones. A deleted version counts as published. And that no other command of
the same run publishes it: an earlier step, a job before this one, another leg of the matrix.

## Why npm refuses
`You cannot publish over the previously published versions`, in the client, or `E403` and `E409
Cannot publish over previously published version` from the registry.

## How to fix
Raise the version. In a pull request this is no more than a note: the release raises it later.
Where one run publishes a version twice, leave one of the two out: a second dist-tag is set with
`npm dist-tag add`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import Case, World
from checker.facts import Command, Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if _is_on_npm(world.case) and world.repeats_version:
        effect = Effect.REFUSES if world.case.is_running else Effect.NOTES
        yield Problem("version-already-published", effect, Evidence.DOCUMENTED)
    if world.taken_by(Command.PUBLISH) and world.repeats_version:
        # What one run does is the same whatever version the release makes of it.
        yield Problem("version-already-published", Effect.REFUSES, say.evidence_of(world.case))


def _is_on_npm(case: Case) -> bool:
    package, observed = case.package, case.observed
    if isinstance(package, Unknown) or observed is None:
        return False
    return package.version in observed.versions


def words(world: World, problem: Problem) -> Words:
    case = world.case
    if case.taken is not None and not (case.is_running and _is_on_npm(case)):
        return say.published_twice(case, case.taken)
    version = None if isinstance(case.package, Unknown) else case.package.version
    path = "package.json" if isinstance(case.package, Unknown) else case.package.path
    return Words(
        f"{say.package_name(case)} {version} is on npm already; no version is published twice, a"
        " deleted one neither.",
        f"Raise `version` in `{path}` before the release.",
        case.publish.place,
    )


RULE = Rule(
    id="version-already-published",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/commands/npm-publish",),
)
