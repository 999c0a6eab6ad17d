"""Small YAML files as texts with lines, within limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.manifests.plain_yaml import DEEPEST, Listing, Mapping, NotYaml, Text, read


def mapping(text: str) -> Mapping:
    found = read(text)
    assert isinstance(found, Mapping)
    return found


def test_values_stay_as_they_are_written() -> None:
    found = mapping("on: yes\nversion: 1.10\nnothing:\nquoted: '24'\n")
    assert found.text("on") == "yes"
    assert found.text("version") == "1.10"
    assert found.text("nothing") == ""
    assert found.text("quoted") == "24"
    assert found.text("absent") is None


def test_every_value_knows_its_line() -> None:
    found = mapping("packages:\n  - a\n  - b: c\n").get("packages")
    assert isinstance(found, Listing)
    assert found.line == 2
    assert found.items[0] == Text("a", 2)
    assert isinstance(found.items[1], Mapping)


def test_of_equal_keys_the_last_counts() -> None:
    assert mapping("a: 1\na: 2\n").text("a") == "2"


def test_a_key_that_is_no_text_is_left_out() -> None:
    assert mapping("? [a]\n: b\nc: d\n").pairs == ((Text("c", 3), Text("d", 3)),)


def test_an_alias_brings_nothing_in() -> None:
    assert mapping("a: &x [1, 2]\nb: *x\n").get("b") == Text("", 2)


def test_only_the_first_document_is_read() -> None:
    assert mapping("a: 1\n---\na: 2\n").text("a") == "1"
    assert read("") == Text("", 1)


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: b: c",
        "\ta: 1",
        "a: \x00",
        "[" * (DEEPEST + 1),
        "- " * 100_000 + "x",
        "{a: " * 100_000,
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(NotYaml, match=r"^(it|line) .*[^.]$"):
        read(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read(text)
    except NotYaml:
        return
    assert found.line >= 1
