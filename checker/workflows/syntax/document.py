"""YAML text to nodes with places, read the way GitHub Actions reads it; no workflow words here.

Every scalar is its text (`on` is no truth value), aliases are followed, merge keys and repeated
keys are errors as they are on GitHub. Size, depth and the number of nodes are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml
from yaml import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    StreamEndEvent,
)

from checker.yaml_loader import Loader

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_NODES = 100_000


class Scalar(NamedTuple):
    """A string and its lines. style: YAML's indicator, `|`, `>`, quotes, or "" when plain."""

    value: str
    style: str
    line: int
    end_line: int

    @property
    def is_null(self) -> bool:
        """No value at all: nothing, `~` or `null` without quotes."""
        return not self.style and self.value in {"", "~", "null", "Null", "NULL"}

    def lines(self, first: int, last: int) -> tuple[int, int]:
        """The file's lines of the text's lines `first` to `last` (0-based).

        A folded text does not show where its lines were: it counts as a whole.
        """
        if self.style == "|":
            return self.line + 1 + first, self.line + 1 + last
        if self.style == ">":
            return self.line + 1, self.end_line
        return self.line, self.end_line


class Sequence(NamedTuple):
    """A list of nodes and its lines."""

    items: tuple[Node, ...]
    line: int
    end_line: int


class Mapping(NamedTuple):
    """Keys and nodes by the key's text, in the order of the file, and its lines."""

    by_key: dict[str, tuple[Scalar, Node]]
    line: int
    end_line: int

    @property
    def entries(self) -> tuple[tuple[Scalar, Node], ...]:
        """Keys and nodes in the order of the file; no key stands twice."""
        return tuple(self.by_key.values())

    def get(self, key: str) -> Node | None:
        """The node under `key`."""
        entry = self.by_key.get(key)
        return entry[1] if entry else None

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place."""
        entry = self.by_key.get(key)
        return entry[0] if entry else None


Node = Scalar | Sequence | Mapping


class Broken(Exception):
    """The text is no document that GitHub Actions would take. line: 1-based."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


class TooLarge(Broken):
    """The text goes beyond a reading limit."""


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been reached."""

    is_mapping: bool
    line: int
    anchor: str | None
    items: list[Node] = field(default_factory=list)
    weight: int = 1


_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


def parse(data: bytes) -> Node:
    """The one document of `data`. Raises `Broken`, and `TooLarge` beyond a limit."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the file is larger than {MAX_BYTES} bytes", 1)
    try:
        return _Builder().build(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Broken("the file is not UTF-8 text", line) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # libyaml finds what is left open behind the last line.
        line = min(mark.line + 1 if mark else 1, len(data.splitlines()) or 1)
        raise Broken(f"not valid YAML: {error.problem or error.context}", line) from None
    except yaml.YAMLError:
        raise Broken("not valid YAML: a character that YAML does not allow", 1) from None


def plain_text(node: Scalar) -> str:
    """The text that GitHub makes of a scalar: an unquoted 20.10 is the number 20.1."""
    if not node.style and _NUMBER.fullmatch(node.value):
        return f"{float(node.value):.15g}"
    return "" if node.is_null else node.value


class _Builder:
    """Turns parser events into nodes, without recursion."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._root: Node | None = None
        self._count = 0

    def build(self, source: str) -> Node:
        documents = 0
        loader = Loader(source)
        while (event := loader.get_event()) and type(event) is not StreamEndEvent:
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            if type(event) is ScalarEvent:  # by far the most
                self._add(_scalar(event, line), event.anchor, 1)
            elif isinstance(event, CollectionStartEvent):
                if len(self._open) >= MAX_DEPTH:
                    raise TooLarge(f"nested deeper than {MAX_DEPTH} levels", line)
                is_mapping = isinstance(event, MappingStartEvent)
                self._open.append(_Open(is_mapping, line, event.anchor))
            elif isinstance(event, CollectionEndEvent):
                self._close(line)
            elif isinstance(event, AliasEvent):
                known = self._anchors.get(event.anchor or "")
                if known is None:
                    raise Broken(f"the alias `*{event.anchor}` names nothing before it", line)
                self._add(known[0], None, known[1])
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Broken("more than one document in the file", line)
        if self._root is None:
            raise Broken("the file is empty", 1)
        return self._root

    def _add(self, node: Node, anchor: str | None, weight: int) -> None:
        self._count += weight
        if self._count > MAX_NODES:
            raise TooLarge(f"more than {MAX_NODES} nodes, aliases followed", node.line)
        if anchor:
            self._anchors[anchor] = (node, weight)
        if self._open:
            around = self._open[-1]
            around.items.append(node)
            around.weight += weight
        else:
            self._root = node

    def _close(self, line: int) -> None:
        done = self._open.pop()
        end = max(done.line, done.items[-1].end_line if done.items else line)
        node: Node
        if done.is_mapping:
            node = Mapping(_by_key(done.items), done.line, end)
        else:
            node = Sequence(tuple(done.items), done.line, end)
        # The children are counted already; an alias of this node counts them again.
        self._count -= done.weight - 1
        self._add(node, done.anchor, done.weight)


def _by_key(items: list[Node]) -> dict[str, tuple[Scalar, Node]]:
    entries: dict[str, tuple[Scalar, Node]] = {}
    for key, node in zip(items[::2], items[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise Broken("a key that is no text", key.line)
        if key.value == "<<" and not key.style:
            raise Broken("a merge key (`<<`), which GitHub Actions does not support", key.line)
        if key.value in entries:
            raise Broken(f"the key `{key.value[:80]}` stands twice", key.line)
        entries[key.value] = (key, node)
    return entries


def _scalar(event: ScalarEvent, line: int) -> Scalar:
    style = event.style or ""
    end = event.end_mark.line + 1 if event.end_mark is not None else line
    if style == "|":
        end = line + max(1, event.value.count("\n") + (not event.value.endswith("\n")))
    elif style == ">":
        # libyaml ends a block text where the next token starts, at column 0 of a later line.
        end = max(line + 1, end - 1)
    return Scalar(event.value, style, line, end)
