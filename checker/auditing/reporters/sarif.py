"""An audit as SARIF 2.1.0: one run a repository, each with where its paths begin. No prose.

Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from checker.auditing.outcome import Json, RepositoryOutcome
from checker.auditing.results import Results
from checker.facts import Place
from checker.report import Finding, Severity
from checker.reporters import escape
from checker.reporters.sarif import SCHEMA
from checker.rules import by_id

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
# Where a finding has no lines: a result without a location is shown nowhere.
_SOMEWHERE = Place("package.json", 1, 1)


def render(results: Results) -> Iterator[str]:
    """The runs of all repositories that publish or could not be read, in ASCII."""
    yield f'{{"$schema": {json.dumps(SCHEMA)}, "version": "2.1.0", "runs": [\n'
    before = ""
    for one in results:
        if one.findings or one.packages or one.failure:
            text = json.dumps(_run(one, results.scope.server, results.scope.tool))
            # `##[` inside a string would be a command in a job's log.
            yield before + text.replace("##[", "#\\u0023[")
            before = ",\n"
    yield "\n]}\n"


def _run(one: RepositoryOutcome, server: str, tool: str) -> Json:
    name, _, version = tool.partition(" ")
    rules = list(dict.fromkeys(finding.rule for finding in one.findings))
    home = f"{server}/{one.repository}"
    invocation: dict[str, Json] = {"executionSuccessful": one.failure is None}
    if one.failure is not None:
        text = escape.sentence(f"It was not judged: {one.failure}.")
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": text}}]
    return {
        "tool": {
            "driver": {"name": name, "version": version, "rules": [_rule(each) for each in rules]}
        },
        "automationDetails": {"id": f"npm-publish-preflight/{one.repository}/"},
        "versionControlProvenance": [{"repositoryUri": home}],
        "originalUriBaseIds": {"%SRCROOT%": {"uri": f"{home}/blob/HEAD/"}},
        "columnKind": "utf16CodeUnits",
        "invocations": [invocation],
        "results": [_result(finding, rules.index(finding.rule)) for finding in one.findings],
        "properties": {"repository": one.repository, "verdict": one.verdict.value},
    }


def _rule(rule_id: str) -> Json:
    rule = by_id().get(rule_id)
    described: dict[str, Json] = {"id": escape.name(rule_id)}
    if rule is not None:
        title = rule.page.strip().partition("\n")[0]
        described["shortDescription"] = {"text": title.rstrip(".")}
        if rule.sources:
            described["helpUri"] = rule.sources[0]
    return described


def _result(finding: Finding, number: int) -> Json:
    place = finding.place or _SOMEWHERE
    path = escape.without_tokens(place.path)[:4_000].encode("utf-8", "backslashreplace")
    text = f"{escape.sentence(finding.message)}\n\nFix: {escape.lines(finding.fix)}"
    return {
        "ruleId": escape.name(finding.rule),
        "ruleIndex": number,
        "level": _LEVELS[finding.severity],
        # In a message `[text](target)` is a link, also to wherever a hostile name points.
        "message": {"text": escape.shortened(text.replace("](", "] ("), 4_000)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": quote(path.lstrip(b"/")),
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {
                        "startLine": place.line,
                        "endLine": max(place.line, place.end_line),
                    },
                }
            }
        ],
        "properties": {
            "evidence": finding.evidence.value,
            "packages": [escape.name(each) for each in finding.packages[:50]],
        },
    }
