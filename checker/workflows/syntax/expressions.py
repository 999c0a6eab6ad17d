"""`${{ }}` expressions: text to a value, where what only a run knows stays hidden.

The grammar and the rules of comparison are GitHub's; what the names mean comes from the caller.
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from checker.workflows.syntax.functions import BadCall, call
from checker.workflows.syntax.values import (
    Value,
    as_text,
    both,
    compare,
    either,
    equal,
    index,
    truth,
    why,
)
from checker.workflows.text import Hidden, joined, text

MAX_LENGTH = 21_000  # GitHub's own limit
MAX_DEPTH = 50
# The same few expressions stand in every workflow of a repository.
_REMEMBERED = 1_000


Names: TypeAlias = "Callable[[str], Value]"
Tokens: TypeAlias = tuple[tuple[str, str], ...]


class Bad(Exception):
    """The text is no expression."""


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>-?0x[0-9a-fA-F]+|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)
      | (?P<string>'(?:[^']|'')*')
      | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
      | (?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\].,*])
    )""",
    re.VERBOSE,
)


def evaluate(source: str, names: Names) -> Value:
    """The value of the expression `source` (without `${{ }}`).

    names: gives the value of a context such as `github` or `matrix`; None when there is none.
    A text that is no expression is hidden, never an error.
    """
    if len(source) > MAX_LENGTH:
        return Hidden("an expression longer than GitHub allows")
    try:
        return _Parser(tokens(source), names).whole()
    except (Bad, BadCall):
        return Hidden(f"`{source.strip()[:60]}`")


def interpolate(source: str, names: Names) -> Value:
    """`source` with every `${{ }}` filled in; the value itself where it is nothing else."""
    if "${{" not in source:
        return text(source)
    pieces = list(_pieces(source))
    if len(pieces) == 1 and pieces[0][1]:
        return evaluate(pieces[0][0], names)
    return joined(as_text(evaluate(p, names)) if is_code else p for p, is_code in pieces)


def condition(source: str, names: Names) -> bool | None:
    """Whether an `if:` holds; None when only a run knows."""
    pieces = list(_pieces(source))
    if not any(is_code for _, is_code in pieces):
        return truth(evaluate(source, names))
    if len([p for p in pieces if p[1] or p[0].strip()]) == 1:
        return truth(evaluate(next(p for p, is_code in pieces if is_code), names))
    # Text around an expression makes a string, and a string that is not empty is true.
    return truth(interpolate(source, names))


def is_valid(source: str, *, bare: bool) -> bool:
    """Whether every expression in a text is one. bare: the text is one without braces too."""
    if "${{" not in source:
        return not bare or not source.strip() or _parses(source)
    pieces = list(_pieces(source))
    if any("${{" in piece for piece, is_code in pieces if not is_code):
        return False
    return all(_parses(piece) for piece, is_code in pieces if is_code)


def contexts(source: str, *, bare: bool) -> frozenset[str]:
    """The names of the contexts that a text's expressions ask for, as far as they are valid."""
    if "${{" not in source:
        return _contexts(source) if bare else frozenset()
    return frozenset().union(*(_contexts(piece) for piece, is_code in _pieces(source) if is_code))


def functions(source: str, *, bare: bool) -> frozenset[str]:
    """The names of the functions that a text's expressions call, in lower case."""
    if "(" not in source:
        return frozenset()
    if "${{" not in source:
        return _functions(source) if bare else frozenset()
    return frozenset().union(*(_functions(piece) for piece, is_code in _pieces(source) if is_code))


@lru_cache(_REMEMBERED)
def _functions(source: str) -> frozenset[str]:
    try:
        words = tokens(source)
    except Bad:
        return frozenset()
    return frozenset(
        word.lower()
        for (kind, word), after in pairwise(words)
        if kind == "name" and after == ("sign", "(")
    )


@lru_cache(_REMEMBERED)
def _contexts(source: str) -> frozenset[str]:
    asked: set[str] = set()

    def note(name: str) -> Value:
        asked.add(name)
        return Hidden(name)

    evaluate(source, note)
    return frozenset(asked)


@lru_cache(_REMEMBERED)
def _parses(source: str) -> bool:
    if len(source) > MAX_LENGTH:
        return False
    try:
        _Parser(tokens(source), lambda name: Hidden(name)).whole()
    except Bad:
        return False
    except BadCall:
        return True
    return True


