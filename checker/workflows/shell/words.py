"""The words of shell text: quotes, variables and substitutions to texts, as bash expands them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from checker.workflows import paths
from checker.workflows.syntax import expressions
from checker.workflows.text import (
    MAX_VALUE,
    Hidden,
    Text,
    hole,
    join,
    joined,
    size,
    split,
    strip,
    text,
    too_long,
)

if TYPE_CHECKING:
    from tree_sitter import Node


class Variables(Protocol):
    """What a shell knows while its words are expanded."""

    folder: str | None
    arguments: tuple[Text, ...]
    exported: dict[str, Text]
    local: dict[str, Text]
    lists: dict[str, tuple[Text, ...]]

    def value(self, name: str) -> Text | None:
        """The value of a variable; None when nothing sets it."""


_LIST = re.compile(r'"?\$\{(\w+)\[[@*]\]\}"?')


class Script(Struct, frozen=True):
    """A script's bytes, and the texts behind the masked expressions by their offsets."""

    masked: bytes
    holes: tuple[tuple[int, int, Text], ...]

    @staticmethod
    def of(source: str, fill: Callable[[str], Text]) -> Script:
        """The script `source`; fill: the text of one `${{ }}`."""
        holes = tuple(
            (len(source[:start].encode()), len(source[:end].encode()), fill(source[start:end]))
            for start, end in _spans(source)
        )
        return Script(mask(source).encode(), holes)

    def text(self, start: int, end: int) -> Text:
        """The bytes from `start` to `end`, expressions filled in."""
        pieces: list[Text | str] = []
        for first, last, value in self.holes:
            if last <= start or first >= end:
                continue
            if first > start:
                pieces.append(self.masked[start:first].decode(errors="replace"))
            pieces.append(value)
            start = last
        if start < end:
            pieces.append(self.masked[start:end].decode(errors="replace"))
        return joined(pieces) if len(pieces) > 1 else join(*pieces)


def _spans(source: str) -> tuple[tuple[int, int], ...]:
    return tuple(expressions.spans(source)) if "${{" in source else ()


def mask(source: str) -> str:
    """`source` with every expression as a word of the same length in bytes."""
    for start, end in _spans(source):
        length = len(source[start:end].encode())
        if length == end - start:
            source = source[:start] + "_" * length + source[end:]
        else:
            return _mask_bytes(source)
    return source


def _mask_bytes(source: str) -> str:
    pieces = []
    position = 0
    for start, end in _spans(source):
        pieces += [source[position:start], "_" * len(source[start:end].encode())]
        position = end
    return "".join(pieces) + source[position:]


_QUOTED = frozenset({"string", "raw_string", "ansi_c_string"})
# Shorter values are put in as often as they stand there: only long ones can grow out of hand.
_SHORT = 256
_OF_A_WORD = 32


