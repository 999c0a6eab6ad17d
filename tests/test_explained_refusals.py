"""A rule that another one explains is not told; but what is only reported explains nothing away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from ready import READY, declaring, with_run

from checker.cases.world import Case
from checker.judgement import Settled, settle
from checker.knowledge import policy
from checker.report import PROVEN, Verdict


def rules(settled: Settled) -> set[str]:
    return {problem.rule for problem, _ in settled.problems}


def before_npm_wrote_of(event: str) -> Case:
    """A release on the last day on which only reports said that npm refuses the event."""
    day = next(era.start for era in policy.ERAS if dict(era.events).get(event, None) in PROVEN)
    return with_run(replace(READY, today=day - timedelta(days=1)), event=event)


def test_an_event_that_is_reported_refused_does_not_save_a_package_without_publishers() -> None:
    case = before_npm_wrote_of("pull_request_target")

    assert settle(case).verdict is Verdict.UNKNOWN
    settled = settle(declaring(case, publishers=()))
    assert (settled.verdict, settled.unknowns) == (Verdict.REFUSED, ())
    assert "no-credential" in rules(settled)


@pytest.mark.parametrize("tool", ["auto", "np"])
def test_a_tool_that_may_exchange_finds_no_publisher_where_none_is_declared(tool: str) -> None:
    of_tool = replace(READY.publish, tool=tool)
    case = with_run(replace(READY, publish=of_tool), tool_versions=("11.3.0",))

    assert settle(case).verdict is Verdict.UNKNOWN
    settled = settle(declaring(case, publishers=()))
    assert (settled.verdict, settled.unknowns) == (Verdict.REFUSED, ())
    assert rules(settled) == {"no-credential"}


def test_a_certain_cause_still_stands_in_the_place_of_the_missing_credential() -> None:
    settled = settle(with_run(declaring(READY, publishers=()), event="issue_comment"))

    assert settled.verdict is Verdict.REFUSED
    assert rules(settled) == {"trigger-refused"}
