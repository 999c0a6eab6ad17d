"""Small edits of a JSON text, each proven: the result is read again and differs as it should.

Layout, order, line ends and a byte-order mark stay as they are.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable

from msgspec import Struct

from checker.manifests.json_lines import Json, NotJson, parse
from checker.remedies.model import CannotEdit

Path = tuple[str, ...]

_BOM = "\ufeff"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


class _Span(Struct, frozen=True):
    """Where a key and its value stand."""

    key: int
    value: int
    end: int


def set_value(text: str, path: Path, value: Json) -> str:
    """Puts `value` in place of the one at `path`. Raises `CannotEdit` where there is none."""
    span = _spans(text).get(path)
    if span is None:
        raise CannotEdit(f"`{'.'.join(path)}` is not where it was expected")
    new = text[: span.value] + json.dumps(value, ensure_ascii=False) + text[span.end :]
    return _proven(text, new, lambda root: _put(root, path, value))


def add_value(text: str, parent: Path, key: str, value: Json, after: tuple[str, ...]) -> str:
    """Adds `key` to the object at `parent`, behind the first of the keys `after` that is there.

    On a line of its own where the entry before it has one.
    """
    spans = _spans(text)
    before = next((spans[(*parent, name)] for name in after if (*parent, name) in spans), None)
    if before is None:
        raise CannotEdit("the manifest has none of the entries that it was to stand behind")
    line = text[text.rfind("\n", 0, before.key) + 1 : before.key]
    alone = "\n" in text[: before.key] and not line.strip(" \t")
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = newline + line if alone else " "
    written = json.dumps(
        value, ensure_ascii=False, indent=line_step(line, parent) if alone else None
    )
    written = written.replace("\n", newline + line) if alone else written
    new = text[: before.end] + f",{gap}{json.dumps(key)}: {written}" + text[before.end :]
    return _proven(text, new, lambda root: _put(root, (*parent, key), value))


def remove_value(text: str, path: Path) -> str:
    """Removes the entry at `path`, and the object that it leaves empty with it."""
    spans = _spans(text)
    beside = sorted(
        (span.key, span.end, key)
        for key, span in spans.items()
        if key[:-1] == path[:-1] and len(key) == len(path)
    )
    keys = [key for _, _, key in beside]
    if path not in keys:
        raise CannotEdit(f"`{'.'.join(path)}` is not where it was expected")
    if len(beside) == 1 and len(path) > 1:
        return remove_value(text, path[:-1])
    place = keys.index(path)
    first, last = beside[place][:2]
    if place > 0:
        first = beside[place - 1][1]
    elif len(beside) > 1:
        last = beside[place + 1][0]
    return _proven(text, text[:first] + text[last:], lambda root: _drop(root, path))


def line_step(line: str, parent: Path) -> str:
    """One level of indentation, of an entry that stands as deep as `parent` says."""
    depth = len(parent) + 1
    return line[: len(line) // depth] or "  "


def _spans(text: str) -> dict[Path, _Span]:
    """Every key path outside lists; of equal keys the last, as it is what counts."""
    _root(text)
    found: dict[Path, _Span] = {}
    path: list[str] = []
    open_: list[str] = []
    keys: list[tuple[str, int]] = []
    expects_key = False
    key: tuple[str, int] = ("", 0)
    values: list[int] = []

    def done(end: int) -> None:
        """A value ended at `end`."""
        if keys and open_ and open_[-1] == "{" and "[" not in open_ and values:
            name, at = keys.pop()
            found[(*path, name)] = _Span(at, values.pop(), end)

    for match in _TOKEN.finditer(text, len(_BOM) if text.startswith(_BOM) else 0):
        token = match[0]
        if token in "{[":
            if "[" not in open_ and open_:
                values.append(match.start())
                if token == "{":
                    path.append(keys[-1][0])
            open_.append(token)
            expects_key = token == "{"
        elif token in "}]":
            open_.pop()
            if "[" not in open_ and open_:
                if token == "}":
                    path.pop()
                done(match.end())
            expects_key = False
        elif token == ",":
            expects_key = bool(open_) and open_[-1] == "{"
        elif token == ":":
            expects_key = False
        elif expects_key:
            key = (str(json.loads(token)), match.start())
            if "[" not in open_:
                keys.append(key)
        elif open_ and open_[-1] == "{" and "[" not in open_:
            values.append(match.start())
            done(match.end())
    return found


def _root(text: str) -> dict[str, Json]:
    try:
        root = parse(text.removeprefix(_BOM))
    except NotJson as error:
        raise CannotEdit(f"the manifest cannot be read: {error}") from None
    if not isinstance(root, dict):
        raise CannotEdit("the manifest holds no object")
    return root


def _put(root: dict[str, Json], path: Path, value: Json) -> None:
    at: Json = root
    for part in path[:-1]:
        at = at.get(part) if isinstance(at, dict) else None
    if not isinstance(at, dict):
        raise CannotEdit("the manifest is not as it was expected")
    at[path[-1]] = value


def _drop(root: dict[str, Json], path: Path) -> None:
    at: Json = root
    for part in path[:-1]:
        at = at.get(part) if isinstance(at, dict) else None
    if not isinstance(at, dict):
        raise CannotEdit("the manifest is not as it was expected")
    at.pop(path[-1], None)


def _proven(old: str, new: str, change: Callable[[dict[str, Json]], None]) -> str:
    wanted = copy.deepcopy(_root(old))
    change(wanted)
    if _root(new) != wanted:
        raise CannotEdit("the edit would change more than it should")
    return new
