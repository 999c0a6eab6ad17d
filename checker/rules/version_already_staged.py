"""The version waits for approval already.

## What it checks
With network and a token to ask with: that the version in the manifest is not among those that are
staged on npm, where the tool publishes or stages that version. And, without either, that no other
command of the same run stages it.

## Why npm refuses
A staged version takes its number until it is approved or deleted: `E409 Conflict - PUT - Cannot
publish over previously staged version`.

## How to fix
Approve the staged version on npmjs.com or delete it there; else raise the version. Where one run
takes a version twice, leave one of the two out.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import Case, World
from checker.facts import Command, Unknown
from checker.knowledge.tools import VersionFrom
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if _is_staged(world.case) and world.tool.row.version_from is VersionFrom.MANIFEST:
        effect = Effect.REFUSES if world.case.is_running else Effect.NOTES
        yield Problem("version-already-staged", effect, Evidence.DOCUMENTED)
    if world.taken_by(Command.STAGE) and world.tool.row.version_from is VersionFrom.MANIFEST:
        yield Problem("version-already-staged", Effect.REFUSES, say.evidence_of(world.case))


def _is_staged(case: Case) -> bool:
    package, observed = case.package, case.observed
    if isinstance(package, Unknown) or observed is None:
        return False
    return package.version in observed.staged


def words(world: World, problem: Problem) -> Words:
    case = world.case
    if case.taken is not None and not (case.is_running and _is_staged(case)):
        return say.published_twice(case, case.taken)
    version = None if isinstance(case.package, Unknown) else case.package.version
    path = "package.json" if isinstance(case.package, Unknown) else case.package.path
    return Words(
        f"{say.package_name(case)} {version} is staged on npm and waits for approval; no version is"
        " published or staged over it.",
        "Approve it on npmjs.com (or `npm stage approve`), or delete it there, or raise `version`"
        f" in `{path}`.",
        case.publish.place,
    )


RULE = Rule(
    id="version-already-staged",
    page=__doc__,
    words=words,
    find=find,
    yields_to=("version-already-published",),
    sources=("https://docs.npmjs.com/staged-publishing",),
)
