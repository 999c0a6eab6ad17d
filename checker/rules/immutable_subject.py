"""The repository's id-tokens carry numbers in their subject, and some exchanges fail with it.

## What it checks
Whether GitHub writes the numbers of owner and repository into the subject of this repository's
id-tokens (`repo:OWNER@1/NAME@2:…`). It does so for repositories made, renamed or transferred after
2026-07-15, and its API tells. Where npm has already answered this very run with a token, nothing is
said.

## Why npm refuses
It may not: trusted publishing works from such repositories too. But several maintainers saw the
exchange answer `404`, or the publish `403 OIDC permission denied for this action`, until they had
deleted the trusted publisher and registered it again.

## How to fix
See first that the trusted publisher has not expired, and that it allows `npm publish`. If npm still
refuses, delete it, register it again and publish within 48 hours.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import probe
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    case = world.case
    if case.github is None or case.github.immutable_subject is not True or probe.granted(case):
        return
    if presented(world) is Presented.OIDC:
        yield Problem("immutable-subject", Effect.WARNS, Evidence.REPORTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"GitHub writes numbers into the subject of id-tokens of `{say.repository(case)}`"
        " (immutable subject); several maintainers report that npm then refused their trusted"
        " publisher until it was registered anew.",
        "Run this check in the publishing job with `id-token: write`: npm's own answer settles it."
        " If npm refuses, delete the trusted publisher and register it again.\n\n"
        f"{say.register(case)}",
        case.publish.place,
    )


RULE = Rule(
    id="immutable-subject",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://docs.github.com/en/actions/reference/security/oidc",
        "https://github.com/npm/cli/issues/9969",
    ),
)
