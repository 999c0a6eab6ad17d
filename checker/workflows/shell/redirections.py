"""What a command reads and writes by `<`, `>` and their kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.workflows.shell.command import Write
from checker.workflows.shell.words import Script, Words
from checker.workflows.text import EMPTY, Text

if TYPE_CHECKING:
    from tree_sitter import Node

_WRITING = frozenset({">", ">>", ">|", "&>", "&>>"})
_APPENDING = frozenset({">>", "&>>"})


def of(node: Node, words: Words, script: Script) -> tuple[Text | None, tuple[Write, ...]]:
    """What stands on the standard input, None where nothing written does; and the files written."""
    given: Text | None = None
    writes: list[Write | None] = []
    for redirect in node.children_by_field_name("redirect"):
        if redirect.type == "heredoc_redirect":
            given = _heredoc(redirect, words, script)
            inner = [c for c in redirect.named_children if c.type == "file_redirect"]
            writes += [write(one, words) for one in inner]
        elif redirect.type == "herestring_redirect":
            given = words.word(redirect.named_children[0]) if redirect.named_children else None
        else:
            writes.append(write(redirect, words))
    return given, tuple(one for one in writes if one is not None)


def write(redirect: Node, words: Words) -> Write | None:
    """The file that a redirection writes; None where it writes none, or none that is output."""
    target = redirect.child_by_field_name("destination")
    signs = {child.type for child in redirect.children if not child.is_named}
    descriptor = redirect.child_by_field_name("descriptor")
    if target is None or not signs & _WRITING:
        return None
    if descriptor is not None and words.raw(descriptor) != "1":
        return None
    return Write(words.word(target), bool(signs & _APPENDING))


def _heredoc(redirect: Node, words: Words, script: Script) -> Text:
    start = next((c for c in redirect.named_children if c.type == "heredoc_start"), None)
    body = next((c for c in redirect.named_children if c.type == "heredoc_body"), None)
    if body is None:
        return EMPTY
    raw = start is not None and words.raw(start)[:1] in {"'", '"', "\\"}
    return script.text(*body.byte_range) if raw else words.quoted(body)
