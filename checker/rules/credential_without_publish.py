"""A credential for npm reaches no publish that can be seen.

## What it checks
That a secret or id-token which lets a job write to npm reaches a publish that this check can read.

## Why npm refuses
It may not; but something publishes here that is not seen, so the whole is not accepted.

## How to fix
Call the publish where it can be read, or take the credential away.
"""

from __future__ import annotations

from checker.facts import ReadingProblem
from checker.problems import ReadingRule, Words


def words(problem: ReadingProblem) -> Words:
    return Words(
        f"An npm credential is handed over and no publish is found that uses it: {problem.why}.",
        "Run the publish command in a step of the workflow, or remove the credential.",
        problem.place,
    )


RULE = ReadingRule(
    id="credential-without-publish",
    page=__doc__,
    words=words,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
