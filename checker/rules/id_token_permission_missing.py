"""The job may not ask GitHub for an id-token.

## What it checks
That the publishing job, and the caller of a called workflow, has `id-token: write` where trusted
publishing is meant: a publisher is declared, or nothing else is given.

## Why npm refuses
Trusted publishing starts with an id-token that GitHub gives only to a job with this permission.
Without it npm does not try, says nothing, and ends with `ENEEDAUTH` or `E404 Not Found - PUT`. A
job's `permissions` replace the workflow's, and a called workflow never has more than its caller.

## How to fix
Add `id-token: write` to the `permissions` of the job, and of the job that calls it.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if world.case.run.exceeds_caller:
        yield Problem("id-token-permission-missing", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    place = case.run.permissions_place
    where = f"{place.path}:{place.line}"
    if case.run.exceeds_caller:
        return Words(
            f"{say.job(case)} of a called workflow asks for `id-token: write`, and its caller in"
            f" `{place.path}` does not grant it: GitHub does not start the run at all.",
            say.paragraphs(
                f"Add the line `id-token: write` to the `permissions` of the calling job at"
                f" {where}; where there are none, or one word such as `read-all`, write:",
                say.PERMISSIONS,
            ),
            place,
        )
    return Words(
        f"{say.job(case)} publishes without `id-token: write`, so GitHub gives it no id-token and"
        f" {say.command(case)} cannot use trusted publishing.",
        say.paragraphs(
            f"Add the line `id-token: write` to the `permissions` at {where}; where there are none,"
            " or one word such as `read-all`, write:",
            say.PERMISSIONS,
        ),
        place,
    )


RULE = Rule(
    id="id-token-permission-missing",
    page=__doc__,
    words=words,
    find=find,
    yields_to=("fork-pull-request", "token-not-read"),
    sources=(
        "https://docs.npmjs.com/trusted-publishers",
        "https://docs.github.com/actions/reference/security/oidc",
    ),
)
