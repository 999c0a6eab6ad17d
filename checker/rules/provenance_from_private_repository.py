"""Provenance is asked for from a repository that is not public.

## What it checks
That `--provenance`, `NPM_CONFIG_PROVENANCE` or `publishConfig.provenance` is not set where the
repository is private or internal.

## Why npm refuses
The registry answers `422 … Unsupported GitHub Actions source repository visibility: "private"`.

## How to fix
Drop the flag. Trusted publishing itself works from private repositories, without provenance.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import provenance
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if provenance.asked_for(world) and world.visibility == "private":
        yield Problem("provenance-from-private-repository", Effect.REFUSES, Evidence.OBSERVED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} asks for provenance, and `{say.repository(case)}` is not public.",
        f"Remove {say.wish_for_provenance(case)}; trusted publishing works without.",
        case.publish.place,
    )


RULE = Rule(
    id="provenance-from-private-repository",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://docs.npmjs.com/trusted-publishers",
        "https://docs.npmjs.com/generating-provenance-statements",
    ),
)
