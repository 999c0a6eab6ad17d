"""The functions of GitHub's expressions, over values that may be hidden.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from checker.workflows.syntax.values import (
    Array,
    Object,
    Value,
    as_text,
    equal,
    hidden,
    may_start_with,
    secrets_of,
    truth,
    why,
)
from checker.workflows.text import Hidden, Text, join, joined, text


class BadCall(Exception):
    """A function called with other arguments than it takes."""


def call(name: str, values: Sequence[Value]) -> Value:
    """The value of a function of GitHub's expressions; hidden where only a run knows it."""
    function = _FUNCTIONS.get(name.lower())
    if function is None:
        return Hidden(f"`{name}(…)`", tuple(n for v in values for n in secrets_of(v)))
    try:
        return function(*values)
    except (TypeError, RecursionError):
        raise BadCall from None


def _starts_with(value: Value, head: Value) -> Value:
    ours, theirs = as_text(value), as_text(head).literal
    if theirs is None:
        return hidden(head)
    start = ours.start.lower()
    if len(start) >= len(theirs) or ours.literal is not None:
        return start.startswith(theirs.lower())
    return hidden(value) if may_start_with(ours, theirs) else False


def _ends_with(value: Value, tail: Value) -> Value:
    ours, theirs = as_text(value).literal, as_text(tail).literal
    if ours is None or theirs is None:
        return hidden(value, tail)
    return ours.lower().endswith(theirs.lower())


def _contains(value: Value, item: Value) -> Value:
    if isinstance(value, Array):
        answers = [equal(entry, item) for entry in value.items]
        if True in answers:
            return True
        return next((answer for answer in answers if isinstance(answer, Hidden)), False)
    theirs = as_text(item).literal
    if theirs is None or isinstance(value, Hidden):
        return hidden(value, item)
    ours = as_text(value)
    if theirs.lower() in ours.start.lower():
        return True
    return False if ours.literal is not None else hidden(value)


def _format(template: Value, *values: Value) -> Value:
    source = as_text(template).literal
    if source is None:
        return hidden(template, *values)
    pieces: list[Text | str] = []
    for match in re.finditer(r"\{\{|\}\}|\{([0-9]{1,3})\}|[^{}]+|[{}]", source):
        if match.group(1) is None:
            pieces.append({"{{": "{", "}}": "}"}.get(match.group(), match.group()))
        elif int(match.group(1)) < len(values):
            pieces.append(as_text(values[int(match.group(1))]))
    return joined(pieces)


def _join(value: Value, separator: Value = None) -> Value:
    between = text(",") if separator is None else as_text(separator)
    if not isinstance(value, Array):
        return as_text(value)
    pieces: list[Text] = []
    for item in value.items:
        pieces += [between, as_text(item)] if pieces else [as_text(item)]
    return joined(pieces)


def _from_json(value: Value) -> Value:
    if isinstance(value, Hidden) and value.choices:
        return value
    source = as_text(value).literal
    if source is None:
        return hidden(value)
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
    if len(values) < 3 or len(values) % 2 == 0:
        raise BadCall
    for test, value in zip(values[:-1:2], values[1::2], strict=False):
        known = truth(test)
        if known is None:
            return hidden(test, *values)
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
    # The other steps and jobs of a run are presumed to succeed.
    "failure": lambda: False,
    "format": _format,
    "fromjson": _from_json,
    "join": _join,
    "startswith": _starts_with,
    "success": lambda: True,
    "tojson": _to_json,
}
