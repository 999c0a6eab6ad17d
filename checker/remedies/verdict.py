"""Says whether npm would take a publish, given a trusted publisher that matches it.

Asked before an edit is handed out, of the very judgement that `check` makes.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

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
from checker.manifests.repository_url import canonical
from checker.report import Finding, OpenQuestion, Presented, PublishResult, Severity, Verdict

STAND_IN = "OWNER/REPOSITORY"


class Answer(Struct, frozen=True):
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


def without_token(facts: Facts, publish: Publish) -> Answer:
    """The same where no token hides why the id-token is not exchanged."""
    runs = tuple(replace(run, token=None, unread_secrets=()) for run in publish.runs)
    return of(facts, replace(publish, runs=runs))


class Name(Struct, frozen=True):
    """`owner/name` of the repository. certain: GitHub itself says so, and not a git remote."""

    name: str
    certain: bool


def repository_of(facts: Facts) -> Name | None:
    """The repository as npm will compare it; None when nothing says which it is.

    A git remote works in any case. Where a manifest differs in nothing but that, it is what
    provenance was compared with, and the better witness.
    """
    if facts.github is not None and isinstance(facts.github.repository, str):
        return Name(facts.github.repository, certain=True)
    name = facts.running.repository
    if name is None or facts.running.setting is not Setting.TERMINAL:
        return Name(name, certain=True) if name is not None else None
    address = f"https://github.com/{name}"
    for package in facts.reading.packages:
        written = canonical(package.repository or "")
        if written is not None and written.casefold() == address.casefold():
            return Name(written.removeprefix("https://github.com/"), certain=False)
    return Name(name, certain=False)


def matching(facts: Facts, publishes: tuple[Publish, ...]) -> Facts:
    """The facts once the publishers of `publishes` are registered and have published once.

    What the registry answered to this run is about the files as they were, and is left out;
    that a package does not exist yet is kept.
    """
    known = repository_of(facts)
    repository = known.name if known is not None else STAND_IN
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
    seen: Observed | None = facts.observed_of(name)
    exists = declared.exists
    if seen is not None and not isinstance(seen.exists, Unknown):
        exists = seen.exists
    return replace(declared, publishers=registered, exists=exists)


def _packages(publish: Publish) -> tuple[Package, ...]:
    found = (run.packages for run in publish.runs if not isinstance(run.packages, Unknown))
    return tuple(package for packages in found for package in packages)
