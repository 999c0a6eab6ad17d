"""`${{ }}` expressions: text to a value, where what only a run knows stays hidden.

The grammar and the rules of comparison are GitHub's; what the names mean comes from the caller.
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from checker.workflows.text import EMPTY, Hidden, Text, hole, join, text

MAX_LENGTH = 21_000  # GitHub's own limit
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Array:
    """A list value."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """A mapping value. partial: it may have keys that the files do not show."""

    entries: tuple[tuple[str, Value], ...]
    partial: str | None = None

    def get(self, key: str) -> Value:
        """The value under `key`, whatever its case; None when absent."""
        for name, value in self.entries:
            if name.lower() == key.lower():
                return value
        return Hidden(self.partial) if self.partial else None


Value: TypeAlias = "bool | float | Text | Hidden | Array | Object | None"
Names: TypeAlias = "Callable[[str], Value]"


class _Bad(Exception):
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
        return _Parser(_tokens(source), names).whole()
    except _Bad:
        return Hidden(f"`{source.strip()[:60]}`")


def interpolate(source: str, names: Names) -> Value:
    """`source` with every `${{ }}` filled in; the value itself where it is nothing else."""
    if "${{" not in source:
        return text(source)
    pieces = list(_pieces(source))
    if len(pieces) == 1 and pieces[0][1]:
        return evaluate(pieces[0][0], names)
    return join(*(as_text(evaluate(p, names)) if is_code else p for p, is_code in pieces))


def condition(source: str, names: Names) -> bool | None:
    """Whether an `if:` holds; None when only a run knows."""
    pieces = list(_pieces(source))
    if not any(is_code for _, is_code in pieces):
        return truth(evaluate(source, names))
    if len([p for p in pieces if p[1] or p[0].strip()]) == 1:
        return truth(evaluate(next(p for p, is_code in pieces if is_code), names))
    # Text around an expression makes a string, and a string that is not empty is true.
    return truth(interpolate(source, names))


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


def _tokens(source: str) -> list[tuple[str, str]]:
    found = []
    position = 0
    end = len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None:
            raise _Bad
        found.append((str(match.lastgroup), match.group(str(match.lastgroup))))
        position = match.end()
    return found


class _Parser:
    """Parses and evaluates at once; both sides of an operator are always looked at."""

    def __init__(self, tokens: Sequence[tuple[str, str]], names: Names) -> None:
        self._tokens = tokens
        self._names = names
        self._at = 0
        self._depth = 0

    def whole(self) -> Value:
        value = self._or()
        if self._at != len(self._tokens):
            raise _Bad
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
            raise _Bad

    def _or(self) -> Value:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Bad
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
            value = _compare(sign, value, self._unary())
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
                value = _index(value, Hidden("a filter") if self._take("*") else self._or())
                self._need("]")
            else:
                return value

    def _property(self, value: Value) -> Value:
        if self._take("*"):
            return Hidden("a filter")
        if self._at >= len(self._tokens) or self._tokens[self._at][0] != "name":
            raise _Bad
        word = self._tokens[self._at][1]
        self._at += 1
        return _index(value, text(word))

    def _primary(self) -> Value:
        if self._take("("):
            value = self._or()
            self._need(")")
            return value
        if self._at >= len(self._tokens):
            raise _Bad
        kind, word = self._tokens[self._at]
        self._at += 1
        if kind == "string":
            return text(word[1:-1].replace("''", "'"))
        if kind == "number":
            return float(int(word, 16)) if "x" in word.lower() else float(word)
        if kind != "name":
            raise _Bad
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


# --- what values are ----------------------------------------------------------------------------


def why(value: Value) -> str:
    """What hides `value`; "" when it is known."""
    if isinstance(value, Hidden | Text):
        return value.why
    return ""


def secrets_of(value: Value) -> tuple[str, ...]:
    """The secrets that may stand in `value`."""
    return value.secrets if isinstance(value, Hidden | Text) else ()


def truth(value: Value) -> bool | None:
    """GitHub's truth of a value: False, 0, "" and null are false; None when only a run knows."""
    if isinstance(value, Hidden):
        if value.choices:
            kinds = {bool(choice) for choice in value.choices}
            return kinds.pop() if len(kinds) == 1 else None
        return None
    if isinstance(value, Text):
        return True if value.shown else (None if value.parts else False)
    if isinstance(value, Array | Object):
        return True
    return bool(value)


