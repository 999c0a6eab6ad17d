"""npm refuses id-tokens of this event.

## What it checks
That the publish is not reached by `pull_request_target` or `issue_comment`.

## Why npm refuses
Such runs mix strangers' input with the repository's rights, so npm's exchange refuses their
id-tokens; the client shows only `ENEEDAUTH` or `E404 Not Found - PUT`.

## How to fix
Publish on `push`, `release` or `workflow_dispatch`.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases import claims
from checker.cases.world import World
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} publishes on `{case.run.event}`; npm refuses id-tokens of that event.",
        "Publish on `push` of a tag, on `release` or on `workflow_dispatch`:\n\n"
        "```yaml\non:\n  push:\n    tags: ['v*']\n```",
        case.publish.place,
        claims.if_refused(case),
    )


RULE = Rule(
    id="trigger-refused",
    page=__doc__,
    words=words,
    sources=(
        "https://github.blog/changelog/2026-10-02-unvalidated-npm-trusted-publishing-configurations-now-expire",
        "https://github.com/npm/cli/issues/8739",
    ),
)
