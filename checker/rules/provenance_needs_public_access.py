"""Provenance is asked for a package that is not public.

## What it checks
That a publish which asks for provenance has `access: public` where the package is new, and is not
restricted.

## Why npm refuses
The client stops with `Can't generate provenance for new or private package, you must set access to
public`.

## How to fix
Set `access` to `public`, or drop the flag.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import provenance
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if not provenance.asked_for(world):
        return
    access = provenance.published_access(world)
    if access == "restricted" or (access is None and not world.exists):
        yield Problem("provenance-needs-public-access", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    restricted = provenance.published_access(world) == "restricted"
    return Words(
        f"{say.job(case)} asks for provenance for {say.package_name(case)}, which is"
        f" {'restricted' if restricted else 'new and not said to be public'}.",
        f"Remove {say.wish_for_provenance(case)}: npm makes no statement for a restricted package."
        if restricted
        else "Add `--access public` to the command, or write into"
        f" {say.in_publish_config(case, 'access', 'public')}",
        case.publish.place,
    )


RULE = Rule(
    id="provenance-needs-public-access",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/generating-provenance-statements",),
)
