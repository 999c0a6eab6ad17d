"""An audit's outcomes on disk, one a line and in order, read as often as a report needs them.

The JSON report is made of the same lines, so that parts are joined without holding either.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from checker import __version__
from checker.auditing import outcome, targets
from checker.auditing.outcome import Json, RepositoryOutcome, rank
from checker.knowledge import registry_address
from checker.report import Change, Severity, Verdict
from checker.reporters import escape

SCHEMA = 1

_OPEN, _CLOSE = '"repositories": [', "]"
_NAMES = 5


class BadReport(Exception):
    """A file is no part of this audit. The text is one sentence."""


class Scope(Struct, frozen=True):
    """What an audit is about. shard: None for the whole. tool: the program and its version."""

    targets: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    match: tuple[str, ...]
    today: date
    server: str
    shard: str | None = None
    tool: str = f"npm-publish-preflight {__version__}"


class Results(Protocol):
    """Outcomes by repository name; every iteration begins anew."""

    @property
    def scope(self) -> Scope:
        """What they are about."""

    def __iter__(self) -> Iterator[RepositoryOutcome]: ...


class Turn(Struct, frozen=True):
    """A day on which answers get worse. packages: the first names. count: of all of them."""

    change: Change
    count: int
    packages: tuple[str, ...]


@dataclass
class Summary:
    """An audit in numbers.

    failures: repositories that could not be judged. defects: those of them that are our fault.
    """

    verdict: Verdict = Verdict.NOTHING_TO_PUBLISH
    repositories: Counter[Verdict] = field(default_factory=Counter)
    packages: Counter[Verdict] = field(default_factory=Counter)
    findings: Counter[Severity] = field(default_factory=Counter)
    failures: int = 0
    defects: int = 0
    turns: tuple[Turn, ...] = ()


def summary(results: Iterable[RepositoryOutcome]) -> Summary:
    """The numbers, in one pass."""
    found = Summary()
    turns: dict[Change, list[str]] = {}
    counts: Counter[Change] = Counter()
    for one in results:
        found.repositories[one.verdict] += 1
        found.failures += one.failure is not None
        found.defects += one.is_defect
        if rank(one.verdict) < rank(found.verdict):
            found.verdict = one.verdict
        found.findings.update(finding.severity for finding in one.findings)
        for package in one.packages:
            found.packages[package.verdict] += 1
            worst = rank(package.verdict)
            for change in package.changes:
                if rank(change.verdict) < worst:
                    worst = rank(change.verdict)
                    counts[change] += 1
                    names = turns.setdefault(change, [])
                    if len(names) < _NAMES:
                        names.append(package.name or one.repository)
    order = sorted(turns, key=lambda c: (c.on, rank(c.verdict), c.rule or ""))
    found.turns = tuple(Turn(each, counts[each], tuple(turns[each])) for each in order)
    return found


# --- lines ------------------------------------------------------------------------------------


def line(one: RepositoryOutcome) -> str:
    """One outcome as a line of JSON in ASCII, without its end."""
    return _harmless(outcome.to_json(one))


def _harmless(told: Json) -> str:
    # ASCII alone keeps a terminal safe; `##[` inside a string would be a command in a job's log.
    return escape.without_tokens(json.dumps(told)).replace("##[", "#\\u0023[")


class Journal(Struct, frozen=True):
    """The lines that an audit wrote while it ran."""

    path: Path
    scope: Scope

    def __iter__(self) -> Iterator[RepositoryOutcome]:
        with self.path.open(encoding="ascii") as file:
            for text in file:
                yield outcome.from_json(json.loads(text))


# --- the JSON report --------------------------------------------------------------------------


def document(results: Results) -> Iterator[str]:
    """The report for other programs, a repository a line."""
    found = summary(results)
    head: dict[str, Json] = {
        "schema": SCHEMA,
        "tool": results.scope.tool,
        "audit": _scope(results.scope),
        "verdict": found.verdict.value,
        "counts": _counts(found),
        "timeline": [_turn(turn) for turn in found.turns],
    }
    yield "{\n"
    for key, value in head.items():
        yield f"{json.dumps(key)}: {_harmless(value)},\n"
    yield f"{_OPEN}\n"
    before = ""
    for one in results:
        yield f"{before}{line(one)}"
        before = ",\n"
    yield f"{_CLOSE}\n}}\n" if not before else f"\n{_CLOSE}\n}}\n"


def _scope(scope: Scope) -> Json:
    return {
        "targets": list(scope.targets),
        "topics": list(scope.topics),
        "languages": list(scope.languages),
        "match": list(scope.match),
        "today": scope.today.isoformat(),
        "server": scope.server,
        "shard": scope.shard,
    }


def _counts(found: Summary) -> Json:
    return {
        "repositories": {each.value: found.repositories[each] for each in Verdict},
        "packages": {each.value: found.packages[each] for each in Verdict},
        "findings": {each.value: found.findings[each] for each in Severity},
        "failures": found.failures,
    }


def _turn(turn: Turn) -> Json:
    return {
        "on": turn.change.on.isoformat(),
        "verdict": turn.change.verdict.value,
        "rule": turn.change.rule,
        "packages": turn.count,
        "first": list(turn.packages),
    }


class Written(Struct, frozen=True):
    """A JSON report that was written before."""

    path: Path
    scope: Scope

    def __iter__(self) -> Iterator[RepositoryOutcome]:
        shard = targets.shard(self.scope.shard) if self.scope.shard else None
        before = ""
        for text in self._lines():
            one = self._outcome(text)
            name = one.repository.lower()
            if name <= before:
                raise BadReport(f"`{self.path.name}` has its repositories twice or in no order")
            if not self._is_asked_for(name) or (shard is not None and not shard.holds(name)):
                raise BadReport(f"`{self.path.name}` has a repository that is none of its own")
            before = name
            yield one

    def _lines(self) -> Iterator[str]:
        """The line of each repository."""
        with self.path.open("rb") as file:
            inside = False
            for data in file:
                bare = data.decode("ascii", "replace").strip().removesuffix(",")
                if not inside:
                    inside = bare == _OPEN
                elif bare == _CLOSE:
                    return
                else:
                    yield bare
        raise BadReport(f"`{self.path.name}` ends before its end")

    def _is_asked_for(self, name: str) -> bool:
        owners = {target.lower() for target in self.scope.targets}
        # One that is named in full may have moved to another owner since.
        return any("/" in target for target in owners) or name.partition("/")[0] in owners

    def _outcome(self, text: str) -> RepositoryOutcome:
        try:
            return outcome.from_json(json.loads(text))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadReport(f"`{self.path.name}` has a line that no audit wrote") from None


def written(path: Path) -> Written:
    """An audit's JSON report. Raises `BadReport`."""
    head: dict[str, Any] = {}
    if path.exists() and not path.is_file():
        raise BadReport(f"`{path.name}` cannot be read: it is no file")
    try:
        with path.open(encoding="utf-8") as file:
            if file.readline().strip() == "{":
                for text in file:
                    if text.strip() == _OPEN:
                        return Written(path, _read_scope(head))
                    head |= json.loads(f"{{{text.strip().removesuffix(',')}}}")
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    except OSError as error:
        raise BadReport(f"`{path.name}` cannot be read: {error.strerror}") from None
    raise BadReport(f"`{path.name}` is not the JSON report of an audit")


