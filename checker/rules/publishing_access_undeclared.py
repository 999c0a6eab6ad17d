"""The package's publishing access is not declared.

## What it checks
That the setting is declared where a token publishes, since it decides whether tokens may.

## Why npm refuses
It may not. npm has no way to read the setting from a workflow.

## How to fix
Look it up once on npmjs.com and declare it.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.facts import Command, Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    undeclared = isinstance(world.case.declared.access, Unknown)
    has_setting = world.exists and world.command is Command.PUBLISH
    if undeclared and has_setting and presented(world) is Presented.TOKEN:
        yield Problem("publishing-access-undeclared", Effect.NOTES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} publishes {say.package_name(case)} with a token, and the package's"
        " publishing access is not declared.",
        say.how_to_settle("publishing-access"),
        case.publish.place,
    )


RULE = Rule(
    id="publishing-access-undeclared",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://docs.npmjs.com/requiring-2fa-for-package-publishing-and-settings-modification",
    ),
)
