"""Edits the text of a YAML file and leaves everything else in it alone: comments, order, quotes.

Works on text and places. What a key means is not known here. An edit that the file's form does not
allow raises `CannotEdit`; whether one came out right is for the caller to check.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import yaml

Scalar = str | bool | date
Value = Scalar | list["Value"] | Mapping[str, "Value"]
Path = tuple[str | int, ...]

_INDENT = 2


class CannotEdit(Exception):
    """The text has a form that is not edited here. The text of the error is a clause."""


def put(text: str, path: Path, value: Value) -> str:
    """The text with `value` under `path`, whose last step is a key. Missing mappings are made."""
    node, steps = _root(text), list(path)
    if node is None:
        return _appended(text, _block(_nested(steps[1:], value), str(steps[0]), 0, text))
    while steps:
        child = _child(node, steps[0])
        if child is None:
            break
        node = child
        steps.pop(0)
    if not steps:
        return _replaced(text, node, value)
    return _added(text, node, str(steps[0]), _nested(steps[1:], value))


def append(text: str, path: Path, item: Value) -> str:
    """The text with one more item at the end of the list at `path`."""
    node = _at(text, path)
    if not isinstance(node, yaml.SequenceNode):
        raise CannotEdit("no list stands there")
    if node.flow_style:
        return _into_flow(text, node, _flow(item))
    last = _last_line(node)
    column = node.start_mark.column
    lines = _item_lines(item, column)
    return _with_lines(text, last + 1, lines)


def remove(text: str, path: Path) -> tuple[str, tuple[int, int]]:
    """The text without the list's item at `path`, and the 0-based lines from, to that went."""
    parent, node = _at(text, path[:-1]), _at(text, path)
    if not isinstance(parent, yaml.SequenceNode) or parent.flow_style or len(parent.value) < 2:
        raise CannotEdit("it stands in a list that is written in brackets")
    first, last = node.start_mark.line, _last_line(node)
    lines = text.splitlines(keepends=True)
    before = lines[first][: node.start_mark.column]
    if before.strip() not in ("-", "") or "-" not in before:
        raise CannotEdit("its dash stands on another line")
    return "".join(lines[:first] + lines[last + 1 :]), (first, last)


# --- finding ----------------------------------------------------------------------------------


def _root(text: str) -> yaml.Node | None:
    # The C loader counts bytes where places are asked for.
    return yaml.compose(text, Loader=yaml.SafeLoader)  # makes nodes, no objects


def _at(text: str, path: Path) -> yaml.Node:
    node = _root(text)
    for step in path:
        node = _child(node, step) if node is not None else None
    if node is None:
        raise CannotEdit("nothing stands there")
    return node


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(step, int):
        return node.value[step] if isinstance(node, yaml.SequenceNode) else None
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit("a list or a text stands where a mapping is needed")
    return next((value for key, value in node.value if key.value == step), None)


def _in_brackets(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _last_line(node: yaml.Node) -> int:
    """The 0-based line on which the node's own text ends, comments after it left out."""
    if isinstance(node, yaml.ScalarNode) or _in_brackets(node) or not node.value:
        mark = node.end_mark
        # A literal block ends where the next line begins.
        return mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)


# --- writing ----------------------------------------------------------------------------------


def _replaced(text: str, node: yaml.Node, value: Value) -> str:
    if not isinstance(node, yaml.ScalarNode) and not _in_brackets(node):
        raise CannotEdit("a mapping or a list on several lines stands there")
    return text[: node.start_mark.index] + _flow(value) + text[node.end_mark.index :]


def _added(text: str, node: yaml.Node, key: str, value: Value) -> str:
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit("a list or a text stands where a mapping is needed")
    if node.flow_style:
        return _into_flow(text, node, f"{_flow(key)}: {_flow(value)}")
    lines = _block_lines(value, key, node.start_mark.column)
    return _with_lines(text, _last_line(node) + 1, lines)


def _into_flow(text: str, node: yaml.Node, piece: str) -> str:
    end = node.end_mark.index - 1
    inside = text[node.start_mark.index + 1 : end]
    kept = inside.rstrip()
    comma = "" if not kept else " " if kept.endswith(",") else ", "
    start = node.start_mark.index + 1
    return text[:start] + kept + comma + piece + inside[len(kept) :] + text[end:]


def _appended(text: str, block: str) -> str:
    gap = "" if not text or text.endswith("\n") else _line_end(text)
    return text + gap + block


def _with_lines(text: str, at: int, lines: list[str]) -> str:
    end = _line_end(text)
    existing = text.splitlines(keepends=True)
    if at >= len(existing) > 0 and not existing[-1].endswith("\n"):
        existing[-1] += end
    return "".join(existing[:at] + [line + end for line in lines] + existing[at:])


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _nested(steps: Sequence[str | int], value: Value) -> Value:
    for step in reversed(steps):
        value = {str(step): value}
    return value


def _block(value: Value, key: str, column: int, text: str) -> str:
    return "".join(line + _line_end(text) for line in _block_lines(value, key, column))


def _block_lines(value: Value, key: str, column: int) -> list[str]:
    start = f"{' ' * column}{_flow(key)}:"
    if isinstance(value, Mapping) and value:
        inner = column + _INDENT
        return [start, *(line for k, v in value.items() for line in _block_lines(v, k, inner))]
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return [start, *(line for item in value for line in _item_lines(item, column + _INDENT))]
    return [f"{start} {_flow(value)}"]


def _item_lines(item: Value, column: int) -> list[str]:
    if not isinstance(item, Mapping):
        return [f"{' ' * column}- {_flow(item)}"]
    lines = [line for k, v in item.items() for line in _block_lines(v, k, column + _INDENT)]
    return [f"{' ' * column}- {lines[0].lstrip(' ')}", *lines[1:]]


def _flow(value: Value) -> str:
    """The value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _quoted(value)


def _quoted(text: str) -> str:
    plain = yaml.safe_load(f"[{text}]") == [text] if _is_plain(text) else False
    # A JSON string is a YAML string.
    return text if plain else json.dumps(text, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    return text.isascii() and all(c.isalnum() or c in "._/-" for c in text) and text[:1].isalnum()
