"""Finds the npm token given for inspection; it is never part of a config file, a flag or a text."""

from __future__ import annotations

import re
from collections.abc import Mapping

INPUT = "INPUT_NPM-TOKEN"
_VARIABLES = ("NODE_AUTH_TOKEN", "NPM_TOKEN")

# setup-node up to v6 sets this where no token is given, so that npm's configuration can be parsed.
_PLACEHOLDER = re.compile(r"X{5}(?:-X{5}){3}")
_LITERAL = re.compile(r"\$\{.*\}|\$[A-Z_][A-Z0-9_]*", re.DOTALL)


def find(environ: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """The token as it stands, white space included, and a sentence on each value skipped.

    The action input comes first, then `NODE_AUTH_TOKEN`, then `NPM_TOKEN`.
    """
    notes: list[str] = []
    for variable in (INPUT, *_VARIABLES):
        value = environ.get(variable)
        name = "The input `npm-token`" if variable == INPUT else f"`{variable}`"
        # The runner sets every input, so an empty one was simply not given.
        if value is None or (variable == INPUT and not value):
            continue
        text = value.strip()
        if not text:
            notes.append(
                f"{name} is empty and was skipped: its secret is not set, or not seen here."
            )
        elif _PLACEHOLDER.fullmatch(text):
            notes.append(f"{name} holds the placeholder of actions/setup-node and was skipped.")
        elif _LITERAL.fullmatch(text):
            notes.append(f"{name} holds the name of a variable, not its value, and was skipped.")
        else:
            return value, tuple(notes)
    return None, tuple(notes)
