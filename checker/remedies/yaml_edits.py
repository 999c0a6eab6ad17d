"""Small edits of a YAML text, each proven: the result is read again and differs as it should.

An edit touches the lines that it must and no other byte. What would need more than that, an alias,
a key behind a dash, a form that nobody writes, raises `CannotEdit`.
"""

from __future__ import annotations

import re

import yaml

from checker.remedies.model import CannotEdit
from checker.remedies.yaml_proof import DIFFERS, Words, proven, put, value_at, word, words_of
from checker.remedies.yaml_text import (
    Data,
    Path,
    YamlText,
    end,
    entries,
    read,
    scalar,
    start,
)


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
    return proven(doc, new, lambda data: put(data, (*parent, key), words_of(words)))


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
    return proven(doc, new, lambda data: put(data, (*parent, key), word(value)))


def replace_word(text: str, path: Path, value: str) -> str:
    """Puts another text in place of the scalar at `path`, in the quotes that it has."""
    doc = read(text)
    node = doc.node(path)
    _one_line(doc, node)
    quote = (node.style if isinstance(node, yaml.ScalarNode) else None) or ""
    number = not quote and re.fullmatch(r"\d+", value)
    new = value if number else _in_quotes(value, quote)
    result = doc.text[: start(node)] + new + doc.text[end(node) :]
    wanted = (value, not quote and not new.startswith("'"))
    return proven(doc, result, lambda data: put(data, path, wanted))


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
    return proven(doc, new, lambda data: put(data, path, words_of(words)))


def written(text: str, path: Path) -> str:
    """The scalar at `path` as it is written, quotes included. Raises `CannotEdit`."""
    doc = read(text)
    return _one_line(doc, doc.node(path))


def insert_item(text: str, path: Path, index: int, *entries: str) -> str:
    """Adds an item to the block list at `path`, behind its item `index`.

    entries: of a mapping, each on one line as YAML, such as `run: npm ci`.
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
    lines = [
        " " * column + f"{'  ' if number else '- '}{line}" for number, line in enumerate(entries)
    ]
    if _blank_follows(doc, at):
        lines.insert(0, "")
    added = read("\n".join(entries)).data()
    new = _insert(doc, at, lines)

    def change(data: Data) -> None:
        items = value_at(data, path)
        if not isinstance(items, list):
            raise CannotEdit(DIFFERS)
        items.insert(index + 1, added)

    return proven(doc, new, change)


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
    value = str(read(new).node(path).value)
    if value not in possible:
        raise CannotEdit(DIFFERS)
    return proven(doc, new, lambda data: put(data, path, (value, not node.style)))


# --- text -------------------------------------------------------------------------------------


def _need_block(node: yaml.Node) -> None:
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        raise CannotEdit("the entries are not written one below the other")


def _one_line(doc: YamlText, node: yaml.Node) -> str:
    text = doc.text[start(node) : end(node)]
    if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">") or "\n" in text:
        raise CannotEdit("a value on one line is not where it was expected")
    if text[:1] in ("&", "!", ""):
        raise CannotEdit("the value carries an anchor or a tag")
    return text


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
