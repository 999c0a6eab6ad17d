"""A token stands in a file of the repository.

## What it checks
That no file which is read holds the text of an npm token. It is never printed.

## Why npm refuses
Everyone who reads the repository can publish with it, and npm revokes tokens that it finds in
public places: the release then fails with `E404 Not Found - PUT`.

## How to fix
Revoke the token now, and move to trusted publishing.
"""

from __future__ import annotations

from checker.facts import ReadingProblem
from checker.problems import ReadingRule, Words


def words(problem: ReadingProblem) -> Words:
    return Words(
        f"`{problem.place.path}` holds an npm token in plain text.",
        "Revoke it on npmjs.com → Access Tokens now, remove it from the file and its"
        " history, and move to trusted publishing.",
        problem.place,
    )


RULE = ReadingRule(
    id="token-in-repository",
    page=__doc__,
    words=words,
    sources=("https://docs.npmjs.com/about-access-tokens",),
)
