"""The small print of npm and of the clients: sentences that only a mutant showed to be untested."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace
from ready import (
    BYPASS_TOKEN,
    DECLARED,
    GIVEN,
    PACKAGE,
    PUBLISH,
    PUBLISHER,
    READY,
    READY_BY_TOKEN,
    RUN,
    STEP,
    TODAY,
    WORKFLOW,
    declaring,
    staging,
    with_run,
    with_token,
)

from checker.cases import probe
from checker.cases.world import Case
from checker.evaluate import evaluate
from checker.facts import (
    Allow,
    Command,
    Declared,
    ExchangeAnswer,
    Facts,
    GitHubAnswers,
    Observed,
    Options,
    Publish,
    Reading,
    ReadingProblem,
    Run,
    RunningJob,
    Runtime,
    SecretAge,
    Setting,
    TokenAnswer,
    TokenPermission,
    TokenType,
    Unknown,
)
from checker.judgement import Settled, changes, settle
from checker.knowledge import policy, ranges, token_shape
from checker.report import Change, Presented, Report, Verdict

GOOD_TOKEN = "npm_" + "A1b2C3d4E5f6" * 3


def unknown(fact: str) -> Unknown:
    return Unknown(fact, "it is not declared")


def rules(settled: Settled) -> set[str]:
    return {problem.rule for problem, _ in settled.problems}


def open_facts(settled: Settled) -> set[str]:
    return {one.fact for one in settled.unknowns}


def by_tool(name: str, case: Case = READY, **run: object) -> Case:
    return with_run(replace(case, publish=replace(case.publish, tool=name)), **run)


def report(
    *publishes: Publish,
    problems: tuple[ReadingProblem, ...] = (),
    github: GitHubAnswers | None = None,
    declared: Declared = DECLARED,
) -> Report:
    return evaluate(
        Facts(
            today=TODAY,
            now=None,
            reading=Reading(publishes, (PACKAGE,), problems),
            running=RunningJob(Setting.TERMINAL, repository="acme/widget"),
            visibility="public",
            default=declared,
            declared=(),
            github=github,
        )
    )


def publishing(*runs: Run) -> Publish:
    return replace(PUBLISH, runs=runs)


# --- what an answer rests on ------------------------------------------------------------------


def test_a_session_is_presumed_alive_and_knows_no_addresses() -> None:
    settled = settle(staging(with_token(READY_BY_TOKEN, type=TokenType.SESSION)))

    assert settled.verdict is Verdict.STAGED
    assert settled.assumed == ("session-alive", "user-may-write", "version-free")


def answered(case: Case, *maintainers: str) -> Case:
    here = replace(
        case.running, setting=Setting.ACTIONS, workflow=WORKFLOW, job=case.publish.job, event="push"
    )
    return replace(
        case,
        running=here,
        token_answer=TokenAnswer(True, "ada", None),
        observed=Observed(True, ("1.1.0",), (), None, maintainers, None),
    )


def test_an_account_that_npm_lists_as_maintainer_is_not_presumed_to_write() -> None:
    assert "user-may-write" not in settle(answered(READY_BY_TOKEN, "ada", "grace")).assumed
    assert "user-may-write" in settle(answered(READY_BY_TOKEN, "grace")).assumed


def test_a_token_that_npm_does_not_know_makes_nobody_a_maintainer() -> None:
    known = answered(READY_BY_TOKEN, "ada")
    silent = replace(known, token_answer=TokenAnswer(unknown("token"), "ada", None))
    elsewhere = replace(known, running=replace(known.running, job="test"))

    for case in (silent, elsewhere):
        assert {"token-not-revoked", "user-may-write"} <= set(settle(case).assumed)


def test_a_package_is_presumed_to_exist_where_nobody_says_so() -> None:
    undeclared = declaring(READY, exists=unknown("exists"))
    unseen = Observed(unknown("exists"), (), (), None, (), None)

    assert "package-exists" in settle(undeclared).assumed
    assert "package-exists" in settle(replace(undeclared, observed=unseen)).assumed
    assert "package-exists" not in settle(replace(READY, observed=unseen)).assumed
    assert "package-exists" not in settle(answered(undeclared)).assumed


def test_a_token_that_npm_knows_is_not_presumed_alive() -> None:
    assert "token-not-revoked" not in settle(answered(READY_BY_TOKEN)).assumed


def test_an_exchange_that_npm_granted_does_not_say_which_command_is_allowed() -> None:
    granted = answered(declaring(READY, publishers=unknown("trusted-publishers")))
    claims = (("workflow", "release.yml"), ("event_name", "push"))
    settled = settle(replace(granted, exchange=ExchangeAnswer(201, "", claims, None)))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"trusted-publishers"})


@pytest.mark.parametrize(
    ("claim", "other"),
    [("workflow", "nightly.yml"), ("environment", "staging"), ("event_name", "workflow_dispatch")],
)
def test_an_exchange_by_a_run_that_npm_tells_from_this_one_says_nothing(
    claim: str, other: str
) -> None:
    ours = {"workflow": "release.yml", "environment": "npm", "event_name": "push"}
    case = answered(declaring(READY, publishers=(replace(PUBLISHER, environment="npm"),)))

    assert dict(probe.expected(with_run(case, environment="npm"))) == {
        "repository": "acme/widget",
        **ours,
    }

    def unlike(claims: dict[str, str]) -> bool:
        answer = ExchangeAnswer(201, "", tuple(claims.items()), None)
        run = with_run(case, environment="npm")
        return "probe-not-representative" in rules(settle(replace(run, exchange=answer)))

    assert not unlike(ours)
    assert not unlike(ours | {"repository": "Acme/Widget"})
    assert unlike(ours | {claim: other})
    assert unlike({name: value for name, value in ours.items() if name != claim})


@pytest.mark.parametrize(
    ("status", "refused"),
    [(400, True), (401, True), (403, True), (404, True)]
    + [(status, False) for status in (201, 399, 402, 405, 429, 500, 503)],
)
def test_npm_refuses_an_exchange_by_four_answers_and_a_failing_registry_refuses_nothing(
    status: int, refused: bool
) -> None:
    claims = (("workflow", "release.yml"), ("event_name", "push"))
    answer = ExchangeAnswer(status, "", claims, None)

    assert probe.refused(replace(answered(READY), exchange=answer)) is refused
    assert not probe.refused(answered(READY))


def test_several_secrets_of_one_description_need_no_question_which_is_set() -> None:
    either = replace(GIVEN, secret_names=("NPM_TOKEN", "NODE_AUTH_TOKEN"))
    two = with_run(READY_BY_TOKEN, token=either)
    described = declaring(two, tokens=(("NODE_AUTH_TOKEN", BYPASS_TOKEN),))
    asks = replace(BYPASS_TOKEN, bypass_2fa=False)
    differing = settle(declaring(two, tokens=(("NODE_AUTH_TOKEN", asks),)))

    assert settle(two).verdict is Verdict.ACCEPTED
    assert settle(described).verdict is Verdict.ACCEPTED
    assert (differing.verdict, open_facts(differing)) == (Verdict.UNKNOWN, {"token-type"})


def test_a_fact_that_the_verdict_does_not_turn_on_is_not_asked_for() -> None:
    undeclared = declaring(READY, publishers=unknown("trusted-publishers"))
    settled = settle(with_run(undeclared, options=Options(provenance=unknown("provenance"))))

    assert open_facts(settled) == {"trusted-publishers"}


def test_which_of_two_publishers_was_in_force_is_asked_before_npm_kept_several() -> None:
    elsewhere = replace(PUBLISHER, workflow="nightly.yml")
    two = declaring(READY, publishers=(PUBLISHER, elsewhere))
    before = settle(replace(two, today=date(2026, 9, 2)))

    assert settle(two).verdict is Verdict.ACCEPTED
    assert (before.verdict, open_facts(before)) == (Verdict.UNKNOWN, {"trusted-publishers"})


# --- days -------------------------------------------------------------------------------------


def test_a_token_is_not_known_alive_on_the_day_that_it_expires() -> None:
    last = READY.today + timedelta(days=10)
    found = changes(with_token(READY_BY_TOKEN, expires=last))

    assert found[0] == Change(last, Verdict.UNKNOWN, "token-expired")
    assert found[1] == Change(last + timedelta(days=1), Verdict.REFUSED, "token-expired")


def test_a_secret_can_hold_no_living_token_after_the_longest_life_of_one() -> None:
    written = datetime(2026, 10, 1, 9, tzinfo=UTC)
    github = GitHubAnswers(
        "acme/widget", "public", False, (), (SecretAge("NPM_TOKEN", None, written),)
    )
    case = replace(with_token(READY_BY_TOKEN, expires=unknown("token-expires")), github=github)
    found = {change.on: change.verdict for change in changes(case)}

    assert found[date(2026, 10, 1) + timedelta(days=91)] is Verdict.REFUSED
    assert date(2026, 10, 1) + timedelta(days=90) not in found


@pytest.mark.parametrize(
    ("environment", "via", "refused"),
    [
        (None, ("run",), True),
        (None, ("reusable", "run"), True),
        ("npm", ("run",), True),
        # What a caller hands to a workflow it has without the callee's environment.
        ("npm", ("reusable", "run"), False),
    ],
)
def test_the_secret_of_an_environment_behind_a_reusable_workflow_has_no_known_age(
    environment: str | None, via: tuple[str, ...], refused: bool
) -> None:
    ages = (SecretAge("NPM_TOKEN", environment, datetime(2026, 1, 1, 9, tzinfo=UTC)),)
    case = with_run(
        with_token(READY_BY_TOKEN, expires=unknown("token-expires")), environment=environment
    )
    case = replace(
        case,
        publish=replace(case.publish, via=via),
        github=GitHubAnswers("acme/widget", "public", False, (), ages),
    )

    assert ("secret-older-than-limit" in rules(settle(case))) is refused


# On its last day it is asked whether the token has expired.
@pytest.mark.parametrize(("days", "soon"), [(0, False), (1, True), (14, True), (15, False)])
def test_a_token_expires_soon_in_the_14_days_before_its_last_one(days: int, soon: bool) -> None:
    last = with_token(READY_BY_TOKEN, expires=TODAY + timedelta(days=days))

    assert ("token-expires-soon" in rules(settle(last))) is soon


@pytest.mark.parametrize("expires", [TODAY + timedelta(days=60), unknown("token-expires")])
def test_a_session_that_is_kept_as_a_secret_is_dead_soon_whatever_its_day(
    expires: date | Unknown,
) -> None:
    session = replace(BYPASS_TOKEN, type=TokenType.SESSION, expires=expires)
    run = replace(READY_BY_TOKEN.run, packages=(PACKAGE,))
    by_session = replace(PUBLISH, command=Command.STAGE, runs=(run,))
    found = report(by_session, declared=replace(DECLARED, publishers=(), token=session))
    [soon] = [one for one in found.findings if one.rule == "token-expires-soon"]

    assert "is a login session" in soon.message
    assert "expires on" not in soon.message


def test_a_publisher_from_before_the_48_hours_began_has_them_from_their_first_day() -> None:
    old = replace(PUBLISHER, created=date(2026, 3, 1), published=False)
    begun = next(era.start for era in policy.ERAS if era.unvalidated_hours)
    on = {
        days: settle(
            replace(declaring(READY, publishers=(old,)), today=begun + timedelta(days=days))
        ).verdict
        for days in (0, 1, 2, 3)
    }

    assert on[0] is Verdict.UNKNOWN
    assert on[3] is Verdict.REFUSED


def test_a_token_may_be_limited_to_staging_from_the_day_that_npm_offers_it() -> None:
    first = next(era.start for era in policy.ERAS if era.stage_only_tokens)
    before = policy.permissions(first - timedelta(days=1))

    assert TokenPermission.STAGE_ONLY in policy.permissions(first)
    assert set(before) == set(TokenPermission) - {TokenPermission.STAGE_ONLY}


# --- several packages of one command ----------------------------------------------------------


@pytest.mark.parametrize(
    ("npm", "tool", "presented"),
    [
        ("11.17.0", "npm", Presented.OIDC),
        ("11.20.9", "npm", Presented.OIDC),
        ("11.21.0", "npm", Presented.TOKEN),
        ("12.0.0", "npm", Presented.OIDC),
        ("12.1.9", "npm", Presented.OIDC),
        ("12.2.0", "npm", Presented.TOKEN),
        ("11.17.0", "lerna", Presented.TOKEN),
    ],
)
def test_an_npm_that_keeps_the_last_exchange_never_comes_to_the_token(
    npm: str, tool: str, presented: Presented
) -> None:
    elsewhere = replace(PUBLISHER, workflow="nightly.yml")
    case = by_tool(
        tool, token=GIVEN, npm=(npm,), runtimes=(Runtime("24.19.0", npm),), tool_versions=("9.0.7",)
    )
    case = declaring(case, publishers=(elsewhere,), token=BYPASS_TOKEN)
    after_a_granted_one = replace(case, earlier=(("@acme/first", DECLARED),))

    assert settle(case).presented is Presented.TOKEN
    kept = settle(after_a_granted_one).presented is not Presented.TOKEN
    assert kept is (presented is Presented.OIDC)


def test_an_earlier_exchange_is_asked_about_where_its_publishers_are_unknown() -> None:
    elsewhere = replace(PUBLISHER, workflow="nightly.yml")
    case = declaring(with_run(READY, token=GIVEN), publishers=(elsewhere,), token=BYPASS_TOKEN)
    undeclared = replace(DECLARED, publishers=unknown("trusted-publishers"))
    settled = settle(replace(case, earlier=(("@acme/first", undeclared),)))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"trusted-publishers"})


# --- what a job may do ------------------------------------------------------------------------


def test_an_id_token_of_another_job_says_nothing_of_this_one() -> None:
    undeclared = with_run(READY, id_token=unknown("id-token"))
    elsewhere = replace(undeclared, running=replace(READY.running, oidc_available=True))

    assert open_facts(settle(elsewhere)) == {"id-token"}


def test_without_a_repository_it_is_asked_which_one_npm_will_see() -> None:
    nowhere = replace(READY, running=replace(READY.running, repository=None))
    settled = settle(nowhere)

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"repository"})


def test_a_refusal_that_was_only_reported_of_an_event_is_neither_yes_nor_no() -> None:
    day = next(era.start for era in policy.ERAS if dict(era.events).get("pull_request_target"))
    settled = settle(with_run(replace(READY, today=day), event="pull_request_target"))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"events"})


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [(-1, Verdict.REFUSED), (0, Verdict.ACCEPTED), (1, Verdict.ACCEPTED)],
)
def test_npm_dist_tag_ends_the_job_only_above_the_publish(lines: int, verdict: Verdict) -> None:
    line = STEP.line + lines
    case = with_run(READY, dist_tag_place=replace(STEP, line=line, end_line=line))
    settled = settle(case)

    assert settled.verdict is verdict
    assert rules(settled) == {"dist-tag-without-credential"}


def test_of_a_package_without_a_version_no_publishing_access_is_asked_for() -> None:
    undeclared = declaring(READY_BY_TOKEN, access=unknown("publishing-access"))
    rule = "publishing-access-undeclared"

    assert rule in rules(settle(undeclared))
    assert rule not in rules(settle(declaring(undeclared, exists=False)))
    assert rule not in rules(settle(staging(undeclared)))


def test_only_packages_that_are_new_count_towards_how_many_a_day_may_create() -> None:
    many = replace(READY, new_packages=40)

    assert "too-many-new-packages" not in rules(settle(many))
    assert "too-many-new-packages" in rules(settle(declaring(many, exists=False)))


def test_a_version_that_a_step_writes_before_the_publish_is_not_called_missing() -> None:
    written = replace(PACKAGE, version=None, lines=(("name", 2), ("version", 3)))
    missing = replace(PACKAGE, version=None, lines=(("name", 2),))

    assert "version-invalid" not in rules(settle(replace(READY, package=written)))
    assert "version-invalid" in rules(settle(replace(READY, package=missing)))


@pytest.mark.parametrize(
    ("tool", "version", "recursive", "missing", "inexact"),
    [
        ("pnpm", "10.34.9", False, True, True),
        ("pnpm", "10.34.9", True, False, False),
        ("bun", "1.3.14", False, True, False),
        ("bun", "1.4.5", False, True, True),
        ("yarn", "4.18.1", False, True, False),
        ("yarn", "1.22.22", False, False, False),
        ("lerna", "9.0.0", False, False, False),
    ],
)
def test_package_managers_want_a_version_before_they_ask_npm(
    tool: str, version: str, recursive: bool, missing: bool, inexact: bool
) -> None:
    case = by_tool(tool, tool_versions=(version,), options=Options(recursive=recursive))
    without = replace(case, package=replace(PACKAGE, version=None, lines=(("name", 2),)))
    short = replace(case, package=replace(PACKAGE, version="1.2"))

    assert ("version-invalid" in rules(settle(without))) is missing
    assert ("version-invalid" in rules(settle(short))) is inexact


# --- tools ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "version", "refused"),
    [
        ("npm", "11.17.0", True),
        ("pnpm", "10.20.0", True),
        ("pnpm", "11.5.0", False),
        ("changesets", "2.29.0", True),
        ("nx", "22.0.0", True),
        ("yarn", "4.10.3", False),
    ],
)
def test_a_tag_that_is_a_range_is_refused_where_npm_publish_is_given_it(
    tool: str, version: str, refused: bool
) -> None:
    case = by_tool(tool, tool_versions=(version,), options=Options(tag="1.x"))

    assert ("tag-is-a-version-range" in rules(settle(case))) is refused


@pytest.mark.parametrize(
    ("tool", "npm", "flag", "manifest", "refused"),
    [
        ("npm", "10.9.8", "private", None, True),
        ("npm", "10.9.8", None, "private", False),
        ("npm", "11.16.0", None, "private", True),
        ("npm", "11.16.0", "public", "private", False),
        ("pnpm", "11.16.0", "private", None, False),
    ],
)
def test_private_is_another_word_for_restricted_to_npm(
    tool: str, npm: str, flag: str | None, manifest: str | None, refused: bool
) -> None:
    case = by_tool(tool, tool_versions=(npm,), options=Options(access=flag))
    case = with_run(case, runtimes=(Runtime("24.18.0", npm),))
    case = replace(case, package=replace(PACKAGE, name="widget", access=manifest))

    assert ("restricted-unscoped" in rules(settle(case))) is refused


def test_a_tool_that_wants_a_token_goes_on_without_one_only_behind_its_switch() -> None:
    switched = settle(by_tool("publib", tool_versions=("0.3.0",)))
    hard = settle(by_tool("semantic-release", tool_versions=("24.0.0",)))

    assert (switched.verdict, open_facts(switched)) == (Verdict.UNKNOWN, {"tool"})
    assert hard.verdict is Verdict.REFUSED
    assert rules(hard) & {"tool-without-trusted-publishing", "tool-too-old-for-trusted-publishing"}


def test_a_tool_of_which_nobody_knows_whether_it_exchanges_is_asked_about() -> None:
    settled = settle(by_tool("auto", tool_versions=("11.3.0",)))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"tool"})


def test_a_tool_in_several_versions_that_differ_is_asked_for_its_version() -> None:
    settled = settle(by_tool("lerna", tool_versions=("8.2.0", "9.0.7")))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"tool_version"})


@pytest.mark.parametrize("tool", ["lerna", "pnpm", "yarn", "semantic-release"])
def test_a_tool_in_no_known_version_may_be_too_old_for_trusted_publishing(tool: str) -> None:
    settled = settle(by_tool(tool, tool_versions=unknown("tool_version")))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"tool_version"})


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("11.2.9", Verdict.REFUSED), (None, Verdict.UNKNOWN), ("11.99.0", Verdict.STAGED)],
)
def test_a_pnpm_stages_from_the_version_that_has_the_command(
    version: str | None, verdict: Verdict
) -> None:
    versions = (version,) if version else unknown("tool_version")
    both = replace(PUBLISHER, allow=frozenset(Allow))
    staged = staging(declaring(by_tool("pnpm", tool_versions=versions), publishers=(both,)))

    assert settle(staged).verdict is verdict


def test_a_pnpm_of_which_one_version_stages_is_asked_for_its_version() -> None:
    both = replace(PUBLISHER, allow=frozenset(Allow))
    case = declaring(by_tool("pnpm", tool_versions=("11.2.9", "11.99.0")), publishers=(both,))

    assert settle(case).verdict is Verdict.ACCEPTED
    assert open_facts(settle(staging(case))) == {"tool_version"}


def test_whether_a_tool_in_no_known_version_stages_is_asked_only_where_one_can() -> None:
    by_token = replace(READY_BY_TOKEN, publish=replace(READY_BY_TOKEN.publish, tool="pnpm"))
    unread = unknown("tool_version")
    pnpm = settle(staging(with_run(by_token, tool_versions=unread)))
    lerna = settle(staging(by_tool("lerna", READY_BY_TOKEN, tool_versions=unread)))

    assert (pnpm.verdict, open_facts(pnpm)) == (Verdict.UNKNOWN, {"tool_version"})
    assert lerna.verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("manager", "versions", "verdict"),
    [
        ("npm", (), Verdict.ACCEPTED),
        ("pnpm", ("11.99.0",), Verdict.ACCEPTED),
        ("pnpm", unknown("uploader_version"), Verdict.UNKNOWN),
        ("yarn", unknown("uploader_version"), Verdict.UNKNOWN),
        ("yarn", ("4.12.0",), Verdict.ACCEPTED),
        ("yarn", ("4.0.0",), Verdict.REFUSED),
        ("yarn", ("1.22.22",), Verdict.REFUSED),
        ("bun", ("1.3.0",), Verdict.REFUSED),
    ],
)
def test_a_tool_that_hands_the_upload_on_can_what_the_manager_can(
    manager: str, versions: tuple[str, ...] | Unknown, verdict: Verdict
) -> None:
    case = by_tool(
        "changesets", tool_versions=("3.1.0",), uploader=manager, uploader_versions=versions
    )

    assert settle(case).verdict is verdict


# --- versions and tags ------------------------------------------------------------------------


def observed(*versions: str, highest: str | None) -> Observed:
    return Observed(True, versions, (), None, (), highest)


@pytest.mark.parametrize(
    ("seen", "goes_back"),
    [
        (observed("1.1.0", highest="1.1.0"), False),
        (observed("1.1.0", "2.0.0", highest="2.0.0"), True),
        (observed("1.2.0", "2.0.0", highest="2.0.0"), False),
        (observed("2.0.0-rc.1", highest=None), False),
    ],
)
def test_latest_goes_back_only_below_a_higher_release_and_with_a_new_version(
    seen: Observed, goes_back: bool
) -> None:
    found = rules(settle(replace(READY, observed=seen)))

    assert ("latest-would-go-back" in found) is goes_back


def test_a_prerelease_whose_tag_cannot_be_read_is_neither_refused_nor_accepted() -> None:
    prerelease = replace(READY, package=replace(PACKAGE, version="2.0.0-rc.1"))
    settled = settle(with_run(prerelease, options=Options(tag=unknown("tag"))))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"tag"})


@pytest.mark.parametrize(
    ("failed", "helps"), [("12.0.0", "npm install -g npm@11"), ("11.6.0", "Raise Node: ")]
)
def test_of_an_npm_that_node_cannot_run_the_fix_names_one_that_it_can(
    failed: str, helps: str
) -> None:
    runtime = Runtime("20.10.0", "10.2.3", failed_upgrade=failed)
    run = replace(RUN, packages=(PACKAGE,), runtimes=(runtime,))
    [found] = [f for f in report(publishing(run)).findings if f.rule == "npm-upgrade-unsupported"]

    assert helps in found.fix
    assert failed in found.message


# --- provenance -------------------------------------------------------------------------------

PRIVATE = replace(READY, visibility="private")


def test_provenance_that_a_variable_asks_for_is_asked_about_where_it_is_hidden() -> None:
    hidden = Options(provenance=unknown("provenance"))
    settled = settle(with_run(PRIVATE, options=hidden))

    assert (settled.verdict, open_facts(settled)) == (Verdict.UNKNOWN, {"provenance"})


def test_provenance_is_npms_also_where_a_tool_runs_npm() -> None:
    asked = Options(provenance=True)
    by_npm = settle(with_run(PRIVATE, options=asked))
    by_changesets = settle(
        by_tool("changesets", PRIVATE, options=asked, tool_versions=("2.29.0",), uploader="npm")
    )

    assert "provenance-from-private-repository" in rules(by_npm)
    assert "provenance-from-private-repository" in rules(by_changesets)


@pytest.mark.parametrize("written", ["https://git.example/acme/widget", "widget", ""])
def test_a_repository_address_that_npm_cannot_read_names_another_repository(written: str) -> None:
    settled = settle(replace(READY, package=replace(PACKAGE, repository=written)))

    assert settled.verdict is Verdict.REFUSED
    assert rules(settled) == {"repository-url-mismatch"}


def test_a_repository_in_another_case_is_refused_where_github_itself_spells_it() -> None:
    other = replace(READY, package=replace(PACKAGE, repository="github:Acme/Widget"))
    by_remote = settle(other)
    in_a_job = settle(replace(other, running=replace(READY.running, setting=Setting.ACTIONS)))
    another = settle(replace(READY, package=replace(PACKAGE, repository="github:acme/gadget")))

    assert (by_remote.verdict, open_facts(by_remote)) == (Verdict.UNKNOWN, {"repository"})
    assert (in_a_job.verdict, rules(in_a_job)) == (Verdict.REFUSED, {"repository-url-mismatch"})
    assert (another.verdict, rules(another)) == (Verdict.REFUSED, {"repository-url-mismatch"})


def test_an_access_that_cannot_be_read_is_public_or_restricted() -> None:
    new = with_run(
        declaring(READY_BY_TOKEN, exists=False),
        id_token=True,
        options=Options(access=unknown("access-flag"), provenance=True),
    )

    assert open_facts(settle(new)) == {"access-flag"}


# --- the report -------------------------------------------------------------------------------


def test_a_step_that_publishes_no_package_is_not_called_accepted() -> None:
    found = report(publishing(replace(RUN, packages=())))

    assert found.verdict is Verdict.NOTHING_TO_PUBLISH
    assert [one.verdict for one in found.publishes] == [Verdict.NOTHING_TO_PUBLISH]


def test_a_package_that_cannot_be_seen_is_joined_to_none_that_can() -> None:
    unseen = replace(RUN, packages=unknown("packages"), id_token=False)
    seen = replace(RUN, packages=(PACKAGE,), id_token=False)
    found = report(publishing(seen, unseen))

    assert found.verdict is Verdict.REFUSED
    assert [case.packages for one in found.publishes for case in one.cases] == [None]


def test_a_credential_that_cannot_be_read_is_unknown_and_not_a_token() -> None:
    unread = replace(RUN, packages=(PACKAGE,), token=unknown("token"), id_token=False)

    assert report(publishing(unread)).publishes[0].credential is Presented.UNKNOWN


def test_findings_of_one_rule_are_in_the_order_of_their_files() -> None:
    where = {"b.yml": 5, "c.yml": 1, "a.yml": 20}
    places = [replace(STEP, path=path, line=line) for path, line in where.items()]
    problems = tuple(ReadingProblem("workflow-unreadable", place, "no YAML") for place in places)
    found = report(problems=problems).findings

    assert [one.place.path for one in found if one.place] == ["a.yml", "b.yml", "c.yml"]


def test_an_environment_that_github_does_not_have_is_remarked_upon() -> None:
    answers = GitHubAnswers("acme/widget", "public", False, (("npm", True), ("nmp", False)), ())

    def remarks(environment: str) -> str:
        run = replace(RUN, packages=(PACKAGE,), environment=environment)
        return " ".join(one.text for one in report(publishing(run), github=answers).remarks)

    assert "The environment `nmp` of job `publish` does not exist" in remarks("nmp")
    assert "does not exist" not in remarks("npm")


def test_what_github_was_not_asked_or_did_not_say_is_remarked_upon() -> None:
    silent = Unknown("repository", "GitHub did not answer in time")
    answers = GitHubAnswers(silent, silent, silent, (), ())

    assert "GitHub did not answer in time" in " ".join(
        one.text for one in report(github=answers).remarks
    )


# --- versions and texts -----------------------------------------------------------------------


def test_texts_longer_than_npm_reads_are_no_versions_and_no_ranges() -> None:
    long = "1" * (ranges.LONGEST_TEXT + 1)

    assert not ranges.satisfies("1.0.0", f">=0.0.1 || {long}")
    assert not ranges.satisfies(f"1.0.0+{long}", "*")
    assert not ranges.is_range(long)
    assert ranges.exact(f"1.0.0+{long}") is None


def test_texts_as_long_as_npm_reads_them_are_versions_and_ranges() -> None:
    assert ranges.LONGEST_TEXT == 256  # MAX_LENGTH of npm's semver
    version = "1.0.0+".ljust(ranges.LONGEST_TEXT, "a")
    wanted = ">=0.0.1".ljust(ranges.LONGEST_TEXT)

    assert ranges.exact(version) == "1.0.0"
    assert ranges.is_range(wanted)
    assert ranges.satisfies("1.0.0", wanted)
    assert ranges.satisfies(version, wanted)


def test_a_text_that_is_no_version_is_in_no_range() -> None:
    for text in ("", "x", "latest", "a.b.c"):
        assert not ranges.satisfies(text, ">=0.0.1")


def test_npm_reads_ranges_and_their_versions_loosely() -> None:
    assert ranges.is_range(">=1.2.3beta")
    assert ranges.satisfies("1.2.3", ">=1.2.2beta")
    assert ranges.satisfies("=1.2.3", ">=1")


def test_what_a_version_was_built_from_does_not_order_it() -> None:
    assert ranges.oldest_first(["1.2.4", "1.2.3+20260101.a-b"]) == ("1.2.3+20260101.a-b", "1.2.4")
    assert ranges.newest(["1.2.3-rc.1+a", "1.2.3-rc.2+a"]) == "1.2.3-rc.2+a"


def test_releases_sort_by_their_numbers_and_not_by_their_letters() -> None:
    rising = ("1.9.0", "1.10.0", "2.0.0", "10.0.0")

    assert ranges.oldest_first(reversed(rising)) == rising


def test_prereleases_sort_as_npm_sorts_them() -> None:
    rising = ["1.0.0-1", "1.0.0-2", "1.0.0-11", "1.0.0-a", "1.0.0-a.1", "1.0.0-b", "1.0.0"]

    assert list(ranges.oldest_first(reversed(rising))) == rising


@pytest.mark.parametrize("quote", ["'", '"', "`"])
@pytest.mark.parametrize("both", [True, False])
def test_a_quote_at_either_end_of_a_token_is_told(quote: str, both: bool) -> None:
    assert token_shape.fault(GOOD_TOKEN) is None
    for wrapped in (f"{quote}{GOOD_TOKEN}{quote if both else ''}", f"{GOOD_TOKEN}{quote}"):
        assert token_shape.fault(wrapped) == "is wrapped in quotes"
