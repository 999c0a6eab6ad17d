"""The report joins what belongs together: the worst wins, one cause is one finding."""

from __future__ import annotations

import time
from datetime import date

import pytest
from msgspec.structs import replace
from ready import (
    BYPASS_TOKEN,
    DECLARED,
    GIVEN,
    PACKAGE,
    PUBLISH,
    PUBLISHER,
    RUN,
    STEP,
    TODAY,
    WORKFLOW,
)

from checker.evaluate import evaluate
from checker.facts import (
    Declared,
    ExchangeAnswer,
    Facts,
    Package,
    Place,
    Publish,
    Reading,
    ReadingProblem,
    Registry,
    Run,
    RunningJob,
    Runtime,
    Setting,
    Token,
    TokenAnswer,
    TokenPermission,
    TokenType,
    Unknown,
)
from checker.report import Presented, Severity, Verdict

CORE = replace(PACKAGE, name="@acme/core", path="packages/core/package.json")
CLI = replace(PACKAGE, name="@acme/cli", path="packages/cli/package.json")
SECONDS = 6
NO_BYPASS = replace(BYPASS_TOKEN, bypass_2fa=False)
BY_TOKEN = replace(RUN, id_token=False, token=GIVEN)
UNREADABLE = ReadingProblem("workflow-unreadable", replace(STEP, path="x.yml"), "it is not YAML")


def facts(
    *publishes: Publish,
    declared: Declared = DECLARED,
    per_package: dict[str, Declared] | None = None,
    problems: tuple[ReadingProblem, ...] = (),
) -> Facts:
    return Facts(
        today=TODAY,
        now=None,
        reading=Reading(publishes, (CORE, CLI), problems),
        running=RunningJob(Setting.TERMINAL, repository="acme/widget"),
        visibility="public",
        default=declared,
        declared=tuple((per_package or {}).items()),
    )


def publish(*packages: Package, run: Run = RUN, **other: object) -> Publish:
    step = replace(PUBLISH, runs=(replace(run, packages=packages),))
    return replace(step, **other)  # type: ignore[arg-type]


def test_packages_that_are_answered_alike_are_one_case() -> None:
    report = evaluate(facts(publish(CORE, CLI)))
    [result] = report.publishes
    assert [case.packages for case in result.cases] == [("@acme/core", "@acme/cli")]
    assert report.verdict is Verdict.ACCEPTED


def test_one_refused_package_refuses_the_step_and_the_whole() -> None:
    stranger = replace(DECLARED, publishers=(replace(PUBLISHER, workflow="old.yml"),))
    report = evaluate(facts(publish(CORE, CLI), per_package={"@acme/cli": stranger}))
    [result] = report.publishes
    assert [(case.packages, case.verdict) for case in result.cases] == [
        (("@acme/core",), Verdict.ACCEPTED),
        (("@acme/cli",), Verdict.REFUSED),
    ]
    assert (result.verdict, report.verdict) == (Verdict.REFUSED, Verdict.REFUSED)
    [finding] = report.findings
    assert finding.packages == ("@acme/cli",)


def test_one_cause_is_one_finding_for_all_its_packages() -> None:
    declared = replace(DECLARED, publishers=(), token=NO_BYPASS)
    report = evaluate(facts(publish(CORE, run=BY_TOKEN), declared=declared))
    both = evaluate(facts(publish(CORE, CLI, run=replace(RUN, id_token=False))))
    assert [finding.rule for finding in report.findings] == ["token-needs-2fa"]
    [finding] = both.findings
    assert (finding.rule, finding.packages) == (
        "id-token-permission-missing",
        ("@acme/core", "@acme/cli"),
    )


def test_events_and_entry_workflows_that_are_answered_alike_are_one_case() -> None:
    dispatch = replace(RUN, event="workflow_dispatch", packages=(CORE,))
    step = replace(PUBLISH, runs=(replace(RUN, packages=(CORE,)), dispatch))
    [result] = evaluate(facts(step)).publishes
    [case] = result.cases
    assert case.events == ("push", "workflow_dispatch")


def test_the_worst_event_wins() -> None:
    comment = replace(RUN, event="issue_comment", packages=(CORE,))
    step = replace(PUBLISH, runs=(replace(RUN, packages=(CORE,)), comment))
    report = evaluate(facts(step))
    assert report.verdict is Verdict.REFUSED
    assert [finding.rule for finding in report.findings] == ["trigger-refused"]


