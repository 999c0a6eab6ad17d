"""The program says what npm's documentation and changelog say: every case of `npm_says/`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from npm_says_format import load
from npm_says_values import Covers, Undeclared
from npm_says_world import facts

from checker.evaluate import evaluate
from checker.facts import TokenPermission, TokenType
from checker.knowledge.policy import Asked, Credential, cell
from checker.report import Evidence, Severity, Verdict

if TYPE_CHECKING:
    from npm_says_format import Case

    from checker.report import Report

_T = TypeVar("_T")

CASES = load(Path(__file__).parent / "npm_says")
JOBS = tuple(case for case in CASES if not case.interactive)
PERSONS = tuple(case for case in CASES if case.interactive)


def told(case: Case, report: Report) -> str:
    found = ", ".join(f"{finding.rule} ({finding.severity})" for finding in report.findings)
    return (
        f"npm_says/{case.file}:{case.line}: {case.says}\n{case.source}\n"
        f"the program: {report.verdict}; {found or 'no findings'}; "
        f"open: {', '.join(question.fact for question in report.unknowns) or 'nothing'}"
    )


def given(fact: _T | Undeclared) -> _T:
    """The fact; the table answers a person only where everything is declared."""
    assert not isinstance(fact, Undeclared), "a person's case leaves an axis of the table open"
    return fact


def asked(case: Case) -> Asked:
    """The question that a person's case puts to the table, which knows nothing of packages."""
    token = case.token
    granular = token if token and token.type is TokenType.GRANULAR else None
    assert not granular or granular.covers is not Covers.MISSES, "the table has no axis for it"
    assert not granular or given(granular.expires) > case.on, "the table has no axis for it"
    return Asked(
        credential=Credential(given(token.type)) if token else Credential.NONE,
        command=case.command,
        permission=given(granular.permission) if granular else TokenPermission.NO_ACCESS,
        bypass_2fa=given(granular.bypass) if granular else False,
        exists=given(case.exists),
        interactive=True,
        access=given(case.access),
        account_2fa=given(case.account),
    )


def test_there_are_enough_cases_to_be_worth_the_name() -> None:
    assert len(CASES) >= 100


def test_no_sentence_is_said_twice() -> None:
    assert len({case.says for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", JOBS, ids=lambda case: case.id)
def test_the_judgement_is_what_npm_says(case: Case) -> None:
    report = evaluate(facts(case))
    why = told(case, report)
    weights = {finding.rule: finding.severity for finding in report.findings}
    errors = {rule for rule, severity in weights.items() if severity is Severity.ERROR}
    ((only,),) = (publish.cases for publish in report.publishes)

    assert only.verdict is report.verdict, why
    assert only.verdict in case.answers, why
    for group in case.because:
        assert weights.keys() & set(group), f"none of {group} is reported\n{why}"
    assert not weights.keys() & set(case.not_because), why
    if only.verdict is Verdict.REFUSED:
        assert not case.because or errors & set(case.because[0]), why
    else:
        assert not errors, why
    for group in case.unknowns:
        assert set(only.unknowns) & set(group), f"none of {group} is open\n{why}"


@pytest.mark.parametrize("case", PERSONS, ids=lambda case: case.id)
def test_the_table_answers_a_person_as_npm_says(case: Case) -> None:
    found = cell(case.on, asked(case))
    sure = found.evidence in (Evidence.DOCUMENTED, Evidence.OBSERVED)
    answer = Verdict(found.outcome) if sure else Verdict.UNKNOWN
    why = f"npm_says/{case.file}:{case.line}: {case.says}\n{case.source}\nthe table: {found}"

    assert answer in case.answers, why
    for group in case.because:
        assert found.rule in group, why
    assert found.rule not in case.not_because, why
