"""An unscoped package cannot be restricted.

## What it checks
That `access: restricted`, which npm also takes `private` for, is not set for a name without a
scope.

## Why npm refuses
The client stops with `EUNSCOPED Can't restrict access to unscoped packages`.

## How to fix
Drop `access: restricted`, or give the package a scope.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import provenance
from checker.cases.world import Case, World
from checker.facts import Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    package = world.case.package
    if isinstance(package, Unknown) or package.name.startswith("@"):
        return
    access = provenance.published_access(world)
    if access == "restricted" or (access == "private" and _is_restricted_to_npm(world)):
        yield Problem("restricted-unscoped", Effect.REFUSES, Evidence.DOCUMENTED)


# 11.16.0 was seen to take `private` of publishConfig for `restricted`, 11.5.1 was not.
_READS_PUBLISH_CONFIG = "11.16.0"


def _is_restricted_to_npm(world: World) -> bool:
    """Whether npm's own publish command takes `private` for the same word."""
    is_npm = world.case.publish.tool == "npm"
    given = world.case.run.options.access is not None
    return is_npm and (given or world.npm_at_least(_READS_PUBLISH_CONFIG))


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.package_name(case)} has no scope and is published with `access: restricted`.",
        'Write `"access": "public"` into `.changeset/config.json`.'
        if case.publish.tool == "changesets" and case.run.options.access is None
        else f"Remove {_restricted(case)}: a package without a scope is always public.",
        case.publish.place,
    )


def _restricted(case: Case) -> str:
    if case.run.options.access is None:
        return f'`"access": "restricted"` from `publishConfig` in {say.manifest(case)}'
    return (
        "`--access restricted` from the command, `NPM_CONFIG_ACCESS` from `env` or"
        " `access=restricted` from `.npmrc`, whichever is there"
    )


RULE = Rule(
    id="restricted-unscoped",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/commands/npm-publish",),
)
