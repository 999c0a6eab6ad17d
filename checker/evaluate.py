"""From facts to the report: every case of every publishing step, judged, joined and worded.

All paths and packages of a step happen, so the worst case is the step's verdict and the worst step
the whole's. One cause is one finding, for all the packages it concerns. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from checker import guidance, remarks
from checker.cases import claims, probe, token_list
from checker.cases.world import Case
from checker.facts import (
    Declared,
    Facts,
    GivenToken,
    Package,
    Place,
    Publish,
    ReadingProblem,
    Registry,
    Run,
    Taken,
    TokenState,
    Unknown,
)
from checker.judgement import Settled, later, settle
from checker.problems import Effect, ReadingRule, Rule
from checker.report import (
    PROVEN,
    CaseResult,
    Evidence,
    Finding,
    OpenQuestion,
    Presented,
    ProbeResult,
    PublishResult,
    Report,
    Severity,
    Verdict,
)
from checker.rules import by_id, rule_order

_WORST_FIRST = (Verdict.REFUSED, Verdict.UNKNOWN, Verdict.STAGED, Verdict.ACCEPTED)
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)

# One earlier package is enough for npm to hold its token; more would only be asked the same.
_EARLIER = 8

Ignored = tuple[tuple[str, str], ...]


def evaluate(facts: Facts, ignored: Ignored = ()) -> Report:
    """What npm will answer to every publishing step.

    ignored: (rule id, reason); such findings stay in the report, marked; a verdict never changes.
    """
    results: list[PublishResult] = []
    judged: list[_Judged] = []
    shared = _Shared(_workflows(facts), token_list.of(facts))
    shared = replace(shared, refused=frozenset(_refused(facts, shared)))
    for publish in facts.reading.publishes:
        cases = () if _not_judged(publish) else tuple(_judge(facts, publish, shared))
        judged += cases
        results.append(_publish_result(publish, cases))
    findings = (*_reading_findings(facts.reading.problems), *_case_findings(judged))
    return Report(
        today=facts.today,
        verdict=_whole(results, facts.reading.problems),
        packages=facts.reading.packages,
        exists=tuple(_exists(facts, package) for package in facts.reading.packages),
        publishes=tuple(results),
        findings=_in_order(_suppress(finding, dict(ignored)) for finding in findings),
        unknowns=_open_questions(judged),
        remarks=remarks.about(facts, ((one.case, one.settled) for one in judged)),
    )


# The lines of a command, its path (entry workflow, event, leg), and one package that it publishes.
_Attempt = tuple[Place, str, str, tuple[tuple[str, str], ...], str]


class _Shared(Struct, frozen=True):
    """What the cases share. workflows: the entry workflows that publish each package.

    listed: what npm lists of the token given for inspection. new_packages: of the run, see `Case`.
    refused: what npm refuses by itself, so that it takes no version from anyone.
    """

    workflows: dict[str, tuple[str, ...]]
    listed: token_list.Listed | None
    new_packages: int = 0
    refused: frozenset[_Attempt] = frozenset()


class _Judged(Struct, frozen=True):
    case: Case
    settled: Settled


# --- one publishing step ----------------------------------------------------------------------


def _not_judged(publish: Publish) -> bool:
    return publish.dry_run or publish.registry in (Registry.GITHUB_PACKAGES, Registry.OTHER)


def _workflows(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The entry workflows from which each package is published."""
    found: dict[str, dict[str, None]] = {}
    for publish in facts.reading.publishes:
        for run in () if _not_judged(publish) else publish.runs:
            for package in () if isinstance(run.packages, Unknown) else run.packages:
                found.setdefault(package.name, {})[run.entry_workflow] = None
    return {name: tuple(paths) for name, paths in found.items()}


def _judge(facts: Facts, publish: Publish, shared: _Shared) -> Iterator[_Judged]:
    for run in publish.runs:
        of_run = replace(shared, new_packages=_new_packages(facts, run))
        packages = (run.packages,) if isinstance(run.packages, Unknown) else run.packages
        earlier: tuple[tuple[str, Declared], ...] = ()
        for package in packages:
            case = _case(facts, publish, run, package, earlier, of_run)
            yield _Judged(case, settle(case))
            if not isinstance(package, Unknown) and case.declared.publishers != ():
                earlier = (*earlier[:_EARLIER], (package.name, case.declared))


def _refused(facts: Facts, shared: _Shared) -> Iterator[_Attempt]:
    """What is refused whatever the other commands of its run do, where two want one version."""
    publishes = [p for p in facts.reading.publishes if not _not_judged(p)]
    if not any(run.taken for publish in publishes for run in publish.runs):
        return
    for publish in publishes:
        for run in publish.runs:
            alone = replace(run, taken=())
            for package in () if isinstance(run.packages, Unknown) else run.packages:
                case = _case(facts, publish, alone, package, (), shared)
                if settle(case).verdict is Verdict.REFUSED:
                    yield _attempt(publish.place, run, run.matrix, package.name)