def _read_scope(head: Mapping[str, Any]) -> Scope:
    about = head["audit"]
    if head["schema"] != SCHEMA:
        raise ValueError(head["schema"])
    shard, tool = about["shard"], head["tool"]
    if not isinstance(tool, str) or escape.name(tool) != tool:
        raise ValueError("a program's name and version are expected")
    if shard is not None and not isinstance(shard, str):
        raise ValueError("a part is expected")
    return Scope(
        targets=targets.targets(outcome.texts(about["targets"])),
        topics=outcome.texts(about["topics"]),
        languages=outcome.texts(about["languages"]),
        match=outcome.texts(about["match"]),
        today=date.fromisoformat(about["today"]),
        server=registry_address.normalized(about["server"]).rstrip("/"),
        shard=shard,
        tool=tool,
    )


# --- parts ------------------------------------------------------------------------------------


class Merged(Struct, frozen=True):
    """The parts of one audit together."""

    parts: Sequence[Results]
    scope: Scope

    def __iter__(self) -> Iterator[RepositoryOutcome]:
        return heapq.merge(*self.parts, key=lambda one: one.repository.lower())


def merged(folder: Path) -> Merged:
    """Every part of one audit in a folder and those below it. Raises `BadReport`."""
    parts = [written(path) for path in sorted(folder.rglob("*.json"))]
    if not parts:
        raise BadReport(f"`{folder}` holds no JSON report of an audit")
    whole = replace(parts[0].scope, shard=None)
    for part in parts:
        if replace(part.scope, shard=None) != whole:
            raise BadReport(
                f"`{part.path.name}` and `{parts[0].path.name}` are not parts of one audit"
            )
    _complete(parts)
    return Merged(parts, whole)


def _complete(parts: Sequence[Written]) -> None:
    try:
        shards = [targets.shard(part.scope.shard or "1/1") for part in parts]
    except targets.BadTarget:
        raise BadReport("a report names a part that there cannot be") from None
    of = shards[0].of
    numbers = Counter(shard.number for shard in shards)
    if any(shard.of != of for shard in shards):
        raise BadReport("the reports are of audits with different numbers of shards")
    twice = [str(number) for number, count in sorted(numbers.items()) if count > 1]
    if twice:
        raise BadReport(f"shard {', '.join(twice)} of {of} is there twice")
    missing = [str(number) for number in range(1, of + 1) if number not in numbers]
    if missing:
        raise BadReport(f"shard {', '.join(missing)} of {of} is missing")
