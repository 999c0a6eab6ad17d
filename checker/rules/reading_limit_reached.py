"""The repository is larger than this check reads.

## What it checks
That nothing was left out: sizes, depths and counts of files are bounded, since a checkout may come
from a stranger.

## Why npm refuses
It may not; but what was not read may publish, so the whole is not accepted.

## How to fix
Name what to judge with `workflow` or `job`, or make the file smaller.
"""

from __future__ import annotations

from checker.facts import ReadingProblem
from checker.problems import ReadingRule, Words


def words(problem: ReadingProblem) -> Words:
    return Words(
        f"A limit was reached and the rest was not read: {problem.why}.",
        "Name what to judge with `workflow` and `job`, or make the file smaller.",
        problem.place,
    )


RULE = ReadingRule(
    id="reading-limit-reached",
    page=__doc__,
    words=words,
    sources=("https://docs.github.com/actions/reference/limits",),
)
