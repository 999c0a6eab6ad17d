"""The report as SARIF 2.1.0, for code scanning and editors, within what GitHub takes. No prose.

Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias
from urllib.parse import quote

from checker import __version__
from checker.facts import Place
from checker.report import Edit, Finding, PublishResult, Remark, Report, Severity
from checker.reporters import claims, escape, markup, passages, wording
from checker.rules import by_id

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

# GitHub shows 5,000 results and takes 10 MB, compressed, and 100 locations of a result are shown:
# https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
RESULTS = 5_000
BYTES = 9 << 20
_RELATED = 50
_REMARKS = 100

FINGERPRINT = "npmPublishPreflight/v1"
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_MESSAGE_LIMIT = 4_000
# Where a finding has no lines: GitHub takes no result without a location.
_SOMEWHERE = Place("package.json", 1, 1)
_LINK = re.compile(r"\](?=\()")

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


def render(report: Report, *, version: str = __version__, limit: int = BYTES) -> str:
    """The report as SARIF in ASCII, in at most `limit` bytes: the last results are left out.

    version: of the program.
    """
    results = [*_results(report)]
    kept = _fitting(results, limit - len(_text(_log(report, [], version, len(results)))))
    return _text(_log(report, kept, version, len(results) - len(kept)))


def _text(document: Json) -> str:
    # ASCII alone keeps a terminal safe; `##[` inside a string would be a command in a job's log.
    return json.dumps(document, indent=1).replace("##[", "#\\u0023[") + "\n"


def _fitting(results: list[dict[str, Json]], room: int) -> list[dict[str, Json]]:
    kept: list[dict[str, Json]] = []
    for result in results[:RESULTS]:
        # Within the document every line of a result is set in by its depth, 6 at most beside it.
        text = json.dumps(result, indent=1)
        room -= len(text) + 6 * text.count("\n") + 10
        if room < 0:
            break
        kept.append(result)
    return kept


def _log(report: Report, results: list[dict[str, Json]], version: str, left_out: int) -> Json:
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "npm-publish-preflight",
                        "version": version,
                        "rules": [_rule(rule_id) for rule_id in _rule_ids(report)],
                    }
                },
                "automationDetails": {"id": "npm-publish-preflight/"},
                "columnKind": "utf16CodeUnits",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [*_notifications(report, left_out)],
                    }
                ],
                "results": [*results],
                "properties": {
                    "verdict": report.verdict.value,
                    "today": report.today.isoformat(),
                    "summary": _plain(wording.verdict(report)),
                },
            }
        ],
    }


# --- rules ------------------------------------------------------------------------------------


def _rule_ids(report: Report) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.rule for finding in report.findings))


def _rule(rule_id: str) -> Json:
    descriptor: dict[str, Json] = {"id": escape.name(rule_id)}
    rule = by_id().get(rule_id)
    if rule is None:
        return descriptor
    title, _, body = rule.page.strip().partition("\n")
    descriptor |= {
        "shortDescription": {"text": title.rstrip(".")},
        "fullDescription": {"text": title},
        "help": {
            "text": f"{title}\n\n{body.strip()}",
            "markdown": _help(title, body, rule.sources),
        },
        "properties": {"tags": ["npm", "publish"]},
    }
    return descriptor | ({"helpUri": rule.sources[0]} if rule.sources else {})


def _help(title: str, body: str, sources: Sequence[str]) -> str:
    listed = "\n".join(f"- <{source}>" for source in sources)
    read_more = f"\n\n## Sources\n\n{listed}" if listed else ""
    return f"{title}\n\n{body.strip()}{read_more}"


# --- results ----------------------------------------------------------------------------------


def _results(report: Report) -> Iterator[dict[str, Json]]:
    """The findings that count first, errors before all; what GitHub cuts off is the end."""
    numbers = {rule_id: number for number, rule_id in enumerate(_rule_ids(report))}
    order = list(Severity)
    seen: Counter[str] = Counter()
    findings = sorted(
        report.findings, key=lambda f: (f.suppressed is not None, order.index(f.severity))
    )
    for finding in findings:
        steps = [*_steps_of(finding, report)]
        identity = _identity(finding, steps)
        seen[identity] += 1
        yield _result(finding, steps, numbers[finding.rule], f"{identity}:{seen[identity]}")


def _result(
    finding: Finding, steps: Sequence[PublishResult], number: int, identity: str
) -> dict[str, Json]:
    place = finding.place or next((step.publish.place for step in steps), _SOMEWHERE)
    result: dict[str, Json] = {
        "ruleId": escape.name(finding.rule),
        "ruleIndex": number,
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain_message(finding), "markdown": _markdown_message(finding)},
        "locations": [_location(place)],
        "partialFingerprints": {FINGERPRINT: identity},
        "properties": {
            "evidence": finding.evidence.value,
            "packages": [escape.name(name) for name in finding.packages[:_RELATED]],
        },
    }
    related = [*_related(steps, place)]
    if related:
        result["relatedLocations"] = [*related]
    if finding.edits:
        result["fixes"] = [_fix(finding.edits)]
    if finding.suppressed is not None:
        result["suppressions"] = [_suppression(finding, finding.suppressed)]
    return result


def _fix(edits: Sequence[Edit]) -> Json:
    """One fix of several files; a region that ends where it starts takes nothing away."""
    changes: dict[str, list[Json]] = {}
    for edit in edits:
        region: Json = {
            "startLine": edit.line,
            "startColumn": 1,
            "endLine": edit.line + edit.count,
            "endColumn": 1,
        }
        text: Json = {"text": escape.without_tokens(edit.text)}
        changes.setdefault(edit.path, []).append({"deletedRegion": region, "insertedContent": text})
    return {
        "description": {"text": "Move the publishing job to trusted publishing."},
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": [*replacements]}
            for path, replacements in changes.items()
        ],
    }


def _plain_message(finding: Finding) -> str:
    parts = [_plain(finding.message)]
    differing = claims.differing(finding.claims)
    for passage in passages.passages(finding.fix):
        item = passage.kind is passages.Kind.ITEM
        parts.append(f"{passage.note} {passage.text}" if item else passage.text)
    if len(parts) > 1:
        parts[1] = f"Fix: {parts[1]}"
    if differing:
        parts.insert(1, _plain(f"Differs: {differing}."))
    return escape.shortened(_LINK.sub("] ", "\n\n".join(parts)), _MESSAGE_LIMIT)


def _markdown_message(finding: Finding) -> str:
    fix = markup.passages(finding.fix, "**Fix:**")
    message = markup.paragraph(finding.message)
    if finding.claims:
        message = f"{message}\n\n{markup.claims(finding.claims)}"
    # Markdown that is cut may be other Markdown.
    return f"{message}\n\n{fix}" if fix and len(fix) < _MESSAGE_LIMIT * 4 else message


def _plain(sentence: str) -> str:
    # In a message `[text](target)` is a link, also to wherever a hostile name points.
    return _LINK.sub("] ", escape.sentence(sentence))


def _identity(finding: Finding, steps: Sequence[PublishResult]) -> str:
    """The same defect in another commit: no line numbers, days or wording."""
    parts = (
        finding.rule,
        finding.place.path if finding.place else "",
        *sorted({step.publish.job for step in steps}),
        min(finding.packages, default=""),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _steps_of(finding: Finding, report: Report) -> Iterator[PublishResult]:
    """The publishing steps in whose cases the finding stands."""
    for step in report.publishes:
        for case in step.cases:
            theirs = case.packages is None or not finding.packages
            shared = theirs or not set(finding.packages).isdisjoint(case.packages or ())
            if finding.rule in case.rules and shared:
                yield step
                break


def _related(steps: Sequence[PublishResult], primary: Place) -> Iterator[Json]:
    for number, step in enumerate(steps[:_RELATED], start=1):
        place = step.publish.place
        if place != primary:
            message = escape.shortened(_plain(wording.does(step)), _MESSAGE_LIMIT)
            yield {**_location(place), "id": number, "message": {"text": message}}


def _suppression(finding: Finding, reason: str) -> Json:
    written: dict[str, Json] = {
        "kind": "inSource" if finding.suppressed_at else "external",
        "status": "accepted",
        "justification": _plain(reason),
    }
    if finding.suppressed_at:
        written["location"] = _location(finding.suppressed_at)
    return written


def _location(place: Place) -> dict[str, Json]:
    region: Json = {"startLine": place.line, "endLine": max(place.line, place.end_line)}
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}


def _artifact(path: str) -> Json:
    # A path that is too long for any file system is cut; a token in it would be one in the URI.
    safe = escape.without_tokens(path)[:4_000].encode("utf-8", "backslashreplace")
    return {"uri": quote(safe.lstrip(b"/")), "uriBaseId": _ROOT}


# --- what is no finding -----------------------------------------------------------------------


def _notifications(report: Report, left_out: int) -> Iterator[Json]:
    for remark in report.remarks[:_REMARKS]:
        yield _notification(remark)
    if left_out:
        text = f"{left_out} further results are left out here; the JSON report has all."
        yield _notification(Remark(text))


def _notification(remark: Remark) -> Json:
    written: dict[str, Json] = {"level": "note", "message": {"text": _plain(remark.text)}}
    return written | ({"locations": [_location(remark.place)]} if remark.place else {})
