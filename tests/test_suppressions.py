"""Ignore comments: where they stand, what they cover, and what is said of those without effect."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sample_reports import NEEDS_2FA, REFUSED, WORKFLOW

from checker import suppressions
from checker.facts import Place
from checker.files import MemoryFiles, lines
from checker.report import Finding, Report, Verdict

RULES = ("token-needs-2fa", "token-expired", "prefer-trusted-publishing")
ONE = "# npm-publish-preflight: ignore[token-needs-2fa] we move next week"


def applied(
    text: str, *, line: int = 1, end_line: int | None = None, path: str = "a.yml"
) -> Report:
    place = Place("a.yml", line, end_line or line)
    report = replace(REFUSED, findings=(replace(NEEDS_2FA, place=place),))
    return suppressions.apply(report, lambda name: text.split("\n"), (path,), RULES)


def only(report: Report) -> Finding:
    [finding] = report.findings
    return finding


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"run: npm publish  {ONE}", 1),
        (f"{ONE}\nrun: npm publish", 2),
        (f"    {ONE}\n    # and more\n\n    run: npm publish", 4),
        (f"{ONE}\n# npm-publish-preflight: ignore[token-expired] x\nrun: npm publish", 3),
        (f"run: |\n  {ONE}\n  npm publish", 3),
    ],
    ids=["at the line", "above", "above, among comments", "two comments", "in a script"],
)
def test_a_comment_at_the_line_or_above_it_suppresses_with_its_reason(text: str, line: int) -> None:
    finding = only(applied(text, line=line))
    assert finding.suppressed == "we move next week"
    assert finding.suppressed_at is not None
    assert ONE in text.split("\n")[finding.suppressed_at.line - 1]


def test_a_comment_at_any_line_of_the_place_counts() -> None:
    text = f"env:\n  NODE_AUTH_TOKEN: x {ONE}"
    assert only(applied(text, line=1, end_line=2)).suppressed is not None


def test_several_rules_stand_in_one_comment() -> None:
    text = "a: b # npm-publish-preflight: ignore[token-expired, token-needs-2fa]: known"
    assert only(applied(text)).suppressed == "known"


def test_the_verdict_stays_and_the_finding_too() -> None:
    report = applied(ONE)
    assert (report.verdict, len(report.findings)) == (Verdict.REFUSED, 1)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"a: 1 {ONE}\nrun: npm publish", 2),
        (f"{ONE}\na: 1\nrun: npm publish", 3),
        (f"run: npm publish\n{ONE}", 1),
        (f"run: npm publish{ONE}", 1),
        ("run: x # npm-publish-preflight: ignore[token-expired] y", 1),
    ],
    ids=["beside another line", "two lines above", "below", "no comment", "another rule"],
)
def test_a_comment_elsewhere_suppresses_nothing(text: str, line: int) -> None:
    report = applied(text, line=line)
    assert only(report).suppressed is None
    assert report.remarks == ()


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("ignore[token-needs-2fa]", "gives no reason, so it suppresses nothing"),
        ("ignore[token-needs-2fa]  - ", "gives no reason, so it suppresses nothing"),
        ("ignore because", "names no rule; write `# npm-publish-preflight: ignore[rule-id]"),
        ("ignore[] because", "names no rule"),
        ("ignore[token-need-2fa] because", "is no rule; did you mean `token-needs-2fa`?"),
        ("ignore[nonsense-of-mine] because", "is no rule; `explain` lists the rules."),
    ],
)
def test_a_comment_without_effect_is_told_with_its_line(comment: str, told: str) -> None:
    report = applied(f"on: push\nrun: x # npm-publish-preflight: {comment}", line=2)
    assert only(report).suppressed is None
    [remark] = report.remarks
    assert told in remark.text
    assert remark.place == Place("a.yml", 2, 2)


def test_a_mistaken_comment_is_told_where_no_finding_lies_too() -> None:
    report = suppressions.apply(
        replace(REFUSED, findings=()),
        lambda path: ["# npm-publish-preflight: ignore[token-needs-2fa]"],
        (WORKFLOW,),
        RULES,
    )
    assert [remark.place for remark in report.remarks] == [Place(WORKFLOW, 1, 1)]


def test_what_an_option_ignores_keeps_the_options_reason() -> None:
    finding = replace(NEEDS_2FA, place=Place("a.yml", 1, 1), suppressed="as configured")
    report = replace(REFUSED, findings=(finding,))
    assert only(suppressions.apply(report, lambda _: [ONE], (), RULES)) == finding


def test_a_finding_without_a_place_has_no_line_to_comment() -> None:
    report = replace(REFUSED, findings=(replace(NEEDS_2FA, place=None),))
    assert only(suppressions.apply(report, lambda _: [ONE], ("a.yml",), RULES)).suppressed is None


def test_a_hostile_line_is_read_in_no_time_and_says_nothing() -> None:
    line = "npm-publish-preflight:" + " #" * 50_000
    assert suppressions.marks("a.yml", [line]) == ()


def test_lines_are_counted_as_yaml_counts_them() -> None:
    tree = MemoryFiles(
        {"a.yml": "a\r\nb\rc\x85d\u2028e\x0cf".encode(), "a.json": "a\x85b\nc".encode()}
    )
    assert lines(tree, "a.yml") == ("a", "b", "c", "d", "e\x0cf")
    assert lines(tree, "a.json") == ("a\x85b", "c")
    assert lines(tree, "none") == ()
