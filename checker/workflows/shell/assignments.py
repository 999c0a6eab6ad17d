"""What the assignments of a script set: `NAME=value`, `export`, `declare`, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.workflows.shell.tree import appends
from checker.workflows.shell.words import Script, Variables, Words
from checker.workflows.text import EMPTY, Hidden, Text, hole, join

if TYPE_CHECKING:
    from tree_sitter import Node


def assign(shell: Variables, words: Words, script: Script, node: Node) -> None:
    """Sets what a statement assigns, declares or exports."""
    if node.type == "variable_assignment":
        name, value = read(shell, words, script, node)
        # A variable that is exported already stays so, as `PATH` always is.
        exported = name in shell.exported or name == "PATH"
        (shell.exported if exported else shell.local)[name] = value
        return
    keyword = words.raw(node).split(None, 1)[0] if words.raw(node) else ""
    flags = [words.raw(child) for child in node.named_children if child.type == "word"]
    exports = keyword == "export" or any(f.startswith("-") and "x" in f for f in flags)
    for child in node.named_children:
        if child.type == "variable_assignment":
            name, value = read(shell, words, script, child)
            shell.local.pop(name, None)
            (shell.exported if exports else shell.local)[name] = value
        elif child.type == "variable_name" and exports:
            name = words.raw(child)
            if name in shell.local:
                shell.exported[name] = shell.local.pop(name)


def read(shell: Variables, words: Words, script: Script, node: Node) -> tuple[str, Text]:
    """The name and the value of one assignment; a list is kept by its name."""
    name = node.child_by_field_name("name")
    value = node.child_by_field_name("value")
    written = "" if name is None else words.raw(name)
    if value is None:
        return written, EMPTY
    if value.type == "array":
        items = tuple(word for item in value.named_children for word in words.fields(item))
        before = shell.lists.get(written, ()) if appends(script, node, value) else ()
        shell.lists[written] = (*before, *items)
        return written, hole(Hidden(f"the list `{written}`"))
    result = words.word(value)
    if appends(script, node, value):
        result = join(shell.value(written) or EMPTY, result)
    return written, result
