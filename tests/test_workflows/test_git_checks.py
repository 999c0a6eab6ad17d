"""What pnpm's git checks see of a job: the branch that its event checks out, or no branch."""

from __future__ import annotations

import pytest

from checker.workflows.command_lines.git import moves_head
from checker.workflows.syntax.document import Mapping, parse
from checker.workflows.syntax.model import Workflow
from checker.workflows.text import text
from checker.workflows.walking import heads


def workflow(on: str) -> Workflow:
    fields = parse(f"on: {on}\n".encode())
    assert isinstance(fields, Mapping)
    return Workflow(".github/workflows/release.yml", fields, ())


@pytest.mark.parametrize(
    ("on", "event", "branches"),
    [
        ("{release: {types: [published]}}", "release", ()),
        ("{push: {tags: ['v*']}}", "push", ()),
        ("{push: {tags-ignore: ['x*']}}", "push", ()),
        ("{push: {branches: [release, next]}}", "push", ("release", "next")),
        ("{push: {branches: ['release/**']}}", "push", None),
        ("{push: {branches: [release], tags: ['v*']}}", "push", None),
        ("{push: {branches-ignore: [next]}}", "push", None),
        ("push", "push", None),
        ("workflow_dispatch", "workflow_dispatch", None),
    ],
)
def test_an_event_checks_out_a_branch_or_a_tag(
    on: str, event: str, branches: tuple[str, ...] | None
) -> None:
    assert heads.of(workflow(on), event) == branches


@pytest.mark.parametrize(
    ("command", "moves"),
    [
        ("checkout main", True),
        ("checkout -B release", True),
        ("-C packages switch main", True),
        ("branch -M main", True),
        ("init", True),
        ("checkout -- package.json", False),
        ("checkout .", False),
        ("branch --show-current", False),
        ("fetch --tags", False),
        ("status", False),
    ],
)
def test_git_moves_its_head_with_some_commands_alone(command: str, moves: bool) -> None:
    assert moves_head([text(word) for word in command.split()]) is moves