class Words:
    """Expands the words of one script; of long values it puts in so many in all."""

    def __init__(self, variables: Variables, script: Script) -> None:
        self._variables = variables
        self._script = script
        self._left = 2 * MAX_VALUE

    def raw(self, node: Node) -> str:
        """The script's own text of a node, expressions masked."""
        return self._script.masked[node.start_byte : node.end_byte].decode(errors="replace")

    def fields(self, node: Node) -> list[Text]:
        """The words that an argument becomes: an unquoted variable is split at blanks."""
        if node.type == "string" and self.raw(node) in {'"$@"', '"${@}"', '"$*"'}:
            return self._all(self._variables.arguments)
        if (items := _LIST.fullmatch(self.raw(node))) and items[1] in self._variables.lists:
            return self._all(self._variables.lists[items[1]])
        value = self.word(node)
        if value.literal and value.literal.split() == [value.literal]:
            return [value]
        quoted = node.type == "concatenation" and any(
            c.type in _QUOTED for c in node.named_children
        )
        if node.type in _QUOTED or quoted:
            return [value]
        if node.type in {"simple_expansion", "expansion"} and self.raw(node) in {"$@", "$*"}:
            return self._all(self._variables.arguments)
        if node.type == "word" and "\\ " in self.raw(node):
            return [value]
        pieces = [piece for blank in split(value, "\n") for piece in split(blank, " ")]
        return [strip(piece) for piece in pieces if strip(piece).parts]

    def word(self, node: Node) -> Text:
        """The text of one word, quotes taken off and variables filled in."""
        kind = node.type
        if kind in {"word", "number", "variable_name", "heredoc_content", "extglob_pattern"}:
            value = self._script.text(node.start_byte, node.end_byte)
            return _unescaped(value)
        if kind in {"string_content"}:
            return _unescaped(self._script.text(node.start_byte, node.end_byte), '\\"$`\n')
        if kind == "raw_string":
            return self._script.text(node.start_byte + 1, node.end_byte - 1)
        if kind == "ansi_c_string":
            inner = self._script.text(node.start_byte + 2, node.end_byte - 1)
            return join(*(_ansi(p) if isinstance(p, str) else p for p in inner.parts))
        if kind == "simple_expansion":
            return self._variable(self.raw(node)[1:])
        if kind == "expansion":
            return self._expansion(node)
        if kind == "command_substitution":
            return self._substituted(node)
        if kind in {"string", "translated_string"}:
            return self.quoted(node, 1)
        if kind == "concatenation":
            return self.quoted(node)
        if kind in {"arithmetic_expansion", "process_substitution", "brace_expression"}:
            return hole(Hidden(f"`{self.raw(node)[:40]}`"))
        return self._script.text(node.start_byte, node.end_byte)

    def quoted(self, node: Node, margin: int = 0) -> Text:
        """Everything between the children too: the grammar leaves blanks out of its nodes."""
        pieces: list[Text] = []
        position = node.start_byte + margin
        for child in node.named_children:
            if child.start_byte > position:
                gap = self._script.text(position, child.start_byte)
                pieces.append(_unescaped(gap, '\\"$`\n'))
            pieces.append(self.word(child))
            position = child.end_byte
        if position < node.end_byte - margin:
            gap = self._script.text(position, node.end_byte - margin)
            pieces.append(_unescaped(gap, '\\"$`\n'))
        return join(*pieces)

    def _all(self, listed: tuple[Text, ...]) -> list[Text]:
        """The words of a list, one hole in place of more than may be put in."""
        taken = sum(_OF_A_WORD + size(word) for word in listed)
        return list(listed) if self._may_put_in(taken) else [too_long(*listed)]

    def _put_in(self, value: Text) -> Text:
        """A value where a word names it."""
        return value if self._may_put_in(size(value)) else too_long(value)

    def _may_put_in(self, taken: int) -> bool:
        if taken <= _SHORT:
            return True
        self._left -= taken
        return self._left > 0

    def _variable(self, name: str) -> Text:
        return self._put_in(self._named(name))

    def _named(self, name: str) -> Text:
        name = name.strip("{}")
        if name.isascii() and name.isdigit():
            number = int(name[:3])
            known = self._variables.arguments
            return known[number - 1] if 0 < number <= len(known) else hole(Hidden(f"`${name}`"))
        value = self._variables.value(name)
        if value is not None:
            return value
        if name == "PWD" and self._variables.folder is not None:
            return text(paths.absolute(self._variables.folder))
        if name in paths.KNOWN_VARIABLES:
            return text(paths.KNOWN_VARIABLES[name])
        if name in {"@", "*"}:
            pieces: list[Text | str] = []
            for argument in self._variables.arguments:
                pieces += [" ", argument] if pieces else [argument]
            return join(*pieces)
        return hole(Hidden(f"`${name}`", optional=True, unset=name))

    def _expansion(self, node: Node) -> Text:
        inner = self.raw(node)[2:-1]
        names = [child for child in node.named_children if child.type == "variable_name"]
        if not names:
            return (
                self._variable(inner) if inner.isdigit() else hole(Hidden(f"`${{{inner[:40]}}}`"))
            )
        name = self.raw(names[0])
        if inner == name:
            return self._variable(name)
        rest = inner[len(name) :]
        if (inner.startswith(name) and rest[:2] in {":-", ":="}) or rest[:1] in {"-", "="}:
            known = self._variables.value(name)
            if known is not None and known.parts:
                return self._put_in(known)
            given = node.named_children[1:]
            default = join(*(self.word(child) for child in given))
            if known is None and not name.startswith(("INPUT_", "GITHUB_", "RUNNER_")):
                return default
            return default if known is not None else hole(Hidden(f"`${name}`"))
        return hole(Hidden(f"`${{{inner[:40]}}}`", self._secrets(name)))

    def _secrets(self, name: str) -> tuple[str, ...]:
        value = self._variables.value(name)
        return value.secrets if value is not None else ()

    def _substituted(self, node: Node) -> Text:
        """`$(pwd)` and `$(echo …)` are known; any other output is not."""
        command = node.named_children[0] if node.named_child_count == 1 else None
        if command is not None and command.type == "command":
            words = [self.word(child) for child in command.named_children]
            name = words[0].literal if words else None
            if name == "pwd" and self._variables.folder is not None:
                return text(paths.absolute(self._variables.folder))
            if name == "echo" and len(words) == 2:
                return words[1]
        return hole(Hidden(f"`{self.raw(node)[:40]}`"))


def _unescaped(value: Text, only: str | None = None) -> Text:
    if not any(isinstance(part, str) and "\\" in part for part in value.parts):
        return value
    return join(*(_unescape(p, only) if isinstance(p, str) else p for p in value.parts))


def _unescape(part: str, only: str | None) -> str:
    result = []
    position = 0
    while position < len(part):
        sign = part[position]
        if sign == "\\" and position + 1 < len(part):
            following = part[position + 1]
            if only is None or following in only:
                result.append("" if following == "\n" else following)
                position += 2
                continue
        result.append(sign)
        position += 1
    return "".join(result)


def _ansi(part: str) -> str:
    return part.replace("\\n", "\n").replace("\\t", "\t").replace("\\'", "'").replace("\\\\", "\\")
