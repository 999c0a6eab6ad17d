"""The reader of the plain-text cases: what it takes, and how it names what it does not."""

from __future__ import annotations

from datetime import date

import pytest
from npm_says_format import MalformedError, parse
from npm_says_values import UNDECLARED, Covers, Match

from checker.facts import Access, Allow, TokenPermission, TokenType
from checker.report import Verdict

LEAST = """\
npm says: whatever is said
source: https://docs.npmjs.com/somewhere
on: 2026-11-24
command: publish
npm answers: accepted
"""


def fault(text: str) -> str:
    with pytest.raises(MalformedError) as caught:
        parse(text, "some.txt")
    return str(caught.value)


def test_keys_left_out_have_the_values_of_the_ordinary_package() -> None:
    (case,) = parse(LEAST, "some.txt")
    assert case.access is Access.TWO_FACTOR_OR_BYPASS_TOKEN
    assert (case.token, case.publishers, case.id_token) == (None, (), False)
    assert (case.package, case.exists, case.npm, case.hosted) == (
        "@acme/widget",
        True,
        "11.17.0",
        True,
    )


def test_a_case_is_named_by_its_file_number_and_first_words() -> None:
    assert parse(f"# a remark\n\n{LEAST}\n\n{LEAST}", "some.txt")[1].id == (
        "some-02-whatever-is-said"
    )


def test_a_granular_token_has_its_facts_in_order_and_days_counted_from_the_case() -> None:
    (case,) = parse(
        f"{LEAST}token: granular, no-bypass, stage-only, covers-scope, expired", "a.txt"
    )
    assert case.token is not None
    assert case.token.type is TokenType.GRANULAR
    assert case.token.bypass is False
    assert case.token.permission is TokenPermission.STAGE_ONLY
    assert case.token.covers is Covers.SCOPE
    assert case.token.expires == date(2026, 11, 23)


def test_what_is_not_declared_is_a_value_of_its_own() -> None:
    token = "granular, bypass-undeclared, permission-undeclared, packages-undeclared, alive"
    (case,) = parse(f"{LEAST}access: undeclared\nexists: undeclared\ntoken: {token}", "a.txt")
    assert (case.access, case.exists) == (UNDECLARED, UNDECLARED)
    assert case.token is not None
    assert (case.token.bypass, case.token.permission, case.token.covers) == (UNDECLARED,) * 3


def test_several_publishers_are_parted_by_semicolons() -> None:
    text = "other workflow, other case, allows stage; matches, allows publish, created 2026-11-20"
    (case,) = parse(f"{LEAST}publisher: {text}, published no", "a.txt")
    assert case.publishers is not UNDECLARED
    first, second = case.publishers
    assert first.differs == {Match.WORKFLOW, Match.CASE}
    assert first.allow == frozenset({Allow.STAGE})
    assert (second.created, second.published) == (date(2026, 11, 20), False)


def test_a_block_with_several_values_is_a_case_for_every_combination() -> None:
    token = "granular, bypass and no-bypass, read-write, covers, alive; session"
    cases = parse(f"{LEAST}access: any\ntoken: {token}\n\n{LEAST}", "some.txt")
    assert [case.number for case in cases] == [1] * 9 + [2]
    assert {case.access for case in cases} == set(Access)
    assert cases[2].variant == ("2fa-or-bypass-token", "session")
    assert cases[-1].variant == ()


def test_answers_and_rules_may_be_one_of_several() -> None:
    text = LEAST.replace("accepted", "refused | unknown") + "because: one-rule; either | or"
    (case,) = parse(text, "a.txt")
    assert case.answers == {Verdict.REFUSED, Verdict.UNKNOWN}
    assert case.because == (("one-rule",), ("either", "or"))


def test_an_unknown_key_is_named_with_its_line_and_the_nearest() -> None:
    assert fault(f"{LEAST}acces: undeclared") == (
        "some.txt:6: unknown key `acces`; did you mean `access`?"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("access: 2fa-or-bypas-token", "did you mean `2fa-or-bypass-token`?"),
        ("token: granular, bypass, read-write", "bypass, permission, packages, expiry"),
        ("token: session, alive", "of a `session` token nothing more is known"),
        ("token: granular, bypass, read-write, covers, fresh", "`fresh` is no expiry"),
        ("publisher: allows publish", "say either `matches` or in what"),
        ("publisher: matches, other workflow", "say either `matches` or in what"),
        ("publisher: matches, created yesterday", "`yesterday` is no date"),
        ("npm: 11", "`11` is no exact version"),
        ("because: Token Expired", "does not look like an id"),
        ("because: a-rule;", "there is an empty item"),
        ("on: 2026-11-25", "`on` is there twice"),
        ("a line without a colon", "is not `key: value`"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong_with_it(line: str, said: str) -> None:
    text = fault(LEAST + line)
    assert text.startswith("some.txt:6: ")
    assert said in text


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = fault("npm says: little\non: soon\n\nsource: none\n" + LEAST)
    assert "some.txt:1: `source` is missing" in text
    assert "some.txt:2: on: `soon` is no date" in text
    assert "some.txt:6: `source` is there twice" in text
