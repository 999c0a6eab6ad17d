"""A version that npm has already, that waits for approval, or that another command takes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from ready import (
    DECLARED,
    PACKAGE,
    PUBLISH,
    READY,
    RUN,
    STEP,
    TODAY,
    WORKFLOW,
    with_run,
)

from checker.cases.world import Case
from checker.evaluate import evaluate
from checker.facts import (
    Command,
    Facts,
    Observed,
    Options,
    Place,
    Publish,
    Reading,
    Run,
    RunningJob,
    Setting,
    Taken,
    Unknown,
)
from checker.judgement import settle
from checker.report import Report, Verdict

LATER = Place(WORKFLOW, 30, 30)
RUNNING = RunningJob(
    Setting.ACTIONS,
    repository="acme/widget",
    workflow=WORKFLOW,
    job=PUBLISH.job,
    event=RUN.event,
)


def on_npm(case: Case, *versions: str, staged: tuple[str, ...] = ()) -> Case:
    """The case where these versions are npm's record of the package."""
    return replace(case, observed=Observed(True, versions, (), None, (), None, staged))


def of_version(case: Case, version: str | None) -> Case:
    return replace(case, package=replace(PACKAGE, version=version))


def fired(case: Case) -> set[str]:
    return {problem.rule for problem, _ in settle(case).problems}


# --- on npm -------------------------------------------------------------------------------------


def test_a_version_that_is_not_in_npms_record_is_not_presumed_to_be_free() -> None:
    assert "version-free" in settle(READY).assumed
    assert "version-free" not in settle(on_npm(READY, "1.1.0")).assumed


@pytest.mark.parametrize("version", ["1.2.0+build.5", None])
def test_whether_npm_has_a_version_with_build_metadata_or_none_in_its_manifest_is_presumed(
    version: str | None,
) -> None:
    assert "version-free" in settle(of_version(on_npm(READY, "1.2.0"), version)).assumed


def test_a_publish_that_passes_over_what_is_on_npm_is_not_told_of_it() -> None:
    there = on_npm(READY, "1.2.0")
    assert "version-already-published" in fired(there)
    tolerant = with_run(there, options=Options(tolerates_published=True))
    assert "version-already-published" not in fired(tolerant)


# --- taken by another command of the run --------------------------------------------------------


def taken(**facts: object) -> Taken:
    one = Taken("@acme/widget", Command.PUBLISH, STEP, (), LATER)
    return replace(one, **facts)


def test_a_version_that_another_command_surely_takes_is_refused_and_else_open() -> None:
    sure = replace(READY, taken=taken())
    unsure = replace(READY, taken=taken(unsure=Unknown("condition", "`if` cannot be read")))
    assert settle(sure).verdict is Verdict.REFUSED
    assert settle(unsure).verdict is Verdict.UNKNOWN
    assert "condition" in {unknown.fact for unknown in settle(unsure).unknowns}


def test_a_staged_version_is_refused_whether_or_not_a_job_at_the_same_time_takes_it_too() -> None:
    staged = on_npm(replace(READY, running=RUNNING), "1.1.0", staged=("1.2.0",))
    beside = replace(staged, taken=taken(comes_first=False))
    assert settle(staged).verdict is Verdict.REFUSED
    assert settle(beside).verdict is Verdict.REFUSED
    assert fired(beside) == {"version-already-staged", "version-already-published"}


def _whole(first: Run, second: Run) -> Report:
    steps = tuple(
        Publish(place, "publish", ("run",), "npm", Command.PUBLISH, False, PUBLISH.registry, (run,))
        for place, run in ((STEP, first), (LATER, second))
    )
    running = RunningJob(Setting.TERMINAL, repository="acme/widget")
    reading = Reading(steps, (PACKAGE,), ())
    return evaluate(Facts(TODAY, None, reading, running, "public", DECLARED, ()))


def test_a_command_that_npm_refuses_takes_no_version_from_the_one_after_it() -> None:
    good = replace(RUN, packages=(PACKAGE,))
    powerless = replace(good, id_token=False)
    after_it = replace(good, taken=(taken(),))

    both = _whole(good, after_it)
    assert [one.verdict for one in both.publishes] == [Verdict.ACCEPTED, Verdict.REFUSED]
    one = _whole(powerless, after_it)
    assert [each.verdict for each in one.publishes] == [Verdict.REFUSED, Verdict.ACCEPTED]
