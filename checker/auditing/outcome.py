"""The vocabulary of an audit: what came out for one repository, and its form as JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from msgspec import Struct

from checker.facts import Place
from checker.report import Change, Evidence, Finding, Presented, Severity, Verdict
from checker.reporters.tally import WORST_FIRST
from checker.sources.github import REPOSITORY

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


class PackageOutcome(Struct, frozen=True):
    """npm's answer for one package, today and later.

    name: None where a step publishes an unknown set. place: of the step, or of one of several.
    presented: the credentials of the cases that decide. changes: the later days on which the
    answer turns. do: the sentence of what to do first, "" where nothing is to be done.
    """

    name: str | None
    verdict: Verdict
    presented: tuple[Presented, ...]
    place: Place
    rules: tuple[str, ...]
    unknowns: tuple[str, ...]
    changes: tuple[Change, ...]
    do: str

    @property
    def refused_from(self) -> Change | None:
        """The first later day on which npm refuses it; None where it does today, or never does."""
        if self.verdict is Verdict.REFUSED:
            return None
        return next((c for c in self.changes if c.verdict is Verdict.REFUSED), None)

    @property
    def turns(self) -> Change | None:
        """The first later day on which the answer gets worse; a refusal before anything else."""
        worse = (c for c in self.changes if rank(c.verdict) < rank(self.verdict))
        return self.refused_from or next(worse, None)


class RepositoryOutcome(Struct, frozen=True):
    """What came out for one repository.

    tree: what git calls the files that were read, "" where none were. failure: a clause that says
    what kept it from being judged; None where it was. is_defect: that was this program's fault.
    findings: without what is suppressed.
    """

    repository: str
    visibility: str | None
    tree: str
    verdict: Verdict
    failure: str | None = None
    packages: tuple[PackageOutcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_defect: bool = False


def rank(verdict: Verdict) -> int:
    """The lower, the worse."""
    return WORST_FIRST.index(verdict)


# A report may come from elsewhere, and what it says of a place becomes part of an address.
_MOST_LINES = 1 << 31


# --- as JSON ----------------------------------------------------------------------------------


def to_json(outcome: RepositoryOutcome) -> dict[str, Json]:
    """The outcome as an object of the audit report."""
    return {
        "repository": outcome.repository,
        "visibility": outcome.visibility,
        "tree": outcome.tree,
        "verdict": outcome.verdict.value,
        "failure": outcome.failure,
        "defect": outcome.is_defect,
        "packages": [_package(package) for package in outcome.packages],
        "findings": [_finding(finding) for finding in outcome.findings],
    }


def _package(package: PackageOutcome) -> Json:
    refused = package.refused_from
    return {
        "name": package.name,
        "verdict": package.verdict.value,
        "credential": [each.value for each in package.presented],
        "workflow": package.place.path,
        "line": package.place.line,
        "end_line": package.place.end_line,
        "rules": list(package.rules),
        "unknowns": list(package.unknowns),
        "refused_from": _change(refused) if refused else None,
        "changes": [_change(change) for change in package.changes],
        "do": package.do,
        "unknown": ["name"] if package.name is None else [],
    }


def _change(change: Change) -> Json:
    return {"on": change.on.isoformat(), "verdict": change.verdict.value, "rule": change.rule}


def _finding(finding: Finding) -> Json:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "packages": list(finding.packages),
        "path": place.path if place else None,
        "line": place.line if place else None,
        "end_line": place.end_line if place else None,
        "message": finding.message,
        "fix": finding.fix,
        "evidence": finding.evidence.value,
        "sources": list(finding.sources),
    }


def from_json(told: Mapping[str, Any]) -> RepositoryOutcome:
    """The outcome of `to_json`. Raises `KeyError`, `TypeError` or `ValueError` for another text."""
    return RepositoryOutcome(
        repository=_name(told["repository"]),
        visibility=None if told["visibility"] is None else _text(told["visibility"]),
        tree=_text(told["tree"]),
        verdict=Verdict(told["verdict"]),
        failure=None if told["failure"] is None else _text(told["failure"]),
        is_defect=told["defect"] is True,
        packages=tuple(map(_read_package, _list(told["packages"]))),
        findings=tuple(map(_read_finding, _list(told["findings"]))),
    )


def _read_package(told: Mapping[str, Any]) -> PackageOutcome:
    return PackageOutcome(
        name=None if told["name"] is None else _text(told["name"]),
        verdict=Verdict(told["verdict"]),
        presented=tuple(map(Presented, _list(told["credential"]))),
        place=_place(told["workflow"], told),
        rules=texts(told["rules"]),
        unknowns=texts(told["unknowns"]),
        changes=tuple(map(_read_change, _list(told["changes"]))),
        do=_text(told["do"]),
    )


def _read_change(told: Mapping[str, Any]) -> Change:
    rule = told["rule"]
    return Change(
        date.fromisoformat(told["on"]),
        Verdict(told["verdict"]),
        None if rule is None else _text(rule),
    )


def _read_finding(told: Mapping[str, Any]) -> Finding:
    path = told["path"]
    return Finding(
        rule=_text(told["rule"]),
        severity=Severity(told["severity"]),
        packages=texts(told["packages"]),
        place=_place(path, told) if path is not None else None,
        message=_text(told["message"]),
        fix=_text(told["fix"]),
        evidence=Evidence(told["evidence"]),
        sources=texts(told["sources"]),
    )


def _place(path: object, told: Mapping[str, Any]) -> Place:
    return Place(_text(path), _line(told["line"]), _line(told["end_line"]))


def _line(value: object) -> int:
    # JSON's `true` and `Infinity` are numbers to Python too.
    if type(value) is not int or not 1 <= value < _MOST_LINES:
        raise ValueError("the number of a line is expected")
    return value


def _name(value: object) -> str:
    """A repository's name, which becomes part of addresses."""
    name = _text(value)
    if not REPOSITORY.fullmatch(name) or not {".", ".."}.isdisjoint(name.split("/")):
        raise ValueError("a repository's name is expected")
    return name


def texts(value: object) -> tuple[str, ...]:
    """A list of texts as JSON has it. Raises `TypeError` for anything else."""
    return tuple(map(_text, _list(value)))


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value