def test_a_dry_run_and_another_registry_are_not_judged() -> None:
    report = evaluate(
        facts(publish(CORE, dry_run=True), publish(CORE, registry=Registry.GITHUB_PACKAGES))
    )
    assert [result.verdict for result in report.publishes] == [Verdict.NOT_JUDGED] * 2
    assert report.verdict is Verdict.NOTHING_TO_PUBLISH
    assert report.findings == ()


def test_a_registry_that_cannot_be_read_is_not_accepted() -> None:
    report = evaluate(facts(publish(CORE, registry=Registry.UNKNOWN)))
    assert report.verdict is Verdict.UNKNOWN
    assert [question.fact for question in report.unknowns] == ["registry"]


def test_a_workflow_that_cannot_be_read_keeps_the_whole_from_being_accepted() -> None:
    report = evaluate(facts(publish(CORE), problems=(UNREADABLE,)))
    assert report.publishes[0].verdict is Verdict.ACCEPTED
    assert report.verdict is Verdict.UNKNOWN
    assert evaluate(facts(problems=(UNREADABLE,))).verdict is Verdict.UNKNOWN


def test_a_workflow_that_cannot_be_read_never_hides_a_refusal() -> None:
    refused = publish(CORE, run=replace(RUN, id_token=False))
    assert evaluate(facts(refused, problems=(UNREADABLE,))).verdict is Verdict.REFUSED


def test_nothing_found_is_nothing_to_publish() -> None:
    assert evaluate(facts()).verdict is Verdict.NOTHING_TO_PUBLISH


def test_an_ignored_rule_stays_in_the_report_and_in_the_verdict() -> None:
    refused = publish(CORE, run=replace(RUN, id_token=False))
    ignored = (("id-token-permission-missing", "moves next week"),)
    report = evaluate(facts(refused), ignored)
    [finding] = report.findings
    assert finding.suppressed == "moves next week"
    assert report.verdict is Verdict.REFUSED


def test_the_credential_is_what_the_files_give() -> None:
    given = publish(CORE, run=replace(RUN, token=GIVEN))
    [result] = evaluate(facts(given)).publishes
    assert result.credential is Presented.BOTH
    assert result.cases[0].presented is Presented.OIDC


def test_one_secret_is_one_question_however_many_packages_it_serves() -> None:
    declared = replace(
        DECLARED, publishers=(), token=replace(BYPASS_TOKEN, expires=Unknown("token-expires", "?"))
    )
    report = evaluate(facts(publish(CORE, CLI, run=BY_TOKEN), declared=declared))
    assert [(q.fact, q.packages) for q in report.unknowns] == [
        ("token-expires", ("@acme/core", "@acme/cli"))
    ]


