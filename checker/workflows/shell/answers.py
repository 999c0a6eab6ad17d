"""Tests of a script that the files answer: of the event and the ref of the run, by its text.

Only what a run starts a script with is looked at, variables of GitHub and of the step, and the
expressions in the script itself: all of it stands before the script does anything.
https://docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from checker.workflows.shell.words import Words
from checker.workflows.text import Text

if TYPE_CHECKING:
    from tree_sitter import Node

_VARIABLE = re.compile(r'"?\$(?:(\w+)|\{(\w+)\})"?')
# They give variables values that are not followed.
_GIVES_VALUES = re.compile(
    r"\b(?:read|mapfile|readarray|getopts|eval|source|printf[ \t]{1,9}-v)\b|^[ \t]{0,99}\.[ \t]",
    re.MULTILINE,
)
_SIGNS = frozenset("*?[")
# A pattern that asks for nothing but the beginning, as `^refs/tags/v` and `^refs/tags/.*$`.
_BEGINS_WITH = re.compile(r"\^(?P<head>[\w/:@ -]*)(?P<rest>(?:\.\*\$?)?)")
_LONGEST = 200
_TEST = frozenset({"test"})


class Answers(Struct, frozen=True):
    """What is known of a run before its script begins. given: variables by name."""

    words: Words
    given: Mapping[str, Text]
    value: Callable[[str], Text | None]
    is_open: bool

    @staticmethod
    def of(
        words: Words,
        given: Mapping[str, Text],
        value: Callable[[str], Text | None],
        source: str,
    ) -> Answers:
        """Answers for the script `source`. value: what a variable has become in it so far."""
        return Answers(words, given, value, _GIVES_VALUES.search(source) is not None)

    def of_test(self, node: Node) -> bool | None:
        """Whether a test holds; None where only a run knows, and of any other statement."""
        kind, children = node.type, node.named_children
        if kind == "negated_command" and len(children) == 1:
            known = self.of_test(children[0])
            return None if known is None else not known
        if kind == "list" and len(children) == 2:
            sign = next(child.type for child in node.children if not child.is_named)
            return _joined(self.of_test(children[0]), self.of_test(children[1]), sign)
        if kind == "test_command" and len(children) == 1:
            return self._of_expression(children[0], matches=self.words.raw(node).startswith("[["))
        if kind == "command" and len(children) == 4 and self.words.raw(children[0]) in _TEST:
            left, middle, right = children[1:]
            return self._compared(left, self.words.raw(middle), right, matches=False)
        return None

    def of_case(self, value: Node, item: Node) -> bool | None:
        """Whether one of the patterns of an item of `case` fits the value."""
        known = self._text(value)
        found: bool | None = False
        for pattern in item.children_by_field_name("value"):
            if self.words.raw(pattern) == "*":
                return True
            fits = None if known is None else self._fits(known, pattern, matches=True)
            found = _joined(found, fits, "||")
        return found

    def _of_expression(self, node: Node, *, matches: bool) -> bool | None:
        if node.type != "binary_expression" or len(node.named_children) != 2:
            return None
        left, right = node.named_children
        sign = next((child.type for child in node.children if not child.is_named), "")
        if sign in {"&&", "||"}:
            ours = self._of_expression(left, matches=matches)
            return _joined(ours, self._of_expression(right, matches=matches), sign)
        return self._compared(left, sign, right, matches=matches)

    def _compared(self, left: Node, sign: str, right: Node, *, matches: bool) -> bool | None:
        known = self._text(left)
        if known is None or sign not in {"=", "==", "!=", "=~"}:
            return None
        if sign == "=~":
            return _begins(known, self.words.raw(right))
        fits = self._fits(known, right, matches=matches)
        return fits if fits is None or sign != "!=" else not fits

    def _text(self, node: Node) -> Text | None:
        """The text of a word that the script cannot have changed."""
        raw = self.words.raw(node)
        variable = _VARIABLE.fullmatch(raw)
        if variable is None:
            return None if {"$", "`"} & set(raw) else self.words.word(node)
        name = variable[1] or variable[2]
        known = self.given.get(name)
        changed = self.value(name) not in (None, known)
        return None if changed or self.is_open else known

    def _fits(self, known: Text, pattern: Node, *, matches: bool) -> bool | None:
        """Whether a text is what a pattern says. matches: signs for other signs mean something."""
        raw = self.words.raw(pattern)
        wanted = self.words.word(pattern).literal
        if wanted is None or {"$", "`", "("} & set(raw):
            return None
        is_quoted = raw[:1] in {'"', "'"}
        if is_quoted or not _SIGNS & set(wanted):
            if known.literal is not None:
                return known.literal == wanted
            return None if wanted.startswith(known.start) else False
        if not matches:
            return None
        if known.literal is not None and len(wanted) <= _LONGEST:
            return fnmatch.fnmatchcase(known.literal, wanted)
        head = re.split(r"[*?\[]", wanted)[0]
        if known.start.startswith(head):
            return True if wanted == f"{head}*" else None
        return None if head.startswith(known.start) else False


def _begins(known: Text, raw: str) -> bool | None:
    """Whether a text begins as a regular expression says that says no more."""
    asked = _BEGINS_WITH.match(raw)
    if asked is None:
        return None
    head = asked["head"]
    if known.start.startswith(head):
        return True if asked.end() == len(raw) else None
    return False if known.literal is not None or not head.startswith(known.start) else None


def _joined(left: bool | None, right: bool | None, sign: str) -> bool | None:
    """`left && right` and `left || right`."""
    decides = sign == "||"
    if decides in (left, right):
        return decides
    return None if left is None or right is None else not decides


def taken(answers: list[bool | None]) -> Iterator[int]:
    """The branches that a run may take, the last one for certain if its answer is True."""
    for number, known in enumerate(answers):
        if known is not False:
            yield number
        if known:
            return
