"""How the statements of a script may end: well, one way or the other, or with the script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from checker.workflows.shell import presumed
from checker.workflows.shell.tree import GROUPS, SILENT, TESTS, parts
from checker.workflows.shell.words import Words
from checker.workflows.text import Text

if TYPE_CHECKING:
    from tree_sitter import Node

_LEAVES = (["exit"], ["return"])
_ENDS_WELL = re.compile(r"exit(?:\s+0)?")
_IS_GIVEN = re.compile(
    r"""(?:\[\[?|test)\s+(?:(?:!\s*-z|-n)\s+)?"?\$\{?(?P<name>\w+)\}?"?(?:\s+\]\]?)?"""
    r"""|\[\[?\s+"?\$\{?(?P<other>\w+)\}?"?\s+!=\s+(?:""|'')\s+\]\]?"""
)
_IS_MISSING = re.compile(
    r"""\[\[?\s+(?:!\s*-n|-z)\s+"?\$\{?(?P<name>\w+)\}?"?\s+\]\]?"""
    r"""|\[\[?\s+"?\$\{?(?P<other>\w+)\}?"?\s+==?\s+(?:""|'')\s+\]\]?"""
)
_ENDS_AS_ITS_LAST = frozenset(
    {
        *GROUPS,
        "pipeline",
        "redirected_statement",
        "variable_assignment",
        "string",
        "command_substitution",
    }
)
_NO_WORDS = frozenset({"variable_assignment", "file_redirect", "herestring_redirect"})


class Outcomes(Struct, frozen=True):
    """Answers for the statements of one script. value: of a variable, None when nothing sets it."""

    words: Words
    value: Callable[[str], Text | None]

    def cannot_fail(self, node: Node) -> bool:
        """Whether a command has nothing to fail for."""
        inner = node.named_children[0] if node.type == "redirected_statement" else node
        return inner.type == "command" and presumed.cannot_fail(self._all_words(inner))

    def may_fail(self, node: Node) -> bool:
        """Whether a script goes one way or the other by how a statement ends."""
        while node.type in _ENDS_AS_ITS_LAST:
            inner = [child for child in node.named_children if child.type not in SILENT]
            if node.type == "redirected_statement":
                inner = inner[:1]
            if not inner:
                return False
            node = inner[-1]
        if node.type == "list":
            chain = parts(node)
            return any(map(self.may_fail, chain if len(chain) > 1 else node.named_children[-1:]))
        if node.type == "command":
            return not self.finds_secret(node) and not presumed.succeeds(self._all_words(node))
        return node.type in TESTS and not self.finds_secret(node)

    def _all_words(self, node: Node) -> list[Text]:
        """The words of a command without the variables and the redirections around it."""
        words: list[Text] = []
        for child in node.named_children:
            if child.type == "command_name":
                child = child.named_children[0] if child.named_children else child
            if child.type not in _NO_WORDS:
                words += self.words.fields(child)
        return words

    def finds_secret(self, test: Node) -> bool:
        """Whether a test only asks for a secret, which is presumed to be there: `[ -n "$A" ]`."""
        return self._asks_for_secret(test, _IS_GIVEN)

    def misses_secret(self, test: Node) -> bool:
        """The same with the other answer: `[ -z "$A" ]`."""
        return self._asks_for_secret(test, _IS_MISSING)

    def _asks_for_secret(self, test: Node, asks: re.Pattern[str]) -> bool:
        found = asks.fullmatch(self.words.raw(test).strip())
        value = self.value(found["name"] or found["other"]) if found is not None else None
        if value is None or len(value.parts) != 1:
            return False
        return bool(value.secrets) and not value.holes[0].optional

    def leaves(self, branch: list[Node]) -> bool:
        """Whether the script or function ends with these statements."""
        return self._last_of(branch).split(None, 1)[:1] in _LEAVES

    def ends_well(self, branch: list[Node]) -> bool:
        """Whether the script ends with these statements, and the step goes on."""
        return _ENDS_WELL.fullmatch(self._last_of(branch)) is not None

    def fails(self, branch: list[Node]) -> bool:
        """Whether the script or function ends with these statements, and not well."""
        return self.leaves(branch) and not self.ends_well(branch)

    def _last_of(self, branch: list[Node]) -> str:
        """The last statement of a branch as it is written; "" where there is none."""
        last = branch[-1] if branch else None
        while last is not None and last.type == "compound_statement" and last.named_children:
            last = last.named_children[-1]
        return self.words.raw(last).strip() if last is not None else ""
