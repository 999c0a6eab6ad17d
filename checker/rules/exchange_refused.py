"""npm refused the exchange, and the files do not show why.

## What it checks
The answer of npm's registry to the exchange that this job asked for, where the job is to npm the
run that publishes.

## Why npm refuses
404: no trusted publisher of the package is this run, or it expired 48 hours after its creation
without a publish, or the repository was renamed or made anew. 401: the id-token itself was not
accepted. The client hides both: `ENEEDAUTH`, or `E404 Not Found - PUT`.

## How to fix
Compare the fields with npmjs.com; delete the configuration, create it again, and publish within 48
hours.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases import probe
from checker.cases.world import World
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    answer = probe.answered(case)
    status = answer.status if answer else None
    cause = {
        404: "no trusted publisher of the package is this run, or the one that was has expired",
        401: "npm does not accept the id-token itself",
        400: "npm calls the request malformed",
    }.get(status or 0, "npm gives no reason")
    claims = "" if answer is None else "; ".join(f"{k} `{v}`" for k, v in answer.claims)
    return Words(
        f"npm answered {status} to the exchange for {say.package_name(case)}: {cause}. It saw:"
        f" {claims}.",
        say.register(case),
        case.publish.place,
    )


RULE = Rule(
    id="exchange-refused",
    page=__doc__,
    words=words,
    yields_to=(
        "fork-pull-request",
        "trigger-refused",
        "unsupported-oidc-issuer",
        "self-hosted-runner",
        "first-publish",
        "trusted-publisher-unvalidated",
        "trusted-publisher-mismatch",
    ),
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
