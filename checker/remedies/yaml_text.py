"""A YAML text and where each of its nodes stands, to the character; reads only.

`workflows.syntax.document` gives lines, which is enough to point at a defect. An edit needs the
columns too, and has to know what anchors and aliases share. Text that cannot be told apart safely
raises `CannotEdit`.
"""

from __future__ import annotations

import re

import yaml
from msgspec import Struct

from checker.remedies.model import CannotEdit
from checker.workflows.syntax.document import Broken, parse
from checker.yaml_loader import Loader

Path = tuple[str | int, ...]
# A scalar is its text and whether it stands there without quotes.
Data = tuple[str, bool] | list["Data"] | dict[str, "Data"]

_BOM = "\ufeff"
_ODD_LINE_ENDS = re.compile(r"\r(?!\n)|[\x85\u2028\u2029]")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z-]*")
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


class YamlText(Struct, frozen=True):
    """One document. text: without the byte-order mark, which `bom` holds. newline: its line end."""

    text: str
    bom: str
    newline: str
    root: yaml.Node
    shared: frozenset[int]

    def whole(self, text: str) -> str:
        """`text` in place of this one, the byte-order mark kept."""
        return self.bom + text

    # --- nodes ---------------------------------------------------------------------------------

    def node(self, path: Path) -> yaml.Node:
        """The node at `path`, if only this place of the document uses it. Raises `CannotEdit`."""
        node = self.root
        for part in path:
            node = self._child(node, part)
            if start(node) in self.shared:
                raise CannotEdit("other places of the file use the same lines through an alias")
        return node

    def _child(self, node: yaml.Node, part: str | int) -> yaml.Node:
        if isinstance(part, int):
            if not isinstance(node, yaml.SequenceNode) or part >= len(node.value):
                raise CannotEdit("a list is not where it was expected")
            child: yaml.Node = node.value[part]
        else:
            child = self.entry(node, part)[1]
        if not start(node) <= start(child) <= end(node):
            raise CannotEdit("the lines stand behind an alias")
        return child

    def entry(self, node: yaml.Node, key: str) -> tuple[yaml.Node, yaml.Node]:
        """Key and value under `key` of a mapping. Raises `CannotEdit`."""
        for name, value in entries(node):
            if name.value == key:
                return name, value
        raise CannotEdit(f"`{key}` is not where it was expected")

    def has(self, path: Path) -> bool:
        """Whether there is a node at `path`, aliases followed."""
        node = self.root
        for part in path:
            if isinstance(part, int):
                if not isinstance(node, yaml.SequenceNode) or part >= len(node.value):
                    return False
                node = node.value[part]
                continue
            found = [value for name, value in entries(node) if name.value == part]
            if not found:
                return False
            node = found[0]
        return True

    # --- places --------------------------------------------------------------------------------

    def last(self, node: yaml.Node) -> int:
        """The offset behind a node's last character, comments and blank lines after it left out."""
        if isinstance(node, yaml.ScalarNode):
            if node.style in ("|", ">"):
                return start(node) + len(self.text[start(node) : end(node)].rstrip())
            return end(node)
        if is_flow(node):
            return end(node)
        if isinstance(node, yaml.MappingNode) and node.value:
            return self.entry_last(*node.value[-1])
        if isinstance(node, yaml.SequenceNode) and node.value:
            item = node.value[-1]
            if start(item) >= start(node):
                return self.last(item)
        raise CannotEdit("where a list ends cannot be told")

    def entry_last(self, key: yaml.Node, value: yaml.Node) -> int:
        """The same of an entry; of one whose value is an alias the end of its line."""
        if start(value) < end(key):
            return self.end_of_line(end(key))
        return max(self.last(value), end(key))

    def line_start(self, offset: int) -> int:
        """Where the line of `offset` begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def end_of_line(self, offset: int) -> int:
        """Where the line of `offset` ends, before its line end."""
        found = self.text.find("\n", offset)
        if found < 0:
            return len(self.text)
        return found - 1 if self.text[found - 1] == "\r" else found

    def after_line(self, offset: int) -> int:
        """Where the next line begins."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1

    def column(self, offset: int) -> int:
        """How many characters stand before `offset` on its line."""
        return offset - self.line_start(offset)

    def is_first(self, offset: int) -> bool:
        """Whether only blanks stand before `offset` on its line."""
        return not self.text[self.line_start(offset) : offset].strip(" ")

    def line_of(self, offset: int) -> int:
        """The 1-based line of `offset`."""
        return self.text.count("\n", 0, offset) + 1

    def indent(self, node: yaml.Node, inner: yaml.Node) -> int:
        """How much deeper the entries of `inner` stand than those of `node`; 2 where unclear."""
        first, second = entries(node), entries(inner)
        if not first or not second:
            return 2
        return max(self.column(start(second[0][0])) - self.column(start(first[0][0])), 1)

    def data(self) -> Data:
        """The whole document as values, aliases followed."""
        return data_of(self.root)


def start(node: yaml.Node) -> int:
    """The offset of a node's first character."""
    return int(node.start_mark.index)


def end(node: yaml.Node) -> int:
    """The offset behind a node; of a block the parser counts what follows it too."""
    return int(node.end_mark.index)


def is_flow(node: yaml.Node) -> bool:
    """Whether it is written in braces or brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def entries(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    """Keys and values of a mapping; none of anything else."""
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def data_of(node: yaml.Node) -> Data:
    """A node as values."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): data_of(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [data_of(item) for item in node.value]
    return str(node.value), not (isinstance(node, yaml.ScalarNode) and node.style)


def read(text: str) -> YamlText:
    """The document of `text`. Raises `CannotEdit` where it is none that is surely understood."""
    body = text.removeprefix(_BOM)
    if _ODD_LINE_ENDS.search(body):
        raise CannotEdit("the file has line ends of an unusual kind")
    if "\r\n" in body and body.count("\r\n") != body.count("\n"):
        raise CannotEdit("the file mixes line ends of two kinds")
    try:
        parse(text.encode("utf-8"))
        found = compose(text)
    except (Broken, yaml.YAMLError, UnicodeEncodeError):
        raise CannotEdit("the file is no YAML that GitHub would read") from None
    if found is None:
        raise CannotEdit("the file is empty")
    return found


def compose(text: str) -> YamlText | None:
    """The document of a text that its own reader has taken; None where it holds none.

    Raises `yaml.YAMLError`.
    """
    bom = _BOM if text.startswith(_BOM) else ""
    body = text.removeprefix(_BOM)
    # Places in a text with the mark would differ from one of PyYAML's parsers to the other.
    root = yaml.compose(body, Loader=Loader)
    return YamlText(body, bom, line_end(body), root, _shared(body)) if root is not None else None


def line_end(text: str) -> str:
    """What ends the lines of a text."""
    return "\r\n" if "\r\n" in text else "\n"


def _shared(text: str) -> frozenset[int]:
    """Where the nodes begin that an alias uses again."""
    anchors: dict[str, int] = {}
    used: set[int] = set()
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent) and event.anchor:
            used.add(anchors[event.anchor])
        elif isinstance(event, yaml.NodeEvent) and event.anchor and event.start_mark:
            anchors[event.anchor] = event.start_mark.index
    return frozenset(used)


def scalar(value: str) -> str:
    """A text as YAML, in quotes unless it is a plain word. Raises `CannotEdit`."""
    if not value.isprintable():
        raise CannotEdit("a value holds characters that cannot be written safely")
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return "'" + value.replace("'", "''") + "'"