def spans(source: str) -> Iterator[tuple[int, int]]:
    """Where the `${{ }}` of `source` stand: start and end offsets."""
    position = 0
    while (start := source.find("${{", position)) >= 0:
        end = _closing(source, start + 3)
        if end is None:
            return
        yield start, end
        position = end


def _pieces(source: str) -> Iterator[tuple[str, bool]]:
    position = 0
    for start, end in spans(source):
        if start > position:
            yield source[position:start], False
        yield source[start + 3 : end - 2], True
        position = end
    if position < len(source):
        yield source[position:], False


def _closing(source: str, start: int) -> int | None:
    """The offset after the `}}` that closes an expression; quotes may hold another."""
    quoted = False
    for match in re.finditer(r"'|\}\}", source[start : start + MAX_LENGTH]):
        if match.group() == "'":
            quoted = not quoted
        elif not quoted:
            return start + match.end()
    return None


@lru_cache(_REMEMBERED)
def tokens(source: str) -> Tokens:
    """The words of an expression, each with its kind: number, string, name or sign.

    Raises `Bad` where there are none.
    """
    found = []
    position = 0
    end = len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None:
            raise Bad
        found.append((str(match.lastgroup), match.group(str(match.lastgroup))))
        position = match.end()
    return tuple(found)


class _Parser:
    """Parses and evaluates at once; both sides of an operator are always looked at."""

    def __init__(self, words: Tokens, names: Names) -> None:
        self._tokens = words
        self._names = names
        self._at = 0
        self._depth = 0

    def whole(self) -> Value:
        value = self._or()
        if self._at != len(self._tokens):
            raise Bad
        return value

    def _peek(self) -> str:
        if self._at >= len(self._tokens):
            return ""
        kind, word = self._tokens[self._at]
        return word if kind == "sign" else ""

    def _take(self, *signs: str) -> str:
        sign = self._peek()
        if sign and sign in signs:
            self._at += 1
            return sign
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise Bad

    def _or(self) -> Value:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Bad
        value = self._and()
        while self._take("||"):
            value = either(value, self._and())
        self._depth -= 1
        return value

    def _and(self) -> Value:
        value = self._equal()
        while self._take("&&"):
            value = both(value, self._equal())
        return value

    def _equal(self) -> Value:
        value = self._order()
        while sign := self._take("==", "!="):
            same = equal(value, self._order())
            value = same if isinstance(same, Hidden) or sign == "==" else not same
        return value

    def _order(self) -> Value:
        value = self._unary()
        while sign := self._take("<", "<=", ">", ">="):
            value = compare(sign, value, self._unary())
        return value

    def _unary(self) -> Value:
        turns = 0
        while self._take("!"):
            turns += 1
        value = self._postfix()
        if not turns:
            return value
        known = truth(value)
        if known is None:
            return Hidden(why(value))
        return known if turns % 2 == 0 else not known

    def _postfix(self) -> Value:
        value = self._primary()
        while True:
            if self._take("."):
                value = self._property(value)
            elif self._take("["):
                value = index(value, Hidden("a filter") if self._take("*") else self._or())
                self._need("]")
            else:
                return value

    def _property(self, value: Value) -> Value:
        if self._take("*"):
            return Hidden("a filter")
        if self._at >= len(self._tokens) or self._tokens[self._at][0] != "name":
            raise Bad
        word = self._tokens[self._at][1]
        self._at += 1
        return index(value, text(word))

    def _primary(self) -> Value:
        if self._take("("):
            value = self._or()
            self._need(")")
            return value
        if self._at >= len(self._tokens):
            raise Bad
        kind, word = self._tokens[self._at]
        self._at += 1
        if kind == "string":
            return text(word[1:-1].replace("''", "'"))
        if kind == "number":
            return float(int(word, 16)) if "x" in word.lower() else float(word)
        if kind != "name":
            raise Bad
        if self._take("("):
            return call(word, self._arguments())
        constants: dict[str, Value] = {"true": True, "false": False, "null": None}
        if word.lower() in constants:
            return constants[word.lower()]
        return self._names(word.lower())

    def _arguments(self) -> list[Value]:
        values: list[Value] = []
        if self._take(")"):
            return values
        values.append(self._or())
        while self._take(","):
            values.append(self._or())
        self._need(")")
        return values