def _takers(publish: Publish, run: Run, package: str, shared: _Shared) -> Iterator[Taken]:
    """Who takes the version, where this command would get it at all and the other does."""
    if _attempt(publish.place, run, run.matrix, package) in shared.refused:
        return
    for one in run.taken:
        other = _attempt(one.place, run, one.matrix, package)
        if one.package == package and other not in shared.refused:
            yield one


def _attempt(place: Place, run: Run, matrix: tuple[tuple[str, str], ...], package: str) -> _Attempt:
    return place, run.entry_workflow, run.event, matrix, package


def _case(
    facts: Facts,
    publish: Publish,
    run: Run,
    package: Package | Unknown,
    earlier: tuple[tuple[str, Declared], ...],
    shared: _Shared,
) -> Case:
    name = "" if isinstance(package, Unknown) else package.name
    declared, overruled = token_list.applied(shared.listed, _declared(facts, package))
    observed = facts.observed_of(name)
    return Case(
        facts.today,
        facts.now,
        publish,
        run,
        package,
        declared,
        facts.running,
        facts.visibility,
        observed=observed,
        exchange=facts.exchange_of(name),
        token_answer=facts.token_answer,
        new_packages=shared.new_packages,
        earlier=earlier,
        # Read beside npm's record alone; without one more cases are alike.
        workflows=shared.workflows.get(name, ()) if observed is not None else (),
        overruled=overruled,
        github=facts.github,
        taken=next(_takers(publish, run, name, shared), None) if run.taken else None,
    )


def _new_packages(facts: Facts, run: Run) -> int:
    """How many packages of the run are known not to exist yet."""
    if isinstance(run.packages, Unknown):
        return 0
    return sum(_is_new(facts, package.name) for package in run.packages)


def _is_new(facts: Facts, name: str) -> bool:
    observed = facts.observed_of(name)
    return (observed or facts.declared_for(name)).exists is False


def _declared(facts: Facts, package: Package | Unknown) -> Declared:
    return facts.default if isinstance(package, Unknown) else facts.declared_for(package.name)


def _publish_result(publish: Publish, judged: tuple[_Judged, ...]) -> PublishResult:
    if _not_judged(publish):
        return PublishResult(publish, _credential(publish), Verdict.NOT_JUDGED, ())
    cases = _group(judged)
    verdict = _worst(case.verdict for case in cases) or Verdict.NOTHING_TO_PUBLISH
    return PublishResult(publish, _credential(publish), verdict, cases)


def _group(judged: tuple[_Judged, ...]) -> tuple[CaseResult, ...]:
    """Join the cases that differ in nothing but package, entry workflow and event."""
    groups: dict[CaseResult, list[CaseResult]] = {}
    for one in judged:
        result = _case_result(one)
        key = replace(result, packages=None, entry_workflows=(), events=())
        groups.setdefault(key, []).append(result)
    return tuple(_joined(results) for results in groups.values())


def _joined(results: list[CaseResult]) -> CaseResult:
    packages = [one.packages for one in results if one.packages is not None]
    return replace(
        results[0],
        packages=_union(packages) if len(packages) == len(results) else None,
        entry_workflows=_union(one.entry_workflows for one in results),
        events=_union(one.events for one in results),
    )


def _union(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(names)))


def _case_result(judged: _Judged) -> CaseResult:
    case, settled = judged.case, judged.settled
    rules = tuple(problem.rule for problem, _ in settled.problems)
    return CaseResult(
        packages=None if isinstance(case.package, Unknown) else (case.package.name,),
        entry_workflows=(case.run.entry_workflow,),
        events=(case.run.event,),
        matrix=case.run.matrix,
        presented=settled.presented,
        verdict=settled.verdict,
        rules=rules,
        assumed=settled.assumed,
        changes=later(settled),
        unknowns=tuple(dict.fromkeys(unknown.fact for unknown in settled.unknowns)),
        probe=_probe(case, rules),
    )


def _probe(case: Case, rules: tuple[str, ...]) -> ProbeResult:
    answer = probe.answered(case)
    differs = probe.refused(case) or "trusted-publisher-mismatch" in rules
    table = claims.table(case) if differs else ()
    if answer is None:
        return ProbeResult(table=table)
    representative = probe.representative(case) is not None
    return ProbeResult(answer.status, representative, answer.claims, probe.expected(case), table)


