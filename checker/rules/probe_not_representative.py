"""The exchange of this job says nothing about the job that publishes.

## What it checks
Whether the run that asked npm for an exchange has the entry workflow, event and environment of the
publish.

## Why npm refuses
It does not. npm matches a trusted publisher against exactly these, so another job's answer, good or
bad, is about another run, and nothing is concluded from it.

## How to fix
Run this check in the publishing job, as its first step.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import probe
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    case = world.case
    if probe.answered(case) is not None and probe.representative(case) is None:
        yield Problem("probe-not-representative", Effect.NOTES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    answer = probe.answered(case)
    status = answer.status if answer else None
    return Words(
        f"npm answered {status} to the exchange that this job asked for; {say.the_job(case)}"
        " publishes from another workflow, event or environment, so nothing follows from it.",
        f"Run this check as the first step of job `{case.publish.job}` in"
        f" `{say.workflow_file(case)}`.",
        case.publish.place,
    )


RULE = Rule(
    id="probe-not-representative",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
