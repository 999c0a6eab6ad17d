"""Provenance is asked for without an id-token.

## What it checks
That a job which asks for provenance has `id-token: write`.

## Why npm refuses
The statement is signed with the run's identity. The client stops with `Provenance generation in
GitHub Actions requires "write" access to the "id-token" permission`.

## How to fix
Give the job the permission, or drop the flag.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import exchange, provenance
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if provenance.asked_for(world) and exchange.lacks_id_token(world):
        yield Problem("provenance-without-id-token", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} asks for provenance and has no `id-token: write`.",
        say.paragraphs(
            f"Give {say.the_job(case)} the permission `id-token: write`, beside what it needs"
            " already:",
            say.PERMISSIONS,
            f"Or remove {say.wish_for_provenance(case)}.",
        ),
        case.run.permissions_place,
    )


RULE = Rule(
    id="provenance-without-id-token",
    page=__doc__,
    words=words,
    find=find,
    yields_to=("fork-pull-request",),
    sources=("https://docs.npmjs.com/generating-provenance-statements",),
)
