"""Shell text to tree-sitter's tree of bash, and the shapes of that tree; nothing is walked here."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from checker.workflows.shell.words import Script, mask

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

OTHERWISE = frozenset({"elif_clause", "else_clause"})
GROUPS = frozenset({"compound_statement", "subshell"})
# What a statement may stand in and yet be one of the script's own, at most once.
IN_THE_SCRIPT_ITSELF = OTHERWISE | {
    "program", "if_statement", "list", "case_statement", "case_item", "compound_statement",
    "redirected_statement",
}  # fmt: skip
TESTS = frozenset({"test_command", "negated_command"})
ASSIGNMENTS = frozenset({"variable_assignment", "declaration_command"})
SILENT = frozenset({"comment", "heredoc_body", "heredoc_start", "heredoc_end", "\n", ";"})

# The grammar's scanner hands every character to C's `isspace` and its kin, which read outside
# their tables for any that is no byte: an emoji in a comment may end the process. It sees letters
# in their place; the words themselves are taken from the script's own bytes.
_ASCII = bytes(n if 32 <= n < 127 or n in (9, 10, 13) else ord("_") for n in range(256))


@functools.lru_cache(maxsize=512)
def parse(source: str) -> Tree:
    """The syntax tree of a shell script; any text has one."""
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    plain = mask(source).encode().translate(_ASCII)
    return Parser(Language(tree_sitter_bash.language())).parse(plain)


def appends(script: Script, assignment: Node, value: Node) -> bool:
    """Whether it is `A+=b`."""
    return b"+=" in script.masked[assignment.start_byte : value.start_byte]


def parts(node: Node) -> list[Node]:
    """The statements of `a && b && c`, which the grammar nests."""
    found: list[Node] = []
    while node.type == "list" and any(child.type == "&&" for child in node.children):
        node, *others = node.named_children
        found[:0] = others
    return [node, *found]


def is_last(node: Node) -> bool:
    """Whether a whole script ends with this list."""
    parent = node.parent
    if parent is not None and parent.type == "redirected_statement":
        node, parent = parent, parent.parent
    if parent is None or parent.type != "program":
        return False
    return node == [child for child in parent.named_children if child.type not in SILENT][-1]


_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_BESIDE = SILENT | OTHERWISE | _REDIRECTS | {"case_item"}


def ends_script(node: Node) -> bool:
    """Whether nothing follows a statement, so that the script ends as this one does.

    Inside a list or a pipeline it is the whole of it that is asked about; of a function's body
    nobody knows, and it is taken to be the last.
    """
    parent = node.parent
    while parent is not None and parent.type != "function_definition":
        after = node.next_named_sibling
        while after is not None and after.type in _BESIDE:
            after = after.next_named_sibling
        if after is not None and parent.type not in {"list", "pipeline"}:
            return False
        node, parent = parent, parent.parent
    return True


def chosen(node: Node) -> tuple[Node, Node] | None:
    """The test and the assignment of `test && A=b`; None of anything else."""
    inner = node.named_children
    ours = node.type == "list" and len(inner) == 2 and inner[0].type in TESTS
    return (inner[0], inner[1]) if ours and inner[1].type in ASSIGNMENTS else None
