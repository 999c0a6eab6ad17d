"""npm's decision table: complete, and of the shape that npm's policy has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from msgspec.structs import replace
from ready import READY_BY_TOKEN, with_token

from checker.facts import Access, AccountTwoFactor, Allow, Command, TokenPermission
from checker.judgement import settle
from checker.knowledge import policy
from checker.knowledge.policy import Asked, Cell, Credential, Outcome, cell
from checker.report import Evidence
from checker.rules import by_id

EVERY_QUESTION = tuple(policy.every_question())
BOUNDARIES = tuple(day for era in policy.ERAS for day in (era.start - timedelta(days=1), era.start))
TODAY = date(2026, 11, 24)
BYPASS = Asked(Credential.GRANULAR, Command.PUBLISH, bypass_2fa=True)
NO_BYPASS = Asked(Credential.GRANULAR, Command.PUBLISH)
PUBLISHER = Asked(Credential.OIDC, Command.PUBLISH, frozenset({Allow.PUBLISH}))
ONLY_PUBLISH, ONLY_STAGE = frozenset({Allow.PUBLISH}), frozenset({Allow.STAGE})
STRICTER = {
    Access.LEGACY_NONE: Access.TWO_FACTOR_OR_BYPASS_TOKEN,
    Access.TWO_FACTOR_OR_BYPASS_TOKEN: Access.TWO_FACTOR_DISALLOW_TOKENS,
}


def certain(answer: Cell) -> Outcome | None:
    """The outcome that the program may state; None where the evidence allows only `unknown`."""
    weak = answer.evidence in (Evidence.ANNOUNCED, Evidence.REPORTED)
    return None if weak and answer.outcome is Outcome.REFUSED else answer.outcome


def works(answer: Cell) -> bool:
    return answer.outcome is not Outcome.REFUSED


def on_every_day() -> Iterator[tuple[date, Asked, Cell]]:
    for day in BOUNDARIES:
        for ask in EVERY_QUESTION:
            yield day, ask, cell(day, ask)


@pytest.mark.parametrize("day", BOUNDARIES, ids=str)
def test_every_question_has_an_answer_on_every_day(day: date) -> None:
    assert all(cell(day, ask) for ask in EVERY_QUESTION)


def test_every_refusal_names_a_rule_that_explains_it() -> None:
    nameless = [
        (day, ask)
        for day, ask, answer in on_every_day()
        if answer.outcome is Outcome.REFUSED and answer.rule not in by_id()
    ]
    assert nameless == []


def test_every_answer_has_a_source_and_a_sentence() -> None:
    assert all(
        answer.source.startswith("https://") and answer.note for _, _, answer in on_every_day()
    )


def test_no_row_is_dead() -> None:
    answered = {
        id(next(row for row in era.rows if row.fits(ask)))
        for era in policy.ERAS
        for ask in EVERY_QUESTION
        if any(row.fits(ask) for row in era.rows)
    }
    dead = [
        (era.title, row.cell.note)
        for era in policy.ERAS
        for row in era.rows
        if id(row) not in answered
    ]
    assert dead == []


def test_a_stricter_publishing_access_never_accepts_more() -> None:
    looser = [
        (day, ask)
        for day, ask, answer in on_every_day()
        if ask.access in STRICTER
        and not works(answer)
        and works(cell(day, replace(ask, access=STRICTER[ask.access])))
    ]
    assert looser == []


def test_a_token_that_bypasses_2fa_never_does_less_than_one_that_does_not() -> None:
    worse = [
        (day, ask)
        for day, ask, answer in on_every_day()
        if ask.credential is Credential.GRANULAR
        and not ask.bypass_2fa
        and not ask.interactive
        and works(answer)
        and not works(cell(day, replace(ask, bypass_2fa=True)))
    ]
    assert worse == []


def test_a_person_at_the_prompt_never_makes_things_worse() -> None:
    worse = [
        (day, ask)
        for day, ask, answer in on_every_day()
        if not ask.interactive
        and certain(answer) in (Outcome.ACCEPTED, Outcome.STAGED)
        and not works(cell(day, replace(ask, interactive=True)))
    ]
    assert worse == []


def test_a_later_day_never_revives_a_credential_that_could_not_publish() -> None:
    revived = [
        (earlier.start, later.start, ask)
        for earlier, later in zip(policy.ERAS, policy.ERAS[1:], strict=False)
        for ask in EVERY_QUESTION
        if ask.command is Command.PUBLISH
        and certain(cell(earlier.start, ask)) is Outcome.REFUSED
        and works(cell(later.start, ask))
    ]
    assert revived == []


def test_direct_publishing_is_never_staged_and_staging_never_published() -> None:
    mixed = [
        (day, ask)
        for day, ask, answer in on_every_day()
        if (ask.command is Command.PUBLISH and answer.outcome is Outcome.STAGED)
        or (ask.command is Command.STAGE and answer.outcome is Outcome.ACCEPTED)
    ]
    assert mixed == []


def test_oidc_and_staging_do_not_depend_on_publishing_access_or_account() -> None:
    for day, ask, answer in on_every_day():
        if ask.credential is Credential.OIDC or ask.command is Command.STAGE:
            others = (replace(ask, access=access) for access in Access)
            assert {cell(day, other).outcome for other in others} == {answer.outcome}


def test_only_an_announced_or_reported_refusal_leaves_room_for_doubt() -> None:
    for _, _, answer in on_every_day():
        if answer.outcome is not Outcome.REFUSED:
            assert answer.evidence is Evidence.DOCUMENTED


def test_the_questions_are_every_value_of_every_axis() -> None:
    for axis, values in (
        ("credential", set(Credential)),
        ("command", set(Command)),
        ("exists", {True, False}),
        ("interactive", {True, False}),
        ("access", set(Access)),
        ("account_2fa", set(AccountTwoFactor)),
    ):
        assert {getattr(ask, axis) for ask in EVERY_QUESTION} == values, axis
    granular = {
        (ask.permission, ask.bypass_2fa)
        for ask in EVERY_QUESTION
        if ask.credential is Credential.GRANULAR
    }
    assert granular == set(product(TokenPermission, (True, False)))
    allowed = {ask.allow for ask in EVERY_QUESTION if ask.credential is Credential.OIDC}
    assert allowed == {ONLY_PUBLISH, ONLY_STAGE, ONLY_PUBLISH | ONLY_STAGE}
    assert len(set(EVERY_QUESTION)) == len(EVERY_QUESTION)


def test_only_a_granular_token_has_a_permission_and_bypasses_2fa() -> None:
    others = [ask for ask in EVERY_QUESTION if ask.credential is not Credential.GRANULAR]
    assert {(ask.permission, ask.bypass_2fa) for ask in others} == {
        (TokenPermission.NO_ACCESS, False)
    }


def test_since_2026_05_20_a_publisher_says_which_commands_it_allows() -> None:
    # https://docs.npmjs.com/trusted-publishers: `npm publish`, `npm stage publish` or both.
    start = date(2026, 5, 20)
    assert policy.publisher_allows(start - timedelta(days=1)) == (ONLY_PUBLISH,)
    assert policy.publisher_allows(start)[0] == ONLY_PUBLISH | ONLY_STAGE
    assert set(policy.publisher_allows(start)[1:]) == {ONLY_PUBLISH, ONLY_STAGE}


# One line an era: what npm changed on that day, asked on the day before and on the day itself.
BOUNDARY_CASES: tuple[tuple[str, date, Asked, Outcome | None, Outcome | None], ...] = (
    (
        "granular tokens ask for 2FA unless they bypass it",
        date(2025, 11, 5),
        NO_BYPASS,
        Outcome.ACCEPTED,
        Outcome.REFUSED,
    ),
    (
        "classic tokens are revoked",
        date(2025, 12, 9),
        Asked(Credential.CLASSIC_AUTOMATION, Command.PUBLISH),
        Outcome.ACCEPTED,
        Outcome.REFUSED,
    ),
    (
        "staged publishing begins",
        date(2026, 5, 20),
        replace(BYPASS, command=Command.STAGE),
        Outcome.REFUSED,
        Outcome.STAGED,
    ),
    (
        "a trusted publisher may be limited to staging",
        date(2026, 5, 20),
        replace(PUBLISHER, allow=frozenset({Allow.STAGE})),
        None,
        Outcome.REFUSED,
    ),
    (
        "first publishes with a bypass token begin to be asked for a password",
        date(2026, 7, 31),
        replace(BYPASS, exists=False),
        Outcome.ACCEPTED,
        None,
    ),
    (
        "stage-only tokens begin",
        date(2026, 9, 18),
        replace(NO_BYPASS, command=Command.STAGE, permission=TokenPermission.STAGE_ONLY),
        None,
        Outcome.STAGED,
    ),
    (
        "staging may create a package",
        date(2026, 10, 2),
        replace(NO_BYPASS, command=Command.STAGE, exists=False),
        Outcome.REFUSED,
        Outcome.STAGED,
    ),
    ("direct publishing with tokens ends", date(2027, 1, 1), BYPASS, Outcome.ACCEPTED, None),
)


@pytest.mark.parametrize(
    ("start", "ask", "before", "since"),
    [case[1:] for case in BOUNDARY_CASES],
    ids=[case[0] for case in BOUNDARY_CASES],
)
def test_on_its_first_day_npm_changes_its_answer(
    start: date, ask: Asked, before: Outcome | None, since: Outcome | None
) -> None:
    assert (before, since) == (
        certain(cell(start - timedelta(days=1), ask)),
        certain(cell(start, ask)),
    )


def test_since_2026_07_31_a_bypass_token_publishes_with_a_warning_of_its_end() -> None:
    start = date(2026, 7, 31)
    assert cell(start - timedelta(days=1), BYPASS).rule is None
    assert cell(start, BYPASS).rule == "bypass-token-sunset"


def test_from_2027_on_no_package_that_took_bypass_tokens_is_said_to_take_them() -> None:
    # https://github.blog/changelog/2026-09-18-stage-only-npm-tokens-for-safer-automation
    for access in (Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.LEGACY_NONE):
        ask = replace(BYPASS, access=access)
        assert cell(date(2026, 12, 31), ask).outcome is Outcome.ACCEPTED
        assert cell(date(2027, 1, 1), ask).outcome is Outcome.REFUSED


def test_the_end_of_direct_publishing_with_tokens_is_announced_also_for_a_person() -> None:
    # https://github.blog/changelog/2026-09-18-stage-only-npm-tokens-for-safer-automation
    by_a_person = replace(NO_BYPASS, interactive=True)
    for ask in (BYPASS, by_a_person):
        answer = cell(date(2027, 1, 1), ask)
        assert (answer.rule, answer.evidence) == ("bypass-token-sunset", Evidence.ANNOUNCED)
    alone = cell(date(2027, 1, 1), NO_BYPASS)
    assert (alone.rule, alone.evidence) == ("token-needs-2fa", Evidence.DOCUMENTED)


@pytest.mark.parametrize("account", tuple(AccountTwoFactor))
def test_only_a_person_whose_account_has_2fa_confirms_a_publish(account: AccountTwoFactor) -> None:
    # https://docs.npmjs.com/requiring-2fa-for-package-publishing-and-settings-modification
    answered = Outcome.REFUSED if account is AccountTwoFactor.DISABLED else Outcome.ACCEPTED
    session = Asked(Credential.SESSION, Command.PUBLISH, interactive=True, account_2fa=account)
    token = replace(NO_BYPASS, interactive=True, account_2fa=account)
    for day in (date(2025, 12, 9), date(2026, 5, 20), TODAY):
        assert cell(day, session).outcome is answered
        assert cell(day, token).outcome is answered
    assert cell(date(2025, 11, 5), token).outcome is answered
    assert cell(date(2025, 10, 1), session).outcome is answered


@pytest.mark.parametrize("account", tuple(AccountTwoFactor))
def test_until_2025_12_09_a_session_needs_2fa_where_account_or_package_asks_for_it(
    account: AccountTwoFactor,
) -> None:
    session = Asked(Credential.SESSION, Command.PUBLISH, account_2fa=account)
    unset = replace(session, access=Access.LEGACY_NONE)
    asks = account is AccountTwoFactor.AUTH_AND_WRITES
    assert works(cell(date(2025, 12, 8), unset)) == (not asks)
    assert not works(cell(date(2025, 12, 8), session))
    for ask in (session, unset):
        assert cell(date(2025, 12, 9), ask).rule == "token-needs-2fa"


@pytest.mark.parametrize(
    ("permission", "since"),
    [
        (TokenPermission.READ_WRITE, date(2026, 5, 20)),
        (TokenPermission.STAGE_ONLY, date(2026, 9, 18)),
        (TokenPermission.READ_ONLY, None),
        (TokenPermission.NO_ACCESS, None),
    ],
)
def test_a_token_that_may_write_or_stage_stages_and_no_other(
    permission: TokenPermission, since: date | None
) -> None:
    ask = replace(NO_BYPASS, command=Command.STAGE, permission=permission)
    for day in (date(2026, 5, 20), date(2026, 9, 18), TODAY):
        answer = cell(day, ask)
        if since is None:
            assert answer.rule == "token-lacks-permission"
        assert (certain(answer) is Outcome.STAGED) == (since is not None and day >= since)
    new = cell(TODAY, replace(ask, exists=False))
    assert (new.outcome is Outcome.STAGED) == (since is not None)


def test_since_2026_05_20_a_publisher_that_may_stage_stages() -> None:
    ask = replace(PUBLISHER, command=Command.STAGE, allow=ONLY_STAGE)
    assert cell(date(2026, 5, 19), ask).rule == "npm-too-old-for-staging"
    assert cell(date(2026, 5, 20), ask).outcome is Outcome.STAGED


def test_pull_request_target_is_reported_as_refused_before_npm_documents_it() -> None:
    assert policy.era(date(2025, 11, 5)).events == (("pull_request_target", Evidence.REPORTED),)
    assert dict(policy.era(TODAY).events)["pull_request_target"] is Evidence.DOCUMENTED


def test_since_2026_09_03_a_package_may_have_several_publishers_and_a_new_one_only_stages() -> None:
    start = date(2026, 9, 3)
    before, since = policy.era(start - timedelta(days=1)), policy.era(start)
    assert (before.several_publishers, since.several_publishers) == (False, True)
    assert since.new_publisher_allows == (Allow.STAGE,)
    assert before.new_publisher_allows != (Allow.STAGE,)


def test_since_2026_10_02_an_unvalidated_publisher_expires_and_issue_comment_is_refused() -> None:
    start = date(2026, 10, 2)
    before, since = policy.era(start - timedelta(days=1)), policy.era(start)
    assert (before.unvalidated_hours, since.unvalidated_hours) == (None, 48)
    assert "issue_comment" not in dict(before.events)
    assert dict(since.events)["issue_comment"] is Evidence.DOCUMENTED
    assert dict(since.events)["pull_request_target"] is Evidence.DOCUMENTED


def test_a_token_that_may_write_lives_90_days_at_most() -> None:
    # https://github.blog/changelog/2025-11-05-npm-security-update-classic-token-creation-disabled-and-granular-token-changes/
    today = READY_BY_TOKEN.today
    for days, told in ((90, False), (91, True)):
        case = with_token(READY_BY_TOKEN, expires=today + timedelta(days=days))
        fired = {problem.rule for problem, _ in settle(case).problems}
        assert ("token-lifetime-over-limit" in fired) is told


def test_eras_are_in_order_and_have_sources() -> None:
    starts = [era.start for era in policy.ERAS]
    assert sorted(set(starts)) == starts
    assert all(era.sources for era in policy.ERAS)


def test_the_next_changes_are_the_starts_of_later_eras() -> None:
    assert policy.next_starts(TODAY) == (date(2027, 1, 1),)
    assert policy.next_starts(date(2027, 1, 1)) == ()


def test_a_day_before_the_table_is_answered_as_its_first() -> None:
    assert policy.era(date(2020, 1, 1)) is policy.ERAS[0]
