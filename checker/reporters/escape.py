"""Text made harmless for where it is printed: terminal, job log, command. No layout here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

NAME_LIMIT = 300  # npm allows 214 characters in a name, Linux 255 in a file name
SENTENCE_LIMIT = 4_000
TEXT_LIMIT = 16_000

# The last guard only: whoever makes a message keeps values with a token's shape out of it.
_TOKEN = re.compile(
    r"(?P<prefix>npm_(?=[A-Za-z0-9]{20})|gh[pousr]_(?=[A-Za-z0-9]{16})|github_pat_(?=\w{16}))"
    r"[\w.-]+"
    r"|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
    re.ASCII,
)
# A pattern for the whole of a JSON web token would take a time that grows with the square.
_DOTTED = re.compile(r"(?<![\w.-])[\w.-]+", re.ASCII)
_JWT, _JWT_HEAD, _JWT_BODY = "eyJ", 11, 4
# Whatever its shape, what stands here is a credential, unless it names a variable.
_PLACE = re.compile(
    r"(?P<before>://)[^\s/@:]*:(?!\$)[^\s/@]*(?=@)"
    r"|(?P<key>\b(?:bearer|basic)\s+)[\w.~+/=-]{20,}"
    # `npm config set //registry/:_password VALUE`
    r"|(?P<word>:_(?:auth|authToken|password)\s[\"']?)(?![\s\"'$]|\$?\{)[^\s\"'`]+"
    r"|(?P<setting>_(?:auth|authToken|password)[\"']?\s?=\s?[\"']?)(?![\s\"'$]|\$?\{)[^\s\"'`]+",
    re.ASCII | re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
# The runner reads `::name::` after any white space at the start of a line, and the older `##[name]`
# anywhere in it: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
_LINE_COMMAND = re.compile(r"^((?:[^\S\n]|[\u180e\u200b\ufeff])*):(?=:)", re.MULTILINE)
_OLD_COMMAND = "##["


def harmless(text: str, keep: str = "") -> str:
    r"""`text` with unprintable characters written out (`\x1b`, `\u202e`), except those in `keep`.

    Control characters, marks that reorder or hide text, every space but U+0020 and lone surrogates
    are unprintable. Credentials are left out, see `without_tokens`.
    """
    hidden = without_tokens(text)
    if hidden.isprintable():
        return hidden
    return "".join(c if c.isprintable() or c in keep else _written_out(c) for c in hidden)


def without_tokens(text: str) -> str:
    """`text` without credentials: `npm_***` by its shape, `://***@`, `_auth=***` by its place."""
    shapeless = _TOKEN.sub(lambda token: f"{token['prefix'] or ''}***", text)
    if _JWT in shapeless:
        shapeless = _DOTTED.sub(lambda word: _without_jwt(word[0]), shapeless)
    return _PLACE.sub(_emptied, shapeless)


def _without_jwt(word: str) -> str:
    parts = word.split(".")
    before = 0
    for part, following in pairwise(parts):
        at = part.find(_JWT)
        if at >= 0 and len(part) - at >= _JWT_HEAD and len(following) >= _JWT_BODY:
            return f"{word[: before + at]}{_JWT}***"
        before += len(part) + 1
    return word


def _emptied(place: re.Match[str]) -> str:
    return f"{place['before'] or place['key'] or place['word'] or place['setting']}***"


def name(text: str) -> str:
    """A name or other short value as one harmless line of at most `NAME_LIMIT` characters."""
    return shortened(harmless(text), NAME_LIMIT)


def sentence(text: str) -> str:
    """Prose as one harmless line of at most `SENTENCE_LIMIT` characters, without line breaks."""
    return shortened(harmless(_SPACES.sub(" ", text).strip()), SENTENCE_LIMIT)


def lines(text: str) -> str:
    """Text of several lines, at most `TEXT_LIMIT` characters; line feeds and tabs are kept."""
    return shortened(harmless(text.replace("\r\n", "\n"), keep="\n\t"), TEXT_LIMIT)


def shortened(text: str, limit: int) -> str:
    """`text`, cut to `limit` characters with an ellipsis as the last one where it is longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def without_commands(text: str) -> str:
    """Output in which no line is a workflow command: what would start one is broken by a space."""
    return _LINE_COMMAND.sub(r"\1: ", text).replace(_OLD_COMMAND, "# #[")


def command(kind: str, message: str, properties: Iterable[tuple[str, str]] = ()) -> str:
    """One workflow command, escaped as actions/toolkit does, without a line feed at its end.

    Source: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    written = ",".join(f"{key}={_property(value)}" for key, value in properties)
    return f"::{kind}{' ' if written else ''}{written}::{_message(message)}"


def _message(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(_OLD_COMMAND, "# #[")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _written_out(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
