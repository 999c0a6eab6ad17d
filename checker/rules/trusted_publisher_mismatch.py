"""No known trusted publisher is this run.

## What it checks
Each declared publisher against what npm sees of the run: the repository, the file name of the entry
workflow (the caller's, not the called one's) and the environment, case included. Where nothing is
declared, the last publish that npm's record shows to be a trusted publisher's: another repository
or workflow file than this run's is a warning, for npm shows no one the configuration itself.

## Why npm refuses
npm compares all fields exactly and answers 404 when none of the configurations is the run. At
verbose level it says `OIDC token exchange error - package not found`; otherwise it hides that:
`E404 Not Found - PUT` or `ENEEDAUTH`.

## How to fix
Correct the field that differs on npmjs.com, or in the workflow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from checker import guidance as say
from checker.cases import claims, exchange, probe
from checker.cases.publishers import differences
from checker.cases.world import Case, World
from checker.facts import TrustedPublisher, Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    """Only npm's record of the last publish; the walk to the exchange finds what is declared."""
    case = world.case
    answered = probe.granted(case) or probe.refused(case)
    if answered or not isinstance(case.declared.publishers, Unknown):
        return
    if claims.unlike_last_publish(case) and exchange.asks(world):
        effect = Effect.NOTES if claims.publishes_from_there_too(case) else Effect.WARNS
        yield Problem("trusted-publisher-mismatch", effect, Evidence.REPORTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    publishers = case.declared.publishers
    if isinstance(publishers, Unknown):
        return _of_last_publish(world)
    near = [p for p in publishers if differences(world, p) == ("environment",)]
    if near:
        return _but_for_the_environment(case, near[0])
    place = next((p.place for p in publishers if p.place), None)
    lines = "; ".join(_line(world, p) for p in publishers)
    return Words(
        f"No trusted publisher of {say.package_name(case)} is this run of {say.the_job(case)}:"
        f" {lines}.",
        say.paragraphs(say.register(case), say.exactly(case)),
        place or case.publish.place,
        claims.table(case),
    )


def _but_for_the_environment(case: Case, publisher: TrustedPublisher) -> Words:
    """One is this run in everything else: the environment alone is what to mend."""
    actual, wanted = case.run.environment, publisher.environment
    runs = f"in `{actual}`" if isinstance(actual, str) else "in none"
    if isinstance(actual, Unknown):
        runs = "in one that is not known"
    names = f"environment `{wanted}`" if wanted is not None else "no environment"
    if wanted is not None:
        job = f"Write into {say.the_job(case)}:\n\n```yaml\nenvironment: {json.dumps(wanted)}\n```"
    else:
        job = f"Remove `environment` from {say.the_job(case)}."
    return Words(
        f"The trusted publisher of {say.package_name(case)} names {names}, and {say.the_job(case)}"
        f" runs {runs}; everything else is the same, and npm compares that too, upper and lower"
        " case included.",
        say.paragraphs(job, f"Or leave the job as it is. {say.register(case)}"),
        publisher.place or case.publish.place,
        claims.table(case),
    )


def _of_last_publish(world: World) -> Words:
    case = world.case
    differing = claims.unlike_last_publish(case)
    rows = {row.field: row for row in claims.table(case)}
    fields = " and ".join(
        f"{field} `{rows[field].last_publish}`, where {say.the_job(case)} has"
        f" `{rows[field].this_run}`"
        for field in differing
    )
    return Words(
        f"The last version of {say.package_name(case)} on npm came by trusted publishing from"
        f" {fields}. Where npm still trusts only that, it refuses the exchange of this run.",
        say.paragraphs(
            "Look at Settings → Trusted publishing of the package on npmjs.com; where this run is"
            " not there, register it.",
            say.register(case),
            say.exactly(case),
        ),
        case.publish.place,
        claims.table(case),
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
    find=find,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
