"""What an `if:` asks for, as tests about subjects, and which conditions cannot both hold.

A condition is read into its alternatives, each a list of tests of which all must hold. What is no
comparison with a literal is a test of its own, known by its text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from checker.workflows.syntax.expressions import Bad, Tokens, tokens

MAX_ALTERNATIVES = 64
_REMEMBERED = 1_000
_FUNCTIONS = frozenset({"startswith", "endswith", "contains"})
# https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
_REFS = {"tag": "refs/tags/", "branch": "refs/heads/"}


class Test(Struct, frozen=True):
    """One thing that is asked.

    subject: an expression, in lower case. how: `==`, a function of two texts, or "" for the truth
    of the subject itself. wanted: the literal, in lower case, as GitHub compares texts.
    """

    subject: str
    how: str = ""
    wanted: str = ""
    holds: bool = True


Tests: TypeAlias = tuple[Test, ...]


def bare(test: str) -> str:
    """A condition without the braces that it may be written in."""
    inner = test.strip()
    if inner.startswith("${{") and inner.endswith("}}"):
        inner = inner[3:-2]
    return " ".join(inner.split())


def alternatives(test: str) -> tuple[Tests, ...]:
    """The ways in which a condition without braces may hold; one way where it cannot be read."""
    return _alternatives(test)


def exclude(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether all of the conditions `first` and all of `second` cannot hold at once.

    Of two conditions that ask whether one text contains different words it is presumed: they tell
    cases apart.
    """
    ours, theirs = _all_of(first), _all_of(second)
    return all(
        any(_exclude(one, other) for one in mine for other in yours)
        for mine in ours
        for yours in theirs
    )


def _all_of(tests: Iterable[str]) -> tuple[Tests, ...]:
    found: tuple[Tests, ...] = ((),)
    for test in tests:
        found = _and(found, alternatives(test))
    return found


def _and(left: tuple[Tests, ...], right: tuple[Tests, ...]) -> tuple[Tests, ...]:
    if len(left) * len(right) > MAX_ALTERNATIVES:
        # With fewer tests less is excluded, which is the careful answer.
        return left
    return tuple((*one, *other) for one, other in product(left, right))


def _exclude(one: Test, other: Test) -> bool:
    if one.subject != other.subject:
        return _names_another_ref(one, other) or _names_another_ref(other, one)
    if (one.how, one.wanted) == (other.how, other.wanted):
        return one.holds != other.holds
    return _rules_out(one, other) or _rules_out(other, one)


def _names_another_ref(known: Test, asked: Test) -> bool:
    """Whether a ref that is known by `github.ref` or its name is none of what is asked."""
    if known.how != "==" or not known.holds:
        return False
    values: tuple[str, ...] = ()
    if (known.subject, asked.subject) == ("github.ref", "github.ref_name"):
        values = (known.wanted.removeprefix("refs/heads/").removeprefix("refs/tags/"),)
    elif (known.subject, asked.subject) == ("github.ref_name", "github.ref"):
        # Tags of a release have a number in them.
        kinds = _REFS.values() if re.search(r"\d", known.wanted) else (_REFS["branch"],)
        values = tuple(kind + known.wanted for kind in kinds)
    return bool(values) and all(_answer(value, asked) is not asked.holds for value in values)


def _rules_out(known: Test, asked: Test) -> bool:
    """Whether what is known of the subject leaves no room for what is asked of it."""
    if not known.holds:
        return False
    if known.how == "==":
        return _answer(known.wanted, asked) is not asked.holds
    if known.how not in _FUNCTIONS or asked.how not in _FUNCTIONS:
        return False
    implied = _answer(known.wanted, asked) if asked.how in {known.how, "contains"} else False
    if implied:
        return not asked.holds
    if "*" in known.subject:
        # One item of a list is this, and another one that.
        return False
    return asked.holds and known.how == asked.how and not _answer(asked.wanted, known)


def _answer(value: str, asked: Test) -> bool:
    if asked.how == "==":
        return value == asked.wanted
    if asked.how == "startswith":
        return value.startswith(asked.wanted)
    if asked.how == "endswith":
        return value.endswith(asked.wanted)
    return asked.wanted in value if asked.how == "contains" else bool(value)


