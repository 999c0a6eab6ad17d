"""What `npm token list --json` and `npm trust list --json` print, to what they list. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import Struct

from checker.importing.problems import CannotImport
from checker.manifests import npm_lists
from checker.manifests.npm_lists import ListedPublisher, ListedToken

LONGEST = 8_000_000

_NOTHING = (
    "Nothing came on stdin. Pipe the output of `npm token list --json` or of `npm trust list NAME"
    " --json` into this command. Where npm prints nothing, the package has no trusted publisher:"
    " declare `trusted-publishers: []`."
)


class Listed(Struct, frozen=True):
    """Everything that npm listed, in its order."""

    tokens: tuple[ListedToken, ...]
    publishers: tuple[ListedPublisher, ...]


def read(text: str) -> Listed:
    """What the text lists: one output of npm or several, one after the other.

    Raises `CannotImport`.
    """
    tokens: list[ListedToken] = []
    publishers: list[ListedPublisher] = []
    for entry in _entries(text):
        if npm_lists.is_token(entry):
            tokens.append(npm_lists.token(entry))
        elif npm_lists.is_publisher(entry):
            publishers.append(npm_lists.publisher(entry))
        else:
            raise CannotImport(
                "What came on stdin is no output of `npm token list --json` or `npm trust list"
                " --json`."
            )
    if not tokens and not publishers:
        raise CannotImport(_NOTHING)
    return Listed(tuple(tokens), tuple(publishers))


def _entries(text: str) -> Iterator[object]:
    for value in _values(text):
        objects = value.get("objects") if isinstance(value, dict) else value
        if isinstance(objects, list):
            yield from objects
            continue
        if isinstance(value, dict) and isinstance(value.get("error"), dict):
            raise CannotImport("npm printed an error in place of a list; run its command alone.")
        yield value


def _values(text: str) -> Iterator[object]:
    if len(text) > LONGEST:
        raise CannotImport("What came on stdin is longer than any list of npm's.")
    decoder = json.JSONDecoder()
    at = 0
    text = text.removeprefix("\ufeff")
    while True:
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        if at == len(text):
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            line = text.count("\n", 0, at) + 1
            raise CannotImport(
                f"What came on stdin is no JSON, from line {line} on. Pass `--json` to npm."
            ) from None
        yield value
