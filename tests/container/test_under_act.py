"""The examples' workflows as act runs them: the step fails with the guidance, or the job passes."""

from __future__ import annotations

import pytest
from act_run import Act, Rehearsal
from runner_job import PRESUMED

pytestmark = pytest.mark.container

PREFLIGHT = "preflight"
PUBLISH = "npm publish"
SAY = "Say what npm will do"


@pytest.mark.parametrize(
    ("example", "rule", "words"),
    [
        (
            "granular-token-without-bypass",
            "token-needs-2fa",
            ("tide-table", "bypass", "npm trust github", "id-token: write"),
        ),
        (
            "disallow-tokens",
            "token-refused-by-publishing-access",
            ("knot-names", "2fa-disallow-tokens", "npm trust github", "id-token: write"),
        ),
    ],
)
def test_a_refused_release_stops_at_the_preflight_with_what_to_do(
    act: Act, example: str, rule: str, words: tuple[str, ...]
) -> None:
    rehearsal = act.push(example)
    assert rehearsal.code != 0, rehearsal.text
    assert rehearsal.result_of(PREFLIGHT) == "failure", rehearsal.text
    said = rehearsal.said_by(PREFLIGHT)
    assert rule in said
    for word in words:
        assert word in said
    assert SAY not in rehearsal.ran


def test_a_release_by_trusted_publishing_passes_and_a_later_step_reads_the_verdict(
    act: Act,
) -> None:
    rehearsal = act.push("trusted-publishing")
    assert passed_with(rehearsal, "accepted"), rehearsal.text
    for presumed in PRESUMED:
        assert presumed in rehearsal.said_by(PREFLIGHT)


def test_an_undeclared_release_passes_and_a_later_step_reads_that_it_is_unknown(act: Act) -> None:
    rehearsal = act.push("undeclared")
    assert passed_with(rehearsal, "unknown"), rehearsal.text
    assert "publishing-access" in rehearsal.said_by(PREFLIGHT)


def passed_with(rehearsal: Rehearsal, verdict: str) -> bool:
    """Whether the job passed, a step after the preflight had the verdict, and none published."""
    return (
        rehearsal.code == 0
        and rehearsal.result_of(PREFLIGHT) == "success"
        and f"verdict={verdict}" in rehearsal.printed_by(SAY)
        and PUBLISH not in rehearsal.ran
    )
