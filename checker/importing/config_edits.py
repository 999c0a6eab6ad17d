"""Edits the text of the config file and leaves everything else in it alone: comments, quotes.

Works on text and places. What a key means is not known here. An edit that the file's form does not
allow raises `CannotEdit`; whether one came out right is for the caller to check.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import yaml

from checker.remedies.model import CannotEdit
from checker.remedies.yaml_text import Path, YamlText, compose, end, is_flow, line_end, start

Scalar = str | bool | date
Value = Scalar | list["Value"] | Mapping[str, "Value"]

_INDENT = 2


def put(text: str, path: Path, value: Value) -> str:
    """The text with `value` under `path`, whose last step is a key. Missing mappings are made."""
    doc = compose(text)
    if doc is None:
        return _appended(text, _block_lines(_nested(path[1:], value), str(path[0]), 0))
    known = next(n for n in range(len(path), -1, -1) if doc.has(path[:n]))
    node = doc.node(path[:known])
    if known == len(path):
        return doc.whole(_replaced(doc, node, value))
    return doc.whole(_added(doc, node, str(path[known]), _nested(path[known + 1 :], value)))


def append(text: str, path: Path, item: Value) -> str:
    """The text with one more item at the end of the list at `path`."""
    doc = _document(text)
    node = doc.node(path)
    if not isinstance(node, yaml.SequenceNode):
        raise CannotEdit("no list stands there")
    if is_flow(node):
        return doc.whole(_into_flow(doc, node, _flow(item)))
    return doc.whole(_with_lines(doc, node, _item_lines(item, doc.column(start(node)))))


def remove(text: str, path: Path) -> tuple[str, str]:
    """The text without the list's item at `path`, and the lines that went."""
    doc = _document(text)
    parent, node = doc.node(path[:-1]), doc.node(path)
    if not isinstance(parent, yaml.SequenceNode) or is_flow(parent) or len(parent.value) < 2:
        raise CannotEdit("it stands in a list that is written in brackets")
    first, last = doc.line_start(start(node)), doc.after_line(doc.last(node))
    before = doc.text[first : start(node)]
    if before.strip() not in ("-", "") or "-" not in before:
        raise CannotEdit("its dash stands on another line")
    return doc.whole(doc.text[:first] + doc.text[last:]), doc.text[first:last]


def _document(text: str) -> YamlText:
    doc = compose(text)
    if doc is None:
        raise CannotEdit("nothing stands there")
    return doc


def _replaced(doc: YamlText, node: yaml.Node, value: Value) -> str:
    if not isinstance(node, yaml.ScalarNode) and not is_flow(node):
        raise CannotEdit("a mapping or a list on several lines stands there")
    return doc.text[: start(node)] + _flow(value) + doc.text[end(node) :]


def _added(doc: YamlText, node: yaml.Node, key: str, value: Value) -> str:
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit("a list or a text stands where a mapping is needed")
    if is_flow(node):
        return _into_flow(doc, node, f"{_flow(key)}: {_flow(value)}")
    return _with_lines(doc, node, _block_lines(value, key, doc.column(start(node))))


def _into_flow(doc: YamlText, node: yaml.Node, piece: str) -> str:
    first, last = start(node) + 1, end(node) - 1
    inside = doc.text[first:last]
    kept = inside.rstrip()
    comma = "" if not kept else " " if kept.endswith(",") else ", "
    return doc.text[:first] + kept + comma + piece + inside[len(kept) :] + doc.text[last:]


def _with_lines(doc: YamlText, node: yaml.Node, lines: list[str]) -> str:
    at = doc.after_line(doc.last(node))
    gap = "" if doc.text[:at].endswith("\n") else doc.newline
    added = "".join(line + doc.newline for line in lines)
    return doc.text[:at] + gap + added + doc.text[at:]


def _appended(text: str, lines: list[str]) -> str:
    newline = line_end(text)
    gap = "" if not text or text.endswith("\n") else newline
    return text + gap + "".join(line + newline for line in lines)


# --- values -----------------------------------------------------------------------------------


def _nested(steps: Sequence[str | int], value: Value) -> Value:
    for step in reversed(steps):
        value = {str(step): value}
    return value


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
