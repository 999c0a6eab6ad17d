"""Comments that suppress findings: `# npm-publish-preflight: ignore[rule-id] reason`.

A comment speaks for its own line, or, alone on its line, for the next line that is no comment. Pure
text in, a report out; a verdict never changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Place
from checker.files import Files, Unreadable
from checker.files import lines as lines_of
from checker.report import Finding, Remark, Report

HOW = "# npm-publish-preflight: ignore[rule-id] reason"

# The lines of a file by its path, without their ends.
Lines = Callable[[str], Sequence[str]]

_MARK = re.compile(
    r"(?P<before>^|.*?\s)#\s*npm-publish-preflight:\s*ignore\b\s*"
    r"(?:\[(?P<rules>[^\]]*)\])?[\s:–—-]*(?P<reason>.*)$"
)
_WORD = "npm-publish-preflight:"
_LONGEST_LINE = 2_000
_MOST_MARKS = 500  # of one file


class Mark(Struct, frozen=True):
    """One comment. place: its own line. covers: the line that it speaks for, 1-based.

    rules: as written. reason: one line, "" where none is given.
    """

    place: Place
    covers: int
    rules: tuple[str, ...]
    reason: str


def marks(path: str, lines: Sequence[str]) -> tuple[Mark, ...]:
    """Every such comment of a file, in order."""
    found: list[Mark] = []
    for number, line in enumerate(lines, start=1):
        if len(found) == _MOST_MARKS:
            break
        match = _MARK.match(line[:_LONGEST_LINE]) if _WORD in line else None
        if match is None:
            continue
        rules = tuple(rule.strip() for rule in (match["rules"] or "").split(",") if rule.strip())
        alone = not match["before"].strip()
        covers = _next_line(lines, number) if alone else number
        reason = " ".join(match["reason"].split())
        found.append(Mark(Place(path, number, number), covers, rules, reason))
    return tuple(found)


def marked_lines(files: Files, path: str) -> tuple[str, ...]:
    """The lines of a file, as `files.lines` has them; () where no such comment can be in it."""
    try:
        data = files.read(path)
    except Unreadable:
        return ()
    return lines_of(files, path) if data and _WORD.encode() in data else ()


def apply(report: Report, lines: Lines, paths: Iterable[str], rules: Collection[str]) -> Report:
    """The report with the findings suppressed that a comment at their lines asks to ignore.

    paths: files to read for comments that are mistaken, besides those in which findings lie.
    rules: every rule id. A comment without a reason, or with an unknown id, is remarked upon.
    """
    places = (finding.place.path for finding in report.findings if finding.place)
    every = {path: marks(path, lines(path)) for path in dict.fromkeys((*paths, *places))}
    remarks = tuple(
        remark for found in every.values() for mark in found for remark in _faults(mark, rules)
    )
    findings = tuple(
        _suppressed(finding, every.get(finding.place.path, ()) if finding.place else ())
        for finding in report.findings
    )
    return replace(report, findings=findings, remarks=(*report.remarks, *remarks))


def _next_line(lines: Sequence[str], number: int) -> int:
    """The first line after `number` that says something; `number` itself where none does."""
    for later in range(number, len(lines)):
        text = lines[later].strip()
        if text and not text.startswith("#"):
            return later + 1
    return number


def _suppressed(finding: Finding, among: Iterable[Mark]) -> Finding:
    if finding.suppressed is not None or finding.place is None:
        return finding
    covered = range(finding.place.line, finding.place.end_line + 1)
    for mark in among:
        if mark.reason and finding.rule in mark.rules and mark.covers in covered:
            return replace(finding, suppressed=mark.reason, suppressed_at=mark.place)
    return finding


def _faults(mark: Mark, rules: Collection[str]) -> Iterator[Remark]:
    if not mark.rules:
        yield Remark(f"The ignore comment names no rule; write `{HOW}`.", mark.place)
        return
    for rule in mark.rules:
        if rule not in rules:
            import difflib

            near = difflib.get_close_matches(rule[:100], rules, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else "; `explain` lists the rules."
            yield Remark(f"The ignore comment names `{rule}`, which is no rule{hint}", mark.place)
    if not mark.reason:
        text = "The ignore comment gives no reason, so it suppresses nothing; write why after `]`."
        yield Remark(text, mark.place)
