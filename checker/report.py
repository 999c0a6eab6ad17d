"""The vocabulary of answers: the report that every reporter prints and other programs read.

Values only, in the words of the report format; nothing here decides or formats.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from checker.facts import Package, Place, Publish


class Verdict(StrEnum):
    """What npm will answer."""

    ACCEPTED = "accepted"
    STAGED = "staged"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_JUDGED = "not-judged"
    NOTHING_TO_PUBLISH = "nothing-to-publish"


class Severity(StrEnum):
    """How much a finding asks of the reader."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Evidence(StrEnum):
    """How sure the outcome behind a finding is."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    ANNOUNCED = "announced"
    REPORTED = "reported"


# What may refuse a release; announced and reported outcomes are warnings, and `unknown` at most.
PROVEN = (Evidence.DOCUMENTED, Evidence.OBSERVED)


class Presented(StrEnum):
    """A credential: what a step is given, or what its tool then uses."""

    TOKEN = "token"
    OIDC = "oidc"
    BOTH = "both"
    NONE = "none"
    UNKNOWN = "unknown"


class Change(Struct, frozen=True):
    """A later day on which the verdict of a case turns, and the rule that turns it."""

    on: date
    verdict: Verdict
    rule: str | None


class ClaimRow(Struct, frozen=True):
    """One field of a run beside what is declared of it and what npm's last publish shows of it.

    field: in the words of npm's form and GitHub's runs: `repository`, `workflow`, `environment`,
        `event`, `runner`, `visibility`, `ref`.
    this_run, declared, last_publish: "" where the run or the trusted publisher has none; None where
        nothing is known of it, or npm does not compare it.
    differs: it may be what npm refuses. note: in what, without a final stop; "" for nothing.
    """

    field: str
    this_run: str | None
    declared: str | None = None
    last_publish: str | None = None
    differs: bool = False
    note: str = ""


class ProbeResult(Struct, frozen=True):
    """The exchange that this run asked npm for. status: its answer, None when there was none.

    representative: whether to npm this run is the one that publishes. claims: (name, value) of
    this run's id-token; expected: the same of the run that publishes.
    table: of the run that publishes; () where npm did not refuse and nothing differs.
    """

    status: int | None = None
    representative: bool = False
    claims: tuple[tuple[str, str], ...] = ()
    expected: tuple[tuple[str, str], ...] = ()
    table: tuple[ClaimRow, ...] = ()


class CaseResult(Struct, frozen=True):
    """What npm answers to one step with some packages on some of its paths, all alike.

    rules: ids of the findings of this case. assumed: what the conclusion rests on.
    unknowns: the facts that would settle it. packages: None when the set is unknown.
    """

    packages: tuple[str, ...] | None
    entry_workflows: tuple[str, ...]
    events: tuple[str, ...]
    matrix: tuple[tuple[str, str], ...]
    presented: Presented
    verdict: Verdict
    rules: tuple[str, ...]
    assumed: tuple[str, ...]
    changes: tuple[Change, ...]
    unknowns: tuple[str, ...]
    probe: ProbeResult = ProbeResult()


class PublishResult(Struct, frozen=True):
    """A publishing step with its verdict. credential: what the step is given."""

    publish: Publish
    credential: Presented
    verdict: Verdict
    cases: tuple[CaseResult, ...]


class Edit(Struct, frozen=True):
    """Whole lines of a file in place of others, that mend a finding.

    line: the first one, 1-based. count: how many lines go, 0 where `text` is put in before `line`.
    text: with its line ends.
    """

    path: str
    line: int
    count: int
    text: str


class Finding(Struct, frozen=True):
    """One cause, once, for all the packages it concerns.

    place: the lines to change; None when no file shows them. suppressed: the reason given for
    ignoring it, None when it counts. suppressed_at: the comment that gives it, None where an option
    does. message: subject, defect, their own value. fix: one imperative, with a block to paste
    where that helps (Markdown, fences included).
    edits: what `fix` would change to mend it; () where it was not asked or cannot.
    claims: by what npm tells this run from those it trusts; () where that explains nothing.
    """

    rule: str
    severity: Severity
    packages: tuple[str, ...]
    place: Place | None
    message: str
    fix: str
    evidence: Evidence
    sources: tuple[str, ...]
    suppressed: str | None = None
    suppressed_at: Place | None = None
    edits: tuple[Edit, ...] = ()
    claims: tuple[ClaimRow, ...] = ()


class OpenQuestion(Struct, frozen=True):
    """A fact that would settle the verdict. why: what hides it. settle: what the reader does."""

    fact: str
    packages: tuple[str, ...]
    why: str
    settle: str


class Remark(Struct, frozen=True):
    """Something to know that is no finding: an ignore comment without effect, what was not asked.

    text: one sentence, its final stop included. place: None when no file shows it.
    """

    text: str
    place: Place | None = None


class Report(Struct, frozen=True):
    """The whole answer. findings: errors first, then warnings, then notes."""

    today: date
    verdict: Verdict
    packages: tuple[Package, ...]
    exists: tuple[tuple[str, bool | None], ...]
    publishes: tuple[PublishResult, ...]
    findings: tuple[Finding, ...]
    unknowns: tuple[OpenQuestion, ...]
    remarks: tuple[Remark, ...] = ()
