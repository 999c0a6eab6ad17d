"""YAML text of the config file to nodes with places; a repeated key is noted and reading goes on.

No option is known here. Events are read one by one, so that neither depth nor aliases of a
stranger's file can exhaust the stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import yaml
from msgspec import Struct

from checker.yaml_loader import Loader

MAX_DEPTH = 16
# A monorepo of a thousand packages, each with its own facts, stays below.
MAX_NODES = 50_000


class Scalar(Struct, frozen=True):
    """A text; None for YAML's null. Lines are 1-based, inclusive."""

    text: str | None
    line: int
    end_line: int


class Sequence(Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    line: int
    end_line: int


class Mapping(Struct, frozen=True):
    """Entries in the file's order, each key once: (key, its line, value)."""

    entries: tuple[tuple[str, int, Node], ...]
    line: int
    end_line: int

    def entry(self, key: str) -> tuple[int, Node] | None:
        """The line of `key` and what stands under it."""
        return next(((line, node) for name, line, node in self.entries if name == key), None)


Node = Scalar | Sequence | Mapping


class _Mark(Protocol):
    line: int


class Repeated(Struct, frozen=True):
    """A key that stands a second time in the same mapping."""

    key: str
    line: int
    first_line: int


class Broken(Exception):
    """The text is no YAML that is read here. line: 1-based; the text is a clause."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


@dataclass
class _Open:
    """A collection that has begun. weight: nodes in it, aliases followed."""

    is_mapping: bool
    line: int
    anchor: str | None
    items: list[Node] = field(default_factory=list)
    weight: int = 1


def read(data: bytes) -> tuple[Node | None, tuple[Repeated, ...]]:
    """The document of `data`, None when there is none, and the repeated keys. Raises `Broken`."""
    try:
        return _Builder().build(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Broken("it is not UTF-8 text", data[: error.start].count(b"\n") + 1) from None
    except yaml.MarkedYAMLError as error:
        line = _line(error.problem_mark or error.context_mark)
        why = error.problem or error.context or "unreadable"
        raise Broken(f"it is not valid YAML: {why}", line) from None
    except yaml.YAMLError:
        raise Broken("it holds a character that YAML does not allow", 1) from None


def plain(node: Node) -> object:
    """Texts, lists and dicts; None for null. Numbers, dates and booleans stay as written."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key: plain(value) for key, _, value in node.entries}


def _line(mark: _Mark | None) -> int:
    return mark.line + 1 if mark else 1


class _Builder:
    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._root: Node | None = None
        self._repeated: list[Repeated] = []
        self._count = 0

    def build(self, text: str) -> tuple[Node | None, tuple[Repeated, ...]]:
        documents = 0
        for event in yaml.parse(text, Loader=Loader):
            line = _line(event.start_mark)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Broken("it holds more than one document", line)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close(line)
        return self._root, tuple(self._repeated)

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        if getattr(event, "tag", None) not in {None, "!"}:
            raise Broken("a YAML tag (`!…`) stands there; write the value alone", line)
        if isinstance(event, yaml.ScalarEvent):
            is_null = not event.style and event.value in {"", "~", "null", "Null", "NULL"}
            text = None if is_null else event.value
            self._add(Scalar(text, line, _line(event.end_mark)), event.anchor, 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= MAX_DEPTH:
                raise Broken(f"it is nested deeper than {MAX_DEPTH} levels", line)
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            self._open.append(_Open(is_mapping, line, event.anchor))
        else:
            if event.anchor not in self._anchors:
                raise Broken("an alias (`*…`) names no anchor that ends before it", line)
            node, weight = self._anchors[event.anchor]
            self._add(node, None, weight)

    def _add(self, node: Node, anchor: str | None, weight: int) -> None:
        self._count += weight
        if self._count > MAX_NODES:
            raise Broken(f"it holds more than {MAX_NODES} values, aliases followed", node.line)
        if anchor:
            self._anchors[anchor] = (node, weight)
        if self._open:
            self._open[-1].items.append(node)
            self._open[-1].weight += weight
        else:
            self._root = node

    def _close(self, line: int) -> None:
        done = self._open.pop()
        # A block collection is closed by the token after it; its last item says where it ends.
        end = max([done.line, *(item.end_line for item in done.items)]) if done.items else line
        node: Node
        if done.is_mapping:
            node = Mapping(self._entries(done.items), done.line, end)
        else:
            node = Sequence(tuple(done.items), done.line, end)
        self._count -= done.weight - 1  # its items are counted already, an alias counts them anew
        self._add(node, done.anchor, done.weight)

    def _entries(self, items: list[Node]) -> tuple[tuple[str, int, Node], ...]:
        entries: list[tuple[str, int, Node]] = []
        first: dict[str, int] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise Broken("a key is a list or a mapping; write it as text", key.line)
            name = key.text or ""
            if name in first:
                self._repeated.append(Repeated(name, key.line, first[name]))
            else:
                first[name] = key.line
                entries.append((name, key.line, value))
        return tuple(entries)
