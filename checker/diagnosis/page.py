"""The page that `diagnose` prints: each failure with its causes, their fixes and what to look at.

Plain text; everything that comes from the log is made harmless here. Nothing is decided here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from checker.diagnosis.model import Diagnosis, LikelyCause
from checker.reporters import escape
from checker.rules import by_id

_WIDTH = 100
_CAUSES_SHOWN = 5
_PACKAGES_SHOWN = 10
_LINES_SHOWN = 5
_SIGHTINGS_SHOWN = 3

_NOTHING = (
    "Nothing in this log failed as far as this program can tell: no error of a publishing tool that"
    " it knows, and no step that GitHub says failed.\n"
)


def page(diagnoses: tuple[Diagnosis, ...]) -> str:
    """The diagnoses as plain text; of none, that nothing failed."""
    if not diagnoses:
        return _NOTHING
    lines = [line for one in diagnoses for line in (*_diagnosis(one), "")]
    lines += _wrapped(_summary(diagnoses), "", "")
    return "".join(f"{escape.without_commands(line)}\n" for line in lines)


def heading(job: str, address: str) -> str:
    """What stands above the page of one job's log."""
    where = f" ({address})" if address else ""
    return f"{escape.without_commands(escape.sentence(f'Job {job}{where}'))}\n\n"


def no_job_failed() -> str:
    """The page of a run none of whose jobs failed."""
    return "No job of this run failed.\n"


def _summary(diagnoses: tuple[Diagnosis, ...]) -> str:
    known = sum(one.error is not None for one in diagnoses)
    unknown = len(diagnoses) - known
    parts = [f"{known} known" if known else "", f"{unknown} unknown" if unknown else ""]
    counted = " and ".join(part for part in parts if part)
    return f"{counted} failure{'s' if len(diagnoses) > 1 else ''} in this log."


def _diagnosis(one: Diagnosis) -> Iterator[str]:
    yield from _wrapped(f"{_where(one)}: {escape.sentence(one.text)}", "", "  ")
    if one.packages:
        yield from _wrapped(f"package: {_packages(one.packages)}", "  ", "    ")
    by = f"{one.tool}: " if one.tool else ""
    yield from _wrapped(f"{by}{one.shows}", "  ", "  ")
    if one.causes:
        usual = len(one.causes) > 1
        yield "  What is behind it" + (", the likeliest first:" if usual else ":")
    for number, cause in enumerate(one.causes[:_CAUSES_SHOWN], 1):
        yield from _cause(number, cause)
    more = one.causes[_CAUSES_SHOWN:]
    if more:
        names = ", ".join(dict.fromkeys(cause.rule for cause in more if cause.rule))
        yield from _wrapped(f"Less likely: {names}.", "  ", "    ")
    yield from _wrapped(f"Look next: {one.look}", "  ", "    ")
    if one.source:
        yield f"  see {one.source}"


def _where(one: Diagnosis) -> str:
    numbers = ", ".join(str(line) for line in one.lines[:_LINES_SHOWN])
    left = one.count - min(len(one.lines), _LINES_SHOWN)
    more = f" and {left} more" if left > 0 else ""
    return f"line{'s' if len(one.lines) > 1 else ''} {numbers}{more}"


def _packages(names: tuple[str, ...]) -> str:
    shown = ", ".join(escape.name(name) for name in names[:_PACKAGES_SHOWN])
    left = len(names) - _PACKAGES_SHOWN
    return f"{shown} and {left} more" if left > 0 else shown


def _cause(number: int, cause: LikelyCause) -> Iterator[str]:
    name = cause.rule or "no rule"
    yield from _wrapped(f"{number}. {name} ({cause.evidence}): {cause.why}", "  ", "     ")
    for seen in cause.seen[:_SIGHTINGS_SHOWN]:
        text = f"line {seen.line} says that {seen.says}: {escape.sentence(seen.text)}"
        yield from _wrapped(text, "     ", "       ")
    rule = by_id().get(cause.rule) if cause.rule else None
    if rule:
        yield from _wrapped(f"fix: {_fix(rule.page)}", "     ", "          ")
        yield f"     more: npm-publish-preflight explain {cause.rule}"


def _fix(rule_page: str) -> str:
    return " ".join(rule_page.partition("## How to fix")[2].split())


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
