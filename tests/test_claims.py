"""The table of a run's claims, and what npm's last publish says of it without settling anything."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from ready import (
    BYPASS_TOKEN,
    GIVEN,
    PUBLISHER,
    READY,
    READY_BY_TOKEN,
    declaring,
    staging,
    with_run,
    with_token,
)

from checker.cases import claims
from checker.cases.world import Case
from checker.facts import (
    ExchangeAnswer,
    GitHubAnswers,
    LastPublish,
    Observed,
    Place,
    RunningJob,
    Setting,
    Unknown,
)
from checker.judgement import settle
from checker.problems import Effect
from checker.report import ClaimRow, Evidence, Verdict
from checker.rules import by_id, exchange_refused

UNDECLARED = declaring(
    READY, publishers=Unknown("trusted-publishers", "the trusted publishers are not declared")
)
IN_A_JOB = RunningJob(Setting.ACTIONS, repository="acme/widget")
SAME = LastPublish("1.1.0", True, "acme/widget", "release.yml", "push")
STATED = (
    ("repository", "acme/widget"),
    ("workflow", "release.yml"),
    ("event_name", "push"),
    ("runner_environment", "github-hosted"),
    ("repository_visibility", "public"),
    ("ref", "refs/tags/v1.2.0"),
)


def after(case: Case, last: LastPublish | Unknown | None) -> Case:
    """The case where npm's record of the package says this of its newest version."""
    record = Observed(True, ("1.1.0",), (("latest", "1.1.0"),), last, (), "1.1.0")
    return replace(case, observed=record)


def asked(case: Case, status: int | None) -> Case:
    """The case after an exchange that this very run asked for."""
    return replace(case, exchange=ExchangeAnswer(status, "", STATED, None))


def in_a_job(case: Case) -> Case:
    return replace(case, running=IN_A_JOB)


def row(case: Case, field: str) -> ClaimRow:
    return next(row for row in claims.table(case) if row.field == field)


def marked(case: Case) -> list[str]:
    return [row.field for row in claims.table(case) if row.differs]


# --- the rows -----------------------------------------------------------------------------------


def test_a_refused_run_shows_its_seven_claims() -> None:
    rows = claims.table(asked(UNDECLARED, 404))
    assert [(row.field, row.this_run) for row in rows] == [
        ("repository", "acme/widget"),
        ("workflow", "release.yml"),
        ("environment", ""),
        ("event", "push"),
        ("runner", "github-hosted"),
        ("visibility", "public"),
        ("ref", "refs/tags/v1.2.0"),
    ]
    assert not any(row.differs for row in rows)


def test_without_an_id_token_the_files_say_the_same_but_for_the_ref() -> None:
    assert [(row.field, row.this_run) for row in claims.table(READY)] == [
        ("repository", "acme/widget"),
        ("workflow", "release.yml"),
        ("environment", ""),
        ("event", "push"),
        ("runner", "github-hosted"),
        ("visibility", "public"),
    ]


def test_an_id_token_says_better_than_files_and_remote_what_a_run_claims() -> None:
    stated = (*STATED[1:], ("repository", "acme/new-widget"), ("environment", "npm"))
    case = with_run(UNDECLARED, environment="npm")
    case = replace(case, exchange=ExchangeAnswer(404, "", stated, None))
    assert row(case, "repository").this_run == "acme/new-widget"
    assert row(case, "environment").this_run == "npm"


def test_without_an_id_token_every_event_of_the_workflow_may_be_the_runs_and_no_other_files() -> (
    None
):
    by_hand = replace(READY.run, event="workflow_dispatch")
    nightly = replace(READY.run, event="schedule", entry_workflow=".github/workflows/nightly.yml")
    publish = replace(READY.publish, runs=(READY.run, by_hand, nightly))
    assert row(replace(READY, publish=publish), "event").this_run == "push, workflow_dispatch"


def test_what_the_files_do_not_show_has_no_row_and_is_not_marked() -> None:
    hidden = Unknown("environment", "`environment` is `${{ vars.WHERE }}`")
    case = with_run(READY, environment=hidden, hosted=Unknown("runs_on", "it is an expression"))
    assert {"environment", "runner"}.isdisjoint(row.field for row in claims.table(case))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("repository", "acme/gadget"),
        ("workflow", "publish.yml"),
        ("environment", "npm"),
    ],
)
def test_a_declared_field_that_differs_is_the_one_that_is_marked(field: str, wrong: str) -> None:
    case = declaring(READY, publishers=(replace(PUBLISHER, **{field: wrong}),))
    assert marked(case) == [field]
    assert row(case, field).declared == wrong
    assert row(case, field).note == "differs from what is declared"


