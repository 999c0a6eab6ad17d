"""Which conditions of a workflow cannot both hold."""

from __future__ import annotations

import pytest

from checker.workflows.syntax.conditions import bare, exclude


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x", "!x"),
        ("x == 'a'", "x == 'b'"),
        ("x == 'a'", "x != 'A'"),
        ("x == true", "x == false"),
        ("x == 1", "x == 2"),
        ("always() && x == 'a'", "x == 'b'"),
        ("contains(x, '-')", "!contains(x, '-')"),
        ("contains(x, 'alpha')", "contains(x, 'beta')"),
        ("startsWith(x, 'v1')", "!startsWith(x, 'v')"),
        ("startsWith(github.ref, 'refs/tags/')", "github.ref == 'refs/heads/main'"),
        ("github.ref_type == 'tag'", "github.ref == 'refs/heads/main'"),
        ("github.ref_name == 'main'", "startsWith(github.ref, 'refs/tags/v')"),
        ("github.ref_name == 'main'", "github.ref == 'refs/heads/next'"),
        ("github.ref == 'refs/heads/main'", "startsWith(github.ref_name, 'v')"),
        ("x == 'a' || x == 'b'", "x != 'a' && x != 'b'"),
        ("!(x || y)", "y"),
        ("!(x && y)", "x && y"),
        ("(x) == 'a'", "(x) == 'b'"),
    ],
)
def test_these_exclude_each_other(first, second):
    assert exclude([first], [second])
    assert exclude([second], [first])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x", "y"),
        ("github.ref_name == 'v1.0.0'", "startsWith(github.ref, 'refs/tags/v')"),
        ("github.ref_name == 'main'", "github.ref == 'refs/heads/main'"),
        ("x", "x"),
        ("x != 'a'", "x != 'b'"),
        ("!(x && y)", "x"),
        ("x == 'a' || y", "x == 'b'"),
        ("startsWith(x, 'v')", "startsWith(x, 'v1')"),
        ("startsWith(x, 'v')", "contains(x, '-beta')"),
        ("contains(labels.*.name, 'a')", "contains(labels.*.name, 'b')"),
        ("x ==", "x == 'b'"),
    ],
)
def test_these_may_both_hold(first, second):
    assert not exclude([first], [second])
    assert not exclude([second], [first])


def test_of_several_conditions_two_that_exclude_each_other_are_enough():
    assert exclude(["a", "x == '1'"], ["b", "x == '2'"])
    assert not exclude([], ["a"])


def test_braces_around_a_condition_change_nothing():
    assert bare("${{  x   == 'a' }}") == "x == 'a'"
