"""The report for a GitHub Actions job log: annotations, a grouped log, and the action's outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from checker.report import Finding, Report, Severity
from checker.reporters import claims, escape, prose, tally, wording

# GitHub shows 10 annotations of each kind a step, and cuts a message at 4096 characters:
# https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
ANNOTATIONS = 10
_MESSAGE_LIMIT = 4_000
_TITLE_LIMIT = 200
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_STOP_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")


def render(report: Report, *, width: int = 120, stop_token: str | None = None) -> str:
    """Annotations, then the log in groups, then the verdict in one line.

    stop_token: a random word of at least 16 letters, digits, `-` or `_`; with it the runner reads
        no commands in the log part. Raises ValueError for any other word.
    """
    if stop_token is not None and not _STOP_TOKEN.fullmatch(stop_token):
        raise ValueError("stop_token must be at least 16 letters, digits, `-` or `_`")
    lines = [*_annotations(report), *_left_out(report)]
    for section in (*prose.findings(report, width), *prose.remarks(report, width)):
        lines += _group(section, stop_token)
    lines.append(wording.counted(report))
    lines.append(escape.without_commands(prose.verdict(report)))
    return "".join(f"{line}\n" for line in lines)


def outputs(report: Report, paths: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The action's outputs, (name, value). paths: output name → file, for `report` and `sarif`.

    `errors` and `warnings` are the findings that count; `findings` is all, suppressed ones too.
    """
    counts = tally.counts(report)
    return (
        ("verdict", report.verdict.value),
        ("errors", str(counts.errors)),
        ("warnings", str(counts.warnings)),
        ("findings", str(len(report.findings))),
        ("credential", tally.credential(report).value),
        *paths.items(),
    )


def output_file(pairs: Sequence[tuple[str, str]], delimiter: str) -> str:
    """The text to append to the file that `GITHUB_OUTPUT` names.

    delimiter: a random word. Raises ValueError where a name or value holds it, or a name is not
    made of letters, digits, `-` and `_`.
    """
    for name, value in pairs:
        if delimiter in name or delimiter in value:
            raise ValueError(f"output `{name}` holds the delimiter")
        if not re.fullmatch(r"[A-Za-z_][\w-]*", name, re.ASCII):
            raise ValueError(f"not a name of an output: {name!r}")
    return "".join(f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in pairs)


def _annotations(report: Report) -> Iterator[str]:
    for severity, kind in _KINDS.items():
        for finding in _of(report, severity)[:ANNOTATIONS]:
            yield escape.command(kind, _message(finding), _properties(finding))


def _message(finding: Finding) -> str:
    lines = [escape.sentence(finding.message)]
    differing = claims.differing(finding.claims)
    if differing:
        lines.append(f"Differs: {differing}")
    lines += (line.text for line in prose.instructions(finding.fix, None, "Fix: ", ""))
    return escape.shortened("\n".join(lines), _MESSAGE_LIMIT)


def _properties(finding: Finding) -> Iterator[tuple[str, str]]:
    place = finding.place
    if place:
        yield "file", escape.name(place.path)
        yield "line", str(place.line)
        yield "endLine", str(place.end_line)
    whose = f": {wording.listed(finding.packages)}" if finding.packages else ""
    title = escape.sentence(f"{finding.rule}{whose}".replace("`", ""))
    yield "title", escape.shortened(title, _TITLE_LIMIT)


def _left_out(report: Report) -> Iterator[str]:
    rest = {kind: len(_of(report, severity)) - ANNOTATIONS for severity, kind in _KINDS.items()}
    parts = [f"{kind}s: {more}" for kind, more in rest.items() if more > 0]
    if parts:
        more = ", ".join(parts)
        yield f"GitHub shows {ANNOTATIONS} annotations of a kind; further ones, below, are {more}."


def _group(section: prose.Section, stop_token: str | None) -> Iterator[str]:
    yield escape.command("group", section.title)
    if stop_token:
        yield escape.command("stop-commands", stop_token)
    yield from (escape.without_commands(line.text) for line in section.lines)
    if stop_token:
        yield f"::{stop_token}::"
    yield "::endgroup::"


def _of(report: Report, severity: Severity) -> list[Finding]:
    return [finding for finding in tally.open_findings(report) if finding.severity is severity]
