"""What a report adds up to: counts, an answer a package, what is assumed, what turns when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from checker.facts import Place
from checker.report import CaseResult, Finding, Presented, PublishResult, Report, Severity, Verdict

# The worst first: the order in which verdicts win, and in which rows stand.
WORST_FIRST = (
    Verdict.REFUSED,
    Verdict.UNKNOWN,
    Verdict.STAGED,
    Verdict.ACCEPTED,
    Verdict.NOT_JUDGED,
    Verdict.NOTHING_TO_PUBLISH,
)
JUDGED = frozenset(WORST_FIRST[:4])


class Counts(Struct, frozen=True):
    """How many findings count, by severity, and how many are suppressed."""

    errors: int
    warnings: int
    notes: int
    suppressed: int


class Answer(Struct, frozen=True):
    """npm's answer for one package: the worst of its cases.

    name: None where a step publishes an unknown set of packages; `place` is then that step.
    presented, rules, unknowns: of its cases with that worst verdict. rules: of a refused package
    the errors alone, of any other the warnings where there are some.
    """

    name: str | None
    place: Place
    verdict: Verdict
    presented: tuple[Presented, ...]
    rules: tuple[str, ...]
    unknowns: tuple[str, ...]


class Turning(Struct, frozen=True):
    """A later day on which the answer for some packages turns. packages: () is all of them."""

    on: date
    verdict: Verdict
    rule: str | None
    packages: tuple[str, ...]


class Assumption(Struct, frozen=True):
    """Something that is presumed of some packages. packages: () is all of them."""

    what: str
    packages: tuple[str, ...]


def counts(report: Report) -> Counts:
    """The numbers of findings; a suppressed one counts only as suppressed."""
    open_ones = [finding.severity for finding in report.findings if finding.suppressed is None]
    return Counts(
        errors=open_ones.count(Severity.ERROR),
        warnings=open_ones.count(Severity.WARNING),
        notes=open_ones.count(Severity.NOTE),
        suppressed=len(report.findings) - len(open_ones),
    )


def open_findings(report: Report) -> tuple[Finding, ...]:
    """The findings that are not suppressed, errors first, otherwise in the report's order."""
    order = list(Severity)
    kept = [finding for finding in report.findings if finding.suppressed is None]
    return tuple(sorted(kept, key=lambda finding: order.index(finding.severity)))


def suppressed_findings(report: Report) -> tuple[Finding, ...]:
    """The findings that the maintainer decided to ignore, in the report's order."""
    return tuple(finding for finding in report.findings if finding.suppressed is not None)


def answers(report: Report) -> tuple[Answer, ...]:
    """One answer a package, the worst first, otherwise in the order of the steps."""
    severity = {finding.rule: finding.severity for finding in reversed(report.findings)}
    gathered: dict[str | Place, list[tuple[PublishResult, CaseResult]]] = {}
    for result in report.publishes:
        for case in result.cases:
            for key in case.packages if case.packages is not None else (result.publish.place,):
                gathered.setdefault(key, []).append((result, case))
    found = [_answer(key, cases, severity) for key, cases in gathered.items()]
    return tuple(sorted(found, key=lambda answer: WORST_FIRST.index(answer.verdict)))


def judged(report: Report) -> tuple[Answer, ...]:
    """The answers for what would be published to npm: without dry runs and other registries."""
    return tuple(answer for answer in answers(report) if answer.verdict in JUDGED)


def turnings(report: Report) -> tuple[Turning, ...]:
    """Every later day on which the answer for a package turns, by day."""
    found: dict[tuple[date, Verdict, str | None], list[str]] = {}
    for case in _cases(report):
        for change in case.changes:
            packages = found.setdefault((change.on, change.verdict, change.rule), [])
            packages += case.packages or ()
    order = sorted(found, key=lambda key: (key[0], WORST_FIRST.index(key[1]), key[2] or ""))
    return tuple(Turning(*key, _unless_all(report, found[key])) for key in order)


def assumptions(report: Report) -> tuple[Assumption, ...]:
    """Everything that is presumed of a package, in the order in which the cases name it."""
    found: dict[str, list[str]] = {}
    for case in _cases(report):
        for what in case.assumed:
            found.setdefault(what, []).extend(case.packages or ())
    return tuple(Assumption(what, _unless_all(report, names)) for what, names in found.items())


def credential(report: Report) -> Presented:
    """What the publishing steps are given together; steps that are given nothing do not count.

    Steps that are not judged count only where no step is judged.
    """
    steps = [result for result in report.publishes if result.verdict in JUDGED]
    given = {result.credential for result in steps or report.publishes} - {Presented.NONE}
    if Presented.UNKNOWN in given:
        return Presented.UNKNOWN
    if not given:
        return Presented.NONE
    return given.pop() if len(given) == 1 else Presented.BOTH


def _answer(
    key: str | Place, cases: list[tuple[PublishResult, CaseResult]], severity: dict[str, Severity]
) -> Answer:
    worst = min((case.verdict for _, case in cases), key=WORST_FIRST.index)
    deciding = [case for _, case in cases if case.verdict is worst]
    rules = _distinct(rule for case in deciding for rule in case.rules)
    decisive = Severity.ERROR if worst is Verdict.REFUSED else Severity.WARNING
    return Answer(
        name=key if isinstance(key, str) else None,
        place=cases[0][0].publish.place,
        verdict=worst,
        presented=tuple(dict.fromkeys(case.presented for case in deciding)),
        rules=tuple(rule for rule in rules if severity.get(rule) is decisive) or rules,
        unknowns=_distinct(fact for case in deciding for fact in case.unknowns),
    )


def _cases(report: Report) -> Iterable[CaseResult]:
    return (case for result in report.publishes for case in result.cases)


def _unless_all(report: Report, names: list[str]) -> tuple[str, ...]:
    every = {answer.name for answer in judged(report)}
    return () if every <= {*names, None} else _distinct(names)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
