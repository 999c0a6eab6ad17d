"""No declared trusted publisher is this run.

## What it checks
Each declared publisher against what npm sees of the run: the repository, the file name of the entry
workflow (the caller's, not the called one's) and the environment, case included.

## Why npm refuses
npm compares all fields exactly and answers 404 when none of the configurations is the run. At
verbose level it says `OIDC token exchange error - package not found`; otherwise it hides that:
`E404 Not Found - PUT` or `ENEEDAUTH`.

## How to fix
Correct the field that differs on npmjs.com, or in the workflow.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.publishers import differences
from checker.cases.world import World
from checker.facts import TrustedPublisher, Unknown
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    publishers = case.declared.publishers
    lines = () if isinstance(publishers, Unknown) else tuple(_line(world, p) for p in publishers)
    place = None
    if not isinstance(publishers, Unknown):
        place = next((p.place for p in publishers if p.place), None)
    return Words(
        f"No trusted publisher of {say.package_name(case)} is this run of {say.the_job(case)}: "
        + "; ".join(lines)
        + ".",
        say.paragraphs(
            say.register(case), "npm compares every field exactly, upper and lower case included."
        ),
        place or case.publish.place,
    )


def _line(world: World, publisher: TrustedPublisher) -> str:
    case = world.case
    environment = case.run.environment
    seen = {
        "provider": "`github`",
        "repository": f"`{say.repository(case)}`",
        "workflow": f"`{say.workflow_file(case)}`",
        "environment": "unknown" if isinstance(environment, Unknown) else _named(environment),
    }
    wanted = {
        "provider": f"`{publisher.provider}`",
        "repository": f"`{publisher.repository}`",
        "workflow": f"`{publisher.workflow}`",
        "environment": _named(publisher.environment),
    }
    fields = differences(world, publisher)
    return ", ".join(f"{name} is {seen[name]}, declared {wanted[name]}" for name in fields)


def _named(environment: str | None) -> str:
    return f"`{environment}`" if environment is not None else "none"


RULE = Rule(
    id="trusted-publisher-mismatch",
    page=__doc__,
    words=words,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
