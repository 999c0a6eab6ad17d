"""The report for a person at a terminal: what to mend first, what it rests on, the verdict last."""

from __future__ import annotations

import io

from checker.report import Report
from checker.reporters import escape, prose, wording
from checker.reporters.frames import Lines

_STYLES = {
    prose.Style.TEXT: "",
    prose.Style.ERROR: "bold red",
    prose.Style.WARNING: "bold yellow",
    prose.Style.NOTE: "bold cyan",
    prose.Style.PLACE: "underline",
    prose.Style.CODE: "dim",
    prose.Style.MARKED: "bold",
    prose.Style.BLOCK: "green",
    prose.Style.FAINT: "dim",
}
_VERDICTS = {"accepted": "bold green", "staged": "bold green", "refused": "bold red"}


def render(
    report: Report, *, color: bool = False, width: int = 100, source: Lines | None = None
) -> str:
    """The report as text. width: of the terminal, in characters; blocks to paste ignore it.

    source: the lines of the repository's files, for code frames; None leaves the frames out.
    """
    lines = _lines(report, width, source)
    if color:
        return _colored(lines, _VERDICTS.get(report.verdict, "bold"))
    return "".join(f"{line.text}\n" for line in lines)


def _lines(report: Report, width: int, source: Lines | None) -> list[prose.Line]:
    lines: list[prose.Line] = []
    for section in (*prose.findings(report, width, source), *prose.remarks(report, width)):
        lines += [prose.Line(section.title, section.style), *section.lines, prose.Line("")]
    lines.append(prose.Line(wording.counted(report)))
    lines.append(prose.Line(prose.verdict(report)))
    return [prose.Line(escape.without_commands(line.text), line.style) for line in lines]


def _colored(lines: list[prose.Line], verdict_style: str) -> str:
    # Only a terminal needs rich, and it is slow to import.
    from rich.console import Console
    from rich.text import Text

    written = io.StringIO()
    console = Console(
        file=written, force_terminal=True, color_system="standard", no_color=False, _environ={}
    )
    *body, verdict = lines
    for line in body:
        console.print(Text(line.text, style=_STYLES[line.style]), soft_wrap=True)
    console.print(Text(verdict.text, style=verdict_style), soft_wrap=True)
    return written.getvalue()