def test_upper_and_lower_case_alone_is_told() -> None:
    case = declaring(READY, publishers=(replace(PUBLISHER, workflow="Release.yml"),))
    assert "upper and lower case" in row(case, "workflow").note


def test_of_several_publishers_the_nearest_is_shown() -> None:
    far = replace(PUBLISHER, repository="acme/gadget", workflow="publish.yml")
    near = replace(PUBLISHER, workflow="canary.yml")
    case = declaring(READY, publishers=(far, near, replace(PUBLISHER, provider="gitlab")))
    assert marked(case) == ["workflow"]
    assert row(case, "workflow").declared == "canary.yml"


def test_a_publisher_of_another_provider_is_told_as_that() -> None:
    case = declaring(READY, publishers=(replace(PUBLISHER, provider="gitlab"),))
    assert marked(case) == ["provider"]


def test_an_environment_that_only_the_job_names_is_contested() -> None:
    case = declaring(with_run(READY, environment="npm"), publishers=(PUBLISHER,))
    assert "reports disagree" in row(case, "environment").note


def test_a_called_workflow_that_is_registered_is_named_as_such() -> None:
    called = replace(
        READY.publish, via=("reusable", "run"), place=Place(".github/workflows/publish.yml", 9, 9)
    )
    case = declaring(
        replace(READY, publish=called), publishers=(replace(PUBLISHER, workflow="publish.yml"),)
    )
    assert "`publish.yml` is the called workflow" in row(case, "workflow").note


def test_without_an_id_token_the_label_says_whose_the_runner_is() -> None:
    assert row(with_run(READY, hosted=True), "runner").this_run == "github-hosted"
    assert row(with_run(READY, hosted=False), "runner").this_run == "self-hosted"


def test_a_refused_event_and_a_runner_of_ones_own_are_marked() -> None:
    case = with_run(READY, event="issue_comment", hosted=False)
    assert marked(case) == ["event", "runner"]


def test_at_a_terminal_the_spelling_of_the_remote_proves_nothing() -> None:
    case = declaring(READY, publishers=(replace(PUBLISHER, repository="Acme/widget"),))
    assert marked(case) == []
    assert "spelling" in row(case, "repository").note
    assert marked(in_a_job(case)) == ["repository"]


# --- who shows it -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refused_exchange_shows_the_table_and_its_own_words(status: int) -> None:
    case = asked(UNDECLARED, status)
    ((problem, world),) = [
        (problem, world)
        for problem, world in settle(case).problems
        if problem.effect is Effect.REFUSES
    ]
    words = exchange_refused.words(world, problem)
    assert problem.rule == "exchange-refused"
    assert f"npm answered {status}" in words.message
    assert words.claims == claims.table(case)
    assert ("npm trust github" in words.fix) is (status == 404)


def test_behind_a_404_the_way_out_names_fields_command_clock_events_and_case() -> None:
    case = asked(with_run(UNDECLARED, environment=None), 404)
    ((problem, world),) = settle(case).problems
    fix = exchange_refused.words(world, problem).fix
    for text in (
        "Organization or user: `acme`",
        "Repository: `widget`",
        "Workflow filename: `release.yml`",
        "Environment name: (leave empty)",
        "--repo acme/widget --file release.yml --allow-publish -y",
        "within 48 hours",
        "upper and lower case",
        "`pull_request_target` or `issue_comment`",
    ):
        assert text in fix


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        (with_run(UNDECLARED, hosted=False), "self-hosted-runner"),
        (declaring(UNDECLARED, exists=False), "first-publish"),
        (declaring(READY, publishers=(replace(PUBLISHER, workflow="x.yml"),)), None),
    ],
)
def test_each_cause_behind_a_refusal_shows_the_table(case: Case, rule: str | None) -> None:
    refused = asked(case, 404)
    for problem, world in settle(refused).problems:
        if problem.rule == (rule or "trusted-publisher-mismatch"):
            words = exchange_refused.words(world, problem)
            assert words.claims
            return
    pytest.fail("the rule did not fire")


# --- what the last publish says -----------------------------------------------------------------


def history(case: Case) -> list[tuple[Effect, Evidence]]:
    return [
        (problem.effect, problem.evidence)
        for problem, _ in settle(case).problems
        if problem.rule == "trusted-publisher-mismatch"
    ]


