"""YAML to nodes: what GitHub would refuse is refused, with its line, and every bound holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.workflows.syntax.document import (
    MAX_BYTES,
    Broken,
    Mapping,
    Scalar,
    TooLarge,
    parse,
    plain_text,
)


def test_on_is_a_text_and_not_a_truth_value():
    root = parse(b"on: push\n")

    assert isinstance(root, Mapping)
    assert root.entries[0][0].value == "on"


def test_an_alias_stands_for_its_anchor():
    root = parse(b"a: &env\n  X: 1\nb: *env\n")

    assert root.get("b") == root.get("a")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"a: 1\nb: 2\na: 3\n", 3),
        (b"a: &x {b: 1}\nc:\n  <<: *x\n", 3),
        (b"a: *nothing\n", 1),
        (b"a: [1, 2\nb: 3\n", 2),
        (b"a: 1\n---\nb: 2\n", 2),
        (b"", 1),
        (b"ok: 1\nbad: \xff\n", 2),
        (b"? [a]\n: b\n", 1),
        (b"a: &x\n  b: *x\n", 2),
    ],
)
def test_what_github_does_not_take_is_broken_at_its_line(source, line):
    with pytest.raises(Broken) as caught:
        parse(source)

    assert caught.value.line == line


@pytest.mark.parametrize("style", ["'<<'", '"<<"'])
def test_a_quoted_merge_sign_is_an_ordinary_key(style):
    assert parse(f"{style}: 1\n".encode()).get("<<") is not None


def test_nesting_is_bounded():
    with pytest.raises(TooLarge):
        parse(b"[" * 100 + b"]" * 100)


def test_aliases_cannot_multiply_without_bound():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    with pytest.raises(TooLarge):
        parse("\n".join(rows).encode())


def test_a_large_file_is_not_read():
    with pytest.raises(TooLarge):
        parse(b"#" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("written", "expected"),
    [("20.10", "20.1"), ("'20.10'", "20.10"), ("18", "18"), ("~", ""), ("24.x", "24.x")],
)
def test_an_unquoted_number_is_the_number_that_github_makes_of_it(written, expected):
    node = parse(f"v: {written}\n".encode()).get("v")

    assert isinstance(node, Scalar)
    assert plain_text(node) == expected


def test_a_block_text_gives_the_lines_of_its_lines():
    node = parse(b"a: 1\nrun: |\n  one\n  two\n\n  three\nb: 2\n").get("run")

    assert node.lines(0, 0) == (3, 3)
    assert node.lines(3, 3) == (6, 6)
    assert node.end_line == 6


def test_a_folded_text_counts_as_a_whole():
    node = parse(b"run: >\n  one\n  two\n").get("run")

    assert node.lines(0, 0) == (2, 3)


def broken_at(data: bytes) -> int | None:
    """The line of the fault; None where the bytes are a document."""
    try:
        parse(data)
    except Broken as error:
        return error.line
    return None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_broken_at_a_line_of_theirs(data):
    assert broken_at(data) in {None, 1, *range(1, len(data.splitlines()) + 1)}


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@`\n \t?,", max_size=120))
def test_any_text_of_yaml_signs_is_a_document_or_broken_at_a_line_of_its(text):
    assert broken_at(text.encode()) in {None, 1, *range(1, len(text.splitlines()) + 1)}
