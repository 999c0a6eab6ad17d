"""Takes entries out of a YAML text, each removal proven; comments stay, and harm nothing there."""

from __future__ import annotations

import yaml

from checker.remedies.model import CannotEdit
from checker.remedies.yaml_proof import drop, proven
from checker.remedies.yaml_text import Path, YamlText, entries, is_flow, read, start


def remove_entry(text: str, path: Path) -> str:
    """Removes the entry at `path`, and the mapping that it leaves empty with it."""
    doc = read(text)
    parent = doc.node(path[:-1])
    key, value = doc.entry(parent, str(path[-1]))
    if len(entries(parent)) == 1:
        return _remove_only(doc, path, key, value)
    if is_flow(parent):
        new = _cut_flow(doc, parent, key, value)
    else:
        new = _cut_block(doc, parent, key, value)
    return proven(doc, new, lambda data: drop(data, path))


def _cut_lines(doc: YamlText, first: int, last: int, kept: str = "") -> str:
    """`kept` in place of some lines; a file without a final line end still has none."""
    head, tail = doc.text[: doc.line_start(first)], doc.text[doc.after_line(last) :]
    if not kept and _ends_blank(head) and tail.startswith(doc.newline):
        tail = tail.removeprefix(doc.newline)
    text = head + kept + tail
    return text if doc.text.endswith("\n") else text.removesuffix("\n").removesuffix("\r")


def _ends_blank(head: str) -> bool:
    return not head or head.replace("\r\n", "\n").endswith("\n\n")


def _cut_around_comments(doc: YamlText, name: int, entry: tuple[int, int]) -> str:
    """Without a key's line and its only entry; comments between them move under what is above.

    Left where they stand they could become a part of a script that ends just before them.
    """
    between = doc.text[doc.after_line(name) : doc.line_start(entry[0])]
    margin = " " * doc.column(name)
    kept = "".join(margin + line.lstrip(" ") for line in between.splitlines(keepends=True))
    return _cut_lines(doc, name, entry[1], kept)


def _cut_block(doc: YamlText, parent: yaml.Node, key: yaml.Node, value: yaml.Node) -> str:
    last = doc.entry_last(key, value)
    if doc.is_first(start(key)):
        return _cut_lines(doc, start(key), last)
    # It stands behind the dash of its item: what follows takes its place there.
    following = [name for name, _ in entries(parent) if start(name) > start(key)]
    if not following:
        raise CannotEdit("the entry cannot be taken out of its line")
    until = start(min(following, key=start))
    if "#" in doc.text[last:until]:
        raise CannotEdit("a comment would be lost")
    return doc.text[: start(key)] + doc.text[until:]


def _cut_flow(doc: YamlText, parent: yaml.Node, key: yaml.Node, value: yaml.Node) -> str:
    pairs = entries(parent)
    place = [start(name) for name, _ in pairs].index(start(key))
    if place + 1 < len(pairs):
        first, last = start(key), start(pairs[place + 1][0])
    else:
        first, last = doc.entry_last(*pairs[place - 1]), doc.entry_last(key, value)
    if "#" in doc.text[first:last]:
        raise CannotEdit("a comment would be lost")
    return doc.text[:first] + doc.text[last:]


def _remove_only(doc: YamlText, path: Path, key: yaml.Node, value: yaml.Node) -> str:
    """Removes the mapping whose only entry it is; comments inside stay."""
    grand = doc.node(path[:-2])
    name, mapping = doc.entry(grand, str(path[-2]))
    if len(entries(grand)) == 1:
        raise CannotEdit("nothing would be left around the entry")
    if is_flow(grand):
        new = _cut_flow(doc, grand, name, mapping)
    elif is_flow(mapping) or not doc.is_first(start(name)):
        new = _cut_block(doc, grand, name, mapping)
    else:
        new = _cut_around_comments(doc, start(name), (start(key), doc.entry_last(key, value)))
    return proven(doc, new, lambda data: drop(data, path[:-1]))
