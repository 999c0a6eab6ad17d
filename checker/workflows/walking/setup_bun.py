"""The registries that oven-sh/setup-bun writes into bunfig.toml.

https://github.com/oven-sh/setup-bun/blob/v2.2.0/src/bunfig.ts (`writeBunfig`) and `registry.ts`;
before 2.1.0 src/bunfig.ts added its lines at the end, and a token for a scope alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from checker.facts import Place
from checker.workflows import bun_config, config
from checker.workflows.config import Line
from checker.workflows.publishing import configuration
from checker.workflows.text import EMPTY, Text, split, strip, text

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk

_TOKEN = text("$BUN_AUTH_TOKEN")
_WITHOUT_A_TOKEN = re.compile(r"v?(?:1|2\.0)(?:\.\d+)*")
_KNOWN = re.compile(r"v?\d+(?:\.\d+)*")
_SCOPE = re.compile(r"(@[\w.-]+|[\w.-]+(?=:[a-z]+://)):", re.IGNORECASE)


def write(walk: Walk, frame: Frame, given: Mapping[str, Text], ref: str) -> None:
    """Does what its inputs ask for. given: those; ref: of the action."""
    rows = [strip(row) for row in split(given.get("registries", EMPTY), "\n")]
    server = given.get("registry-url", EMPTY)
    if not server.parts and not any(row.parts for row in rows):
        return
    path = bun_config.FILE
    if server.parts and not given.get("scope", EMPTY).parts and not _KNOWN.fullmatch(ref):
        why = f"what `oven-sh/setup-bun@{ref[:40]}` writes into bunfig.toml"
        walk.state.npmrc[path] = config.unknown_content(why, frame.place)
        return
    added = [line for row in rows if row.parts for line in _of_row(row, frame.place)]
    if server.parts:
        scope = given.get("scope", EMPTY)
        bare = not scope.parts and _WITHOUT_A_TOKEN.fullmatch(ref)
        added += _lines(scope, server, EMPTY if bare else _TOKEN, frame.place)
    tables = {line.key.rpartition(".")[0] for line in added}
    before = configuration.file_lines(walk.repository, walk.state, path)
    kept = [line for line in before if line.key.rpartition(".")[0] not in tables]
    walk.state.npmrc[path] = (*kept, *added)


def _of_row(row: Text, place: Place) -> Iterator[Line]:
    """`@scope:https://registry|token`, of which the scope and the token may be left out."""
    named = _SCOPE.match(row.start)
    address, *token = split(row, "|", 1)
    scope = EMPTY
    if named is not None:
        scope = text(named[1])
        address = strip(split(address, ":", 1)[1])
    yield from _lines(scope, strip(address), strip(token[0]) if token else EMPTY, place)


def _lines(scope: Text, address: Text, token: Text, place: Place) -> Iterator[Line]:
    if scope.literal is None:
        yield from config.unknown_content("the scope that setup-bun is given", place)
        return
    key = bun_config.key_of(scope.literal.lower())
    yield Line(f"{key}.url", address, place)
    if token.parts:
        yield Line(f"{key}.token", token, place)
