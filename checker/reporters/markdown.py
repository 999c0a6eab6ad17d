"""The report as Markdown for the job summary: the verdict first, details folded, bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.report import Finding, OpenQuestion, PublishResult, Report
from checker.reporters import escape, markup, steps, tally, wording
from checker.reporters.markup import ICONS, SUMMARY_BYTES

_STEP_HEADS = (
    "Step",
    "Does",
    "Events",
    "Given",
    "`id-token: write`",
    "Runner",
    "Environment",
    "Node",
    "npm",
    "Verdict",
)
_ROWS = 200
_VALUES = 8
_LEFT_OUT_BYTES = 200  # what the sentence about left-out sections may take


def render(report: Report, *, limit: int = SUMMARY_BYTES) -> str:
    """The summary in at most `limit` bytes of UTF-8; the last sections are left out whole."""
    sections = [_inert(section) for section in _sections(report)]
    room = limit - _LEFT_OUT_BYTES
    kept: list[str] = []
    for section in sections:
        room -= len(section.encode()) + len("\n\n")
        if room < 0:
            break
        kept.append(section)
    left_out = len(sections) - len(kept)
    if left_out:
        number = "1 section is" if left_out == 1 else f"{left_out} sections are"
        kept.append(f"{number} left out here, because GitHub bounds this page; the log has all.")
    return "\n\n".join(kept) + "\n"


def _inert(section: str) -> str:
    return escape.without_commands(section)


def _sections(report: Report) -> Iterator[str]:
    yield f"## {ICONS[report.verdict]} {_verdict(report)}"
    yield f"{wording.counted(report).capitalize()}."
    answers = tally.answers(report)
    if answers:
        yield _packages(answers)
    yield from (_finding(finding) for finding in tally.open_findings(report))
    if report.remarks:
        yield "### To know"
        yield _remarks(report)
    if report.unknowns:
        yield "### What is not known"
        yield from (_question(question) for question in report.unknowns)
    yield from _folded("Suppressed findings", _suppressed(report))
    yield from _folded("What this rests on", _assumed(report))
    yield from _folded("When the answer turns", _turns(report))
    yield from _folded("The publishing steps", _steps(report))


def _verdict(report: Report) -> str:
    word = report.verdict.replace("-", " ").capitalize()
    return f"{word}: {markup.prose(wording.verdict(report))}"


def _packages(answers: Sequence[tally.Answer]) -> str:
    rows = [
        (
            _subject(answer),
            f"{ICONS[answer.verdict]} {answer.verdict}",
            wording.presented(answer.presented),
            markup.prose(wording.why(answer)),
        )
        for answer in answers[:_ROWS]
    ]
    table = markup.table(("Package", "Verdict", "Credential used", "Why"), rows)
    rest = len(answers) - len(rows)
    return f"{table}\n\nAnd {rest} more." if rest else table


def _subject(answer: tally.Answer) -> str:
    if answer.name is None:
        return markup.prose(wording.subject(answer))
    return markup.code(answer.name)


def _finding(finding: Finding) -> str:
    severity = finding.severity.value.capitalize()
    whose = f": {wording.listed(finding.packages)}" if finding.packages else ""
    parts = [f"### {severity} {markup.code(finding.rule)}{markup.prose(whose)}"]
    parts.append(markup.paragraph(finding.message))
    if finding.claims:
        parts.append(markup.claims(finding.claims))
    if finding.place:
        parts.append(f"At {markup.code(wording.place(finding.place))}.")
    fix = markup.passages(finding.fix, "**Fix:**")
    if fix:
        parts.append(fix)
    if finding.sources:
        parts.append(f"Sources: {' · '.join(markup.link(url) for url in finding.sources)}")
    return "\n\n".join(parts)


def _question(question: OpenQuestion) -> str:
    whose = f" of {markup.prose(wording.listed(question.packages))}" if question.packages else ""
    asked = f"**{markup.code(question.fact)}**{whose}: {markup.prose(question.why)}"
    settle = markup.passages(question.settle, "**To settle it:**")
    return f"{asked}\n\n{settle}" if settle else asked


def _remarks(report: Report) -> str:
    lines = (markup.paragraph(wording.remark(remark)) for remark in report.remarks[:_ROWS])
    return "\n".join(f"- {line}" for line in lines)


def _folded(title: str, body: str) -> Iterator[str]:
    if body:
        # Without the empty lines GitHub would read the body as HTML.
        yield f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _suppressed(report: Report) -> str:
    return "\n".join(
        f"- {finding.severity} {markup.code(finding.rule)}: {markup.prose(finding.message)} "
        f"Ignored: {markup.prose(finding.suppressed or '')}"
        for finding in tally.suppressed_findings(report)[:_ROWS]
    )


def _assumed(report: Report) -> str:
    lines = (wording.assumption(assumed) for assumed in tally.assumptions(report))
    return "\n".join(f"- {markup.paragraph(line)}" for line in lines)


def _turns(report: Report) -> str:
    return "\n".join(
        f"- {turns.on}: {markup.prose(wording.turning(turns))}"
        for turns in tally.turnings(report)[:_ROWS]
    )


def _steps(report: Report) -> str:
    rows = [_step(result) for result in report.publishes[:_ROWS]]
    return markup.table(_STEP_HEADS, rows) if rows else ""


def _step(result: PublishResult) -> tuple[str, ...]:
    facts = steps.step_facts(result)
    environment_known = "environment" not in facts.unknown
    return (
        markup.code(wording.place(result.publish.place)),
        markup.prose(wording.does(result)),
        _values(facts.events),
        wording.presented((result.credential,)),
        _yes(facts.id_token_write),
        _values(facts.runs_on),
        _values(((facts.environment,) if facts.environment else ()) if environment_known else None),
        _values(facts.node),
        _values(facts.npm),
        result.verdict.value,
    )


def _values(values: tuple[str, ...] | None) -> str:
    if values is None:
        return "not known"
    rest = f" and {len(values) - _VALUES} more" if len(values) > _VALUES else ""
    return (", ".join(markup.code(value) for value in values[:_VALUES]) or "none") + rest


def _yes(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "not known"}[value]
