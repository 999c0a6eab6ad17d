"""Reads small YAML files into mappings, lists and texts with their lines; no tags, no types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from msgspec import Struct

from checker.yaml_loader import Loader

DEEPEST = 20
MOST_NODES = 200_000


class NotYaml(Exception):
    """The text cannot be read. The text is one sentence without a final stop."""


class Text(Struct, frozen=True):
    """A scalar as written, whatever YAML would make of it. line: 1-based."""

    value: str
    line: int


class Listing(Struct, frozen=True):
    """A sequence."""

    items: tuple[Node, ...]
    line: int


class Mapping(Struct, frozen=True):
    """A mapping in its order; of equal keys the last counts. Keys that are no text are left out."""

    pairs: tuple[tuple[Text, Node], ...]
    line: int

    def get(self, key: str) -> Node | None:
        """The value of `key`; None when it is not there."""
        return {name.value: node for name, node in self.pairs}.get(key)

    def text(self, key: str) -> str | None:
        """The value of `key` when it is a scalar; None otherwise."""
        node = self.get(key)
        return node.value if isinstance(node, Text) else None


Node = Text | Listing | Mapping


def read(text: str) -> Node:
    """The first document of `text`; an empty one is the empty text. Raises `NotYaml`.

    An alias is read as the empty text: nothing that is read here uses them.
    """
    builder = _Builder()
    try:
        for event in _events(text):
            if builder.take(event):
                break
    except yaml.YAMLError as error:
        raise NotYaml(_why(error)) from error
    return builder.document


@dataclass
class _Open:
    """A collection whose end has not come yet."""

    is_mapping: bool
    line: int
    nodes: list[Node] = field(default_factory=list)

    def close(self) -> Node:
        if not self.is_mapping:
            return Listing(tuple(self.nodes), self.line)
        pairs = zip(self.nodes[::2], self.nodes[1::2], strict=False)
        return Mapping(tuple((k, v) for k, v in pairs if isinstance(k, Text)), self.line)


class _Builder:
    def __init__(self) -> None:
        self.document: Node = Text("", 1)
        self._open: list[_Open] = []
        self._count = 0

    def take(self, event: yaml.Event) -> bool:
        """Take in one event; True at the end of the first document."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.ScalarEvent):
            self._add(Text(event.value, line))
        elif isinstance(event, yaml.AliasEvent):
            self._add(Text("", line))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self._open) >= DEEPEST:
                raise NotYaml(f"line {line} is nested more than {DEEPEST} deep")
            self._open.append(_Open(isinstance(event, yaml.MappingStartEvent), line))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._add(self._open.pop().close())
        return isinstance(event, yaml.DocumentEndEvent)

    def _add(self, node: Node) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            raise NotYaml(f"it holds more than {MOST_NODES} values")
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self.document = node


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=Loader)


def _why(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" at line {mark.line + 1}" if mark is not None else ""
    return f"it is not well-formed YAML{where}"
