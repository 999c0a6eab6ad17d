"""The report for other programs, in the format of schema/report.schema.json. No prose here."""

from __future__ import annotations

import json
from typing import TypeAlias

from checker import __version__
from checker.facts import Package
from checker.report import (
    CaseResult,
    ClaimRow,
    Finding,
    OpenQuestion,
    PublishResult,
    Remark,
    Report,
)
from checker.reporters import escape, steps

SCHEMA = 1

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


def render(report: Report, *, version: str = __version__) -> str:
    """The report as indented JSON in ASCII. version: of the program, for `tool`."""
    exists = dict(report.exists)
    document: Json = {
        "schema": SCHEMA,
        "tool": f"npm-publish-preflight {version}",
        "today": report.today.isoformat(),
        "verdict": report.verdict.value,
        "packages": [_package(package, exists.get(package.name)) for package in report.packages],
        "publishes": [_publish(result) for result in report.publishes],
        "findings": [_finding(finding) for finding in report.findings],
        "unknowns": [question.fact for question in report.unknowns],
        "open_questions": [_open_question(question) for question in report.unknowns],
        "remarks": [_remark(remark) for remark in report.remarks],
    }
    # ASCII alone keeps a terminal safe; `##[` inside a string would be a command in a job's log.
    return json.dumps(_without_tokens(document), indent=2).replace("##[", "#\\u0023[") + "\n"


def _package(package: Package, exists: bool | None) -> Json:
    return {
        "name": package.name,
        "version": package.version,
        "path": package.path,
        "exists": exists,
        "unknown": ["exists"] if exists is None else [],
    }


def _publish(result: PublishResult) -> Json:
    publish = result.publish
    facts = steps.step_facts(result)
    return {
        "workflow": publish.place.path,
        "job": publish.job,
        "line": publish.place.line,
        "end_line": publish.place.end_line,
        "via": list(publish.via),
        "entry_workflows": list(facts.entry_workflows),
        "events": list(facts.events),
        "tool": publish.tool,
        "command": publish.command.value,
        "dry_run": publish.dry_run,
        "registry": publish.registry.value,
        "credential": result.credential.value,
        "secret_names": _list(facts.secret_names),
        "id_token_write": facts.id_token_write,
        "runs_on": _list(facts.runs_on),
        "hosted": facts.hosted,
        "environment": facts.environment,
        "node": _list(facts.node),
        "npm": _list(facts.npm),
        "packages": _list(facts.packages),
        "unknown": list(facts.unknown),
        "verdict": result.verdict.value,
        "cases": [_case(case) for case in result.cases],
    }


def _case(case: CaseResult) -> Json:
    written: dict[str, Json] = {
        "packages": _list(case.packages),
        "entry_workflows": list(case.entry_workflows),
        "events": list(case.events),
        "matrix": dict(case.matrix),
        "presented": case.presented.value,
        "verdict": case.verdict.value,
        "rules": list(case.rules),
        "assumed": list(case.assumed),
        "changes": [
            {"on": change.on.isoformat(), "verdict": change.verdict.value, "rule": change.rule}
            for change in case.changes
        ],
        "probe": {
            "status": case.probe.status,
            "representative": case.probe.representative,
            "claims": dict(case.probe.claims),
            "expected": dict(case.probe.expected),
            "table": [_claim(row) for row in case.probe.table],
        },
    }
    # Null means absent where `unknown` does not name the field.
    return written | ({"unknown": ["packages"]} if case.packages is None else {})


def _claim(row: ClaimRow) -> Json:
    return {
        "field": row.field,
        "this_run": row.this_run,
        "declared": row.declared,
        "last_publish": row.last_publish,
        "differs": row.differs,
        "note": row.note,
    }


def _finding(finding: Finding) -> Json:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "packages": list(finding.packages),
        "suppressed": finding.suppressed,
        "path": place.path if place else None,
        "line": place.line if place else None,
        "end_line": place.end_line if place else None,
        "message": finding.message,
        "fix": finding.fix,
        "evidence": finding.evidence.value,
        "sources": list(finding.sources),
    }


def _open_question(question: OpenQuestion) -> Json:
    return {
        "fact": question.fact,
        "packages": list(question.packages),
        "why": question.why,
        "settle": question.settle,
    }


def _remark(remark: Remark) -> Json:
    return {
        "text": remark.text,
        "path": remark.place.path if remark.place else None,
        "line": remark.place.line if remark.place else None,
    }


def _list(values: tuple[str, ...] | None) -> list[Json] | None:
    return None if values is None else list(values)


def _without_tokens(value: Json) -> Json:
    if isinstance(value, str):
        return escape.without_tokens(value)
    if isinstance(value, list):
        return [_without_tokens(each) for each in value]
    if isinstance(value, dict):
        return {escape.without_tokens(key): _without_tokens(each) for key, each in value.items()}
    return value
