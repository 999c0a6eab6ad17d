"""Tools that run `npm publish` in the end, and which workspaces yarn and pnpm leave out."""

from __future__ import annotations

import pytest

from test_workflows.tree import WIDGET, reading, run, workflow

ROOT = {
    "name": "root",
    "private": True,
    "workspaces": ["packages/*"],
    "packageManager": "yarn@4.11.0",
}
TREE = {
    "package.json": ROOT,
    "packages/a/package.json": {"name": "@acme/a", "version": "1.0.0"},
    "packages/b/package.json": {"name": "@acme/b", "version": "1.0.0"},
    "packages/c/package.json": {"name": "@acme/c", "version": "1.0.0", "private": True},
}


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("npx changelogen --release --push --publish", "npm"),
        ("npx changelogen --release --push", None),
        ("npx clean-publish", "npm"),
        ("npx clean-publish --package-manager pnpm", "pnpm"),
        ("npx clean-publish --without-publish", None),
        ("npx bumpp patch --yes -x 'npm publish'", "npm"),
        ("npx bumpp patch --yes --execute='pnpm publish'", "pnpm"),
        ("npx bumpp patch", None),
        ("npx @jsdevtools/npm-publish@4", "js-devtools/npm-publish"),
        ("npm publ", "npm"),
        ("node common/scripts/install-run-rush.js publish --apply --publish", "rush"),
        ("node common/scripts/install-run-rush.js publish --apply", None),
    ],
)
def test_a_tool_that_publishes_through_a_manager_is_that_managers_publish(command, tool):
    found = reading(workflow(f"- run: {command}")).publishes

    assert [one.tool for one in found] == ([] if tool is None else [tool])


def test_the_folder_that_npm_publish_of_jsdevtools_is_given_is_what_is_published():
    part = {"name": "@acme/part", "version": "1.0.0"}
    command = "- run: npx @jsdevtools/npm-publish@4 part/package.json"

    found = run(workflow(command), **{"part/package.json": part})

    assert [package.name for package in found.packages] == ["@acme/part"]


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("yarn workspaces foreach -A npm publish", ["@acme/a", "@acme/b"]),
        ("yarn workspaces foreach -A --exclude @acme/b npm publish", ["@acme/a"]),
        ("yarn workspaces foreach -A --exclude=@acme/b npm publish", ["@acme/a"]),
        ("yarn workspaces foreach -A --include @acme/b npm publish", ["@acme/b"]),
        (
            "yarn workspaces foreach -A --include '@acme/*' --exclude @acme/a npm publish",
            ["@acme/b"],
        ),
        ("pnpm --filter '!@acme/b' publish", ["@acme/a"]),
        ("yarn workspace @acme/a npm publish", ["@acme/a"]),
    ],
)
def test_the_workspaces_that_are_named_or_left_out(command, names):
    found = run(workflow(f"- run: {command}"), **TREE)

    assert sorted(package.name for package in found.packages) == names


def test_what_from_reaches_is_not_known():
    found = run(workflow("- run: yarn workspaces foreach -R --from @acme/a npm publish"), **TREE)

    assert not isinstance(found.packages, tuple)


def test_a_private_workspace_is_refused_where_yarn_publishes_it_by_itself_and_skipped_by_npm():
    (yarn,) = run(workflow("- run: yarn workspace @acme/c npm publish"), **TREE).packages

    assert yarn.private
    assert reading(workflow("- run: npm publish -w @acme/c"), **TREE).publishes == ()


def test_the_scripts_that_lage_runs_are_those_of_the_workspaces():
    manifest = {**WIDGET, "scripts": {"ship": "npm publish"}}
    files = {**TREE, "packages/a/package.json": manifest}

    found = run(workflow("- run: npx lage ship"), **files)

    assert [package.name for package in found.packages] == ["@acme/widget"]
