"""One remote repository to its outcome: what must be read of it, read, judged by the same core.

Of its own configuration only declared facts are taken. Nothing here knows limits or caches.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from checker import judgement
from checker.auditing.outcome import PackageOutcome, RepositoryOutcome, rank
from checker.cases import exchange, publishers
from checker.evaluate import Ignored, evaluate
from checker.facts import Declared, Facts, Reading, RunningJob, Setting, Unknown
from checker.files import Files, Unreadable
from checker.gather import workflow_paths
from checker.report import CaseResult, Change, Finding, Report, Severity, Verdict
from checker.reporters import tally
from checker.settings import CONFIG_PATH, BadInput, Settings, declared, filled, load
from checker.sources.github import Failed
from checker.sources.remote.repositories import Repositories, Repository
from checker.sources.remote.tree import MOST_FOLDERS, Entry, RemoteFiles

# A script that names a script that names a script: what is deeper stays unread, and unknown.
MOST_ROUNDS = 12

# What is read in every repository that has it; what these lead to is brought in a second round.
_NAMES = frozenset(
    {
        ".autorc",
        ".autorc.json",
        ".node-version",
        ".npmrc",
        ".nvmrc",
        ".release-it.json",
        ".release-it.yaml",
        ".release-it.yml",
        ".releaserc",
        ".releaserc.json",
        ".releaserc.yaml",
        ".releaserc.yml",
        ".tool-versions",
        ".yarnrc",
        ".yarnrc.yml",
        "Makefile",
        "bunfig.toml",
        "lerna.json",
        "package.json",
        "pnpm-workspace.yaml",
        "rush.json",
    }
)
_MANIFEST = "package.json"
_NO_TOKEN = 401
_MOST_MANIFESTS = 100
_SENTENCE_END = re.compile(r"(?<=\.) +(?=[A-Z])")
_APART = frozenset({"example", "examples", "fixtures", "node_modules", "test", "tests"})

# Judging is the processor's work: side by side it would be no quicker.
_JUDGING = threading.Lock()


class Asked(Struct, frozen=True):
    """What is asked of every repository alike.

    default, declared: what the auditor declares, which beats what a repository declares.
    server_url: where GitHub is. rules: every rule id.
    """

    today: date
    server_url: str
    default: Declared
    declared: tuple[tuple[str, Declared], ...]
    ignored: Ignored
    rules: tuple[str, ...]


def survey(repository: Repository, source: Repositories, asked: Asked) -> RepositoryOutcome:
    """What npm will answer to the repository's releases.

    Raises `Exhausted`, and `Failed` where the token is not valid any more, which would spare no
    other repository.
    """
    name, tree = repository.full_name, ""
    try:
        listing = source.tree(name)
        tree = listing.sha
        files = RemoteFiles(listing)
        report = _judged(repository, source, files, asked)
    except Failed as failure:
        if failure.status == _NO_TOKEN:
            raise
        return _unread(repository, tree, str(failure))
    except BadInput as error:
        fault = _first_sentence(str(error.faults[0]))
        return _unread(repository, tree, f"its configuration is not valid: {fault}")
    except Unreadable as error:
        return _unread(repository, tree, f"it could not be read in full: {error}")
    return RepositoryOutcome(
        repository=name,
        visibility=repository.visibility,
        tree=tree,
        verdict=report.verdict,
        packages=_packages(report),
        findings=tuple(f for f in report.findings if f.suppressed is None),
    )


def _unread(repository: Repository, tree: str, why: str) -> RepositoryOutcome:
    return RepositoryOutcome(
        repository.full_name, repository.visibility, tree, Verdict.UNKNOWN, why.rstrip(".")
    )


# --- what is read -----------------------------------------------------------------------------


def _judged(
    repository: Repository, source: Repositories, files: RemoteFiles, asked: Asked
) -> Report:
    folders = 0
    first = True
    for _ in range(MOST_ROUNDS):
        if not workflow_paths(files) and not files.wanted:
            # Nothing can publish, and nothing more is asked for.
            return _evaluate(repository, Settings(), Reading((), (), ()), asked)
        if first:
            source.bring(repository.full_name, files, read_everywhere(files))
            first = False
        settings, reading = _read(repository, files, asked)
        if not files.wanted:
            return _evaluate(repository, settings, reading, asked)
        folders += len(files.wanted.folders)
        if folders > MOST_FOLDERS:
            break
        wanted = files.take_wanted()
        source.bring_folders(repository.full_name, files, wanted.folders)
        source.bring(repository.full_name, files, wanted.files.values())
    files.settled = True
    settings, reading = _read(repository, files, asked)
    return _evaluate(repository, settings, reading, asked)


def read_everywhere(files: RemoteFiles) -> Iterator[Entry]:
    """What is brought first: the files that are read in every repository that has them."""
    manifests = 0
    for path in files.paths:
        folder, _, name = path.rpartition("/")
        inside = path.startswith(".github/")
        if inside and (name.endswith((".yml", ".yaml")) or path == CONFIG_PATH):
            wanted = True
        elif name == _MANIFEST:
            manifests += _APART.isdisjoint(folder.split("/"))
            wanted = manifests <= _MOST_MANIFESTS and _APART.isdisjoint(folder.split("/"))
        else:
            wanted = not folder and name in _NAMES
        entry = files.entry(path) if wanted else None
        if entry is not None:
            yield entry


def _read(repository: Repository, files: RemoteFiles, asked: Asked) -> tuple[Settings, Reading]:
    from checker.workflows.publishes import read

    with _JUDGING:
        settings = _settings(files, asked)
        reading = read(
            files,
            today=asked.today,
            repository=repository.full_name,
            node=settings.node_version,
            npm=settings.npm_version,
        )
    return settings, reading


def _settings(files: Files, asked: Asked) -> Settings:
    """What the repository itself declares. Its options are read, and never looked at."""
    if files.read(CONFIG_PATH) is None:
        return Settings()
    return load({}, {}, Path(), lambda _: files, asked.rules)


def _evaluate(repository: Repository, settings: Settings, reading: Reading, asked: Asked) -> Report:
    default, packages = _declared(settings, asked)
    facts = Facts(
        today=asked.today,
        # Hours would make an audit's answer depend on when it came to a repository.
        now=None,
        reading=reading,
        running=RunningJob(
            Setting.TERMINAL, repository=repository.full_name, server_url=asked.server_url
        ),
        visibility=repository.visibility
        or Unknown("visibility", "GitHub does not say whether the repository is public"),
        default=default,
        declared=packages,
    )
    with _JUDGING:
        report = evaluate(facts, asked.ignored)
        _forget()
    return report


def _forget() -> None:
    """Empty the core's memories of cases: those of one repository are of no use for another."""
    for module in (judgement, exchange, publishers):
        for value in vars(module).values():
            if hasattr(value, "cache_clear") and value.__module__ == module.__name__:
                value.cache_clear()


