"""The release creates more packages than npm allows in a day.

## What it checks
How many packages of one step are known not to exist yet.

## Why npm refuses
npm limits how many new names an account may create in a day, to about 25, and then answers
`E429 Too Many Requests`; the release ends half done.

## How to fix
Create the packages over several days before the release.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.knowledge.limits import NEW_PACKAGES_A_DAY
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if not world.exists and world.case.new_packages > NEW_PACKAGES_A_DAY:
        yield Problem("too-many-new-packages", Effect.WARNS, Evidence.REPORTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} creates {case.new_packages} new packages in one go; npm was seen to stop"
        f" an account after about {NEW_PACKAGES_A_DAY} in a day (`E429`).",
        "Create the packages by hand or by staging, over several days, before this release.",
        case.publish.place,
    )


RULE = Rule(
    id="too-many-new-packages",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://github.com/npm/cli/issues/8507",),
)
