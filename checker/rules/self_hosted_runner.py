"""The job does not run on a runner that GitHub hosts.

## What it checks
The labels of `runs-on`: GitHub's own, or `self-hosted`, a runner group or another company's.

## Why npm refuses
Trusted publishing works on GitHub-hosted runners only, and a provenance statement from another one
is refused with `422 … Unsupported GitHub Actions runner environment: "self-hosted"`.

## How to fix
Move the publishing job to a GitHub-hosted runner; the build may stay where it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import claims, provenance
from checker.cases.world import World
from checker.facts import Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if provenance.asked_for(world) and not world.hosted:
        yield Problem("self-hosted-runner", Effect.REFUSES, Evidence.OBSERVED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    labels = case.run.runs_on
    known = () if isinstance(labels, Unknown) else labels
    shown = ", ".join(f"`{label}`" for label in known) or "a runner"
    return Words(
        f"{say.job(case)} runs on {shown}, which GitHub does not host; npm takes trusted publishing"
        " and provenance from GitHub-hosted runners only.",
        "Publish from a job of its own with `runs-on: ubuntu-latest`, and hand it the built package"
        " with `actions/upload-artifact`.",
        case.publish.place,
        claims.if_refused(case),
    )


RULE = Rule(
    id="self-hosted-runner",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
