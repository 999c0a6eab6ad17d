"""Reads JSON text as npm reads it, and tells on which line a key stands."""

from __future__ import annotations

import json
import re

LONGEST = 4_000_000
DEEPEST_KEY = 2

# What a JSON text that is known to be well-formed is made of, as far as keys and lines need it.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|\n', re.DOTALL)

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class NotJson(Exception):
    """The text cannot be read. The text is one sentence without a final stop."""


def decode(data: bytes) -> str:
    """The text of a file as Node reads it: broken bytes replaced, a byte-order mark left out."""
    return data.decode("utf-8", errors="replace").removeprefix("\ufeff")


def parse(text: str) -> Json:
    """The value of `text`; of equal keys the last counts. Raises `NotJson`."""
    if len(text) > LONGEST:
        raise NotJson(f"it is longer than {LONGEST} characters")
    try:
        value: Json = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise NotJson(f"it is not well-formed JSON at line {error.lineno}") from error
    except (ValueError, RecursionError) as error:
        raise NotJson("it is JSON that cannot be read") from error
    return value


def printable(text: str) -> str:
    """`text` with what no file can hold (half of a surrogate pair) replaced."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def lines(text: str) -> tuple[tuple[str, int], ...]:
    """Key paths of at most two keys (`scripts`, `scripts.build`) with their 1-based lines.

    `text` is well-formed JSON with an object at its root.
    """
    found: dict[str, int] = {}
    line = 1
    path: list[str | None] = []  # the last key read in each open object; None in an array
    expects_key = False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":
            line += 1
        elif token in "{[":
            path.append("" if token == "{" else None)
            expects_key = token == "{"
        elif token in "}]":
            path.pop()
            expects_key = False
        elif token == ",":
            expects_key = bool(path) and path[-1] is not None
        elif token == ":":
            expects_key = False
        elif expects_key:
            path[-1] = str(json.loads(token))
            if len(path) <= DEEPEST_KEY and None not in path:
                found[".".join(key or "" for key in path)] = line
    return tuple(found.items())


def _refuse(name: str) -> Json:
    raise ValueError(name)
