r"""The small markup of messages and fixes, taken apart: paragraphs, list items, blocks to paste.

What a rule may write: paragraphs, lines that start with `- ` or `1. `, fenced blocks (three
backticks or more, also indented under an item), `code` between backticks, and, in Markdown only,
plain words between single asterisks and addresses of npm's and GitHub's sites. Everything else is
plain text. Nothing is rendered here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from checker.reporters import escape

_FENCE = re.compile(r"^( *)(`{3,}|~{3,})[ \t]*([\w+-]*)[ \t]*$")
_ITEM = re.compile(r"^ {0,3}([-*]|\d{1,3}\.) +(?=\S)")
# Code as CommonMark has it: a run of backticks up to the next run of the same length.
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


class Kind(StrEnum):
    """What a passage is."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    BLOCK = "block"


class Passage(Struct, frozen=True):
    """One passage, harmless already. note: an item's marker (`-`, `1.`), a block's language."""

    kind: Kind
    text: str
    note: str = ""


def passages(text: str) -> tuple[Passage, ...]:
    """The passages of a fix, in order; a fence that is never closed reaches to the end."""
    return tuple(_passages(escape.lines(text).split("\n")))


def spans(sentence: str) -> Iterator[tuple[str, bool]]:
    """The parts of one line of prose, in order: (text, whether it stands between backticks)."""
    end = 0
    for found in _CODE.finditer(sentence):
        if found.start() > end:
            yield sentence[end : found.start()], False
        yield found[2], True
        end = found.end()
    if end < len(sentence):
        yield sentence[end:], False


def _passages(rest: list[str]) -> Iterator[Passage]:
    at = 0
    prose: list[str] = []
    while at < len(rest):
        fence = _FENCE.match(rest[at])
        if fence:
            yield from _prose(prose)
            prose = []
            end = _end_of_block(rest, at, fence[2])
            body = [_dedented(line, len(fence[1])) for line in rest[at + 1 : end]]
            yield Passage(Kind.BLOCK, "\n".join(body), fence[3])
            at = end + 1
            continue
        if not rest[at].strip() or _ITEM.match(rest[at]):
            yield from _prose(prose)
            prose = []
        prose.append(rest[at])
        at += 1
    yield from _prose(prose)


def _end_of_block(rest: list[str], start: int, fence: str) -> int:
    closing = re.compile(rf"^ *{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    inside = range(start + 1, len(rest))
    return next((at for at in inside if closing.match(rest[at])), len(rest))


def _prose(gathered: list[str]) -> Iterator[Passage]:
    text = " ".join(" ".join(gathered).split())
    item = _ITEM.match(text)
    if item:
        marker = "-" if item[1] == "*" else item[1]
        yield Passage(Kind.ITEM, text[item.end() :], marker)
    elif text:
        yield Passage(Kind.PARAGRAPH, text)


def _dedented(line: str, depth: int) -> str:
    return line[min(depth, len(line) - len(line.lstrip(" "))) :]
