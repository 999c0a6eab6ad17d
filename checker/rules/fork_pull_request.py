"""A pull request from a fork cannot publish.

## What it checks
That the job which is running is not a publish for a pull request whose head is a fork.

## Why npm refuses
GitHub gives such a run no id-token and no secrets, whatever the workflow asks for. npm has nothing
to present and answers `ENEEDAUTH` or `E404 Not Found - PUT`.

## How to fix
Publish on `push` of a tag, on `release` or on `workflow_dispatch`; keep pull requests to checks.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} publishes on `{case.run.event}` and this pull request comes from a fork:"
        " GitHub gives it neither an id-token nor secrets.",
        "Publish on `push` of a tag or on `release` instead, or guard the job with\n\n"
        "```yaml\nif: github.event_name != 'pull_request'\n```",
        case.publish.place,
    )


RULE = Rule(
    id="fork-pull-request",
    page=__doc__,
    words=words,
    sources=(
        "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows",
    ),
)
