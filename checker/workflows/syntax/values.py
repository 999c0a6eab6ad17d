"""Values of expressions, and GitHub's rules for them: truth, equality, `&&` and `||`.

What only a run knows stays hidden through every operator, with the reason and the secrets in it.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from checker.workflows.text import EMPTY, Hidden, Text, hole, text


class Array(Struct, frozen=True):
    """A list value."""

    items: tuple[Value, ...]


class Object(Struct, frozen=True):
    """A mapping value. partial: it may have keys that the files do not show.

    optional: a key that they do not show is empty, unless something unseen has set it.
    """

    entries: tuple[tuple[str, Value], ...]
    partial: str | None = None
    optional: bool = False

    def get(self, key: str) -> Value:
        """The value under `key`, whatever its case; None when absent."""
        for name, value in self.entries:
            if name.lower() == key.lower():
                return value
        return Hidden(self.partial, optional=self.optional) if self.partial else None


class Digits(Hidden, frozen=True):
    """A number that only a run knows, as `42` in `refs/pull/42/merge`."""


def may_start_with(value: Text, head: str) -> bool:
    """Whether a text may begin with `head`, as far as its first pieces show."""
    start = value.start.lower()
    wanted = head.lower()[len(start) :]
    if not start.startswith(head.lower()[: len(start)]):
        return False
    after = value.parts[1 if start else 0] if len(value.parts) > bool(start) else None
    return not wanted or not isinstance(after, Digits) or wanted[0].isdecimal()


Value: TypeAlias = "bool | float | Text | Hidden | Array | Object | None"


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


def hidden(*values: Value, optional: bool = False) -> Hidden:
    """A value that the hidden ones among `values` keep from being known."""
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
    found = hidden(left, right, optional=True)
    if truth(right) is False:
        return Hidden(found.why, optional=True, choices=("",))
    if secrets_of(left):
        return found
    # A condition that is false gives itself: false, null or "".
    options = _choices(right)
    choices = (*options, "") if options else ()
    return Hidden(found.why, secrets_of(right), True, choices)


def either(left: Value, right: Value) -> Value:
    """`left || right`."""
    known = truth(left)
    if known is not None:
        return left if known else right
    if secrets_of(left) and as_text(right) == EMPTY:
        # A secret that is not set is empty already.
        return left
    found = hidden(left, right, optional=_may_be_empty(right))
    ours = tuple(choice for choice in _choices(left) if choice)
    theirs = _choices(right)
    if ours and theirs:
        return Hidden(found.why, found.secrets, "" in theirs, tuple(dict.fromkeys(ours + theirs)))
    return found


def equal(left: Value, right: Value) -> bool | Hidden:
    """`left == right`, as loosely as GitHub compares."""
    if isinstance(left, Text) and isinstance(right, Text):
        ours, theirs = left.literal, right.literal
        if ours is not None and theirs is not None:
            return ours.lower() == theirs.lower()
        shorter = min(len(left.start), len(right.start))
        if theirs is not None and not may_start_with(left, theirs):
            return False
        if ours is not None and not may_start_with(right, ours):
            return False
        if left.start[:shorter].lower() != right.start[:shorter].lower():
            return False
        return hidden(left, right)
    if isinstance(left, Hidden) or isinstance(right, Hidden) or why(left) or why(right):
        return hidden(left, right)
    if isinstance(left, Array | Object) or isinstance(right, Array | Object):
        return left is right
    if type(left) is type(right):
        return left == right
    return number(left) == number(right)


def number(value: Value) -> float:
    """The number that GitHub compares a value as; NaN where it is none."""
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


def compare(sign: str, left: Value, right: Value) -> Value:
    """`left < right` and its kin."""
    if why(left) or why(right):
        return hidden(left, right)
    if isinstance(left, Text) and isinstance(right, Text):
        ours, theirs = left.shown.lower(), right.shown.lower()
        return {"<": ours < theirs, "<=": ours <= theirs, ">": ours > theirs}.get(
            sign, ours >= theirs
        )
    first, second = number(left), number(right)
    return {"<": first < second, "<=": first <= second, ">": first > second}.get(
        sign, first >= second
    )


def index(value: Value, key: Value) -> Value:
    """`value[key]`; null where there is none."""
    if isinstance(value, Hidden):
        word = as_text(key).literal
        return Hidden(f"{value.why}.{word}" if word else value.why, value.secrets)
    if isinstance(value, Object):
        word = as_text(key).literal
        return hidden(key) if word is None else value.get(word)
    if isinstance(value, Array):
        if why(key):
            return hidden(key)
        place = number(key)
        inside = place == place and 0 <= place < len(value.items)
        return value.items[int(place)] if inside else None
    return None