def test_errors_come_before_warnings_and_warnings_before_notes() -> None:
    soon = replace(BYPASS_TOKEN, expires=date(2026, 11, 30))
    declared = replace(DECLARED, publishers=(), token=soon)
    refused = publish(CLI, run=replace(RUN, id_token=False), job="other")
    report = evaluate(facts(publish(CORE, run=BY_TOKEN), refused, declared=declared))
    severities = [finding.severity for finding in report.findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert severities[0] is Severity.ERROR


def test_a_package_that_is_declared_new_is_reported_so() -> None:
    new = replace(DECLARED, exists=False)
    report = evaluate(facts(per_package={"@acme/cli": new}))
    assert dict(report.exists) == {"@acme/core": True, "@acme/cli": False}


def test_every_publish_keeps_its_place() -> None:
    assert evaluate(facts(publish(CORE))).publishes[0].publish.place.path == WORKFLOW


def test_npm_before_11_21_sends_an_earlier_exchange_instead_of_a_good_token() -> None:
    run = replace(RUN, token=GIVEN)
    declared = replace(DECLARED, token=BYPASS_TOKEN)
    none = {"@acme/cli": replace(declared, publishers=())}
    old = evaluate(facts(publish(CORE, CLI, run=run), declared=declared, per_package=none))
    assert [case.verdict for case in old.publishes[0].cases] == [
        Verdict.ACCEPTED,
        Verdict.REFUSED,
    ]
    alone = evaluate(facts(publish(CLI, run=run), declared=declared, per_package=none))
    assert alone.verdict is Verdict.ACCEPTED
    newer = replace(run, runtimes=(Runtime("24.19.0", "11.21.2"),))
    mended = evaluate(facts(publish(CORE, CLI, run=newer), declared=declared, per_package=none))
    assert mended.verdict is Verdict.ACCEPTED


# --- beside npm's own answers -------------------------------------------------------------------


def test_the_claims_are_shown_where_one_of_them_may_be_why_and_nowhere_else() -> None:
    def shown(whole: Facts) -> tuple[str, ...]:
        [result] = evaluate(whole).publishes
        return tuple(row.field for row in result.cases[0].probe.table)

    stranger = replace(DECLARED, publishers=(replace(PUBLISHER, workflow="old.yml"),))
    run = (("workflow", "release.yml"), ("event_name", "push"))
    asked = (("@acme/core", ExchangeAnswer(404, "", run, None)),)
    assert shown(facts(publish(CORE))) == ()
    assert "workflow" in shown(facts(publish(CORE), declared=stranger))
    assert "workflow" in shown(replace(facts(publish(CORE)), exchanges=asked))
    granted = (("@acme/core", ExchangeAnswer(201, "", run, None)),)
    assert shown(replace(facts(publish(CORE)), exchanges=granted)) == ()


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (
            replace(BYPASS_TOKEN, type=TokenType.SESSION),
            "`token-type: granular` is declared, npm lists `session`",
        ),
        (
            replace(BYPASS_TOKEN, bypass_2fa=False),
            "`bypass-2fa: true` is declared, npm lists `false`",
        ),
        (
            replace(BYPASS_TOKEN, expires=date(2026, 12, 24)),
            "`token-expires: 2027-01-14` is declared, npm lists `2026-12-24`",
        ),
        (
            replace(BYPASS_TOKEN, permission=TokenPermission.READ_ONLY),
            "`token-permission: read-write` is declared, npm lists `read-only`",
        ),
        (
            replace(BYPASS_TOKEN, packages=("@acme/core", "left")),
            "`token-packages: @acme/*` is declared, npm lists `@acme/core, left`",
        ),
        (
            replace(BYPASS_TOKEN, packages=("*",)),
            "`token-packages: @acme/*` is declared, npm lists `all`",
        ),
    ],
)
def test_what_npms_list_of_tokens_contradicts_is_named_with_both_values(
    listed: Token, said: str
) -> None:
    place = Place(".github/npm-publish-preflight.yml", 7, 7)
    declared = replace(DECLARED, publishers=(), token=replace(BYPASS_TOKEN, place=place))
    whole = facts(publish(CORE, run=BY_TOKEN), declared=declared)
    answer = TokenAnswer(alive=True, account="releases", notice=None, listed=listed)

    found = evaluate(replace(whole, token_answer=answer)).findings
    [finding] = [one for one in found if one.rule == "declared-disagrees-with-observed"]
    assert said in finding.message
    assert finding.place == place


@pytest.mark.parametrize(
    ("registry", "verdict"),
    [
        (Registry.NPMJS, Verdict.ACCEPTED),
        (Registry.UNKNOWN, Verdict.ACCEPTED),
        (Registry.GITHUB_PACKAGES, Verdict.REFUSED),
    ],
)
def test_what_npm_lists_of_a_token_is_taken_for_no_secret_where_two_may_be_it(
    registry: Registry, verdict: Verdict
) -> None:
    declared = replace(DECLARED, publishers=(), token=BYPASS_TOKEN)
    other = replace(BY_TOKEN, token=replace(GIVEN, secret_names=("OTHER_TOKEN",)))
    second = publish(CLI, run=other, registry=registry)
    whole = facts(publish(CORE, run=BY_TOKEN), second, declared=declared)
    answer = TokenAnswer(alive=True, account="releases", notice=None, listed=NO_BYPASS)

    report = evaluate(replace(whole, token_answer=answer))
    assert report.publishes[0].verdict is verdict


def test_what_npm_lists_beats_what_is_declared_of_that_secret_by_its_name() -> None:
    named = (("NPM_TOKEN", BYPASS_TOKEN),)
    declared = replace(DECLARED, publishers=(), token=BYPASS_TOKEN, tokens=named)
    whole = facts(publish(CORE, run=BY_TOKEN), declared=declared)
    answer = TokenAnswer(alive=True, account="releases", notice=None, listed=NO_BYPASS)

    report = evaluate(replace(whole, token_answer=answer))
    assert report.verdict is Verdict.REFUSED
    assert "token-needs-2fa" in {one.rule for one in report.findings}


def test_ten_thousand_packages_are_joined_in_a_few_seconds() -> None:
    packages = [replace(CORE, name=f"@acme/core-{number}") for number in range(10_000)]
    hidden = Unknown("trusted-publishers", "nothing says so")
    asked = facts(publish(*packages), declared=replace(DECLARED, publishers=hidden))
    start = time.process_time()
    report = evaluate(asked)

    assert time.process_time() - start < SECONDS
    assert [len(case.packages or ()) for case in report.publishes[0].cases] == [10_000]
    assert {len(question.packages) for question in report.unknowns} == {10_000}