def _credential(publish: Publish) -> Presented:
    """What the files give the step, over all its runs."""
    given = {_given(run) for run in publish.runs}
    return next(iter(given)) if len(given) == 1 else Presented.UNKNOWN


def _given(run: Run) -> Presented:
    if isinstance(run.token, Unknown) or isinstance(run.id_token, Unknown):
        return Presented.UNKNOWN
    token = _is_real(run.token)
    if token:
        return Presented.BOTH if run.id_token else Presented.TOKEN
    return Presented.OIDC if run.id_token else Presented.NONE


def _is_real(token: GivenToken | None) -> bool:
    return token is not None and token.state in (TokenState.SECRET, TokenState.LITERAL)


def _worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    present = set(verdicts)
    return next((verdict for verdict in _WORST_FIRST if verdict in present), None)


def _whole(results: list[PublishResult], problems: tuple[ReadingProblem, ...]) -> Verdict:
    verdict = _worst(result.verdict for result in results)
    blind = any(problem.rule != "token-in-repository" for problem in problems)
    if blind and verdict is not Verdict.REFUSED:
        return Verdict.UNKNOWN
    if verdict is not None:
        return verdict
    return Verdict.NOTHING_TO_PUBLISH


def _exists(facts: Facts, package: Package) -> tuple[str, bool | None]:
    exists = facts.declared_for(package.name).exists
    return package.name, None if isinstance(exists, Unknown) else exists


# --- findings ---------------------------------------------------------------------------------


def _case_findings(judged: list[_Judged]) -> tuple[Finding, ...]:
    found: dict[Finding, list[tuple[str, ...]]] = {}
    judged_packages = (one.case.package for one in judged)
    paths = {one.name: one.path for one in judged_packages if not isinstance(one, Unknown)}
    for one in judged:
        for finding in _findings(one):
            found.setdefault(replace(finding, packages=()), []).append(finding.packages)
    joined = (replace(finding, packages=_union(packages)) for finding, packages in found.items())
    return tuple(
        replace(
            finding,
            message=guidance.with_packages(finding.message, finding.packages, paths),
            fix=guidance.with_packages(finding.fix, finding.packages, paths),
        )
        for finding in joined
    )


def _findings(judged: _Judged) -> Iterator[Finding]:
    for problem, world in judged.settled.problems:
        rule = by_id()[problem.rule]
        if isinstance(rule, ReadingRule):
            continue
        words = rule.words(world, problem)
        package = judged.case.package
        yield Finding(
            rule=rule.id,
            severity=_severity(problem.effect, problem.evidence, judged.settled.verdict),
            packages=() if isinstance(package, Unknown) else (package.name,),
            place=words.place,
            message=words.message,
            fix=words.fix,
            evidence=problem.evidence,
            sources=rule.sources,
            claims=words.claims,
        )


def _severity(effect: Effect, evidence: Evidence, verdict: Verdict) -> Severity:
    if effect is Effect.NOTES:
        return Severity.NOTE
    if effect is Effect.REFUSES and evidence in PROVEN and verdict is Verdict.REFUSED:
        return Severity.ERROR
    return Severity.WARNING


def _reading_findings(problems: tuple[ReadingProblem, ...]) -> Iterator[Finding]:
    for problem in problems:
        rule: Rule | ReadingRule = by_id()[problem.rule]
        if not isinstance(rule, ReadingRule):
            raise TypeError(f"{problem.rule} is not a rule about reading")
        words = rule.words(problem)
        yield Finding(
            rule=rule.id,
            severity=Severity.WARNING,
            packages=(),
            place=words.place,
            message=words.message,
            fix=words.fix,
            evidence=Evidence.DOCUMENTED,
            sources=rule.sources,
        )


def _suppress(finding: Finding, ignored: dict[str, str]) -> Finding:
    reason = ignored.get(finding.rule)
    return finding if reason is None else replace(finding, suppressed=reason)


def _in_order(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                _SEVERITIES.index(f.severity),
                rule_order(f.rule),
                f.place.path if f.place else "",
                f.place.line if f.place else 0,
                f.message,
            ),
        )
    )


# --- what is not known ------------------------------------------------------------------------


def _open_questions(judged: list[_Judged]) -> tuple[OpenQuestion, ...]:
    asked: dict[str, tuple[str, list[tuple[str, ...]]]] = {}
    for one in judged:
        package = one.case.package
        names = () if isinstance(package, Unknown) else (package.name,)
        for unknown in one.settled.unknowns:
            asked.setdefault(unknown.fact, (unknown.why, []))[1].append(names)
    return tuple(
        OpenQuestion(fact, _union(packages), why, guidance.how_to_settle(fact))
        for fact, (why, packages) in asked.items()
    )
