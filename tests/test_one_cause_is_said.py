"""One cause is said once: where one rule explains what another one sees, only the first is shown.

Each row is a release of which both are true, and nothing else of the silent rule's list. Without
the row's entry in `yields_to` the person would read two findings and mend the wrong one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace
from ready import (
    GIVEN,
    PACKAGE,
    PUBLISHER,
    READY,
    READY_BY_TOKEN,
    TODAY,
    declaring,
    staging,
    with_run,
    with_token,
)

from checker.cases.world import Case
from checker.facts import (
    Access,
    ExchangeAnswer,
    GitHubAnswers,
    Observed,
    Runtime,
    SecretAge,
    Setting,
    TokenAnswer,
    TokenPermission,
    TokenState,
    TokenType,
)
from checker.judgement import settle
from checker.rules import RULES

NPM_10 = "10.8.2"


def in_this_job(case: Case, **seen: object) -> Case:
    """The case where the program runs in the publishing job itself."""
    here = replace(
        case.running,
        setting=Setting.ACTIONS,
        workflow=case.run.entry_workflow,
        job=case.publish.job,
        event=case.run.event,
    )
    return replace(case, running=replace(here, **seen))


def in_a_forks_pull_request(case: Case) -> Case:
    return in_this_job(case, fork=True)


def on_an_enterprise_server(case: Case) -> Case:
    return in_this_job(case, server_url="https://ghe.acme.example")


def asked(case: Case) -> Case:
    """The case where npm refused the exchange that this very job asked for."""
    stated = tuple(
        {
            "repository": "acme/widget",
            "workflow": "release.yml",
            "event_name": case.run.event,
        }.items()
    )
    return replace(in_this_job(case), exchange=ExchangeAnswer(404, "", stated, None))


def unknown_to_npm(case: Case, *, address_refused: bool = False) -> Case:
    """The case where npm does not know the token that this very job is given."""
    answer = TokenAnswer(False, None, None, address_refused)
    return replace(in_this_job(case), token_answer=answer)


def with_npm(case: Case, version: str) -> Case:
    return with_run(
        case, npm=(version,), runtimes=(Runtime("24.19.0", version),), tool_versions=(version,)
    )


def whose_upgrade_fails(case: Case, version: str = NPM_10) -> Case:
    return with_run(case, npm=(version,), runtimes=(Runtime("18.20.0", version, "12.0.0"),))


def by_tool(case: Case, tool: str, version: str) -> Case:
    of_tool = replace(case, publish=replace(case.publish, tool=tool))
    return with_run(of_tool, tool_versions=(version,))


def on_event(case: Case, event: str) -> Case:
    return with_run(case, event=event)


def with_publisher(case: Case, **facts: object) -> Case:
    return declaring(case, publishers=(replace(PUBLISHER, **facts),))


def never_validated(case: Case) -> Case:
    return with_publisher(case, published=False, created=date(2026, 11, 1))


def of_another_workflow(case: Case) -> Case:
    return with_publisher(case, workflow="other.yml")


def on_own_runner(case: Case) -> Case:
    return with_run(case, hosted=False, runs_on=("self-hosted",))


def as_a_new_package(case: Case) -> Case:
    return declaring(case, exists=False)


def given(case: Case, **facts: object) -> Case:
    return with_run(case, token=replace(GIVEN, **facts))


def with_a_secret_nobody_reads(case: Case) -> Case:
    return with_run(case, token=None, unread_secrets=("NPM_TOKEN",))


def with_a_secret_of(case: Case, days: int) -> Case:
    written = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(days=days)
    ages = (SecretAge("NPM_TOKEN", None, written),)
    return replace(case, github=GitHubAnswers("acme/widget", "public", False, (), ages))


def on_npm_and_waiting(case: Case) -> Case:
    """The case whose version npm has, and has among those that wait for approval too."""
    tags = (("latest", "1.2.0"),)
    seen = Observed(True, ("1.1.0", "1.2.0"), tags, None, (), "1.2.0", ("1.2.0",))
    return replace(case, observed=seen)


def without_credential(case: Case) -> Case:
    return with_run(declaring(case, publishers=()), token=None)


def before_the_sunset(case: Case) -> Case:
    """The case on a day on which nobody knew yet that direct publishes by token would end."""
    return replace(with_token(case, expires=date(2026, 8, 1)), today=date(2026, 6, 1))


EXPIRED = with_token(READY_BY_TOKEN, expires=date(2026, 11, 1))
MISSES = with_token(READY_BY_TOKEN, packages=("@other/*",))
EXPIRES_TODAY = with_token(READY_BY_TOKEN, expires=TODAY)
EXPIRES_IN_4_DAYS = with_token(READY_BY_TOKEN, expires=date(2026, 11, 28))
EXPLAINED = {
    # npm's client sends nothing, or the registry has refused the exchange: why, is known.
    "no-credential": {
        "id-token-permission-missing": with_run(READY, id_token=False),
        "fork-pull-request": in_a_forks_pull_request(READY),
        "npm-too-old-for-trusted-publishing": with_npm(READY, NPM_10),
        "tool-without-trusted-publishing": by_tool(READY, "bun", "1.2.0"),
        "tool-too-old-for-trusted-publishing": by_tool(READY, "semantic-release", "24.0.0"),
        "unsupported-oidc-issuer": on_an_enterprise_server(READY),
        "trigger-refused": on_event(READY, "pull_request_target"),
        "self-hosted-runner": on_own_runner(READY),
        "first-publish": as_a_new_package(READY),
        "trusted-publisher-mismatch": of_another_workflow(READY),
        "trusted-publisher-unvalidated": never_validated(READY),
        "token-not-read": with_a_secret_nobody_reads(without_credential(READY)),
        "exchange-refused": asked(READY),
    },
    "exchange-refused": {
        "fork-pull-request": in_a_forks_pull_request(asked(READY)),
        "trigger-refused": asked(on_event(READY, "pull_request_target")),
        "unsupported-oidc-issuer": on_an_enterprise_server(asked(READY)),
        "self-hosted-runner": asked(on_own_runner(READY)),
        "first-publish": asked(as_a_new_package(READY)),
        "trusted-publisher-mismatch": asked(of_another_workflow(READY)),
        "trusted-publisher-unvalidated": asked(never_validated(READY)),
    },
    "id-token-permission-missing": {
        "fork-pull-request": in_a_forks_pull_request(with_run(READY, exceeds_caller=True)),
        "token-not-read": with_a_secret_nobody_reads(READY_BY_TOKEN),
    },
    "provenance-without-id-token": {
        "fork-pull-request": in_a_forks_pull_request(
            replace(READY, package=replace(PACKAGE, provenance=True))
        ),
    },
    "tool-without-trusted-publishing": {
        "id-token-permission-missing": with_run(by_tool(READY, "bun", "1.2.0"), id_token=False),
    },
    "tool-too-old-for-trusted-publishing": {
        "id-token-permission-missing": with_run(by_tool(READY, "lerna", "8.0.0"), id_token=False),
    },
    "npm-too-old-for-trusted-publishing": {
        "npm-too-old-for-staging": staging(with_npm(READY, NPM_10)),
        "npm-upgrade-unsupported": whose_upgrade_fails(READY),
    },
    # The token is dead: of what, the nearest look says.
    "token-rejected": {
        "token-ip-restricted": unknown_to_npm(READY_BY_TOKEN, address_refused=True),
        "token-expired": unknown_to_npm(EXPIRED),
        "token-malformed": unknown_to_npm(given(READY_BY_TOKEN, state=TokenState.MALFORMED)),
        "classic-token-revoked": unknown_to_npm(
            with_token(READY_BY_TOKEN, type=TokenType.CLASSIC_AUTOMATION)
        ),
    },
    "secret-older-than-limit": {
        "token-rejected": with_a_secret_of(unknown_to_npm(READY_BY_TOKEN), days=100),
        "token-malformed": with_a_secret_of(
            given(READY_BY_TOKEN, state=TokenState.MALFORMED), days=100
        ),
    },
    "token-expires-soon": {
        "secret-older-than-limit": with_a_secret_of(EXPIRES_IN_4_DAYS, days=100),
        "token-needs-2fa": with_token(EXPIRES_IN_4_DAYS, bypass_2fa=False),
    },
    # What ends one day is not said of a token that ends nothing any more.
    "bypass-token-sunset": {
        "token-expired": EXPIRED,
        "secret-older-than-limit": with_a_secret_of(READY_BY_TOKEN, days=100),
        "token-misses-package": MISSES,
        "token-malformed": given(READY_BY_TOKEN, secret_names=("GITHUB_TOKEN",)),
        "token-rejected": unknown_to_npm(READY_BY_TOKEN),
    },
    # Each of these says already to move to trusted publishing, or how to mend what is there of it.
    "prefer-trusted-publishing": {
        "bypass-token-sunset": READY_BY_TOKEN,
        "token-refused-by-publishing-access": declaring(
            READY_BY_TOKEN, access=Access.TWO_FACTOR_DISALLOW_TOKENS
        ),
        "token-needs-2fa": with_token(READY_BY_TOKEN, bypass_2fa=False),
        "classic-token-revoked": with_token(READY_BY_TOKEN, type=TokenType.CLASSIC_AUTOMATION),
        "token-lacks-permission": with_token(READY_BY_TOKEN, permission=TokenPermission.READ_ONLY),
        "token-expired": staging(EXPIRED),
        "token-misses-package": staging(MISSES),
        "token-malformed": staging(given(READY_BY_TOKEN, secret_names=("GITHUB_TOKEN",))),
        "token-expires-soon": staging(EXPIRES_IN_4_DAYS),
        "trusted-publisher-mismatch": before_the_sunset(
            of_another_workflow(with_run(READY_BY_TOKEN, id_token=True))
        ),
        "trusted-publisher-unvalidated": staging(
            never_validated(with_run(READY_BY_TOKEN, id_token=True))
        ),
        "npm-too-old-for-trusted-publishing": before_the_sunset(
            with_npm(with_publisher(with_run(READY_BY_TOKEN, id_token=True)), NPM_10)
        ),
        "token-shadows-trusted-publishing": before_the_sunset(
            by_tool(with_publisher(with_run(READY_BY_TOKEN, id_token=True)), "yarn", "4.10.3")
        ),
    },
    "version-already-staged": {"version-already-published": on_npm_and_waiting(READY)},
}


# On the token's last day both are true in one world and neither in another.
NEVER_CERTAIN = ("token-expires-soon", "token-expired")


def said(case: Case) -> set[str]:
    return {problem.rule for problem, _ in settle(case).problems}


@pytest.mark.parametrize(
    ("silent", "explaining"),
    [(silent, explaining) for silent, cases in EXPLAINED.items() for explaining in cases],
)
def test_what_explains_a_symptom_stands_alone(silent: str, explaining: str) -> None:
    shown = said(EXPLAINED[silent][explaining])

    assert explaining in shown
    assert silent not in shown


@pytest.mark.parametrize(
    ("case", "other"),
    [
        (staging(with_npm(READY, "11.12.1")), "npm-too-old-for-staging"),
        (whose_upgrade_fails(READY, "11.6.0"), "npm-upgrade-unsupported"),
    ],
)
def test_a_newer_npm_gives_no_credential_so_both_are_said(case: Case, other: str) -> None:
    assert "no-credential" not in said(case)
    assert said(without_credential(case)) == {other, "no-credential"}


@pytest.mark.parametrize(
    "kind",
    [TokenType.CLASSIC_AUTOMATION, TokenType.CLASSIC_PUBLISH, TokenType.CLASSIC_READ_ONLY],
)
def test_a_classic_token_is_revoked_however_old_its_secret_is(kind: TokenType) -> None:
    case = with_a_secret_of(with_token(READY_BY_TOKEN, type=kind), days=100)

    assert said(case) == {"classic-token-revoked"}


def test_on_its_last_day_nobody_says_of_a_token_that_it_has_days_left() -> None:
    assert said(EXPIRES_TODAY) == set()


def test_every_explanation_stands_here() -> None:
    shown = {(silent, other) for silent, cases in EXPLAINED.items() for other in cases}
    known = {(rule.id, other) for rule in RULES for other in rule.yields_to}

    assert shown | {NEVER_CERTAIN} == known