# --- reading ----------------------------------------------------------------------------------


@lru_cache(_REMEMBERED)
def _alternatives(test: str) -> tuple[Tests, ...]:
    opaque = ((Test(" ".join(test.lower().split())),),)
    try:
        reader = _Reader(tokens(test))
        found = reader.any(holds=True)
    except (Bad, RecursionError):
        return opaque
    return found if reader.is_done and len(found) <= MAX_ALTERNATIVES else opaque


class _Reader:
    """Reads `||`, `&&`, `!`, brackets and comparisons; all else is text."""

    def __init__(self, words: Tokens) -> None:
        self._words = words
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._at == len(self._words)

    def any(self, *, holds: bool) -> tuple[Tests, ...]:
        found = self._all(holds=holds)
        while self._took("||"):
            found = _joined(found, self._all(holds=holds), either=holds)
        return found

    def _all(self, *, holds: bool) -> tuple[Tests, ...]:
        found = self._one(holds=holds)
        while self._took("&&"):
            found = _joined(found, self._one(holds=holds), either=not holds)
        return found

    def _one(self, *, holds: bool) -> tuple[Tests, ...]:
        if self._took("!"):
            return self._one(holds=not holds)
        start = self._at
        if self._took("("):
            inner = self.any(holds=holds)
            if self._took(")") and self._peek() in {"", "&&", "||", ")"}:
                return inner
            self._at = start
        return ((_test(self._flat(), holds=holds),),)

    def _flat(self) -> Tokens:
        """The words up to the next `&&`, `||` or closing bracket."""
        start, depth = self._at, 0
        while not self.is_done:
            sign = self._peek()
            if not depth and sign in {"&&", "||", ")"}:
                break
            depth += (sign in {"(", "["}) - (sign in {")", "]"})
            self._at += 1
        if start == self._at:
            raise Bad
        return self._words[start : self._at]

    def _took(self, sign: str) -> bool:
        found = self._peek() == sign
        self._at += found
        return found

    def _peek(self) -> str:
        if self.is_done:
            return ""
        kind, word = self._words[self._at]
        return word if kind == "sign" else ""


def _joined(
    left: tuple[Tests, ...], right: tuple[Tests, ...], *, either: bool
) -> tuple[Tests, ...]:
    return (*left, *right) if either else _and(left, right)


def _test(words: Tokens, *, holds: bool) -> Test:
    signs = [word if kind == "sign" else "" for kind, word in words]
    for sign in ("==", "!="):
        if signs.count(sign) == 1:
            at = signs.index(sign)
            test = _comparison(words[:at], words[at + 1 :])
            if test is not None:
                return replace(test, holds=test.holds is (holds is (sign == "==")))
    function = words[0][1].lower()
    if function in _FUNCTIONS and signs[1:2] == ["("] and signs[-3:] == [",", "", ")"]:
        kind, literal = words[-2]
        if kind == "string" and "," not in signs[2:-3]:
            return Test(_text(words[2:-3]), function, _literal(literal), holds)
    return Test(_text(words), holds=holds)


def _comparison(left: Tokens, right: Tokens) -> Test | None:
    """A subject beside a literal; against `true` and `false` the subject itself is asked."""
    if len(left) == 1 and left[0][0] != "name":
        left, right = right, left
    if len(right) != 1 or not left:
        return None
    (kind, word), subject = right[0], _text(left)
    if kind == "name" and word.lower() in {"true", "false"}:
        return Test(subject, holds=word.lower() == "true")
    if kind not in {"string", "number"}:
        return None
    wanted = _literal(word) if kind == "string" else word
    if subject == "github.ref_type" and wanted in _REFS:
        return Test("github.ref", "startswith", _REFS[wanted])
    return Test(subject, "==", wanted)


def _literal(word: str) -> str:
    return word[1:-1].replace("''", "'").lower()


def _text(words: Tokens) -> str:
    return "".join(word for _, word in words).lower()
