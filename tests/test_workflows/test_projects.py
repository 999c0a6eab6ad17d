"""Which package.json is npm's project when it publishes: whose `devEngines` and .npmrc it reads."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken
from test_workflows.tree import WIDGET, run, workflow

PNPM = {"packageManager": {"name": "pnpm"}}
ROOT = {"name": "root", "private": True, "devEngines": PNPM}
MEMBER = "- run: npm publish\n  working-directory: packages/widget"


def asked(steps: str, root: dict[str, object], **others: object) -> str | None:
    """The package.json whose `devEngines` counts."""
    found = run(workflow(steps), **{"package.json": root}, **others).dev_engines
    return found.path if found is not None else None


def test_the_manifest_of_the_folder_in_which_npm_runs_counts():
    assert asked("- run: npm publish", {**WIDGET, "devEngines": PNPM}) == "package.json"


def test_of_a_folder_that_is_named_it_does_not():
    dist = {"dist/package.json": {**WIDGET, "devEngines": PNPM}}

    assert asked("- run: npm publish ./dist", WIDGET, **dist) is None
    assert asked("- run: cd dist && npm publish", WIDGET, **dist) == "dist/package.json"


def test_in_a_workspace_it_is_the_roots():
    root = {**ROOT, "workspaces": ["packages/*"]}

    assert asked(MEMBER, root, **{"packages/widget/package.json": WIDGET}) == "package.json"


def test_npm_does_not_know_the_workspaces_of_pnpm():
    others = {
        "packages/widget/package.json": WIDGET,
        "pnpm-workspace.yaml": "packages: ['packages/*']",
    }

    assert asked(MEMBER, ROOT, **others) is None


@pytest.mark.parametrize(
    ("command", "counts"),
    [
        ("npx np --yolo", True),
        ("npx semantic-release", True),
        ("npx release-it --ci", True),
        # They upload without npm's command, or from a folder of their own.
        ("pnpm publish", False),
        ("yarn publish", False),
        ("npx lerna publish from-package --yes", False),
    ],
)
def test_it_counts_where_the_tool_runs_npms_command(command, counts):
    found = asked(f"- run: {command}", {**WIDGET, "devEngines": PNPM})

    assert found == ("package.json" if counts else None)


TOKEN = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"
OF_NPM = {"package.json": {"name": "root", "private": True, "workspaces": ["packages/*"]}}
OF_PNPM = {
    "package.json": {"name": "root", "private": True},
    "pnpm-workspace.yaml": "packages: ['packages/*']",
}


@pytest.mark.parametrize(
    ("command", "workspaces", "root_counts", "own_counts"),
    [
        ("npm publish", OF_NPM, True, False),
        ("npm publish", OF_PNPM, False, True),
        ("pnpm publish", OF_NPM, False, True),
        ("pnpm publish", OF_PNPM, True, True),
    ],
)
def test_whose_npmrc_counts_is_as_npm_and_pnpm_were_seen_to_do(
    command, workspaces, root_counts, own_counts
):
    step = f"- run: {command}\n  working-directory: packages/widget"
    step += "\n  env: {NPM_TOKEN: '${{ secrets.NPM_TOKEN }}', NODE_AUTH_TOKEN: ''}"

    def finds(path):
        tree = {**workspaces, "packages/widget/package.json": WIDGET, path: TOKEN}
        token = run(workflow(step), **tree).token
        return isinstance(token, GivenToken) and token.secret_names == ("NPM_TOKEN",)

    assert finds(".npmrc") is root_counts
    assert finds("packages/widget/.npmrc") is own_counts