def as_text(value: Value) -> Text:
    """The string that GitHub makes of a value."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Hidden):
        return hole(value)
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return text("true" if value else "false")
    if isinstance(value, float):
        return text(f"{value:.15g}")
    return text("Array" if isinstance(value, Array) else "Object")


def _hidden(*values: Value, optional: bool = False) -> Hidden:
    reason = next((why(value) for value in values if why(value)), "an expression")
    names = tuple(dict.fromkeys(name for value in values for name in secrets_of(value)))
    return Hidden(reason, names, optional)


def _choices(value: Value) -> tuple[str, ...]:
    if isinstance(value, Hidden):
        return value.choices
    known = as_text(value).literal
    return () if known is None else (known,)


def _may_be_empty(value: Value) -> bool:
    if isinstance(value, Hidden):
        return value.optional or "" in value.choices
    return truth(value) is False


def both(left: Value, right: Value) -> Value:
    """`left && right`."""
    known = truth(left)
    if known is not None:
        return right if known else left
    hidden = _hidden(left, right, optional=True)
    if truth(right) is False:
        return Hidden(hidden.why, optional=True, choices=("",))
    if secrets_of(left):
        return hidden
    # A condition that is false gives itself: false, null or "".
    options = _choices(right)
    choices = (*options, "") if options else ()
    return Hidden(hidden.why, secrets_of(right), True, choices)


def either(left: Value, right: Value) -> Value:
    """`left || right`."""
    known = truth(left)
    if known is not None:
        return left if known else right
    hidden = _hidden(left, right, optional=_may_be_empty(right))
    ours = tuple(choice for choice in _choices(left) if choice)
    theirs = _choices(right)
    if ours and theirs:
        return Hidden(hidden.why, hidden.secrets, "" in theirs, tuple(dict.fromkeys(ours + theirs)))
    return hidden


def equal(left: Value, right: Value) -> bool | Hidden:
    """`left == right`, as loosely as GitHub compares."""
    if isinstance(left, Text) and isinstance(right, Text):
        ours, theirs = left.literal, right.literal
        if ours is not None and theirs is not None:
            return ours.lower() == theirs.lower()
        shorter = min(len(left.start), len(right.start))
        if theirs is not None and not theirs.lower().startswith(left.start.lower()):
            return False
        if ours is not None and not ours.lower().startswith(right.start.lower()):
            return False
        if left.start[:shorter].lower() != right.start[:shorter].lower():
            return False
        return _hidden(left, right)
    if isinstance(left, Hidden) or isinstance(right, Hidden) or why(left) or why(right):
        return _hidden(left, right)
    if isinstance(left, Array | Object) or isinstance(right, Array | Object):
        return left is right
    if type(left) is type(right):
        return left == right
    return _number(left) == _number(right)


def _number(value: Value) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool | float):
        return float(value)
    word = as_text(value).literal
    if word is None:
        return float("nan")
    try:
        return float(word.strip()) if word.strip() else 0.0
    except ValueError:
        return float("nan")


def _compare(sign: str, left: Value, right: Value) -> Value:
    if why(left) or why(right):
        return _hidden(left, right)
    if isinstance(left, Text) and isinstance(right, Text):
        ours, theirs = left.shown.lower(), right.shown.lower()
        return {"<": ours < theirs, "<=": ours <= theirs, ">": ours > theirs}.get(
            sign, ours >= theirs
        )
    first, second = _number(left), _number(right)
    return {"<": first < second, "<=": first <= second, ">": first > second}.get(
        sign, first >= second
    )


def _index(value: Value, key: Value) -> Value:
    if isinstance(value, Hidden):
        word = as_text(key).literal
        return Hidden(f"{value.why}.{word}" if word else value.why, value.secrets)
    if isinstance(value, Object):
        word = as_text(key).literal
        return _hidden(key) if word is None else value.get(word)
    if isinstance(value, Array):
        if why(key):
            return _hidden(key)
        number = _number(key)
        inside = number == number and 0 <= number < len(value.items)
        return value.items[int(number)] if inside else None
    return None


# --- functions ----------------------------------------------------------------------------------


def call(name: str, values: Sequence[Value]) -> Value:
    """The value of a function of GitHub's expressions; hidden where only a run knows it."""
    function = _FUNCTIONS.get(name.lower())
    if function is None:
        return Hidden(f"`{name}(…)`", tuple(n for v in values for n in secrets_of(v)))
    try:
        return function(*values)
    except (TypeError, RecursionError):
        raise _Bad from None


