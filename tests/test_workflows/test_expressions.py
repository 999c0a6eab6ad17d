"""`${{ }}` to values: GitHub's rules where all is known, and holes where only a run knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.workflows.syntax.expressions import condition, evaluate, interpolate
from checker.workflows.syntax.values import Array, Object, Value, as_text, truth
from checker.workflows.text import Hidden, Text, join, text
from test_workflows.tree import reading, workflow

CONTEXTS: dict[str, Value] = {
    "github": Object(
        (
            ("event_name", text("push")),
            ("ref", join("refs/tags/", Hidden("github.ref_name"))),
            ("ref_type", text("tag")),
        ),
        "github",
    ),
    "matrix": Object((("node", float(20)), ("os", text("ubuntu-latest")))),
    "secrets": Object((("A", Hidden("secrets.A", ("A",))), ("B", Hidden("secrets.B", ("B",))))),
    "inputs": Object((("tag", text("next")), ("dry", False))),
}


def value(source: str) -> Value:
    return evaluate(source, lambda name: CONTEXTS.get(name, Hidden(name)))


def shown(source: str) -> object:
    found = value(source)
    return found.literal if isinstance(found, Text) else found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true && 'a'", "a"),
        ("false && 'a' || 'b'", "b"),
        ("'' || 'x'", "x"),
        ("!false", True),
        ("1 == 1.0", True),
        ("'A' == 'a'", True),
        ("null == ''", True),
        ("'1' == 1", True),
        ("'x' != 'y'", True),
        ("2 > 1 && 2 >= 2 && 1 < 2", True),
        ("format('npm {0} --tag {1}', 'publish', inputs.tag)", "npm publish --tag next"),
        ("format('{{0}}')", "{0}"),
        ("join(fromJSON('[\"a\",\"b\"]'), '-')", "a-b"),
        ("fromJSON('{\"a\": [1, 2]}').a[1]", 2.0),
        ("contains('npm publish', 'PUBLISH')", True),
        ("contains(fromJSON('[\"push\"]'), github.event_name)", True),
        ("startsWith(github.ref, 'refs/tags/')", True),
        ("startsWith(github.ref, 'refs/heads/')", False),
        ("github.ref == 'refs/heads/main'", False),
        ("endsWith('a.yml', '.yml')", True),
        ("matrix.node == 20", True),
        ("matrix['os']", "ubuntu-latest"),
        ("MATRIX.OS", "ubuntu-latest"),
        ("inputs.missing == ''", True),
        ("toJSON('a')", '"a"'),
        ("always() && success()", True),
        ("(1 == 2) || (2 == 2)", True),
        ("'it''s'", "it's"),
        ("-1 < 0", True),
        ("case(false, 'a', true, 'b', 'c')", "b"),
    ],
)
def test_what_is_known_has_githubs_value(source, expected):
    assert shown(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "vars.X", "github.ref_name == 'v1'", "steps.x.outputs.y && true", "!vars.X",
        "hashFiles('a')", "startsWith(github.ref, 'refs/tags/v')", "fromJSON(vars.X)",
        "needs.a.outputs.b == 'true'",
        "a b", "1 +", "(((", "'open", "github.event.*.x", "format(vars.X, 1)", "toJSON(vars.X)",
    ],
)  # fmt: skip
def test_what_only_a_run_knows_is_hidden_and_says_why(source):
    found = value(source)

    assert isinstance(found, Hidden)
    assert found.why


def test_a_secret_keeps_its_name_through_operators():
    assert value("secrets.A || secrets.B").secrets == ("A", "B")
    assert as_text(value("format('x{0}', secrets.A)")).secrets == ("A",)
    assert value("vars.X && secrets.A || ''").secrets == ("A",)
    assert value("vars.X && secrets.A || ''").optional


def test_a_choice_between_written_texts_is_kept():
    assert value("vars.X && 'next' || 'latest'").choices == ("next", "latest")


def test_text_around_expressions_keeps_its_literal_ends():
    found = interpolate("a ${{ vars.X }} b", lambda name: Hidden(name))

    assert found == join("a ", Hidden("vars.X"), " b")


def test_braces_in_quotes_do_not_end_an_expression():
    assert interpolate("${{ '}}' }}", lambda _: None) == text("}}")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("false", False),
        ("${{ false }}", False),
        ("github.event_name == 'push'", True),
        ("${{ github.event_name == 'release' }}", False),
        ("vars.X", None),
        ("!cancelled() && github.event_name == 'release'", False),
        ("${{ false }} ", False),
        ("x ${{ false }}", True),
    ],
)
def test_conditions_hold_fail_or_stay_open(source, expected):
    assert condition(source, lambda name: CONTEXTS.get(name, Hidden(name))) is expected


@given(st.text(max_size=80))
def test_any_text_has_a_value(source):
    found = value(source)

    assert truth(found) in {True, False, None}


@given(st.text(alphabet="ab'(){}[].,!&|=<>* 01", max_size=60))
def test_any_text_of_expression_signs_has_a_text(source):
    assert isinstance(as_text(interpolate(f"x ${{{{ {source} }}}}", lambda _: Array(()))), Text)


def events(on: str, test: str) -> set[str]:
    """The events on which a publish under a condition of its job may run."""
    text = workflow("- run: npm publish", on=on, job=f"if: {test}")
    return {run.event for found in reading(text).publishes for run in found.runs}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("startsWith(github.ref_name, 'v4')", {"push"}),
        ("github.ref_name == 'main'", {"push"}),
        ("github.ref == 'refs/heads/main'", {"push"}),
        ("startsWith(github.ref_name, '4')", {"push", "pull_request"}),
        ("startsWith(github.ref, 'refs/pull/4')", {"push", "pull_request"}),
        ("startsWith(github.ref_name, 'gh-readonly-queue/')", {"push", "merge_group"}),
    ],
)
def test_what_a_pull_request_and_a_merge_queue_call_their_refs(test, expected):
    assert events("[push, pull_request, merge_group]", test) == expected


def test_the_ref_of_a_merged_pull_request_is_the_branch():
    on = "{pull_request: {types: [closed]}}"

    assert events(on, "github.ref_name == 'main'") == {"pull_request"}


def test_the_only_branch_of_a_filter_is_the_ref_name():
    on = "{push: {branches: [main]}}"

    assert events(on, "github.ref_name == 'main'") == {"push"}
    assert events(on, "github.ref_name == 'next'") == set()