@pytest.mark.parametrize(
    ("last", "fields"),
    [
        (replace(SAME, workflow="publish.yml"), ("workflow",)),
        (replace(SAME, workflow="Release.yml"), ("workflow",)),
        (replace(SAME, repository="acme/old-widget"), ("repository",)),
        (replace(SAME, repository="ACME/widget"), ("repository",)),
        (replace(SAME, repository="acme/old", workflow="ci.yml"), ("repository", "workflow")),
    ],
)
def test_another_file_or_repository_than_the_last_one_is_a_warning_that_names_the_field(
    last: LastPublish, fields: tuple[str, ...]
) -> None:
    case = after(in_a_job(UNDECLARED), last)
    assert claims.unlike_last_publish(case) == fields
    assert history(case) == [(Effect.WARNS, Evidence.REPORTED)]
    assert settle(case).verdict is Verdict.UNKNOWN
    assert marked(case) == list(fields)
    ((problem, world),) = settle(case).problems
    message = by_id()[problem.rule].words(world, problem).message  # type: ignore[arg-type, call-arg]
    assert all(field in message for field in fields)


@pytest.mark.parametrize(
    "last",
    [
        SAME,
        replace(SAME, event="workflow_dispatch"),
        replace(SAME, workflow=None, repository=None),
        replace(SAME, by_trusted_publisher=False, workflow="publish.yml"),
        Unknown("last_publish", "npm did not answer"),
        None,
    ],
)
def test_the_same_run_or_a_record_that_shows_none_says_nothing(
    last: LastPublish | Unknown | None,
) -> None:
    assert history(after(in_a_job(UNDECLARED), last)) == []


def test_what_is_declared_is_not_doubted_by_the_last_publish() -> None:
    assert history(after(in_a_job(READY), replace(SAME, workflow="publish.yml"))) == []


def test_where_no_exchange_is_asked_for_the_last_publish_says_nothing() -> None:
    by_token = with_run(UNDECLARED, id_token=False, token=GIVEN)
    assert history(after(in_a_job(by_token), replace(SAME, workflow="publish.yml"))) == []


def test_a_token_beside_the_id_token_keeps_no_exchange_from_being_doubted() -> None:
    beside = with_token(with_run(UNDECLARED, token=GIVEN), type=BYPASS_TOKEN.type, bypass_2fa=True)
    assert history(after(in_a_job(beside), replace(SAME, workflow="publish.yml"))) == [
        (Effect.WARNS, Evidence.REPORTED)
    ]


def test_only_the_last_publish_of_this_very_workflow_shows_that_npm_trusted_it() -> None:
    assert claims.like_last_publish(after(UNDECLARED, SAME))
    assert not claims.like_last_publish(after(UNDECLARED, replace(SAME, workflow="publish.yml")))
    assert not claims.like_last_publish(after(UNDECLARED, replace(SAME, repository="acme/old")))
    assert not claims.like_last_publish(after(UNDECLARED, replace(SAME, workflow=None)))
    assert not claims.like_last_publish(
        after(UNDECLARED, replace(SAME, by_trusted_publisher=False))
    )


def test_a_workflow_that_still_releases_may_have_a_publisher_of_its_own() -> None:
    case = replace(
        after(in_a_job(UNDECLARED), replace(SAME, workflow="canary.yml")),
        workflows=(".github/workflows/release.yml", ".github/workflows/canary.yml"),
    )
    assert history(case) == [(Effect.NOTES, Evidence.REPORTED)]


def test_what_npm_answered_beats_the_last_publish() -> None:
    case = after(in_a_job(UNDECLARED), replace(SAME, workflow="publish.yml"))
    assert history(asked(case, 201)) == []
    assert history(asked(case, 404)) == []
    assert marked(asked(case, 404)) == ["workflow"]


RECORDS = st.one_of(
    st.none(),
    st.just(Unknown("last_publish", "npm did not answer")),
    st.builds(
        LastPublish,
        version=st.just("1.1.0"),
        by_trusted_publisher=st.booleans(),
        repository=st.sampled_from([None, "acme/widget", "Acme/Widget", "acme/other"]),
        workflow=st.sampled_from([None, "release.yml", "Release.yml", "publish.yml"]),
        event=st.sampled_from([None, "push", "issue_comment"]),
    ),
)
CASES = st.sampled_from(
    [
        READY,
        READY_BY_TOKEN,
        UNDECLARED,
        with_run(UNDECLARED, token=GIVEN),
        with_token(with_run(UNDECLARED, token=GIVEN), bypass_2fa=False),
        declaring(with_run(UNDECLARED, token=GIVEN), token=BYPASS_TOKEN),
        declaring(READY, publishers=()),
        declaring(READY, publishers=(replace(PUBLISHER, workflow="publish.yml"),)),
        with_run(UNDECLARED, id_token=False),
        with_run(UNDECLARED, hosted=False),
        with_run(UNDECLARED, event="issue_comment"),
        with_run(UNDECLARED, environment=Unknown("environment", "it is an expression")),
        staging(UNDECLARED),
    ]
)


