"""Which npm runs: the job's, a local one, one that a path names, or another program instead."""

from __future__ import annotations

import pytest

from checker.facts import Unknown
from test_workflows.tree import WIDGET, one, run, workflow

ASKING = {**WIDGET, "devDependencies": {"npm": "10.9.2"}, "scripts": {"ship": "npm publish"}}
LOCKED = {
    "lockfileVersion": 3,
    "packages": {"": {"name": "@acme/widget"}, "node_modules/npm": {"version": "10.9.2"}},
}
NESTED = {
    "lockfileVersion": 3,
    "packages": {"node_modules/tool/node_modules/npm": {"version": "9.0.0"}},
}
WRAPPER = {"tools/wrap/npm": '#!/bin/sh\nexec /usr/local/bin/npm stage "$@"\n'}


def npm_of(steps, **others):
    return run(workflow(steps), **others).npm


@pytest.mark.parametrize(
    "command",
    [
        "npm run ship",
        "npx npm publish",
        "npm exec npm publish",
        "./node_modules/.bin/npm publish",
        "node ./node_modules/.bin/npm publish",
        "node node_modules/npm/bin/npm-cli.js publish",
        'PATH="$PWD/node_modules/.bin:$PATH" npm publish',
        'export PATH="$(npm bin):$PATH" && npm publish',
        "env PATH=node_modules/.bin:$PATH npm publish",
        "node --run ship",
    ],
)
def test_a_local_npm_is_the_one_of_the_lockfile(command):
    content = {"package.json": ASKING, "package-lock.json": LOCKED}

    assert npm_of(f"- run: {command}", **content) == ("10.9.2",)


def test_a_local_npm_that_nothing_locks_is_unknown():
    asking = {**ASKING, "devDependencies": {"npm": "^10.9.2"}}
    found = run(workflow("- run: npm run ship"), **{"package.json": asking})

    assert isinstance(found.npm, Unknown)
    assert isinstance(found.runtimes, Unknown)


def test_an_npm_that_only_another_package_has_is_not_on_the_path():
    scripts = {**WIDGET, "scripts": {"ship": "npm publish"}}
    content = {"package.json": scripts, "package-lock.json": NESTED}

    assert npm_of("- run: npm run ship", **content) == ("11.16.0",)


def test_a_hoisted_npm_is_found_though_nothing_asks_for_it():
    scripts = {**WIDGET, "scripts": {"ship": "npm publish"}}
    content = {"package.json": scripts, "package-lock.json": LOCKED}

    assert npm_of("- run: npm run ship", **content) == ("10.9.2",)


def test_the_job_s_npm_publishes_beside_a_local_one():
    content = {"package.json": ASKING, "package-lock.json": LOCKED}

    assert npm_of("- run: npm publish", **content) == ("11.16.0",)


def test_a_path_to_an_npm_that_nothing_shows_leaves_it_unknown():
    assert isinstance(npm_of("- run: ../tool/node_modules/.bin/npm publish"), Unknown)
    assert isinstance(npm_of("- run: /usr/local/bin/npm publish"), Unknown)


@pytest.mark.parametrize(
    "steps",
    [
        '- run: PATH="$PWD/tools/wrap:$PATH" npm publish',
        '- run: cross-env PATH="$PWD/tools/wrap:$PATH" npm publish',
        "- run: |\n    PATH=$PWD/tools/wrap:$PATH\n    npm publish",
        '- run: echo "$PWD/tools/wrap" >> "$GITHUB_PATH"\n- run: npm publish',
        '- run: echo "$PWD/tools/wrap" >> "$GITHUB_PATH"\n- run: npm run ship',
        "- run: ./tools/wrap/npm publish",
        "- run: |\n    alias npm='npm stage'\n    npm publish",
        '- run: |\n    npm() { "$REAL" "$@"; }\n    npm publish',
    ],
)
def test_a_program_in_npm_s_place_makes_the_tool_unknown(steps):
    scripts = {**WIDGET, "scripts": {"ship": "npm publish"}}

    assert one(workflow(steps), **{"package.json": scripts}, **WRAPPER).tool == "unknown"


def test_a_node_that_is_set_up_later_comes_before_what_was_put_on_the_path():
    steps = """
        - run: echo "$PWD/tools/wrap" >> "$GITHUB_PATH"
        - uses: actions/setup-node@v6
          with:
            node-version: 24.18.0
        - run: npm publish
    """
    assert one(workflow(steps), **WRAPPER).tool == "npm"


@pytest.mark.parametrize(
    "folder", ["$HOME/.cargo/bin", "$PWD/scripts", "$GOPATH/bin", "$HOME/.local/bin"]
)
def test_a_folder_of_other_tools_on_the_path_changes_nothing(folder):
    steps = f'- run: echo "{folder}" >> $GITHUB_PATH\n- run: npm publish'

    assert npm_of(steps, **{"scripts/build.sh": "true"}) == ("11.16.0",)


@pytest.mark.parametrize("folder", ["$HOME/.npm-global/bin", "${{ steps.x.outputs.bin }}", "bin"])
def test_a_folder_that_may_have_an_npm_leaves_it_unknown(folder):
    steps = f'- run: echo "{folder}" >> $GITHUB_PATH\n- run: npm publish'

    assert isinstance(npm_of(steps), Unknown)


def test_the_workspace_around_a_checkout_has_no_npm_of_its_own():
    steps = """\
- uses: actions/checkout@v5
  with:
    path: widget
- run: npm run ship
  working-directory: widget
"""
    scripts = {**WIDGET, "scripts": {"ship": "npm publish"}}
    text = workflow(steps).replace("      - uses: actions/checkout@v5\n", "", 1)

    assert run(text, **{"package.json": scripts}).npm == ("11.16.0",)
