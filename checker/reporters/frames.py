"""Code frames: the lines of a file around a place, made harmless. No colour and no reading here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from checker.facts import Place
from checker.reporters import escape

# The lines of a file by its path, without their ends; () where there is nothing to show.
Lines = Callable[[str], Sequence[str]]

_AROUND = 2
# A place of more lines is shown by its first and last ones.
_MOST = 9
_ENDS = 3
_TAB = 4
# Whatever its shape, what stands here in a file is a credential, unless it names a variable.
_CREDENTIAL = re.compile(
    r"((?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent|NODE_AUTH_TOKEN|NPM_TOKEN"
    r"|YARN_NPM_AUTH_TOKEN|NPM_CONFIG_TOKEN)[\"']?\s*[=:]\s*[\"']?)(?![\s\"'$]|\$?\{)[^\s\"']+",
    re.IGNORECASE,
)


class FrameLine(Struct, frozen=True):
    """One line of a frame. marked: it belongs to the place."""

    text: str
    marked: bool


def frame(place: Place, lines: Lines, width: int) -> tuple[FrameLine, ...]:
    """The lines of the place and two around them; () where the file does not have them.

    width: of a whole line of the frame, in characters.
    """
    content = lines(place.path)
    if place.line > len(content):
        return ()
    end = min(place.end_line, len(content))
    first, last = max(1, place.line - _AROUND), min(len(content), end + _AROUND)
    digits = len(str(last))
    shown = [*_shown(first, place.line, end, last)]
    while shown and shown[-1] is not None and not content[shown[-1] - 1].strip():
        shown.pop()
    return tuple(
        _line(number, content, digits, width, marked=place.line <= (number or 0) <= end)
        for number in shown
    )


def _shown(first: int, start: int, end: int, last: int) -> Iterator[int | None]:
    """The numbers of the lines to show, None for those left out."""
    if end - start < _MOST:
        yield from range(first, last + 1)
        return
    yield from range(first, start + _ENDS)
    yield None
    yield from range(end - _ENDS + 1, last + 1)


def _line(
    number: int | None, content: Sequence[str], digits: int, width: int, *, marked: bool
) -> FrameLine:
    if number is None:
        return FrameLine(f"  {'':{digits}} ┆", marked=False)
    head = f"{'>' if marked else ' '} {number:{digits}} │ "
    room = max(width - len(head), _TAB)
    return FrameLine((head + _harmless(content[number - 1], room)).rstrip(), marked)


def hides(line: str) -> bool:
    """Whether a frame would leave out some of a line of a file: a credential stands in it."""
    return escape.without_tokens(_bare(line)) != line


def _bare(line: str) -> str:
    return _CREDENTIAL.sub(r"\1***", line)


def _harmless(text: str, room: int) -> str:
    bounded = text[: escape.SENTENCE_LIMIT].expandtabs(_TAB)
    return escape.shortened(escape.harmless(_bare(bounded)), room)
