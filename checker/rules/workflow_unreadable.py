"""A workflow file cannot be read.

## What it checks
That every workflow and local action is YAML that GitHub reads.

## Why npm refuses
It may not; but a publish in a file that cannot be read is not seen, so the whole is not accepted.

## How to fix
Correct the file at the place that is named.
"""

from __future__ import annotations

from checker.facts import ReadingProblem
from checker.problems import ReadingRule, Words


def words(problem: ReadingProblem) -> Words:
    return Words(
        f"`{problem.place.path}` cannot be read as a workflow: {problem.why}.",
        "Correct the file; a publish in it is not seen until then.",
        problem.place,
    )


RULE = ReadingRule(
    id="workflow-unreadable",
    page=__doc__,
    words=words,
    sources=("https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",),
)
