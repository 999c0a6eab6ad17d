"""What every report of an audit says in the same words: rows, order and sentences. No markup."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from checker.auditing.outcome import PackageOutcome, RepositoryOutcome
from checker.auditing.results import Results, Summary
from checker.report import Change, Finding, Severity, Verdict
from checker.reporters import escape, wording

# The order of rows: what needs somebody first.
ORDER = (
    Verdict.REFUSED,
    Verdict.UNKNOWN,
    Verdict.STAGED,
    Verdict.ACCEPTED,
    Verdict.NOT_JUDGED,
)
_WORDS = {
    Verdict.REFUSED: "refused",
    Verdict.UNKNOWN: "unknown",
    Verdict.STAGED: "staged",
    Verdict.ACCEPTED: "accepted",
    Verdict.NOT_JUDGED: "not judged",
    Verdict.NOTHING_TO_PUBLISH: "nothing to publish",
}


class Row(Struct, frozen=True):
    """One package of one repository, or a repository that has none to show.

    package: None where the packages are not known, or it could not be judged. findings: those
    that a person acts on.
    """

    repository: str
    package: str | None
    verdict: Verdict
    credential: str
    why: str
    turns: Change | None
    do: str
    path: str
    line: int
    findings: tuple[Finding, ...] = ()


def rows(results: Results) -> Iterator[Row]:
    """Every row, by verdict and then by name; repositories that publish nothing have none."""
    for verdict in ORDER:
        for one in results:
            yield from (row for row in of_repository(one) if row.verdict is verdict)


def of_repository(one: RepositoryOutcome) -> Iterator[Row]:
    """The rows of one repository."""
    for package in one.packages:
        yield _of_package(one, package)
    shown = {package.verdict for package in one.packages}
    if one.verdict is Verdict.NOTHING_TO_PUBLISH or one.verdict in shown:
        return
    why = one.failure or ", ".join(dict.fromkeys(finding.rule for finding in one.findings))
    do = "Mend what the reason says, and audit it again." if one.failure else ""
    place = next((f.place for f in one.findings if f.place), None)
    yield Row(
        one.repository,
        None,
        one.verdict,
        "",
        why,
        None,
        do or next((_first(finding.fix) for finding in one.findings), ""),
        place.path if place else "",
        place.line if place else 0,
        _acted_on(one, None),
    )


def _acted_on(one: RepositoryOutcome, package: str | None) -> tuple[Finding, ...]:
    return tuple(
        finding
        for finding in one.findings
        if finding.severity is not Severity.NOTE
        and (package is None or not finding.packages or package in finding.packages)
    )


def _first(text: str) -> str:
    return text.strip().partition("\n")[0]


def _of_package(one: RepositoryOutcome, package: PackageOutcome) -> Row:
    if package.verdict is Verdict.UNKNOWN and package.unknowns:
        why = f"not known: {', '.join(package.unknowns)}"
    else:
        why = ", ".join(package.rules)
    return Row(
        repository=one.repository,
        package=package.name,
        verdict=package.verdict,
        credential=wording.presented(package.presented),
        why=why,
        turns=package.turns,
        do=package.do,
        path=package.place.path,
        line=package.place.line,
        findings=_acted_on(one, package.name),
    )


def word(verdict: Verdict) -> str:
    """A verdict as people read it."""
    return _WORDS[verdict]


def turn(change: Change | None) -> str:
    """`2027-01-15 refused (token-expired)`; "" for None."""
    if change is None:
        return ""
    why = f" ({escape.name(change.rule)})" if change.rule else ""
    return f"{change.on} {word(change.verdict)}{why}"


def headline(summary: Summary) -> str:
    """The audit in one sentence, without a final stop."""
    total = sum(summary.repositories.values())
    parts = [
        f"{summary.packages[verdict]} {word(verdict)}"
        for verdict in ORDER
        if summary.packages[verdict]
    ]
    packages = sum(summary.packages.values())
    said = f"{_number(total, 'repository', 'repositories')}, {_number(packages, 'package')}"
    if parts:
        said += f": {', '.join(parts)}"
    return said


def asides(summary: Summary) -> Iterator[str]:
    """What the rows do not show: sentences with their final stop."""
    nothing = summary.repositories[Verdict.NOTHING_TO_PUBLISH]
    if nothing:
        has = "publishes" if nothing == 1 else "publish"
        yield f"{_number(nothing, 'repository', 'repositories')} {has} nothing to npm."
    if summary.failures:
        yield (
            f"{_number(summary.failures, 'repository', 'repositories')} could not be judged;"
            " the row of each says why."
        )


def about(results: Results) -> str:
    """What the audit is about: `acme, acme-labs/tools; judged for 2026-11-24`."""
    scope = results.scope
    said = ", ".join(escape.name(target) for target in scope.targets)
    for name, values in (
        ("topic", scope.topics),
        ("language", scope.languages),
        ("name", scope.match),
    ):
        if values:
            said += f"; {name} {' or '.join(escape.name(value) for value in values)}"
    if scope.shard:
        said += f"; shard {scope.shard}"
    return f"{said}; judged for {scope.today}"


def _number(number: int, noun: str, several: str = "") -> str:
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"
