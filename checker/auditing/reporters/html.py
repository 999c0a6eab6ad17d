"""An audit as one page that stands alone: from a disk, without a network, and without scripts too.

Style and script are part of the page and are named in its policy by their hashes, so that nothing
else, whatever a repository is called, can run or be loaded. Every value is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from html import escape as as_text
from importlib import resources
from urllib.parse import quote

from checker.auditing.outcome import rank
from checker.auditing.reporters import rows
from checker.auditing.reporters.rows import Row
from checker.auditing.results import Results, Summary, Turn, summary
from checker.report import Finding, Verdict
from checker.reporters import escape, passages
from checker.reporters.passages import Kind

_COLUMNS = ("Verdict", "Repository", "Package", "Credential", "Turns", "Why", "What to do")
# Of a page with more rows only the first, the most urgent, carry the whole text of what to do.
_DETAILED = 2_000
_BAR = 100
_DAYS = 6  # the rest is folded: what is to be done stands below


def render(results: Results) -> Iterator[str]:
    """The page, in pieces."""
    numbers = summary(results)
    style, script = _asset("page.css"), _asset("page.js")
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        f" style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(_title(results))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    yield from _head(results, numbers)
    if numbers.turns:
        yield from _days(numbers, results.scope.today)
    if sum(numbers.packages.values()) + numbers.failures:
        yield from _table(results, numbers)
    yield from _silent(results, numbers)
    yield f"<script>{script}</script>\n</body>\n</html>\n"


@lru_cache(maxsize=2)
def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _title(results: Results) -> str:
    return f"npm publish audit: {', '.join(results.scope.targets)}, {results.scope.today}"


# --- the top ----------------------------------------------------------------------------------


def _head(results: Results, numbers: Summary) -> Iterator[str]:
    yield "<header>\n<h1>Will npm accept the next release?</h1>\n"
    yield f'<p class="faint">{_text(rows.about(results))} · {_text(results.scope.tool)}</p>\n'
    yield f"<p>{_text(rows.headline(numbers))}.</p>\n"
    yield from (f"<p>{_text(aside)}</p>\n" for aside in rows.asides(numbers))
    yield '<ul class="sums">\n'
    for verdict in rows.ORDER:
        if numbers.packages[verdict]:
            count = numbers.packages[verdict]
            noun = "package" if count == 1 else "packages"
            yield (
                f'<li class="{verdict}"><b>{count:,}</b>'
                f'<span class="chip">{rows.word(verdict)}</span>'
                f' <span class="faint">{noun}</span></li>\n'
            )
    yield "</ul>\n</header>\n"


def _days(numbers: Summary, today: date) -> Iterator[str]:
    most = max(turn.count for turn in numbers.turns)
    yield "<section>\n<h2>When answers turn</h2>\n"
    yield f'<ol class="days">\n<li><time datetime="{today}">{today}</time> today</li>\n'
    for turn in numbers.turns[:_DAYS]:
        yield _day(turn, today, most)
    yield "</ol>\n"
    later = numbers.turns[_DAYS:]
    if later:
        noun = "turn" if len(later) == 1 else "turns"
        yield f'<details><summary>{len(later):,} later {noun}</summary>\n<ol class="days">\n'
        yield from (_day(turn, today, most) for turn in later)
        yield "</ol>\n</details>\n"
    yield "</section>\n"


def _day(turn: Turn, today: date, most: int) -> str:
    change = turn.change
    days = (change.on - today).days
    noun = "package" if turn.count == 1 else "packages"
    names = ", ".join(_code(name) for name in turn.packages)
    more = turn.count - len(turn.packages)
    rule = f" {_code(change.rule)}" if change.rule else ""
    width = max(1, round(_BAR * turn.count / most))
    return (
        f'<li class="{change.verdict}"><time datetime="{change.on}">{change.on}</time>'
        f'<span class="faint">in {days} days</span><br>'
        f'<span class="chip">{rows.word(change.verdict)}</span>{rule}: {turn.count:,} {noun}'
        f'<svg viewBox="0 0 {_BAR} 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width}" height="1"/></svg>'
        f'<span class="faint">{names}{f" and {more:,} more" if more else ""}</span></li>\n'
    )


# --- the table --------------------------------------------------------------------------------


def _table(results: Results, numbers: Summary) -> Iterator[str]:
    yield "<section>\n<h2>Packages</h2>\n"
    yield (
        "<noscript><p>The most urgent come first; to sort and filter, the page needs scripts."
        "</p></noscript>\n"
        '<div class="controls" hidden><label>Find '
        '<input type="search" placeholder="repository, package, rule, day"></label>\n'
    )
    for verdict in rows.ORDER:
        if not numbers.packages[verdict] + numbers.repositories[verdict]:
            continue
        yield (
            f'<label><input type="checkbox" value="{verdict}" checked>'
            f" {rows.word(verdict)}</label>\n"
        )
    yield '<output aria-live="polite" class="faint"></output></div>\n<table>\n<thead><tr>'
    yield "".join(f'<th scope="col">{column}</th>' for column in _COLUMNS)
    yield "</tr></thead>\n<tbody>\n"
    for number, row in enumerate(rows.rows(results)):
        yield _row(row, results.scope.server, detailed=number < _DETAILED)
    yield "</tbody>\n</table>\n</section>\n"


def _row(row: Row, server: str, *, detailed: bool) -> str:
    turns = row.turns
    cells = (
        _cell("Verdict", f'<span class="chip">{rows.word(row.verdict)}</span>', _rank(row.verdict)),
        _cell("Repository", _link(f"{server}/{quote(row.repository)}", row.repository)),
        _cell("Package", _code(row.package) if row.package is not None else ""),
        _cell("Credential", _text(row.credential)),
        _cell("Turns", _prose(rows.turn(turns)), str(turns.on) if turns else ""),
        _cell("Why", _prose(row.why)),
        _cell("What to do", _to_do(row, server, detailed=detailed), row.do),
    )
    return f'<tr class="{row.verdict}" data-verdict="{row.verdict}">{"".join(cells)}</tr>\n'


def _cell(label: str, content: str, sort: str | None = None) -> str:
    named = "" if content else ' class="none"'
    key = f' data-sort="{_text(sort)}"' if sort is not None else ""
    # A grid of two: the label, and everything else together.
    inside = f"<div>{content}</div>" if content else ""
    return f'<td data-label="{label}"{named}{key}>{inside}</td>'


def _rank(verdict: Verdict) -> str:
    return str(rank(verdict))


def _to_do(row: Row, server: str, *, detailed: bool) -> str:
    said = _prose(row.do)
    place = ""
    if row.path:
        line = f"#L{row.line}" if row.line else ""
        address = f"{server}/{quote(row.repository)}/blob/HEAD/{_path(row.path)}{line}"
        place = f'<div class="faint">{_link(address, f"{row.path}:{row.line}")}</div>'
    inside = "".join(map(_finding, row.findings)) if detailed else ""
    if inside:
        inside = f"<details><summary>All of it</summary>{inside}</details>"
    return f"{said}{place}{inside}"


def _finding(finding: Finding) -> str:
    parts = [f"<h3>{_text(finding.severity)} {_code(finding.rule)}</h3>"]
    parts.append(f"<p>{_prose(finding.message)}</p>")
    for passage in passages.passages(finding.fix):
        if passage.kind is Kind.BLOCK:
            parts.append(f"<pre>{_text(passage.text)}</pre>")
        else:
            mark = f"{_text(passage.note)} " if passage.kind is Kind.ITEM else ""
            parts.append(f"<p>{mark}{_prose(passage.text)}</p>")
    return "".join(parts)


def _silent(results: Results, numbers: Summary) -> Iterator[str]:
    """The repositories that publish nothing, for who looks for one of them."""
    count = numbers.repositories[Verdict.NOTHING_TO_PUBLISH]
    if not count:
        return
    noun = "repository publishes" if count == 1 else "repositories publish"
    yield f"<section>\n<details><summary>{count:,} {noun} nothing to npm</summary>\n<p>"
    before = ""
    for one in results:
        if one.verdict is Verdict.NOTHING_TO_PUBLISH:
            address = f"{results.scope.server}/{quote(one.repository)}"
            yield before + _link(address, one.repository)
            before = ", "
    yield "</p>\n</details>\n</section>\n"


# --- values -----------------------------------------------------------------------------------


def _text(value: str) -> str:
    # A page that goes to stdout of a job passes by the runner, which looks for commands.
    return as_text(escape.without_commands(escape.harmless(value, keep="\n\t")))


def _code(value: str) -> str:
    return f"<code>{_name(value)}</code>"


def _name(value: str) -> str:
    return as_text(escape.without_commands(escape.name(value)))


def _prose(sentence: str) -> str:
    parts = passages.spans(escape.sentence(sentence))
    return "".join(_code(part) if is_code else _text(part) for part, is_code in parts)


def _path(path: str) -> str:
    return quote(escape.without_tokens(path).encode("utf-8", "backslashreplace"))


def _link(address: str, name: str) -> str:
    return f'<a href="{as_text(address)}" rel="noreferrer">{_name(name)}</a>'
