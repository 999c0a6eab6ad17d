"""Workflows and actions of the repository itself, used by its full name."""

from __future__ import annotations

import pytest

from checker.facts import Unknown
from test_workflows.tree import CHECKOUT, SETUP, reading, workflow

CALL = """\
on: {on}
jobs:
  call:
    permissions: {{id-token: write}}
    uses: {uses}
"""
FILE = ".github/workflows/publish.yml"
ACTION = ".github/actions/publish"
MAIN = "{push: {branches: [main]}}"


def called(command: str) -> str:
    steps = f"    steps:\n{CHECKOUT}{SETUP}      - run: {command}\n"
    return f"on: workflow_call\njobs:\n  publish:\n    runs-on: ubuntu-latest\n{steps}"


def action(command: str) -> str:
    step = f"  - run: {command}\n    shell: bash\n"
    return f"name: x\nruns:\n  using: composite\n  steps:\n{step}"


def tools(content: str, **others: object) -> list[str]:
    return [publish.tool for publish in reading(content, **others).publishes]


def of_workflow(uses: str, on: str, command: str = "npm publish") -> list[str]:
    return tools(CALL.format(uses=uses, on=on), **{FILE: called(command)})


def of_action(uses: str, on: str, command: str = "npm publish") -> list[str]:
    return tools(workflow(f"- uses: {uses}", on=on), **{f"{ACTION}/action.yml": action(command)})


@pytest.mark.parametrize("name", ["acme/widget", "Acme/Widget"])
@pytest.mark.parametrize("ref", ["main", "refs/heads/main"])
def test_at_the_branch_of_the_run_they_are_those_of_the_tree(name: str, ref: str) -> None:
    assert of_workflow(f"{name}/{FILE}@{ref}", MAIN) == ["npm"]
    assert of_action(f"{name}/{ACTION}@{ref}", MAIN) == ["npm"]


@pytest.mark.parametrize("on", ["push", "release", "{push: {tags: ['v*']}}"])
@pytest.mark.parametrize("ref", ["main", "v1", "0123456789012345678901234567890123456789"])
def test_at_another_ref_they_may_be_others_and_are_not_passed_over(ref: str, on: str) -> None:
    assert of_workflow(f"acme/widget/{FILE}@{ref}", on) == ["unknown"]
    assert of_action(f"acme/widget/{ACTION}@{ref}", on) == ["unknown"]


@pytest.mark.parametrize("command", ["npm test", "npm publish --dry-run"])
def test_what_publishes_nothing_is_no_publish_at_any_ref(command: str) -> None:
    assert "unknown" not in of_workflow(f"acme/widget/{FILE}@v1", "push", command)
    assert "unknown" not in of_action(f"acme/widget/{ACTION}@v1", "push", command)


def test_what_an_action_of_another_ref_sets_up_is_not_sure() -> None:
    sets_up = (
        "name: x\nruns:\n  using: composite\n  steps:\n"
        "  - {uses: actions/setup-node@v6, with: {node-version: 20}}\n"
    )
    release = workflow(f"- uses: acme/widget/{ACTION}@v1\n- run: npm publish")
    (publish,) = reading(release, **{f"{ACTION}/action.yml": sets_up}).publishes

    assert isinstance(publish.runs[0].node, Unknown)


def test_a_repository_of_a_longer_name_is_another_one() -> None:
    assert of_action(f"acme/widgets/{ACTION}@main", MAIN) == []
    assert of_action(f"acme/widget-{ACTION}@main", MAIN) == []
