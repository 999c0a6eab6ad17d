"""Code frames: the lines around a place, and that nothing in a file reaches the terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sample_reports import NEEDS_2FA, REFUSED, TOKEN_SHAPED

from checker.facts import Place
from checker.reporters import plain
from checker.reporters.frames import frame


def shown(place: Place, *lines: str, width: int = 80) -> list[str]:
    return [line.text for line in frame(place, lambda _: lines, width)]


LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")


def test_the_lines_of_the_place_are_marked_between_two_of_each_side() -> None:
    assert shown(Place("a.yml", 9, 10), *LETTERS) == [
        "   7 │ g",
        "   8 │ h",
        ">  9 │ i",
        "> 10 │ j",
        "  11 │ k",
        "  12 │ l",
    ]


def test_a_place_at_the_start_or_the_end_of_a_file_has_fewer_neighbours() -> None:
    assert shown(Place("a", 1, 1), "x", "y") == ["> 1 │ x", "  2 │ y"]
    assert shown(Place("a", 2, 9), "x", "y") == ["  1 │ x", "> 2 │ y"]


def test_a_long_place_is_shown_by_its_ends() -> None:
    lines = shown(Place("a", 3, 23), *LETTERS)
    assert [line.split()[-1] for line in lines] == [*"abcde", "┆", *"uvwxy"]


def test_a_file_that_is_not_there_or_shorter_has_no_frame() -> None:
    assert shown(Place("a", 1, 1)) == []
    assert shown(Place("a", 7, 7), "x") == []


def test_empty_lines_at_the_end_are_left_out_and_tabs_become_spaces() -> None:
    assert shown(Place("a", 1, 1), "\tx", "", "") == ["> 1 │     x"]


def test_a_long_line_is_cut_to_the_width() -> None:
    [line] = shown(Place("a", 1, 1), "x" * 500, width=40)
    assert len(line) == 40
    assert line.endswith("…")


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        (f"NODE_AUTH_TOKEN: {TOKEN_SHAPED}", "NODE_AUTH_TOKEN: ***"),
        (f"echo {TOKEN_SHAPED}", "echo npm_***"),
        ("//registry.npmjs.org/:_authToken=hunter2", "//registry.npmjs.org/:_authToken=***"),
        ("_password = aHVudGVyMg==", "_password = ***"),
        ('npmAuthToken: "hunter2"', 'npmAuthToken: "***"'),
        ("NODE_AUTH_TOKEN: ${{ secrets.T }}", "NODE_AUTH_TOKEN: ${{ secrets.T }}"),
        ("_authToken=${NODE_AUTH_TOKEN}", "_authToken=${NODE_AUTH_TOKEN}"),
        ("NPM_TOKEN: ''", "NPM_TOKEN: ''"),
    ],
)
def test_a_credential_in_a_file_is_masked_and_a_variable_is_not(line: str, safe: str) -> None:
    assert shown(Place("a", 1, 1), line) == [f"> 1 │ {safe}"]


def test_the_plain_report_shows_the_frame_under_the_place_where_the_lines_are_known() -> None:
    text = plain.render(REFUSED, source=lambda path: ["line"] * 50 if "release" in path else [])
    assert (
        "\n  .github/workflows/release.yml:44-45\n"
        "      42 │ line\n"
        "      43 │ line\n"
        "    > 44 │ line\n"
        "    > 45 │ line\n"
    ) in text
    assert "│" not in plain.render(REFUSED)


def test_colour_changes_nothing_in_a_frame_but_the_colours() -> None:
    def source(path: str) -> list[str]:
        return ["line"] * 50

    colored = plain.render(REFUSED, color=True, source=source)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain.render(REFUSED, source=source)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.integers(1, 3))
def test_no_line_of_a_file_is_a_command_or_controls_the_terminal(text: str, at: int) -> None:
    lines = [text, f"::error::{text}", f"##[error]{text}\x1b[2J\u202e"]
    report = replace(REFUSED, findings=(replace(NEEDS_2FA, place=Place("a", at, at)),))
    written = plain.render(report, source=lambda _: lines)
    assert all(c.isprintable() or c == "\n" for c in written)
    assert not re.search(r"^\s*::|##\[", written, re.MULTILINE)
