"""Which token reaches a publish command, and which secrets reach it and are read by nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from checker.facts import GivenToken, Place, TokenState, Unknown
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
    plain = name.replace("-", "_")
    return bool(_NAMES.search(plain)) and not plain.upper().startswith("GITHUB")


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
    if row is not None and not row.reads_userconfig:
        config = config.at_home
    variable = None
    if row is not None and not config.scoped:
        variable = _of_variables(row, config, place_of)
    if row is not None and not row.reads_npmrc and not config.own:
        return variable
    line = config.token(registry)
    file = None if line is None else _settled(line.given, line.value, place_of, line.variables)
    if (file is None and config.is_hidden) or (line is not None and line.overshadowed):
        of_buns = "bunfig" in config.hidden_by
        why = "what `bunfig.toml` says" if of_buns else "what a step writes into `.npmrc`"
        file = Unknown("token-type", f"{why} is not known")
    elif line is not None and line.basic and _is_something(file):
        file = Unknown("token-type", "`.npmrc` gives a name and a password in place of a token")
    elif line is None and (row is None or row.name != "npm") and config.token(registry, loose=True):
        why = "`.npmrc` has no slash before `:_authToken`, where npm finds nothing and others may"
        file = Unknown("token-type", why)
    first, second = (file, variable) if row is not None and row.npmrc_first else (variable, file)
    return first if _is_something(first) or second is None else second


def _is_something(found: GivenToken | Unknown | None) -> bool:
    nothing = (TokenState.EMPTY, TokenState.UNSET_VARIABLE)
    return found is not None and not (isinstance(found, GivenToken) and found.state in nothing)


def _of_variables(
    row: Tool, config: Config, place_of: Mapping[str, Place]
) -> GivenToken | Unknown | None:
    empty: GivenToken | None = None
    for name in row.token_variables:
        value = config.env.get(name)
        if value is None:
            continue
        found = given(value, (), place_of.get(name, Place("", 0, 0)))
        if found.state is not TokenState.EMPTY:
            return _settled(found, value)
        empty = empty or found
    return empty


def _settled(
    found: GivenToken,
    value: Text,
    place_of: Mapping[str, Place] | None = None,
    variables: Iterable[str] = (),
) -> GivenToken | Unknown:
    whole = len(value.parts) == 1
    if whole and found.state is TokenState.SECRET and value.holes[0].optional:
        never = value.holes[0].unset
        turns = f"whether a token is given turns on {value.said}"
        why = turns if never is None else f"no step that can be read sets `${never}`"
        return Unknown("token-type", why)
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
