"""Node and npm of a publishing step: every spelling that decides them."""

from __future__ import annotations

import json

import pytest

from checker.facts import Unknown
from checker.workflows.publishes import read
from test_workflows.tree import SETUP, TODAY, files, reading, run, workflow

VERSION = "          node-version: 24.18.0\n"


def setup(line: str) -> str:
    return workflow("- run: npm publish").replace(VERSION, f"          {line}\n" if line else "")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (".nvmrc", "24.18.0\n"),
        (".nvmrc", "v24.18.0"),
        (".node-version", "24.18.0 # why\n"),
        (".tool-versions", "ruby 3.3\nnodejs 24.18.0\n"),
        ("package.json", json.dumps({"name": "w", "volta": {"node": "24.18.0"}})),
        ("package.json", json.dumps({"name": "w", "engines": {"node": "24.18.0"}})),
        ("mise.toml", '[tools]\nnode = "24.18.0"\n'),
    ],
)
def test_a_file_names_the_version(file, content):
    found = run(setup(f"node-version-file: {file}"), **{file: content})

    assert [world.node for world in found.runtimes] == ["24.18.0"]
    assert found.npm == ("11.16.0",)


def test_a_file_that_is_missing_leaves_node_unknown():
    found = run(setup("node-version-file: .nvmrc"))

    assert isinstance(found.node, Unknown)
    assert found.node.fact == "node"


@pytest.mark.parametrize("context", ["vars.NODE", "inputs.node", "steps.x.outputs.node"])
def test_a_version_that_only_a_run_knows_is_unknown(context):
    dispatch = "on: {workflow_dispatch: {inputs: {node: {default: '24'}}}}"
    found = run(setup(f"node-version: ${{{{ {context} }}}}").replace("on: push", dispatch))

    assert isinstance(found.node, Unknown)
    assert isinstance(found.npm, Unknown)


def test_a_version_from_the_environment_is_known():
    text = setup("node-version: ${{ env.NODE }}").replace(
        "jobs:", "env:\n  NODE: 24.18.0\njobs:", 1
    )

    assert run(text).node == ("24.18.0",)


def test_without_setup_node_the_image_has_its_own():
    text = "on: push\njobs:\n  p:\n    runs-on: {}\n    steps:\n      - run: npm publish\n"

    assert isinstance(run(text.format("ubuntu-24.04")).runtimes, tuple)
    assert isinstance(run(text.format("self-hosted")).node, Unknown)


@pytest.mark.parametrize(
    ("image", "node"),
    [
        ("node:24.18.0", "24.18.0"),
        ("node:24.18.0-alpine", "24.18.0"),
        ("docker.io/library/node:24.18.0-bookworm-slim", "24.18.0"),
        ("ghcr.io/acme/build:1", None),
        ("${{ vars.IMAGE }}", None),
    ],
)
def test_a_container_brings_its_node(image, node):
    text = (
        "on: push\njobs:\n  p:\n    runs-on: ubuntu-latest\n"
        f"    container: {image}\n    steps:\n      - run: npm publish\n"
    )
    found = run(text)

    if node is None:
        assert isinstance(found.node, Unknown)
    else:
        assert [world.node for world in found.runtimes] == [node]


@pytest.mark.parametrize(
    "step",
    [
        "- run: npm i -g npm@11.6.0",
        "- run: npm install --location=global npm@11.6.0",
        "- run: sudo npm install -g npm@11.6.0",
        "- run: corepack prepare npm@11.6.0 --activate",
        "- run: npm i -g npm@${{ env.V }}\n  env:\n    V: 11.6.0",
        "- run: pnpm add -g npm@11.6.0",
        "- uses: actions/setup-node@v6\n  with:\n    node-version: 20.20.2\n"
        "- run: npm i -g npm@11.6.0",
    ],
)
def test_an_installed_npm_is_the_one_that_publishes(step):
    assert run(workflow(f"{step}\n- run: npm publish")).npm == ("11.6.0",)


def test_which_npm_a_shim_of_corepack_runs_stands_elsewhere():
    assert isinstance(run(workflow("- run: corepack enable npm\n- run: npm publish")).npm, Unknown)
    assert (
        run(workflow("- run: corepack enable\n- run: npm publish")).npm
        == run(workflow("- run: npm publish")).npm
    )


def test_npx_runs_the_npm_that_it_names():
    assert run(workflow("- run: npx npm@11.6.0 publish")).npm == ("11.6.0",)


def test_a_new_node_leaves_the_installed_npm_behind():
    steps = (
        "- run: npm i -g npm@11.6.0\n"
        "- uses: actions/setup-node@v6\n  with:\n    node-version: 20.20.2\n- run: npm publish"
    )

    assert run(workflow(steps)).npm == ("10.8.2",)


