"""semantic-release's plugins by its files, its command line and an action's inputs; its forks."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Unknown
from test_workflows.tree import WIDGET, reading, run, workflow

NPM = "@semantic-release/npm"
GITHUB = "@semantic-release/github"
FLAGS_ONLY = f"npx semantic-release -p @semantic-release/commit-analyzer,{GITHUB}"


def plain(steps: str, **keys: str) -> str:
    """A workflow without the token line that setup-node writes."""
    return workflow(steps, **keys).replace(
        "          registry-url: https://registry.npmjs.org\n", ""
    )


def tools(steps: str, **files: object) -> list[str]:
    return [found.tool for found in reading(plain(steps), **files).publishes]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (FLAGS_ONLY, []),
        (f"npx semantic-release --plugins {GITHUB} {NPM}", ["semantic-release"]),
        (f"npx semantic-release --plugins={GITHUB}", []),
        ("npx semantic-release -e semantic-release-monorepo", ["semantic-release"]),
        ("npx semantic-release", ["semantic-release"]),
    ],
)
def test_the_plugins_of_the_command_line_take_the_place_of_those_of_the_files(command, found):
    files = {".releaserc.json": {"plugins": [NPM]}}

    assert tools(f"- run: {command}", **files) == found


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"publish": [GITHUB]}, []),
        ({"publish": [{"path": NPM}]}, ["semantic-release"]),
        ({"publish": [{"path": "@semantic-release/exec", "cmd": "npm publish"}]}, ["npm"]),
        ({"extends": "./base.json"}, []),
        ({"extends": "./base.json", "plugins": [NPM]}, ["semantic-release"]),
        ({"plugins": ["semantic-release-yarn"]}, ["unknown"]),
        ({"plugins": ["semantic-release-slack-bot"]}, []),
    ],
)
def test_settings_by_steps_of_another_file_and_of_another_manager(settings, found):
    files = {".releaserc.json": settings, "base.json": {"plugins": [GITHUB]}}

    assert tools("- run: npx semantic-release", **files) == found


def test_settings_that_ask_for_a_dry_run_make_one():
    (found,) = reading(
        plain("- run: npx semantic-release"), **{".releaserc.json": {"dryRun": True}}
    ).publishes

    assert found.dry_run


def test_whether_a_shared_configuration_publishes_is_not_known_without_a_credential():
    settings = {".releaserc.json": {"extends": "@acme/release-config"}}
    steps = "- run: npx semantic-release"

    assert isinstance(run(plain(steps), **settings).token, Unknown)
    token = run(plain(f"{steps}\n  env:\n    NPM_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}"), **settings)
    assert isinstance(token.token, GivenToken)


@pytest.mark.parametrize(
    ("uses", "versions"),
    [
        ("cycjimmy/semantic-release-action@v4\n  with:\n    semantic_version: 24", ("24.0.0",)),
        ("cycjimmy/semantic-release-action@v4", None),
        ("codfish/semantic-release-action@v3", None),
    ],
)
def test_an_action_brings_its_own_semantic_release_whatever_the_repository_has(uses, versions):
    manifest = {**WIDGET, "devDependencies": {"semantic-release": "^25.0.0"}}

    found = run(plain(f"- uses: {uses}"), **{"package.json": manifest}).tool_versions

    assert isinstance(found, Unknown) if versions is None else found == versions


@pytest.mark.parametrize(
    "plugins", [f"'[\"{GITHUB}\"]'", f'\'["{GITHUB}", ["{NPM}", {{"npmPublish": false}}]]\'']
)
def test_the_plugins_of_an_actions_input_are_the_plugins(plugins):
    assert (
        tools(f"- uses: codfish/semantic-release-action@v3\n  with:\n    plugins: {plugins}") == []
    )


def test_a_fork_for_monorepos_has_a_semantic_release_of_its_own():
    files = {
        "package.json": {"name": "root", "private": True, "workspaces": ["part"]},
        "part/package.json": {"name": "@acme/part", "version": "1.0.0"},
    }

    found = run(plain("- run: npx multi-semantic-release@3"), **files)

    assert isinstance(found.tool_versions, Unknown)
    assert [package.name for package in found.packages] == ["@acme/part"]


@pytest.mark.parametrize(
    "command",
    [
        "npx release-it --release-version",
        "npx release-it --changelog",
        "npx np --no-publish patch",
        "npx np --publish=false patch",
        "npx beachball publish --no-publish",
    ],
)
def test_a_command_that_ends_before_the_publish_publishes_nothing(command):
    assert tools(f"- run: {command}") == []
    assert len(tools(f"- run: {command.partition(' --')[0]}")) == 1
