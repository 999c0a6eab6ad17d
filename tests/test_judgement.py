"""One fact away from a release that is ready: what the judgement says, and what it rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from ready import (
    BYPASS_TOKEN,
    GIVEN,
    NPM_11,
    PUBLISHER,
    READY,
    READY_BY_TOKEN,
    UNDECLARED_TOKEN,
    declaring,
    staging,
    with_run,
    with_token,
)

from checker.cases.world import Case
from checker.facts import (
    Access,
    AccountTwoFactor,
    Allow,
    Options,
    Runtime,
    Setting,
    Token,
    TokenPermission,
    TokenState,
    TokenType,
    Unknown,
)
from checker.judgement import Settled, changes, settle
from checker.problems import Effect
from checker.report import Change, Presented, Verdict


def unknown(fact: str) -> Unknown:
    return Unknown(fact, "it is not declared")


def fired(settled: Settled) -> dict[str, Effect]:
    return {problem.rule: problem.effect for problem, _ in settled.problems}


def open_facts(settled: Settled) -> set[str]:
    return {one.fact for one in settled.unknowns}


# --- ready ------------------------------------------------------------------------------------


def test_a_release_by_trusted_publishing_is_accepted_with_nothing_to_say() -> None:
    settled = settle(READY)
    assert (settled.verdict, settled.presented) == (Verdict.ACCEPTED, Presented.OIDC)
    assert fired(settled) == {}
    assert settled.assumed == ("version-free",)


def test_a_release_by_a_bypass_token_is_accepted_with_the_day_of_its_end() -> None:
    settled = settle(READY_BY_TOKEN)
    assert (settled.verdict, settled.presented) == (Verdict.ACCEPTED, Presented.TOKEN)
    assert fired(settled) == {"bypass-token-sunset": Effect.WARNS}
    assert settled.assumed == (
        "token-not-revoked",
        "user-may-write",
        "no-address-restriction",
        "version-free",
    )


def test_the_days_on_which_a_bypass_token_turns_are_foretold() -> None:
    assert changes(READY_BY_TOKEN) == (
        Change(date(2027, 1, 1), Verdict.UNKNOWN, "bypass-token-sunset"),
        Change(date(2027, 1, 15), Verdict.REFUSED, "token-expired"),
    )


def test_nothing_is_foretold_for_a_validated_trusted_publisher() -> None:
    assert changes(READY) == ()


def test_a_refused_release_rests_on_nothing_presumed() -> None:
    assert settle(with_token(READY_BY_TOKEN, bypass_2fa=False)).assumed == ()


# --- unknown facts ----------------------------------------------------------------------------


@pytest.mark.parametrize("fact", ["access", "account_2fa"])
def test_trusted_publishing_does_not_turn_on_access_or_account(fact: str) -> None:
    assert settle(declaring(READY, **{fact: unknown(fact)})).verdict is Verdict.ACCEPTED


def test_a_bypass_token_turns_on_the_publishing_access() -> None:
    settled = settle(declaring(READY_BY_TOKEN, access=unknown("publishing-access")))
    assert settled.verdict is Verdict.UNKNOWN
    assert open_facts(settled) == {"publishing-access"}
    assert fired(settled)["publishing-access-undeclared"] is Effect.NOTES


def test_a_bypass_token_does_not_turn_on_the_account() -> None:
    undeclared = declaring(READY_BY_TOKEN, account_2fa=unknown("account-2fa"))
    assert settle(undeclared).verdict is Verdict.ACCEPTED


def test_a_token_without_bypass_is_refused_under_any_access() -> None:
    case = declaring(
        with_token(READY_BY_TOKEN, bypass_2fa=False), access=unknown("publishing-access")
    )
    settled = settle(case)
    assert settled.verdict is Verdict.REFUSED
    assert fired(settled)["token-needs-2fa"] is Effect.REFUSES


def test_a_token_of_which_nothing_is_declared_is_unknown_and_every_fact_of_it_asked_for() -> None:
    settled = settle(declaring(READY_BY_TOKEN, token=UNDECLARED_TOKEN))
    assert settled.verdict is Verdict.UNKNOWN
    assert open_facts(settled) == {
        "token-type",
        "bypass-2fa",
        "token-permission",
        "token-expires",
        "token-packages",
    }


def test_a_token_of_any_kind_is_refused_where_tokens_are_disallowed() -> None:
    case = declaring(
        READY_BY_TOKEN, token=UNDECLARED_TOKEN, access=Access.TWO_FACTOR_DISALLOW_TOKENS
    )
    settled = settle(case)
    assert settled.verdict is Verdict.REFUSED
    assert fired(settled)["token-refused-by-publishing-access"] is Effect.REFUSES


def test_a_release_without_token_turns_on_its_undeclared_publishers() -> None:
    settled = settle(declaring(READY, publishers=unknown("trusted-publishers")))
    assert settled.verdict is Verdict.UNKNOWN
    assert open_facts(settled) == {"trusted-publishers"}


def test_without_id_token_the_undeclared_publishers_do_not_matter() -> None:
    case = declaring(with_run(READY, id_token=False), publishers=unknown("trusted-publishers"))
    settled = settle(case)
    assert settled.verdict is Verdict.REFUSED
    assert fired(settled) == {"id-token-permission-missing": Effect.REFUSES}


def test_a_runner_that_cannot_be_read_is_asked_for() -> None:
    assert open_facts(settle(with_run(READY, hosted=unknown("runs_on")))) == {"runs_on"}


def test_npm_versions_on_both_sides_of_trusted_publishing_are_unknown() -> None:
    runtimes = (Runtime("24.4.1", "11.4.2"), Runtime("24.5.0", "11.5.1"))
    assert open_facts(settle(with_run(READY, runtimes=runtimes))) == {"node"}


def test_npm_versions_on_one_side_of_trusted_publishing_agree() -> None:
    runtimes = (Runtime("24.18.0", "11.16.0"), NPM_11)
    assert settle(with_run(READY, runtimes=runtimes)).verdict is Verdict.ACCEPTED


def test_an_npm_that_cannot_be_read_does_not_matter_to_a_token() -> None:
    assert settle(with_run(READY_BY_TOKEN, runtimes=unknown("npm"))).verdict is Verdict.ACCEPTED


def test_packages_that_cannot_be_seen_are_never_accepted() -> None:
    settled = settle(replace(READY, package=unknown("packages")))
    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"packages"})


@pytest.mark.parametrize(
    ("tool", "version", "npm", "options", "rule"),
    [
        ("pnpm", "10.20.0", "11.6.2", Options(), "prerelease-without-tag"),
        ("pnpm", "10.20.0", "10.9.2", Options(), None),
        ("pnpm", "10.20.0", "11.6.2", Options(recursive=True), None),
        ("pnpm", "10.20.0", "11.6.2", Options(tag="next"), None),
        ("pnpm", "10.20.0", "11.6.2", Options(tag="1.x"), "tag-is-a-version-range"),
        ("pnpm", "11.2.0", "11.6.2", Options(), None),
        ("changesets", "2.29.0", "11.6.2", Options(), None),
        ("changesets", "2.29.0", "11.6.2", Options(tag="1.x"), "tag-is-a-version-range"),
    ],
)
def test_what_npm_says_of_a_tag_it_says_to_pnpm_and_changesets_that_run_it(
    tool: str, version: str, npm: str, options: Options, rule: str | None
) -> None:
    case = with_run(
        READY_BY_TOKEN,
        tool_versions=(version,),
        runtimes=(Runtime("24.14.0", npm),),
        options=options,
    )
    prerelease = replace(case.package, version="2.0.0-beta.1")
    settled = settle(replace(case, publish=replace(case.publish, tool=tool), package=prerelease))
    told = fired(settled).keys() & {"prerelease-without-tag", "tag-is-a-version-range"}

    assert told == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("tool", "version", "refused"),
    [
        ("semantic-release", "25.0.2", True),
        ("semantic-release", "24.2.0", True),
        ("semantic-release", "20.1.3", False),
        ("lerna", "8.1.0", True),
        ("lerna", "6.0.0", False),
        ("lerna-lite", "4.9.0", True),
        ("js-devtools/npm-publish", "3.0.0", True),
        ("js-devtools/npm-publish", "4.0.0", True),
        ("changesets", "2.29.0", True),
        ("release-it", "20.0.0", True),
        ("yarn", "4.11.0", True),
        ("yarn", "4.8.0", False),
        ("bun", "1.3.0", False),
    ],
)
def test_a_tool_that_signs_provenance_as_npm_does_needs_the_id_token_for_it(
    tool: str, version: str, refused: bool
) -> None:
    asking = with_run(
        READY_BY_TOKEN,
        options=Options(provenance=True),
        id_token=False,
        tool_versions=(version,),
    )
    settled = settle(replace(asking, publish=replace(asking.publish, tool=tool)))

    assert ("provenance-without-id-token" in fired(settled)) is refused


def test_yarn_signs_no_provenance_by_itself_under_trusted_publishing() -> None:
    elsewhere = replace(READY.package, repository="github:other/widget")
    by_yarn = replace(
        with_run(READY, tool_versions=("4.11.0",)),
        publish=replace(READY.publish, tool="yarn"),
        package=elsewhere,
    )

    assert "repository-url-mismatch" in fired(settle(replace(READY, package=elsewhere)))
    assert "repository-url-mismatch" not in fired(settle(by_yarn))


def test_what_is_wrong_with_some_packages_only_is_not_said_of_one_that_cannot_be_seen() -> None:
    unread = Options(provenance=unknown("provenance"), access=unknown("access"))
    settled = settle(replace(with_run(READY, options=unread), package=unknown("packages")))

    assert settled.verdict is Verdict.UNKNOWN
    assert "provenance-needs-public-access" not in fired(settled)


@pytest.mark.parametrize("declared", [BYPASS_TOKEN, replace(UNDECLARED_TOKEN, type=TokenType.NONE)])
def test_a_program_that_may_not_come_to_the_publish_is_not_refused_for_want_of_a_credential(
    declared: Token,
) -> None:
    undecided = with_run(READY_BY_TOKEN, token=unknown("tool"), id_token=False)
    settled = settle(replace(undecided, declared=replace(undecided.declared, token=declared)))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"tool"})


def test_packages_that_cannot_be_seen_are_refused_where_every_package_would_be() -> None:
    case = replace(with_run(READY, id_token=False), package=unknown("packages"))
    assert settle(case).verdict is Verdict.REFUSED


# --- the exchange -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("repository", "acme/other"),
        ("workflow", "publish.yml"),
        ("workflow", "Release.yml"),
        ("environment", "npm"),
        ("provider", "gitlab"),
    ],
)
def test_a_publisher_that_differs_in_one_field_does_not_match(field: str, value: str) -> None:
    settled = settle(declaring(READY, publishers=(replace(PUBLISHER, **{field: value}),)))
    assert settled.verdict is Verdict.REFUSED
    assert fired(settled) == {"trusted-publisher-mismatch": Effect.REFUSES}


def test_upper_and_lower_case_differ_where_github_says_the_name() -> None:
    case = declaring(READY, publishers=(replace(PUBLISHER, repository="acme/Widget"),))
    assert "trusted-publisher-mismatch" in fired(settle(running(case)))


def test_a_git_remote_that_differs_in_case_alone_is_unknown() -> None:
    case = declaring(READY, publishers=(replace(PUBLISHER, repository="acme/Widget"),))
    settled = settle(case)
    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"repository"})


def test_any_one_of_several_publishers_is_enough() -> None:
    other = replace(PUBLISHER, workflow="nightly.yml")
    assert settle(declaring(READY, publishers=(other, PUBLISHER))).verdict is Verdict.ACCEPTED


def test_two_matching_publishers_that_allow_different_commands_are_unknown() -> None:
    stage_only = replace(PUBLISHER, allow=frozenset({Allow.STAGE}))
    settled = settle(declaring(READY, publishers=(PUBLISHER, stage_only)))
    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"trusted-publishers"})


def test_a_job_environment_that_the_publisher_does_not_name_is_unknown() -> None:
    settled = settle(with_run(READY, environment="npm"))
    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"environment"})


def test_a_matching_publisher_that_only_stages_is_refused_and_the_token_not_tried() -> None:
    stage_only = replace(PUBLISHER, allow=frozenset({Allow.STAGE}))
    case = declaring(with_run(READY, token=GIVEN), publishers=(stage_only,), token=BYPASS_TOKEN)
    settled = settle(case)
    assert (settled.verdict, settled.presented) == (Verdict.REFUSED, Presented.OIDC)
    assert fired(settled)["trusted-publisher-lacks-permission"] is Effect.REFUSES


def test_a_refused_exchange_falls_back_to_a_good_token_with_a_warning() -> None:
    elsewhere = replace(PUBLISHER, workflow="nightly.yml")
    case = declaring(with_run(READY, token=GIVEN), publishers=(elsewhere,), token=BYPASS_TOKEN)
    settled = settle(case)
    assert (settled.verdict, settled.presented) == (Verdict.ACCEPTED, Presented.TOKEN)
    assert fired(settled)["trusted-publisher-mismatch"] is Effect.WARNS


def test_a_refused_exchange_before_a_refused_token_is_the_warning_and_the_token_the_error() -> None:
    elsewhere = replace(PUBLISHER, workflow="nightly.yml")
    dead = replace(BYPASS_TOKEN, expires=date(2026, 8, 1))
    settled = settle(declaring(with_run(READY, token=GIVEN), publishers=(elsewhere,), token=dead))
    assert fired(settled) == {
        "token-expired": Effect.REFUSES,
        "trusted-publisher-mismatch": Effect.WARNS,
    }


@pytest.mark.parametrize("state", [TokenState.PLACEHOLDER, TokenState.EMPTY])
def test_what_setup_node_leaves_behind_does_not_keep_npm_from_the_exchange(
    state: TokenState,
) -> None:
    case = with_run(READY, token=replace(GIVEN, state=state, secret_names=()))
    assert settle(case).verdict is Verdict.ACCEPTED


def test_a_secret_that_is_declared_unset_presents_nothing() -> None:
    case = with_token(READY_BY_TOKEN, type=TokenType.NONE)
    settled = settle(case)
    assert (settled.verdict, settled.presented) == (Verdict.REFUSED, Presented.NONE)


def test_yarn_keeps_to_the_token_and_is_told_so() -> None:
    yarn = replace(READY.publish, tool="yarn")
    case = with_run(replace(READY, publish=yarn), token=GIVEN, tool_versions=("4.12.0",))
    settled = settle(declaring(case, token=BYPASS_TOKEN))
    assert settled.presented is Presented.TOKEN
    assert fired(settled)["token-shadows-trusted-publishing"] is Effect.WARNS


def test_a_prerelease_of_a_tool_is_known_as_its_release_is() -> None:
    pnpm = replace(READY.publish, tool="pnpm")
    case = with_run(replace(READY, publish=pnpm), tool_versions=("12.0.0-rc.7",))
    assert settle(case).verdict is Verdict.ACCEPTED


# --- the clock of a new publisher -------------------------------------------------------------


def created(when: date | datetime, published: bool | Unknown = False) -> Case:
    publisher = replace(PUBLISHER, created=when, published=published)
    return declaring(READY, publishers=(publisher,))


@pytest.mark.parametrize(
    ("days_ago", "verdict"),
    [
        (0, Verdict.ACCEPTED),
        (1, Verdict.ACCEPTED),
        (2, Verdict.UNKNOWN),
        (3, Verdict.REFUSED),
        (30, Verdict.REFUSED),
    ],
)
def test_a_publisher_that_never_published_lives_for_two_days(
    days_ago: int, verdict: Verdict
) -> None:
    assert settle(created(READY.today - timedelta(days=days_ago))).verdict is verdict


def test_with_timestamps_the_48_hours_are_exact() -> None:
    made = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    case = replace(created(made), now=made + timedelta(hours=47, minutes=59))
    assert settle(case).verdict is Verdict.ACCEPTED
    assert settle(replace(case, now=made + timedelta(hours=48))).verdict is Verdict.REFUSED


@pytest.mark.parametrize("published", [False, True, unknown("trusted-publishers")])
def test_a_publisher_that_is_created_on_a_day_to_come_may_not_be_there(
    published: bool | Unknown,
) -> None:
    settled = settle(created(READY.today + timedelta(days=2), published))
    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"trusted-publishers"})


def test_a_publisher_created_where_it_is_tomorrow_already_is_there() -> None:
    tomorrow = created(READY.today + timedelta(days=1))
    assert settle(tomorrow).verdict is Verdict.ACCEPTED
    begun = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # the 25th begins at UTC+14
    assert settle(replace(tomorrow, now=begun)).verdict is Verdict.ACCEPTED
    assert settle(replace(tomorrow, now=begun - timedelta(minutes=1))).verdict is Verdict.UNKNOWN
    made = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    case = replace(created(made), now=made - timedelta(minutes=1))
    assert settle(case).verdict is Verdict.UNKNOWN


def test_whether_an_old_publisher_has_published_is_asked_for() -> None:
    case = created(date(2026, 11, 1), unknown("trusted-publishers"))
    settled = settle(case)
    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"trusted-publishers"})


def test_a_publisher_of_which_no_age_is_declared_is_presumed_alive() -> None:
    publisher = replace(PUBLISHER, published=unknown("trusted-publishers"))
    settled = settle(declaring(READY, publishers=(publisher,)))
    assert settled.verdict is Verdict.ACCEPTED
    assert "publisher-alive" in settled.assumed


def test_the_end_of_the_48_hours_is_foretold() -> None:
    assert changes(created(READY.today)) == (
        Change(date(2026, 11, 26), Verdict.UNKNOWN, "trusted-publisher-unvalidated"),
        Change(date(2026, 11, 27), Verdict.REFUSED, "trusted-publisher-unvalidated"),
    )


# --- staging ----------------------------------------------------------------------------------


def test_any_token_that_may_write_stages() -> None:
    case = staging(with_token(READY_BY_TOKEN, bypass_2fa=False))
    assert settle(case).verdict is Verdict.STAGED


def test_staging_is_refused_by_a_publisher_that_only_publishes() -> None:
    settled = settle(staging(READY))
    assert fired(settled) == {"trusted-publisher-lacks-permission": Effect.REFUSES}


def test_an_old_npm_has_no_stage_command() -> None:
    case = with_run(staging(READY_BY_TOKEN), runtimes=(Runtime("24.15.0", "11.12.1"),))
    assert "npm-too-old-for-staging" in fired(settle(case))


# --- the running job --------------------------------------------------------------------------


def running(case: Case, **facts: object) -> Case:
    job = replace(
        case.running,
        setting=Setting.ACTIONS,
        workflow=case.run.entry_workflow,
        job=case.publish.job,
        event=case.run.event,
    )
    return replace(case, running=replace(job, **facts))  # type: ignore[arg-type]


def test_a_fork_matters_only_to_the_publish_that_runs() -> None:
    assert fired(settle(running(READY, fork=True))) == {"fork-pull-request": Effect.REFUSES}
    assert settle(running(READY, fork=True, job="gate")).verdict is Verdict.ACCEPTED
    assert settle(running(READY, fork=True, event="pull_request")).verdict is Verdict.ACCEPTED


def test_the_runner_that_runs_knows_better_than_its_label() -> None:
    assert "self-hosted-runner" in fired(settle(running(READY, hosted=False)))
    unread = with_run(READY, hosted=unknown("runs_on"))
    assert settle(running(unread, hosted=True)).verdict is Verdict.ACCEPTED
    assert settle(running(READY, hosted=False, workflow="x.yml")).verdict is Verdict.ACCEPTED


def test_a_label_that_github_does_not_host_is_believed_whatever_the_runner_says() -> None:
    case = running(with_run(READY, hosted=False), hosted=True)
    assert "self-hosted-runner" in fired(settle(case))


def test_a_malformed_token_matters_only_where_it_publishes() -> None:
    faulty = running(READY_BY_TOKEN, token_fault="is a UUID")
    assert "token-malformed" in fired(settle(faulty))
    assert settle(running(READY, token_fault="is a UUID")).verdict is Verdict.ACCEPTED


# --- properties -------------------------------------------------------------------------------

KNOWN = {
    "access": (Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.TWO_FACTOR_DISALLOW_TOKENS),
    "account_2fa": tuple(AccountTwoFactor),
    "publishers": ((), (PUBLISHER,), (replace(PUBLISHER, allow=frozenset({Allow.STAGE})),)),
}
TOKEN_FACTS = {
    "type": (TokenType.GRANULAR, TokenType.SESSION, TokenType.CLASSIC_AUTOMATION),
    "bypass_2fa": (True, False),
    "permission": tuple(TokenPermission),
    "expires": (date(2027, 1, 14), date(2026, 8, 1)),
    "packages": (("*",), ("other",)),
}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    base = draw(st.sampled_from((READY, READY_BY_TOKEN)))
    case = with_run(base, id_token=draw(st.booleans()), token=draw(st.sampled_from((GIVEN, None))))
    case = declaring(case, **{k: draw(st.sampled_from(v)) for k, v in KNOWN.items()})
    case = with_token(case, **{k: draw(st.sampled_from(v)) for k, v in TOKEN_FACTS.items()})
    return staging(case) if draw(st.booleans()) else case


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from((*KNOWN, *TOKEN_FACTS)))
def test_an_undeclared_fact_is_answered_as_all_its_values_agree(case: Case, fact: str) -> None:
    table, change = (KNOWN, declaring) if fact in KNOWN else (TOKEN_FACTS, with_token)
    hidden = settle(change(case, **{fact: unknown(fact)}))
    verdicts = {settle(change(case, **{fact: value})).verdict for value in table[fact]}
    if hidden.verdict is not Verdict.UNKNOWN:
        assert verdicts == {hidden.verdict}
    elif len(verdicts) > 1:
        assert hidden.unknowns


@settings(max_examples=200, deadline=None)
@given(cases())
def test_a_case_is_refused_exactly_when_a_proven_problem_refuses_it(case: Case) -> None:
    settled = settle(case)
    assert (settled.verdict is Verdict.REFUSED) == (Effect.REFUSES in fired(settled).values())