def test_an_upgrade_that_may_be_passed_over_is_two_worlds():
    steps = "- run: npm i -g npm@11.21.2\n  if: vars.UPGRADE\n- run: npm publish"

    assert {world.npm for world in run(workflow(steps)).runtimes} == {"11.16.0", "11.21.2"}


def test_a_condition_that_the_publish_shares_is_no_doubt():
    steps = (
        "- run: npm i -g npm@11.21.2\n  if: steps.r.outputs.done\n"
        "- run: npm publish\n  if: ${{ steps.r.outputs.done && vars.X }}"
    )

    assert {world.npm for world in run(workflow(steps)).runtimes} == {"11.21.2"}


def test_a_failing_upgrade_that_is_tolerated_changes_nothing():
    steps = "- run: npm i -g npm@12.2.0 || true\n- run: npm publish"
    found = run(workflow(steps).replace("24.18.0", "20.20.2"))

    assert [(w.npm, w.failed_upgrade) for w in found.runtimes] == [("10.8.2", None)]


@pytest.mark.parametrize("command", ["npx npm@12.2.0 publish", "npx -y -p npm@12.2.0 npm publish"])
def test_an_npm_that_the_command_brings_and_node_is_too_old_for_is_not_known_to_run(command):
    steps = f"- run: {command}"
    found = run(workflow(steps).replace("24.18.0", "18.20.8"))

    assert isinstance(found.runtimes, Unknown)
    assert (
        found.runtimes.why == "npm 12.2.0, which the command brings, is not made for Node 18.20.8"
    )
    assert run(workflow(steps)).npm == ("12.2.0",)


@pytest.mark.parametrize("action", ["acme/setup-node", "volta-cli/action", "jdx/mise-action"])
def test_an_action_that_installs_node_leaves_it_unknown(action):
    found = run(workflow(f"- uses: {action}@v1\n- run: npm publish"))

    assert isinstance(found.node, Unknown)


@pytest.mark.parametrize(
    "action",
    ["actions-rust-lang/setup-rust-toolchain", "acme/setup-project", "acme/prepare-release-notes"],
)
def test_an_action_that_says_nothing_of_node_leaves_it_as_it_was(action):
    found = run(workflow(f"- uses: {action}@v1\n- run: npm publish"))

    assert found.node == ("24.18.0",)


def test_where_no_step_chooses_node_an_action_that_sets_the_project_up_may():
    text = workflow("- uses: acme/setup-project@v1\n- run: npm publish").replace(SETUP, "")

    assert isinstance(run(text).node, Unknown)


def test_a_range_said_of_npm_is_every_release_that_it_allows():
    text = workflow("- run: npm publish").replace("24.18.0", "${{ vars.NODE }}")
    found = read(files(text), today=TODAY, repository=None, npm=">=11.5.1 <11.7")

    only = found.publishes[0].runs[0]
    assert only.npm == (">=11.5.1 <11.7",)
    assert {world.npm for world in only.runtimes} >= {"11.5.1", "11.6.0"}


def test_a_range_said_of_node_is_every_release_that_it_allows():
    text = workflow("- run: npm publish").replace("24.18.0", "${{ vars.NODE }}")
    found = read(files(text), today=TODAY, repository=None, node=">=22.14 <25")

    nodes = {world.node for world in found.publishes[0].runs[0].runtimes}
    assert {"22.14.0", "24.0.0", "24.18.0"} <= nodes


def test_a_version_manager_chooses_node():
    found = run(workflow("- run: nvm install 20.20.2 && npm publish"))

    assert found.node == ("20.20.2",)


def test_the_options_override_what_the_workflow_says():
    text = workflow("- run: npm publish").replace("24.18.0", "${{ vars.NODE }}")
    found = read(files(text), today=TODAY, repository=None, node="22.21.1").publishes[0].runs[0]
    named = read(files(text), today=TODAY, repository=None, npm="11.6.0").publishes[0].runs[0]

    assert [(w.node, w.npm) for w in found.runtimes] == [("22.21.1", "10.9.4")]
    assert [w.npm for w in named.runtimes] == ["11.6.0"]


def test_the_lines_to_change_are_those_of_setup_node():
    assert run(workflow("- run: npm publish")).runtime_place.line == 7


@pytest.mark.parametrize("prefix", ["volta run --node 18", "mise exec --", "fnm exec --using 18"])
def test_a_prefix_that_chooses_its_own_node_hides_which_npm_runs(prefix):
    found = run(workflow(f"- run: {prefix} npm publish"))

    assert isinstance(found.npm, Unknown)


@pytest.mark.parametrize(
    "command", ["nix develop -c npm publish", "nix shell nixpkgs#nodejs --command npm publish"]
)
def test_what_runs_in_a_shell_of_nix_has_an_npm_that_is_not_known(command):
    assert isinstance(run(workflow(f"- run: {command}")).npm, Unknown)


def test_a_shell_of_nix_without_a_command_publishes_nothing():
    assert reading(workflow("- run: nix develop")).publishes == ()
