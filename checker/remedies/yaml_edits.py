"""Small edits of a YAML text, each proven: the result is read again and differs as it should.

An edit touches the lines that it must and no other byte. What would need more than that, an alias,
a key behind a dash, a form that nobody writes, raises `CannotEdit`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping

import yaml

from checker.remedies.model import CannotEdit
from checker.remedies.yaml_text import (
    Data,
    Path,
    YamlText,
    end,
    entries,
    is_flow,
    read,
    scalar,
    start,
)

Words = Mapping[str, str]
_DIFFERS = "the edit would change more than it should"


def add_mapping(text: str, parent: Path, key: str, words: Words, after: str) -> str:
    """Adds `key` with a mapping of words to the block mapping at `parent`, behind the key `after`.

    The words stand as deep below the key as the parent's own entries stand below it.
    """
    doc = read(text)
    node = doc.node(parent)
    _need_block(node)
    first = start(entries(node)[0][0])
    column = doc.column(first)
    outer = doc.node(parent[:-1]) if parent else node
    step = doc.indent(outer, node) if parent else 2
    lines = [" " * column + f"{scalar(key)}:"]
    lines += [" " * (column + step) + f"{scalar(k)}: {scalar(v)}" for k, v in words.items()]
    new = _insert(doc, doc.entry_last(*doc.entry(node, after)), lines)
    return _proven(doc, new, lambda data: _put(data, (*parent, key), _words(words)))


def add_word(text: str, parent: Path, key: str, value: str) -> str:
    """Adds `key: value` behind the last entry of the mapping at `parent`, block or flow."""
    doc = read(text)
    node = doc.node(parent)
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit("a mapping is not where it was expected")
    written = f"{scalar(key)}: {scalar(value)}"
    if node.flow_style:
        if not node.value:
            new = doc.text[: start(node)] + f"{{ {written} }}" + doc.text[end(node) :]
        else:
            at = doc.entry_last(*node.value[-1])
            new = doc.text[:at] + f", {written}" + doc.text[at:]
    else:
        _need_block(node)
        column = doc.column(start(node.value[0][0]))
        new = _insert(doc, doc.entry_last(*node.value[-1]), [" " * column + written])
    return _proven(doc, new, lambda data: _put(data, (*parent, key), _word(value)))


def replace_word(text: str, path: Path, value: str) -> str:
    """Puts another text in place of the scalar at `path`, in the quotes that it has."""
    doc = read(text)
    node = doc.node(path)
    written = doc.text[start(node) : end(node)]
    if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">") or "\n" in written:
        raise CannotEdit("a value on one line is not where it was expected")
    if written[:1] in ("&", "!", ""):
        raise CannotEdit("the value carries an anchor or a tag")
    quote = node.style or ""
    number = not quote and re.fullmatch(r"\d+", value)
    new = value if number else _in_quotes(value, quote)
    result = doc.text[: start(node)] + new + doc.text[end(node) :]
    wanted = (value, not quote and not new.startswith("'"))
    return _proven(doc, result, lambda data: _put(data, path, wanted))


def replace_by_mapping(text: str, path: Path, words: Words) -> str:
    """Puts a block mapping of words in place of the scalar at `path`."""
    doc = read(text)
    node, parent = doc.node(path), doc.node(path[:-1])
    _need_block(parent)
    key, _ = doc.entry(parent, str(path[-1]))
    if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
        raise CannotEdit("a value on one line is not where it was expected")
    column = doc.column(start(key))
    step = doc.indent(doc.node(path[:-2]), parent) if len(path) > 1 else 2
    lines = [" " * (column + step) + f"{scalar(k)}: {scalar(v)}" for k, v in words.items()]
    head = doc.text[: start(node)].rstrip(" ")
    new = head + doc.newline + doc.newline.join(lines) + doc.text[end(node) :]
    return _proven(doc, new, lambda data: _put(data, path, _words(words)))


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
    return _proven(doc, new, lambda data: _drop(data, path))


def insert_item(text: str, path: Path, index: int, line: str) -> str:
    """Adds the item `- line` to the block list at `path`, behind its item `index`.

    line: one entry of a mapping, such as `run: npm ci`, as YAML.
    """
    doc = read(text)
    node = doc.node(path)
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise CannotEdit("the steps are not written one below the other")
    item = node.value[index]
    if not start(node) <= start(item):
        raise CannotEdit("a step stands behind an alias")
    column = doc.column(start(node))
    at = doc.last(item)
    lines = [" " * column + f"- {line}"]
    if _blank_follows(doc, at):
        lines.insert(0, "")
    added = read(line).data()
    new = _insert(doc, at, lines)

    def change(data: Data) -> None:
        items = _at(data, path)
        if not isinstance(items, list):
            raise CannotEdit(_DIFFERS)
        items.insert(index + 1, added)

    return _proven(doc, new, change)


def substitute(
    text: str, path: Path, lines: tuple[int, int], pattern: re.Pattern[str], by: str
) -> str:
    """Replaces the one match of `pattern` within the lines of the scalar at `path`.

    lines: the first and last line of the file to look at, 1-based.
    """
    doc = read(text)
    node = doc.node(path)
    if not isinstance(node, yaml.ScalarNode):
        raise CannotEdit("a script is not where it was expected")
    first, last = start(node), doc.last(node)
    matches = [
        match
        for match in pattern.finditer(doc.text, first, last)
        if lines[0] <= doc.line_of(match.start()) <= lines[1]
    ]
    if len(matches) != 1:
        raise CannotEdit("the place in the script is not found, or is not the only one")
    found = matches[0]
    new = doc.text[: found.start()] + found.expand(by) + doc.text[found.end() :]
    old = str(node.value)
    possible = [old[: m.start()] + m.expand(by) + old[m.end() :] for m in pattern.finditer(old)]
    value = str(_node_at(new, path).value)
    if value not in possible:
        raise CannotEdit(_DIFFERS)
    return _proven(doc, new, lambda data: _put(data, path, (value, not node.style)))


# --- text -------------------------------------------------------------------------------------


def _need_block(node: yaml.Node) -> None:
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        raise CannotEdit("the entries are not written one below the other")


def _insert(doc: YamlText, at: int, lines: list[str]) -> str:
    """Puts lines behind the line of `at`."""
    block = doc.newline.join(lines)
    rest = doc.after_line(at)
    if doc.text[:rest].endswith("\n"):
        return doc.text[:rest] + block + doc.newline + doc.text[rest:]
    return doc.text + doc.newline + block


def _in_quotes(value: str, quote: str) -> str:
    if not value.isprintable():
        raise CannotEdit("a value holds characters that cannot be written safely")
    if quote == '"':
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "'" + value.replace("'", "''") + "'" if quote else scalar(value)


def _blank_follows(doc: YamlText, at: int) -> bool:
    following = doc.after_line(at)
    return (
        following < len(doc.text) and not doc.text[following : doc.end_of_line(following)].strip()
    )


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
    return _proven(doc, new, lambda data: _drop(data, path[:-1]))


# --- proof ------------------------------------------------------------------------------------


def _proven(doc: YamlText, text: str, change: Callable[[Data], None]) -> str:
    """`text`, if it says what the old one says with that change. Raises `CannotEdit`."""
    wanted = copy.deepcopy(doc.data())
    change(wanted)
    if read(text).data() != wanted:
        raise CannotEdit(_DIFFERS)
    return doc.whole(text)


def _at(data: Data, path: Path) -> Data:
    for part in path:
        inner: Data | None = None
        if isinstance(data, list) and isinstance(part, int):
            inner = data[part]
        elif isinstance(data, dict) and isinstance(part, str):
            inner = data.get(part)
        if inner is None:
            raise CannotEdit(_DIFFERS)
        data = inner
    return data


def _put(data: Data, path: Path, value: Data) -> None:
    parent = _at(data, path[:-1])
    if not isinstance(parent, dict):
        raise CannotEdit(_DIFFERS)
    parent[str(path[-1])] = value


def _drop(data: Data, path: Path) -> None:
    parent = _at(data, path[:-1])
    if not isinstance(parent, dict):
        raise CannotEdit(_DIFFERS)
    del parent[str(path[-1])]


def _word(value: str) -> tuple[str, bool]:
    return value, not scalar(value).startswith("'")


def _words(words: Words) -> dict[str, Data]:
    return {key: _word(value) for key, value in words.items()}


def _node_at(text: str, path: Path) -> yaml.Node:
    return read(text).node(path)
