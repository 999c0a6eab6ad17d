"""The report as sections of lines for a terminal or a job log. No colour, no commands here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from checker.facts import Place
from checker.report import ClaimRow, Finding, Report
from checker.reporters import claims, escape, frames, passages, tally, wording
from checker.reporters.frames import Lines

# Stands for a space that must not be broken; no harmless text holds it.
_HARD_SPACE = "\0"
_CODE = re.compile(r"`[^`]+`")
# A table has to keep its columns on a line.
_CELL = 40


class Style(StrEnum):
    """What a line is, for whoever colours it."""

    TEXT = "text"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    PLACE = "place"
    CODE = "code"
    MARKED = "marked"
    BLOCK = "block"
    FAINT = "faint"


class Line(Struct, frozen=True):
    """One line of output without its line feed."""

    text: str
    style: Style = Style.TEXT


class Section(Struct, frozen=True):
    """A titled run of lines."""

    title: str
    lines: tuple[Line, ...]
    style: Style = Style.TEXT


def findings(report: Report, width: int, source: Lines | None = None) -> tuple[Section, ...]:
    """One section a finding that counts, errors first; lines of prose are at most `width` long.

    source: the files' lines, shown around each finding's place; None shows none.
    """
    return tuple(_finding(finding, width, source) for finding in tally.open_findings(report))


def remarks(report: Report, width: int) -> tuple[Section, ...]:
    """What stands behind the findings; a section that would be empty is left out."""
    sections = (
        ("To know", _remarks(report, width)),
        ("Suppressed", _suppressed(report, width)),
        ("Judged", _judged(report, width)),
        ("What this rests on", _assumed(report, width)),
        ("What is not known", _not_known(report, width)),
        ("When the answer turns", _turns(report, width)),
    )
    gathered = [Section(title, tuple(lines)) for title, lines in sections]
    return tuple(section for section in gathered if section.lines)


def verdict(report: Report) -> str:
    """The verdict as one line, which starts with its word."""
    return escape.sentence(f"{report.verdict}: {wording.verdict(report)}")


def headline(finding: Finding) -> str:
    """Severity, rule and packages of a finding as one line."""
    whose = f" {wording.listed(finding.packages)}" if finding.packages else ""
    return escape.sentence(f"{finding.severity} {finding.rule}{whose}")


def instructions(text: str, width: int | None, label: str, margin: str) -> Iterator[Line]:
    """The lines of a fix, after `label`; blocks to paste are set in and never wrapped.

    width: the longest line of prose in characters; None keeps each passage on one line.
    margin: what the lines after the first start with.
    """
    first = label
    for passage in passages.passages(text):
        if passage.kind is passages.Kind.BLOCK:
            if first.strip():
                yield Line(first.rstrip())
            for line in passage.text.split("\n"):
                yield Line(f"{margin}  {line}".rstrip(), Style.BLOCK)
        else:
            marker = f"{passage.note} " if passage.kind is passages.Kind.ITEM else ""
            yield from _wrapped(f"{marker}{passage.text}", width, first, margin + " " * len(marker))
        first = margin


def _finding(finding: Finding, width: int, source: Lines | None) -> Section:
    lines: list[Line] = []
    if finding.place:
        lines.append(Line(f"  {wording.place(finding.place)}", Style.PLACE))
        lines += _frame(finding.place, source, width)
    lines += _wrapped(escape.sentence(finding.message), width, "  ", "  ")
    lines += _claims(finding.claims)
    lines += instructions(finding.fix, width, "  fix: ", " " * 7)
    lines += (Line(f"  see {escape.name(url)}", Style.FAINT) for url in finding.sources)
    return Section(headline(finding), tuple(lines), Style(finding.severity.value))


def _frame(place: Place, source: Lines | None, width: int) -> Iterator[Line]:
    if source is None:
        return
    margin = "    "
    for line in frames.frame(place, source, width - len(margin)):
        yield Line(f"{margin}{line.text}", Style.MARKED if line.marked else Style.CODE)


def _claims(rows: Sequence[ClaimRow]) -> Iterator[Line]:
    """A table whose columns stand below each other; what differs is marked and told why."""
    if not rows:
        return
    table = claims.table(rows)
    cells = [("", *table.heads)]
    cells += [(row.field, *(_cell(value) for value in row.values)) for row in table.rows]
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    texts = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    yield Line(f"      {texts[0]}", Style.FAINT)
    for row, text in zip(table.rows, texts[1:], strict=True):
        yield Line(f"    {'>' if row.differs else ' '} {text}", _style(row))
        if row.note:
            yield Line(f"      {'':{widths[0]}}  ^ {row.note}", _style(row))


def _cell(value: str | None) -> str:
    if value is None:
        return claims.NOT_KNOWN
    return escape.shortened(value, _CELL) if value else claims.NONE


def _style(row: claims.Row) -> Style:
    return Style.MARKED if row.differs else Style.CODE


def _remarks(report: Report, width: int) -> Iterator[Line]:
    for remark in report.remarks:
        yield from _item(wording.remark(remark), width)


def _suppressed(report: Report, width: int) -> Iterator[Line]:
    for finding in tally.suppressed_findings(report):
        where = f" at {wording.place(finding.place)}" if finding.place else ""
        reason = f"{headline(finding)}{where}: {escape.sentence(finding.suppressed or '')}"
        yield from _item(reason, width)


def _judged(report: Report, width: int) -> Iterator[Line]:
    for result in report.publishes:
        where = wording.place(result.publish.place)
        credentials = tuple(dict.fromkeys(case.presented for case in result.cases))
        by = wording.by(credentials)
        yield from _item(f"{where} {wording.does(result)}{by}: {result.verdict}", width)


def _assumed(report: Report, width: int) -> Iterator[Line]:
    for assumed in tally.assumptions(report):
        yield from _item(wording.assumption(assumed), width)


def _not_known(report: Report, width: int) -> Iterator[Line]:
    for question in report.unknowns:
        yield from _item(wording.question(question), width)
        yield from instructions(question.settle, width, "    settle: ", " " * 12)


def _turns(report: Report, width: int) -> Iterator[Line]:
    for turns in tally.turnings(report):
        yield from _item(f"{turns.on}: {wording.turning(turns)}", width)


def _item(text: str, width: int) -> Iterator[Line]:
    return _wrapped(escape.sentence(text), width, "  ", "    ")


def _wrapped(text: str, width: int | None, first: str, rest: str) -> Iterator[Line]:
    """`text` in lines of at most `width`; code between backticks stays on one line."""
    if width is None:
        yield Line(f"{first}{text}")
        return
    joined = _CODE.sub(lambda code: code[0].replace(" ", _HARD_SPACE), text)
    lines = textwrap.wrap(
        joined,
        width=max(width, len(rest) + 1),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (Line(line.replace(_HARD_SPACE, " ")) for line in lines)