def _declared(
    settings: Settings, asked: Asked
) -> tuple[Declared, tuple[tuple[str, Declared], ...]]:
    default, packages = declared(settings)
    theirs, ours = dict(packages), dict(asked.declared)
    return filled(asked.default, default), tuple(
        (name, filled(ours.get(name, asked.default), theirs.get(name, default)))
        for name in dict.fromkeys((*ours, *theirs))
    )


def auditors(settings: Settings) -> tuple[Declared, tuple[tuple[str, Declared], ...]]:
    """What the auditor declares, without the lines of a file that no repository has."""
    default, packages = declared(settings)
    return _placeless(default), tuple((name, _placeless(facts)) for name, facts in packages)


def _placeless(facts: Declared) -> Declared:
    publishers = facts.publishers
    if not isinstance(publishers, Unknown):
        publishers = tuple(replace(publisher, place=None) for publisher in publishers)
    return replace(facts, publishers=publishers, exists_place=None)


# --- what comes out ---------------------------------------------------------------------------


def _packages(report: Report) -> tuple[PackageOutcome, ...]:
    return tuple(
        PackageOutcome(
            name=answer.name,
            verdict=answer.verdict,
            presented=answer.presented,
            place=answer.place,
            rules=answer.rules,
            unknowns=answer.unknowns,
            changes=_changes(report, answer),
            do=_to_do(report, answer),
        )
        for answer in tally.answers(report)
    )


def _changes(report: Report, answer: tally.Answer) -> tuple[Change, ...]:
    """The days on which the worst of the package's cases turns."""
    cases = [
        case
        for result in report.publishes
        for case in result.cases
        if (answer.name in case.packages if case.packages is not None else answer.name is None)
        and (answer.name is not None or result.publish.place == answer.place)
    ]
    found: list[Change] = []
    before = answer.verdict
    for day in sorted({change.on for case in cases for change in case.changes}):
        worst = min((_on(case, day) for case in cases), key=lambda change: rank(change.verdict))
        if worst.verdict is not before:
            found.append(Change(day, worst.verdict, worst.rule))
        before = worst.verdict
    return tuple(found)


def _on(case: CaseResult, day: date) -> Change:
    """The case's verdict on a day, and what turned it last."""
    turned = [change for change in case.changes if change.on <= day]
    return turned[-1] if turned else Change(day, case.verdict, None)


def _to_do(report: Report, answer: tally.Answer) -> str:
    """The first sentence of the first fix for the package; of an open answer, what settles it."""
    if answer.verdict is Verdict.UNKNOWN and answer.unknowns:
        settles: Mapping[str, str] = {asked.fact: asked.settle for asked in report.unknowns}
        told = next((settles[fact] for fact in answer.unknowns if fact in settles), "")
        if told:
            return _first_sentence(told)
    severities = [Severity.ERROR, Severity.WARNING]
    for severity in severities:
        for finding in report.findings:
            if finding.severity is severity and _is_about(finding, answer):
                return _first_sentence(finding.fix)
    return ""


def _is_about(finding: Finding, answer: tally.Answer) -> bool:
    if finding.suppressed is not None:
        return False
    return not finding.packages or answer.name is None or answer.name in finding.packages


def _first_sentence(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return _SENTENCE_END.split(line, maxsplit=1)[0]