def _starts_with(value: Value, head: Value) -> Value:
    ours, theirs = as_text(value), as_text(head).literal
    if theirs is None:
        return _hidden(head)
    start = ours.start.lower()
    if len(start) >= len(theirs) or ours.literal is not None:
        return start.startswith(theirs.lower())
    return _hidden(value) if theirs.lower().startswith(start) else False


def _ends_with(value: Value, tail: Value) -> Value:
    ours, theirs = as_text(value).literal, as_text(tail).literal
    if ours is None or theirs is None:
        return _hidden(value, tail)
    return ours.lower().endswith(theirs.lower())


def _contains(value: Value, item: Value) -> Value:
    if isinstance(value, Array):
        answers = [equal(entry, item) for entry in value.items]
        if True in answers:
            return True
        return next((answer for answer in answers if isinstance(answer, Hidden)), False)
    theirs = as_text(item).literal
    if theirs is None or isinstance(value, Hidden):
        return _hidden(value, item)
    ours = as_text(value)
    if theirs.lower() in ours.start.lower():
        return True
    return False if ours.literal is not None else _hidden(value)


def _format(template: Value, *values: Value) -> Value:
    source = as_text(template).literal
    if source is None:
        return _hidden(template, *values)
    pieces: list[Text | str] = []
    for match in re.finditer(r"\{\{|\}\}|\{([0-9]{1,3})\}|[^{}]+|[{}]", source):
        if match.group(1) is None:
            pieces.append({"{{": "{", "}}": "}"}.get(match.group(), match.group()))
        elif int(match.group(1)) < len(values):
            pieces.append(as_text(values[int(match.group(1))]))
    return join(*pieces)


def _join(value: Value, separator: Value = None) -> Value:
    between = text(",") if separator is None else as_text(separator)
    if not isinstance(value, Array):
        return as_text(value)
    pieces: list[Text] = []
    for item in value.items:
        pieces += [between, as_text(item)] if pieces else [as_text(item)]
    return join(*pieces)


def _from_json(value: Value) -> Value:
    if isinstance(value, Hidden) and value.choices:
        return value
    source = as_text(value).literal
    if source is None:
        return _hidden(value)
    try:
        return from_python(json.loads(source))
    except (ValueError, RecursionError):
        return Hidden("`fromJSON` of what is no JSON")


def from_python(value: object) -> Value:
    """A value of JSON as a value of expressions."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, list):
        return Array(tuple(from_python(item) for item in value))
    if isinstance(value, dict):
        return Object(tuple((str(key), from_python(item)) for key, item in value.items()))
    return text(str(value))


def to_python(value: Value) -> object:
    """The JSON value; raises ValueError where a part is hidden."""
    if isinstance(value, Array):
        return [to_python(item) for item in value.items]
    if isinstance(value, Object):
        if value.partial:
            raise ValueError(value.partial)
        return {key: to_python(item) for key, item in value.entries}
    if isinstance(value, Text | Hidden):
        literal = as_text(value).literal
        if literal is None:
            raise ValueError(why(value))
        return literal
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _to_json(value: Value) -> Value:
    if isinstance(value, Text):
        return join('"', value, '"') if value.literal is None else text(json.dumps(value.literal))
    try:
        return text(json.dumps(to_python(value)))
    except ValueError as error:
        return Hidden(str(error), secrets_of(value))


def _case(*values: Value) -> Value:
    for test, value in zip(values[:-1:2], values[1::2], strict=False):
        known = truth(test)
        if known is None:
            return _hidden(test, *values)
        if known:
            return value
    return values[-1]


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "always": lambda: True,
    # A run that is cancelled publishes nothing.
    "cancelled": lambda: False,
    "case": _case,
    "contains": _contains,
    "endswith": _ends_with,
    "format": _format,
    "fromjson": _from_json,
    "join": _join,
    "startswith": _starts_with,
    "success": lambda: True,
    "tojson": _to_json,
}
