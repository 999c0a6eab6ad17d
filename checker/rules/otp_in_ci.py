"""A one-time password cannot be kept in a workflow.

## What it checks
That the publish command does not pass `--otp`.

## Why npm refuses
A one-time password lives for half a minute, so a stored one is wrong by the time it is used: `EOTP
This operation requires a one-time password`. New ones cannot be enrolled since October 2025.

## How to fix
Drop `--otp` and move to trusted publishing.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    if world.case.run.options.otp and presented(world) is Presented.TOKEN:
        yield Problem("otp-in-ci", Effect.WARNS, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} passes `--otp`; a one-time password lives for seconds and cannot be"
        " stored.",
        say.paragraphs("Drop `--otp`.", say.move_to_trusted_publishing(case)),
        case.publish.place,
    )


RULE = Rule(
    id="otp-in-ci",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/configuring-two-factor-authentication",),
)
