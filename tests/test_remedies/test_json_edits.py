"""Edits of package.json: layout, order and line ends stay."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.remedies import json_edits as edits
from checker.remedies.model import CannotEdit

TABS = '{\n\t"name": "a",\n\t"version": "1",\n\t"files": ["x", {"version": 2}]\n}\n'


def test_an_entry_is_added_with_the_indentation_of_its_neighbours() -> None:
    new = edits.add_value(TABS, (), "r", {"type": "git", "url": "u"}, ("version", "name"))
    block = '\t"r": {\n\t\t"type": "git",\n\t\t"url": "u"\n\t},\n'
    assert new == TABS.replace('"1",\n', f'"1",\n{block}')


def test_an_entry_is_added_within_a_single_line() -> None:
    text = '{"name":"a","version":"1"}'
    new = edits.add_value(text, (), "r", "u", ("version", "name"))
    assert new == '{"name":"a","version":"1", "r": "u"}'


def test_windows_line_ends_and_the_byte_order_mark_stay() -> None:
    text = '\ufeff{\r\n  "name": "a"\r\n}\r\n'
    new = edits.add_value(text, (), "r", {"u": 1}, ("version", "name"))
    assert new == '\ufeff{\r\n  "name": "a",\r\n  "r": {\r\n    "u": 1\r\n  }\r\n}\r\n'


def test_a_value_is_replaced_and_of_equal_keys_the_one_that_counts() -> None:
    text = '{"r": {"url": "a"}, "r": {"url": "b", "x": [1]}}'
    assert edits.set_value(text, ("r", "url"), "c") == text.replace('"b"', '"c"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": {"p": true, "q": 1}}', '{"a": {"q": 1}}'),
        ('{"a": {"q": 1, "p": true}}', '{"a": {"q": 1}}'),
        ('{"b": 1, "a": {"p": true}}', '{"b": 1}'),
        ('{\n  "b": 1,\n  "a": {\n    "p": true\n  }\n}\n', '{\n  "b": 1\n}\n'),
        ('{\n  "a": {\n    "p": true,\n    "q": 1\n  }\n}', '{\n  "a": {\n    "q": 1\n  }\n}'),
    ],
)
def test_a_value_is_removed_with_the_object_that_it_leaves_empty(text: str, expected: str) -> None:
    assert edits.remove_value(text, ("a", "p")) == expected


@pytest.mark.parametrize("text", ["", "[]", "{", '{"name": 1,}', "// a\n{}", '{"b": {}}'])
def test_what_is_no_such_manifest_is_not_edited(text: str) -> None:
    with pytest.raises(CannotEdit):
        edits.set_value(text, ("b", "name"), "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", 'c"{', "name"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "name"]), JSON, min_size=1), st.booleans())
def test_a_value_set_is_the_only_difference(document: dict[str, object], indented: bool) -> None:
    text = json.dumps(document, indent=2 if indented else None)
    key = next(iter(document))
    assert json.loads(edits.set_value(text, (key,), "new")) == {**document, key: "new"}
    left = {name: value for name, value in document.items() if name != key}
    assert json.loads(edits.remove_value(text, (key,))) == left
    added = edits.add_value(text, (), "added", {"x": "y"}, (key,))
    assert json.loads(added) == {**document, "added": {"x": "y"}}


def test_a_folder_of_text_with_braces_is_no_structure() -> None:
    text = dedent('{"name": "a{\\"b\\": [", "version": "1"}')
    assert edits.set_value(text, ("version",), "2") == text.replace('"1"', '"2"')
