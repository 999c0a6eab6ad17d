"""npm refused the exchange, and the files do not show why.

## What it checks
The answer of npm's registry to the exchange that this job asked for, where the job is to npm the
run that publishes. The table shows this run's claims beside what is declared and what npm's last
publish shows; a marked field may be the one that npm misses.

## Why npm refuses
404: no trusted publisher of the package is this run, or it expired 48 hours after its creation
without a publish, or the repository was renamed or made anew. 401: the id-token itself was not
accepted. The client hides both: `ENEEDAUTH`, or `E404 Not Found - PUT`.

## How to fix
404: compare the fields with npmjs.com; delete the configuration, create it again, and publish
within 48 hours. 401: leave the id-token's issuer as GitHub has it.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases import claims, probe
from checker.cases.world import Case, World
from checker.problems import Problem, Rule, Words
from checker.report import ClaimRow

_CAUSES = {
    400: "npm calls the request malformed",
    401: "npm does not accept the id-token itself",
    403: "npm forbids the exchange",
    404: "no trusted publisher of the package is this run, or the one that was has expired",
}


def words(world: World, problem: Problem) -> Words:
    case = world.case
    answer = probe.answered(case)
    status = answer.status if answer is not None and answer.status is not None else 0
    cause = _CAUSES.get(status, "npm gives no reason")
    table = claims.table(case)
    return Words(
        f"npm answered {status} to the exchange for {say.package_name(case)}: {cause}."
        f"{_suspects(table) if status == 404 else ''}",
        _fix(case, status),
        case.publish.place,
        table,
    )


def _suspects(table: tuple[ClaimRow, ...]) -> str:
    names = tuple(f"`{row.field}`" for row in table if row.differs)
    return f" What differs: {', '.join(names)}." if names else ""


def _fix(case: Case, status: int) -> str:
    match status:
        case 401:
            return (
                "Leave issuer and audience of the id-token as GitHub and npm have them: npm knows"
                " github.com's issuer `https://token.actions.githubusercontent.com` alone, and not"
                " the one with an enterprise's name that an enterprise may switch on."
            )
        case 400 | 403:
            return (
                "Run the release again; where the answer stays, look at npm's status page and ask"
                " npm's support, for no field that you can set explains it."
            )
    return say.paragraphs(
        say.register(case),
        "Where a configuration with exactly these fields is there already, delete it and create it"
        " again: it has expired, or it belongs to a repository that was renamed or made anew.",
        say.exactly(case),
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
