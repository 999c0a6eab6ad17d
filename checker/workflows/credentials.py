"""Which token reaches a publish command, and which secrets reach it and are read by nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from checker.facts import GivenToken, Place, TokenState, Unknown
from checker.knowledge import ranges, tools
from checker.knowledge.tools import Tool
from checker.workflows.config import Config, given
from checker.workflows.text import Text

# Variables by which workflows hand an npm token over.
_NAMES = re.compile(
    r"(^|_)(NPM|NPMJS|NODE|NPMRC|YARN|PNPM|BUN)(_[A-Z0-9]+)*_?(TOKEN|AUTH|KEY|SECRET|PASSWORD)",
    re.IGNORECASE,
)
LITERAL_TOKEN = re.compile(r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])")


def is_npm_variable(name: str) -> bool:
    """Whether a variable's name says that it carries an npm token."""
    return bool(_NAMES.search(name)) and not name.upper().startswith("GITHUB")


def token(
    rows: tuple[Tool, ...],
    config: Config,
    registry: Text,
    place_of: Mapping[str, Place],
    otherwise: Place,
) -> GivenToken | Unknown | None:
    """What the tool of `rows` finds where it looks for its token.

    place_of: the lines that set a variable. otherwise: the place of a token without one.
    """
    answers = [_for_row(row, config, registry, place_of) for row in rows] or [
        _for_row(None, config, registry, place_of)
    ]
    first, *others = answers
    if any(other != first for other in others):
        return Unknown("token-type", "whether the tool finds the token depends on its version")
    if isinstance(first, GivenToken) and not first.place.path:
        return replace(first, place=otherwise)
    return first


def _for_row(
    row: Tool | None, config: Config, registry: Text, place_of: Mapping[str, Place]
) -> GivenToken | Unknown | None:
    empty: GivenToken | None = None
    for name in row.token_variables if row is not None else ():
        value = config.env.get(name)
        if value is None:
            continue
        found = given(value, (), place_of.get(name, Place("", 0, 0)))
        if found.state is not TokenState.EMPTY:
            return _settled(found, value)
        empty = empty or found
    if row is None or row.reads_npmrc or config.own:
        line = config.token(registry)
        if line is not None:
            return _settled(line.given, line.value, place_of, line.variables)
        if config.is_hidden:
            return Unknown("token-type", "what a step writes into `.npmrc` is not known")
    return empty


def _settled(
    found: GivenToken,
    value: Text,
    place_of: Mapping[str, Place] | None = None,
    variables: Iterable[str] = (),
) -> GivenToken | Unknown:
    if found.state is TokenState.SECRET and any(h.optional for h in value.holes):
        whole = len(value.parts) == 1
        if whole and value.holes[0].unset is None:
            return Unknown("token-type", f"whether a token is given turns on `{value.why}`")
    for name in variables:
        if place_of and name in place_of:
            return replace(found, place=place_of[name])
    return found


def unread(
    env: Mapping[str, Text],
    found: GivenToken | Unknown | None,
    read: Iterable[str],
    words: str,
) -> tuple[str, ...]:
    """Secrets in variables named after npm that nothing reads. words: the step's own text."""
    if isinstance(found, Unknown):
        return ()
    used = set(found.secret_names) if found is not None else set()
    names: list[str] = []
    known = set(read)
    for name, value in env.items():
        if not value.secrets or name in known or not is_npm_variable(name):
            continue
        if re.search(rf"\b{re.escape(name)}\b", words):
            continue
        names += [s for s in value.secrets if s not in used and s != "GITHUB_TOKEN"]
    return tuple(dict.fromkeys(names))


def tool_rows(name: str, versions: tuple[str, ...] | Unknown) -> tuple[Tool, ...]:
    """The knowledge of a tool in these versions; () for a tool without a row."""
    known = tools.rows(name)
    if isinstance(versions, Unknown):
        return known
    return tuple(
        row
        for row in known
        if row.versions == "*" or any(ranges.satisfies(v, row.versions) for v in versions)
    )
