"""Scripts that ask for the event or the ref of their run before they publish."""

from __future__ import annotations

import json

import pytest

from test_workflows.tree import reading, workflow

EVENTS = "[push, release]"
NAMES = ['"$GITHUB_EVENT_NAME"', "$GITHUB_EVENT_NAME", '"${GITHUB_EVENT_NAME}"']
VALUES = [*NAMES, '"${{ github.event_name }}"']


def events(script: str, on: str = EVENTS, keys: str = "") -> set[str]:
    """The events on which a script publishes."""
    rows = "".join(f"    {row}\n" for row in script.splitlines())
    found = reading(workflow(f"- run: |\n{rows}{keys}", on=on)).publishes
    return {run.event for publish in found for run in publish.runs}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "script",
    [
        "if [ {} = push ]; then npm publish; fi",
        "if [[ {} != release ]]; then npm publish; fi",
        "if ! [ {} == 'release' ]; then npm publish; fi",
        "if [ {} = release ]; then echo; else npm publish; fi",
        "if [ {0} = fork ]; then echo; elif [ {0} = push ]; then npm publish; fi",
        "if [ {0} = push ] || [ {0} = fork ]; then npm publish; fi",
        "if [[ {0} == p* && {0} != release ]]; then npm publish; fi",
        "[ {} = push ] && npm publish",
        "test {} = push && echo && npm publish",
        "[ {} = push ] || exit 0\nnpm publish",
        "[ {} = push ] || {{ echo; exit 1; }}\nnpm publish",
        "[[ {} == release ]] && exit 0\nnpm publish",
        "if [ {} = release ]; then\n  echo\n  exit 0\nfi\nnpm publish",
        "case {} in\n  push | fork) npm publish;;\nesac",
        "case {} in\n  release) exit 0;;\nesac\nnpm publish",
        "case {} in\n  rel*) echo;;\n  *) npm publish;;\nesac",
    ],
)
def test_what_is_behind_a_question_for_the_event_is_done_on_that_event(
    script: str, value: str
) -> None:
    assert events(script.format(value)) == {"push"}


@pytest.mark.parametrize(
    ("script", "keys"),
    [
        ("if [ -f a ]; then npm publish; fi", ""),
        ("GITHUB_EVENT_NAME=push\n[ $GITHUB_EVENT_NAME = push ] && npm publish", ""),
        ("read GITHUB_EVENT_NAME < a\n[ $GITHUB_EVENT_NAME = push ] && npm publish", ""),
        ("[ $GITHUB_EVENT_NAME = $WANTED ] && npm publish", ""),
        ("([ $GITHUB_EVENT_NAME = push ] || exit 0)\nnpm publish", ""),
        ("for a in b c; do [ $GITHUB_EVENT_NAME = push ] || exit 0; done\nnpm publish", ""),
        ("if [ -f a ]; then\n  [ $GITHUB_EVENT_NAME = push ] || exit 0\nfi\nnpm publish", ""),
        ("f() { [ $GITHUB_EVENT_NAME = push ] || exit 0; }\nnpm publish", ""),
        ("[ -f a ] && [ $GITHUB_EVENT_NAME = push ] || npm publish", ""),
        ("EVENT=push\n[ $EVENT = push ] && npm publish", "  env: {EVENT: '${{ github.actor }}'}"),
    ],
)
def test_what_a_run_may_come_to_on_each_event_is_done_on_each(script: str, keys: str) -> None:
    assert events(script, keys=keys) == {"push", "release"}


TAGS = "{push: {tags: ['v*']}, workflow_run: {workflows: [a]}}"


@pytest.mark.parametrize(
    "test",
    [
        "$GITHUB_REF == refs/tags/*",
        '"$GITHUB_REF" =~ ^refs/tags/',
        "$GITHUB_REF =~ ^refs/tags/.*$",
        '"$GITHUB_REF_TYPE" = "tag"',
        "${{ github.ref }} == refs/tags/*",
        "'${{ github.ref_type }}' != branch",
    ],
)
def test_the_kind_of_a_ref_is_known_where_the_event_tells_it(test: str) -> None:
    assert events(f"if [[ {test} ]]; then npm publish; fi", TAGS) == {"push"}
    assert events(f"if [[ {test} ]]; then echo; else npm publish; fi", TAGS) == {"workflow_run"}


@pytest.mark.parametrize("test", ["$GITHUB_REF == refs/tags/v1", "$GITHUB_REF =~ ^refs/tags/v1"])
def test_which_tag_it_is_only_a_run_knows(test: str) -> None:
    assert events(f"if [[ {test} ]]; then npm publish; fi", TAGS) == {"push"}
    assert events(f"if [[ {test} ]]; then echo; else npm publish; fi", TAGS) == {
        "push",
        "workflow_run",
    }


@pytest.mark.parametrize(("wanted", "expected"), [("main", {"push"}), ("next", set())])
def test_the_one_branch_of_a_push_is_known(wanted: str, expected: set[str]) -> None:
    script = f'if [ "$GITHUB_REF_NAME" = {wanted} ]; then npm publish; fi'

    assert events(script, "{push: {branches: [main]}}") == expected


@pytest.mark.parametrize("value", ["${{ github.event_name }}", "push"])
def test_a_variable_of_the_step_is_asked_for_as_well(value: str) -> None:
    keys = f"  env: {{EVENT: '{value}'}}"
    expected = {"push"} if "$" in value else {"push", "release"}

    assert events('[ "$EVENT" = push ] || exit 0\nnpm publish', keys=keys) == expected


@pytest.mark.parametrize("script", ["exit 0\nnpm publish", "echo a; exit 1; npm publish"])
def test_nothing_behind_an_exit_is_done(script: str) -> None:
    assert not reading(workflow(f"- run: {json.dumps(script)}")).publishes


@pytest.mark.parametrize(
    "script",
    ["npm publish\nexit 0", "true || exit 1\nnpm publish", "(exit 0)\nnpm publish",
     "f() { exit 1; }\nnpm publish", "[ -f x ] && exit 0\nnpm publish"],
)  # fmt: skip
def test_an_exit_that_may_not_be_done_ends_nothing(script: str) -> None:
    assert len(reading(workflow(f"- run: {json.dumps(script)}")).publishes) == 1
