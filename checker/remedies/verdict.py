"""Says whether npm would take a publish, given a trusted publisher that matches it.

Asked before an edit is handed out, of the very judgement that `check` makes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from checker.evaluate import evaluate
from checker.facts import (
    Allow,
    Declared,
    Facts,
    Observed,
    Package,
    Publish,
    Reading,
    Run,
    RunningJob,
    Setting,
    TrustedPublisher,
    Unknown,
)
from checker.report import Finding, OpenQuestion, Presented, PublishResult, Severity, Verdict

STAND_IN = "OWNER/REPOSITORY"


@dataclass(frozen=True)
class Answer:
    """What npm will say. by_oidc: every case presents the id-token. rules: that fired."""

    verdict: Verdict
    by_oidc: bool
    rules: frozenset[str]
    findings: tuple[Finding, ...]
    questions: tuple[OpenQuestion, ...]

    @property
    def is_good(self) -> bool:
        """Whether it publishes or stages by trusted publishing."""
        return self.by_oidc and self.verdict in (Verdict.ACCEPTED, Verdict.STAGED)


def of(facts: Facts, publish: Publish) -> Answer:
    """The answer to one publish, every publisher that it needs being registered."""
    report = evaluate(matching(facts, (publish,)))
    result: PublishResult = report.publishes[0]
    return Answer(
        result.verdict,
        bool(result.cases) and all(c.presented is Presented.OIDC for c in result.cases),
        frozenset(rule for case in result.cases for rule in case.rules),
        tuple(one for one in report.findings if one.severity is not Severity.NOTE),
        report.unknowns,
    )


def matching(facts: Facts, publishes: tuple[Publish, ...]) -> Facts:
    """The facts once the publishers of `publishes` are registered and have published once.

    What the registry answered to this run is about the files as they were, and is left out;
    that a package does not exist yet is kept.
    """
    repository = facts.running.repository or STAND_IN
    names = dict.fromkeys(package.name for publish in publishes for package in _packages(publish))
    runs = tuple(run for publish in publishes for run in publish.runs)
    registered = tuple(dict.fromkeys(publisher(run, repository) for run in runs))
    running = RunningJob(
        Setting.TERMINAL, repository=repository, server_url=facts.running.server_url
    )
    return replace(
        facts,
        reading=Reading(publishes, facts.reading.packages, ()),
        running=running,
        default=replace(facts.default, publishers=registered),
        declared=tuple((name, _declared(facts, name, registered)) for name in names),
        observed=(),
        exchanges=(),
        token_answer=None,
    )


def publisher(run: Run, repository: str) -> TrustedPublisher:
    """The trusted publisher that matches a run."""
    environment = run.environment
    return TrustedPublisher(
        provider="github",
        repository=repository,
        workflow=run.entry_workflow.rpartition("/")[2],
        environment=None if isinstance(environment, Unknown) else environment,
        allow=frozenset(Allow),
        created=None,
        published=True,
    )


def _declared(facts: Facts, name: str, registered: tuple[TrustedPublisher, ...]) -> Declared:
    declared = facts.declared_for(name)
    seen: Observed | None = dict(facts.observed).get(name)
    exists = declared.exists
    if seen is not None and not isinstance(seen.exists, Unknown):
        exists = seen.exists
    return replace(declared, publishers=registered, exists=exists)


def _packages(publish: Publish) -> tuple[Package, ...]:
    found = (run.packages for run in publish.runs if not isinstance(run.packages, Unknown))
    return tuple(package for packages in found for package in packages)
