"""GitHub's Markdown, written so that no value can become markup. No sentences and no layout here.

Every function takes any text and gives Markdown of one line, `block` and `passages` excepted.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from checker.report import ClaimRow, Verdict
from checker.reporters import claims as taken_together
from checker.reporters import escape
from checker.reporters import passages as taken_apart
from checker.reporters.passages import Kind

# GitHub drops a summary of more than 1024 KiB a step whole:
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
SUMMARY_BYTES = 1024 * 1024
ICONS = {
    Verdict.ACCEPTED: "✅",
    Verdict.STAGED: "⏳",
    Verdict.REFUSED: "❌",
    Verdict.UNKNOWN: "❔",
    Verdict.NOT_JUDGED: "➖",
    Verdict.NOTHING_TO_PUBLISH: "➖",
}

# What GitHub shows as code; others (mermaid, math, geojson) it would draw.
_LANGUAGES = frozenset(
    ("bash", "console", "diff", "ini", "js", "json", "sh", "text", "toml", "ts", "yaml", "yml")
)
# What is inert between two backticks, in a table too; spaces only inside.
_INERT = r"[\w@/.:=+,()\[\]{}$'\"*#;~^%!?>&-]+"
_PLAIN_CODE = re.compile(f"{_INERT}(?: +{_INERT})*")
# Words that GitHub would turn into a mention, an e-mail or a reference to an issue.
_REFERENCE = re.compile(r"@\w|#\d")
_WORD_EDGES = re.compile(r"^([(\"']*)(.*?)([.,;:)\"']*)$")
_TRUSTED_URL = re.compile(
    r"(https://(?:(?:docs|www)\.npmjs\.com|(?:docs\.)?github\.com|github\.blog|gh\.io)"
    r"/[\w/.#?=%+@-]*\w/?)",
    re.ASCII,
)
_URL_START = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=www)\.", re.IGNORECASE)
_MARKUP = re.compile(r"[\\*_\[\]~#&<>`|$]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "&#96;", "|": "&#124;", "$": "&#36;"}
_EMPHASIS = re.compile(r"(?<![\w*\\])(\*[A-Za-z0-9][A-Za-z0-9 ,/()-]*\*)(?![\w*])")
_LINE_START = re.compile(r"^(\d*)([-+=:.)])")
_BACKTICKS = re.compile(r"`+")


def prose(sentence: str) -> str:
    """A sentence: its `code` stays code, everything else is text; trusted addresses are links."""
    parts = taken_apart.spans(escape.sentence(sentence))
    return "".join(code(text) if is_code else _text(text) for text, is_code in parts)


def paragraph(sentence: str) -> str:
    """A sentence as a paragraph of its own, whose first characters start no list or heading."""
    return _inert_start(prose(sentence))


def code(value: str) -> str:
    """A value as code, harmless in running text, in a table and in a heading."""
    shown = escape.name(value)
    if not shown:
        return "(empty)"
    if _PLAIN_CODE.fullmatch(shown):
        return f"`{shown}`"
    entities = (c if c.isalnum() or c in " -" else f"&#{ord(c)};" for c in shown)
    return f"<code>{''.join(entities)}</code>"


def link(url: str) -> str:
    """An address as a link where it is one of npm's or GitHub's, else as code."""
    return f"<{url}>" if _TRUSTED_URL.fullmatch(url) else code(url)


def row(cells: Iterable[str]) -> str:
    """One row of a table, of cells that are Markdown already."""
    return f"| {' | '.join(cells)} |"


def table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A table, of heads and cells that are Markdown already."""
    named = tuple(heads)
    return "\n".join([row(named), row("---" for _ in named), *map(row, rows)])


def claims(rows: Sequence[ClaimRow]) -> str:
    """The table of a run's claims: what differs stands out, and says why."""
    shown = taken_together.table(rows)
    heads = ("Field", *(head.capitalize() for head in shown.heads), "What differs")
    return table(heads, map(_claim, shown.rows))


def _claim(row: taken_together.Row) -> tuple[str, ...]:
    field = f"**{prose(row.field)}**" if row.differs else prose(row.field)
    return (field, *map(_value, row.values), f"{'❌ ' if row.differs else ''}{prose(row.note)}")


def _value(value: str | None) -> str:
    if value is None:
        return taken_together.NOT_KNOWN
    return code(value) if value else taken_together.NONE


def block(text: str, language: str = "") -> str:
    """A fenced block whose fence is longer than every run of backticks inside."""
    inside = escape.without_commands(escape.lines(text))
    longest = max((len(run) for run in _BACKTICKS.findall(inside)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language if language in _LANGUAGES else ''}\n{inside}\n{fence}"


def passages(text: str, label: str = "") -> str:
    """A fix: paragraphs, items and fenced blocks, after `label` (Markdown); "" for an empty one."""
    found = taken_apart.passages(text)
    parts: list[str] = []
    margin = ""
    for before, passage in zip((None, *found), found, strict=False):
        if passage.kind is not Kind.BLOCK:
            margin = " " * len(f"{passage.note} ") if passage.kind is Kind.ITEM else ""
        written = _passage(passage, margin)
        if before and before.kind is passage.kind is Kind.ITEM:
            parts[-1] += f"\n{written}"
        else:
            parts.append(written)
    if label and found:
        parts.insert(0, f"{label} {parts.pop(0)}" if found[0].kind is Kind.PARAGRAPH else label)
    return "\n\n".join(parts)


def _passage(passage: taken_apart.Passage, margin: str) -> str:
    if passage.kind is Kind.BLOCK:
        # Set in, it belongs to the item before it, and the list goes on after it.
        return textwrap.indent(block(passage.text, passage.note), margin)
    marker = f"{passage.note} " if passage.kind is Kind.ITEM else ""
    return f"{marker}{paragraph(passage.text)}"


def _text(text: str) -> str:
    parts = _EMPHASIS.split(text)
    return "".join(part if at % 2 else _words(part) for at, part in enumerate(parts))


def _words(text: str) -> str:
    return " ".join(_word(word) for word in text.split(" "))


def _word(word: str) -> str:
    parts = _TRUSTED_URL.split(word)
    return "".join(f"<{part}>" if at % 2 else _around_url(part) for at, part in enumerate(parts))


def _around_url(part: str) -> str:
    edges = _WORD_EDGES.match(part)
    if edges and _REFERENCE.search(part):
        return f"{_escaped(edges[1])}{code(edges[2])}{_escaped(edges[3])}"
    return _escaped(part)


def _escaped(text: str) -> str:
    inert = _MARKUP.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), text)
    return _URL_START.sub(lambda found: f"&#{ord(found[0])};", inert)


def _inert_start(markdown: str) -> str:
    """Markdown whose first characters start no list, heading or underline."""
    return _LINE_START.sub(r"\1\\\2", markdown)
