"""Edits of YAML: what each writes, what it leaves, and where it would rather not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.remedies import yaml_edits as edits
from checker.remedies.model import CannotEdit
from checker.remedies.yaml_removals import remove_entry
from checker.remedies.yaml_text import read, scalar

WORKFLOW = """\
on: push  # when
jobs:
  publish:
    # where
    runs-on: ubuntu-latest # what
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: '22' # old

      # the release
      - run: |
          npm ci
          npm publish
        env:
          # ours
          NODE_AUTH_TOKEN: x # gone
          OTHER: y
  other: {runs-on: x, env: {A: 1, B: 2}}
"""
JOB = ("jobs", "publish")
STEPS = (*JOB, "steps")


def lines_of_difference(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = old.splitlines(), new.splitlines()
    return [b for b in before if b not in after], [a for a in after if a not in before]


def test_a_mapping_stands_behind_the_entry_that_was_named() -> None:
    words = {"contents": "read", "id-token": "write"}
    new = edits.add_mapping(WORKFLOW, JOB, "permissions", words, "runs-on")
    block = "    permissions:\n      contents: read\n      id-token: write\n"
    assert new == WORKFLOW.replace("# what\n", f"# what\n{block}")


def test_a_value_keeps_its_quotes_and_its_comment() -> None:
    new = edits.replace_word(WORKFLOW, (*STEPS, 0, "with", "node-version"), "24")
    assert new == WORKFLOW.replace("'22' # old", "'24' # old")


def test_a_step_stands_directly_behind_the_one_before_it_and_keeps_the_blank_line() -> None:
    new = edits.insert_item(WORKFLOW, STEPS, 0, "run: npm install -g npm@11")
    added = "      - run: npm install -g npm@11\n"
    assert new == WORKFLOW.replace("# old\n", f"# old\n\n{added}")


def test_an_entry_is_taken_out_and_the_comment_above_it_stays() -> None:
    new = remove_entry(WORKFLOW, (*STEPS, 1, "env", "NODE_AUTH_TOKEN"))
    assert new == WORKFLOW.replace("          NODE_AUTH_TOKEN: x # gone\n", "")


def test_the_last_entry_takes_its_mapping_along_and_no_comment_falls_into_the_script() -> None:
    text = WORKFLOW.replace("          OTHER: y\n", "")
    new = remove_entry(text, (*STEPS, 1, "env", "NODE_AUTH_TOKEN"))
    assert "env:\n" not in new
    assert "          npm publish\n        # ours\n" in new


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a: {b: 1, c: 2}\n", ("a", "b"), "a: {c: 2}\n"),
        ("a: {b: 1, c: 2}\n", ("a", "c"), "a: {b: 1}\n"),
        ("a: 1\nb: {c: 2}\n", ("b", "c"), "a: 1\n"),
        ("- env:\n    A: b\n  run: x\n", (0, "env", "A"), "- run: x\n"),
        ("- env: {A: b}\n  run: x\n", (0, "env", "A"), "- run: x\n"),
        ("a:\n  b: 1\n  c: |\n    d\n\n# e\n", ("a", "c"), "a:\n  b: 1\n\n# e\n"),
        ("a:\n  b: 1\n  c: 2", ("a", "c"), "a:\n  b: 1"),
        ("x: 1\n\nenv:\n  A: b\n\njobs: 2\n", ("env", "A"), "x: 1\n\njobs: 2\n"),
    ],
)
def test_an_entry_is_taken_out_of_every_form(
    text: str, path: tuple[str | int, ...], expected: str
) -> None:
    assert remove_entry(text, path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  b: c # d\n# e\n", "a:\n  b: c # d\n  k: v\n# e\n"),
        ("a:\n    b: c", "a:\n    b: c\n    k: v"),
        ("a: { b: c }\n", "a: { b: c, k: v }\n"),
        ("a: {b: c,}\n", "a: {b: c, k: v,}\n"),
        ("a: {}\n", "a: { k: v }\n"),
        ("a:\n  b: &x c\nd: *x\n", "a:\n  b: &x c\n  k: v\nd: *x\n"),
        ("x: &x c\na:\n  b: *x # d\ne: f\n", "x: &x c\na:\n  b: *x # d\n  k: v\ne: f\n"),
    ],
)
def test_a_word_is_added_in_the_form_that_is_there(text: str, expected: str) -> None:
    assert edits.add_word(text, ("a",), "k", "v") == expected


def test_a_word_becomes_a_mapping_and_its_comment_stays() -> None:
    new = edits.replace_by_mapping("j:\n  p: read-all # c\n  q: 1\n", ("j", "p"), {"a": "read"})
    assert new == "j:\n  p:\n    a: read # c\n  q: 1\n"


def test_a_command_is_replaced_on_its_own_line_only() -> None:
    text = "- run: |\n    npm publish a\n    npm publish b\n"
    pattern = re.compile("npm publish")
    new = edits.substitute(text, (0, "run"), (3, 3), pattern, "npm stage publish")
    assert new == "- run: |\n    npm publish a\n    npm stage publish b\n"


SHARED = "base: &env\n  A: 1\nuse: *env\n"


@pytest.mark.parametrize(
    "edit",
    [
        lambda: edits.add_word(SHARED, ("use",), "k", "v"),
        lambda: edits.add_word(SHARED, ("base",), "k", "v"),
        lambda: remove_entry(SHARED, ("base", "A")),
        lambda: edits.replace_word("a: &x 1\nb: *x\n", ("a",), "2"),
        lambda: edits.replace_word("a: !!str 1\n", ("a",), "2"),
        lambda: edits.replace_word("a: |\n  1\n", ("a",), "2"),
        lambda: edits.add_word("a: 1\nb: 2\x85c: 3\n", (), "k", "v"),
        lambda: edits.add_word("a: 1\r\nb: 2\n", (), "k", "v"),
        lambda: edits.add_word("a: [\n", (), "k", "v"),
        lambda: edits.add_word("", (), "k", "v"),
        lambda: edits.insert_item("a: [{b: 1}]\n", ("a",), 0, "run: x"),
        lambda: edits.substitute("run: a a\n", ("run",), (1, 1), re.compile("a"), "b"),
        lambda: remove_entry("- env: {A: b} # why\n  run: x\n", (0, "env", "A")),
        lambda: edits.add_mapping("a: {b: 1}\n", ("a",), "k", {"l": "m"}, "b"),
    ],
)
def test_what_is_not_certain_is_not_edited(edit: Callable[[], str]) -> None:
    with pytest.raises(CannotEdit):
        edit()


def test_a_line_that_an_alias_repeats_is_never_changed_in_two_places() -> None:
    text = "a: &step\n  env:\n    T: 1\n    U: 2\nb: *step\n"
    with pytest.raises(CannotEdit, match="alias"):
        remove_entry(text, ("a", "env", "T"))


@given(st.text(min_size=0, max_size=40))
def test_any_word_is_written_so_that_it_is_read_back_or_not_at_all(word: str) -> None:
    try:
        new = edits.add_word("a:\n  b: c\n", ("a",), "k", word)
    except CannotEdit:
        assert not word.isprintable()
        return
    data = read(new).data()
    assert isinstance(data, dict)
    inner = data["a"]
    assert isinstance(inner, dict)
    assert inner["k"] == (word, not scalar(word).startswith("'"))


@given(st.text(alphabet="ab:-{}[]&*#'\"|> \n\r\t,!", max_size=60))
def test_no_text_makes_an_edit_fail_in_another_way(text: str) -> None:
    for edit in (
        lambda: edits.add_word(text, (), "k", "v"),
        lambda: remove_entry(text, ("a",)),
        lambda: edits.replace_word(text, ("a",), "b"),
        lambda: edits.insert_item(text, ("a",), 0, "run: x"),
    ):
        try:
            new = edit()
        except CannotEdit:
            continue
        assert new != text or "b" in text
