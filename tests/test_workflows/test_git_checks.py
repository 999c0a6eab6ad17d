"""What pnpm's git checks see of a job: the branch that its event checks out, or no branch."""

from __future__ import annotations

import pytest

from checker.workflows.command_lines.git import moves_head
from checker.workflows.syntax.document import Mapping, parse
from checker.workflows.syntax.model import Workflow
from checker.workflows.text import Hidden, Text, hole, join, text
from checker.workflows.walking import heads
from test_workflows.tree import run
from test_workflows.tree import workflow as written


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


PNPM = {"name": "@acme/widget", "version": "1.2.0", "packageManager": "pnpm@10.34.9"}
BOTH = "{push: {branches: [main], tags: ['v*']}}"


@pytest.mark.parametrize(
    ("test", "branches"),
    [
        ("startsWith(github.ref, 'refs/tags/')", ()),
        ("startsWith(github.ref, 'refs/tags/v') && github.actor != 'robin'", ()),
        ("github.ref_type == 'tag'", ()),
        ("contains(github.ref, 'refs/tags')", ()),
        ("github.ref == 'refs/heads/next'", ("next",)),
        ("!startsWith(github.ref, 'refs/tags/')", None),
        ("startsWith(github.ref, 'refs/tags/') || github.actor == 'robin'", None),
        ("github.actor == 'robin'", None),
    ],
)
@pytest.mark.parametrize("on_step", [False, True])
def test_a_condition_says_that_a_tag_or_a_branch_is_checked_out(
    test: str, branches: tuple[str, ...] | None, *, on_step: bool
) -> None:
    step = f'- run: pnpm publish\n  if: "{test}"' if on_step else "- run: pnpm publish"
    job = "" if on_step else f'if: "{test}"'
    found = run(written(step, on=BOTH, job=job), **{"package.json": PNPM})
    assert found.heads == branches


@pytest.mark.parametrize(
    ("ref", "is_own"),
    [
        (text(""), True),
        (hole(Hidden("github.ref")), True),
        (join("refs/tags/", Hidden("github.ref_name")), True),
        (text("main"), False),
        (hole(Hidden("inputs.tag")), False),
    ],
)
def test_a_checkout_of_the_ref_of_the_event_is_one_without_a_ref(ref: Text, is_own: bool) -> None:
    assert heads.is_of_event(ref) is is_own


@pytest.mark.parametrize(
    ("ref", "heads_of"),
    [("${{ github.ref }}", ()), ("${{ github.event.release.tag_name }}", ()), ("main", None)],
)
def test_a_release_is_a_tag_however_its_checkout_names_it(
    ref: str, heads_of: tuple[str, ...] | None
) -> None:
    steps = f"- uses: actions/checkout@v5\n  with: {{ref: '{ref}'}}\n- run: pnpm publish"
    found = run(written(steps, on="release"), **{"package.json": PNPM})
    assert found.heads == heads_of