@settings(max_examples=300, deadline=None)
@given(CASES, RECORDS, st.sampled_from([None, 201, 401, 404, 503]), st.booleans())
def test_no_history_ever_changes_the_verdict(
    case: Case, last: LastPublish | Unknown | None, status: int | None, job: bool
) -> None:
    case = in_a_job(case) if job else case
    case = asked(case, status) if status is not None else case
    without, with_history = settle(after(case, None)), settle(after(case, last))
    assert with_history.verdict is without.verdict
    assert with_history.presented is without.presented
    assert with_history.assumed == without.assumed


# --- words of an answered exchange ----------------------------------------------------------------


def told(case: Case, rule: str) -> list[str]:
    """What a rule says of a case, each time that it fires: message and fix."""
    found = [(problem, world) for problem, world in settle(case).problems if problem.rule == rule]
    spoken = [by_id()[rule].words(world, problem) for problem, world in found]  # type: ignore[arg-type, call-arg]
    return [f"{words.message}\n{words.fix}" for words in spoken]


@pytest.mark.parametrize(
    ("status", "cause", "way_out"),
    [
        (400, "npm calls the request malformed", "Run the release again"),
        (401, "npm does not accept the id-token itself", "Leave issuer and audience"),
        (403, "npm forbids the exchange", "Run the release again"),
        (404, "no trusted publisher of the package is this run", "delete it and create it again"),
    ],
)
def test_each_refusal_of_an_exchange_has_a_cause_and_a_way_out_of_its_own(status, cause, way_out):
    (words,) = told(asked(UNDECLARED, status), "exchange-refused")
    assert cause in words
    assert way_out in words
    assert "What differs" not in words


def test_what_differs_from_the_last_publish_is_suspected_behind_a_404_alone() -> None:
    moved = after(UNDECLARED, replace(SAME, workflow="publish.yml"))
    (missing,) = told(asked(moved, 404), "exchange-refused")
    (forbidden,) = told(asked(moved, 403), "exchange-refused")
    assert "What differs: `workflow`." in missing
    assert "What differs" not in forbidden


def test_a_declaration_that_npms_answer_to_an_exchange_denies_is_named() -> None:
    rule = "declared-disagrees-with-observed"
    other = declaring(READY, publishers=(replace(PUBLISHER, workflow="publish.yml"),))
    (granted,) = told(asked(other, 201), rule)
    (refused,) = told(asked(READY, 404), rule)
    assert "no declared trusted publisher matches this run, npm granted the exchange" in granted
    assert "a declared trusted publisher matches this run, npm refused the exchange" in refused
    assert not told(asked(READY, 201), rule)
    assert not told(asked(other, 404), rule)


@pytest.mark.parametrize("seen", [Unknown("package-exists", "npm did not answer"), True])
def test_an_existence_that_npm_does_not_deny_disagrees_with_nothing(seen) -> None:
    record = Observed(seen, ("1.1.0",), (("latest", "1.1.0"),), SAME, (), "1.1.0")
    assert not told(replace(READY, observed=record), "declared-disagrees-with-observed")


def test_a_subject_with_numbers_matters_until_npm_grants_an_exchange() -> None:
    def case(immutable: object) -> Case:
        return replace(READY, github=GitHubAnswers("acme/widget", "public", immutable))  # type: ignore[arg-type]

    unseen = Unknown("immutable-subject", "the token may not see it")
    assert told(case(immutable=True), "immutable-subject")
    assert not told(case(immutable=False), "immutable-subject")
    assert not told(case(unseen), "immutable-subject")
    assert not told(asked(case(immutable=True), 201), "immutable-subject")


def test_the_npm_that_refuses_a_prerelease_without_a_tag_is_named() -> None:
    beta = replace(READY.package, version="2.0.0-beta.1")  # type: ignore[type-var]
    (words,) = told(replace(READY, package=beta), "prerelease-without-tag")
    assert "npm 11.17.0 refuses that" in words


def test_npm_publishes_a_prerelease_without_a_tag_where_it_is_forced_to() -> None:
    beta = replace(READY, package=replace(READY.package, version="2.0.0-beta.1"))  # type: ignore[type-var]
    forced = with_run(beta, options=replace(beta.run.options, force=True))
    assert told(beta, "prerelease-without-tag")
    assert not told(forced, "prerelease-without-tag")
