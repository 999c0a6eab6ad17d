"""The program says what npm's documentation and changelog say: every case of `npm_says/`."""

from __future__ import annotations

from itertools import groupby
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
    from collections.abc import Iterator

    from npm_says_format import Case

_T = TypeVar("_T")

CASES = load(Path(__file__).parent / "npm_says")
SENTENCES = tuple(
    tuple(cases) for _, cases in groupby(CASES, key=lambda case: (case.file, case.number))
)


def faults_of_the_judgement(case: Case) -> Iterator[str]:
    report = evaluate(facts(case))
    ((only,),) = (publish.cases for publish in report.publishes)
    weights = {finding.rule: finding.severity for finding in report.findings}
    errors = {rule for rule, severity in weights.items() if severity is Severity.ERROR}
    found = ", ".join(f"{rule} ({severity})" for rule, severity in weights.items()) or "no findings"
    said = f"the program says {report.verdict}: {found}; open: {', '.join(only.unknowns) or '-'}"

    if {only.verdict, report.verdict} - case.answers:
        yield f"{said}; npm: {' or '.join(sorted(case.answers))}"
    for group in case.because:
        if not weights.keys() & set(group):
            yield f"{said}; not {' or '.join(group)}"
    for rule in weights.keys() & set(case.not_because):
        yield f"{said}; {rule} is out of place"
    if only.verdict is not Verdict.REFUSED and errors:
        yield f"{said}; errors without a refusal"
    if only.verdict is Verdict.REFUSED and case.because and not errors & set(case.because[0]):
        yield f"{said}; the error is not {' or '.join(case.because[0])}"
    for group in case.unknowns:
        if not set(only.unknowns) & set(group):
            yield f"{said}; {' or '.join(group)} is not named as open"


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


def faults_of_the_table(case: Case) -> Iterator[str]:
    found = cell(case.on, asked(case))
    sure = found.evidence in (Evidence.DOCUMENTED, Evidence.OBSERVED)
    answer = Verdict(found.outcome) if sure else Verdict.UNKNOWN
    said = f"the table says {answer}: {found.rule} ({found.evidence}), {found.note}"

    if answer not in case.answers:
        yield f"{said}; npm: {' or '.join(sorted(case.answers))}"
    for group in case.because:
        if found.rule not in group:
            yield f"{said}; not {' or '.join(group)}"
    if found.rule in case.not_because:
        yield f"{said}; that rule is out of place"


def test_there_are_enough_cases_to_be_worth_the_name() -> None:
    assert len(SENTENCES) >= 100


def test_no_sentence_is_said_twice() -> None:
    assert len({case.says for case in CASES}) == len(SENTENCES)


@pytest.mark.parametrize("cases", SENTENCES, ids=lambda cases: cases[0].id)
def test_the_program_says_what_npm_says(cases: tuple[Case, ...]) -> None:
    faults = [
        f"{'; '.join(case.variant)}: {fault}".removeprefix(": ")
        for case in cases
        for fault in (faults_of_the_table if case.interactive else faults_of_the_judgement)(case)
    ]
    if faults:
        first = cases[0]
        more = f"\nand {len(faults) - 5} more" if len(faults) > 5 else ""
        pytest.fail(
            f"npm_says/{first.file}:{first.line}: {first.says}\n{first.source}\n"
            + "\n".join(faults[:5])
            + more,
            pytrace=False,
        )
