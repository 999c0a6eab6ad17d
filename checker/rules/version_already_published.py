"""The version is on npm already.

## What it checks
That the version in the manifest was never published, where the tool publishes that version and does
not pass over published ones. A deleted version counts as published.

## Why npm refuses
`You cannot publish over the previously published versions`, in the client, or `E403` and `E409
Cannot publish over previously published version` from the registry.

## How to fix
Raise the version. In a pull request this is no more than a note: the release raises it later.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Unknown
from checker.knowledge.tools import VersionFrom
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    package, observed = world.case.package, world.case.observed
    if isinstance(package, Unknown) or observed is None or package.version not in observed.versions:
        return
    row = world.tool.row
    at_once = world.case.run.options.recursive
    passes_over = row.skips_published or (row.recursive_skips_published and at_once)
    if row.version_from is VersionFrom.MANIFEST and not passes_over:
        releases = world.case.is_running
        effect = Effect.REFUSES if releases else Effect.NOTES
        yield Problem("version-already-published", effect, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
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
