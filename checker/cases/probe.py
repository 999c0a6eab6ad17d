"""What npm itself answered to this run, and whether that answer is one to this case.

The exchange that this program asks for proves something about a publish only where npm would see
the same run: the same entry workflow, event and environment. Elsewhere it is told, and counts for
nothing.
"""

from __future__ import annotations

from checker.cases.world import Case
from checker.facts import ExchangeAnswer, Unknown

# What makes two runs the same to npm, beside the repository, which is the same here.
COMPARED = ("workflow", "environment", "event_name")
_REFUSED = (400, 401, 403, 404)


def answered(case: Case) -> ExchangeAnswer | None:
    """The registry's answer to an exchange for this package, whatever it is worth."""
    answer = case.exchange
    return answer if answer is not None and answer.status is not None else None


def representative(case: Case) -> ExchangeAnswer | None:
    """The answer, where the run that asked is to npm the run that publishes."""
    answer = answered(case)
    if answer is None:
        return None
    claims, wanted = dict(answer.claims), dict(expected(case))
    if isinstance(case.run.environment, Unknown):
        return None
    same = (claims.get(name) == wanted.get(name) for name in COMPARED)
    return answer if all(same) else None


def expected(case: Case) -> tuple[tuple[str, str], ...]:
    """The claims of the run that publishes, as far as the files show them."""
    run = case.run
    found = {
        "repository": case.running.repository,
        "workflow": run.entry_workflow.rsplit("/", 1)[-1],
        "environment": None if isinstance(run.environment, Unknown) else run.environment,
        "event_name": run.event,
    }
    return tuple((name, value) for name, value in found.items() if value is not None)


def granted(case: Case) -> bool:
    """Whether npm gave this very run a token for the package: a trusted publisher matches."""
    answer = representative(case)
    return answer is not None and answer.status == 201


def refused(case: Case) -> bool:
    """Whether npm refused this very run; a failing registry refuses nothing."""
    answer = representative(case)
    return answer is not None and answer.status in _REFUSED
