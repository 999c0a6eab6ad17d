"""npm's configuration in place of flags: which workspaces it names, which scripts it leaves out.

Every answer was npm's own as well (11.19.1, `npm publish --dry-run` and scripts that print).
"""

from __future__ import annotations

import pytest

from checker.facts import Unknown
from test_workflows.tree import WIDGET, reading, workflow

TREE = {
    "package.json": {"name": "root", "version": "1.0.0", "workspaces": ["packages/*"]},
    "packages/a/package.json": {"name": "@acme/a", "version": "1.0.0"},
    "packages/b/package.json": {"name": "@acme/b", "version": "1.0.0"},
}
PUBLISH = "- run: npm publish"


def published(release: str, **others: object) -> list[str] | str:
    """The packages of every publish, or why they are not known."""
    names: list[str] = []
    for publish in reading(workflow(release), **others).publishes:
        for run in publish.runs:
            if isinstance(run.packages, Unknown):
                return run.packages.why
            names += [package.name for package in run.packages]
    return sorted(names)


@pytest.mark.parametrize(
    ("npmrc", "names"),
    [
        ("", ["root"]),
        ("workspaces=true", ["@acme/a", "@acme/b"]),
        ("workspaces=false", ["root"]),
        ("workspace=@acme/a", ["@acme/a"]),
        ("workspace=packages/b", ["@acme/b"]),
        ("workspace[]=@acme/a\nworkspace[]=@acme/b", ["@acme/a", "@acme/b"]),
        ("include-workspace-root=true", ["root"]),
        ("workspaces=true\ninclude-workspace-root=true", ["@acme/a", "@acme/b", "root"]),
    ],
)
def test_an_npmrc_may_name_the_workspaces(npmrc, names):
    assert published(PUBLISH, **TREE, **{".npmrc": npmrc}) == names


@pytest.mark.parametrize(
    ("env", "names"),
    [
        ("npm_config_workspaces: true", ["@acme/a", "@acme/b"]),
        ("NPM_CONFIG_WORKSPACES: 'true'", ["@acme/a", "@acme/b"]),
        ("npm_config_workspace: '@acme/b'", ["@acme/b"]),
        ("npm_config_workspaces: ''", ["root"]),
        ("npm_config_workspaces: false", ["root"]),
    ],
)
def test_a_variable_may_name_the_workspaces(env, names):
    assert published(f"{PUBLISH}\n  env: {{{env}}}", **TREE) == names


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("npm publish --no-workspaces", ["root"]),
        ("npm publish --workspaces=false", ["root"]),
        ("npm publish -w @acme/a", ["@acme/a"]),
        ("npm publish ./packages/a", ["@acme/a"]),
        ("cd packages/a && npm publish", ["@acme/a"]),
        ("npm config delete workspaces --location project && npm publish", ["root"]),
        ("pnpm publish", ["root"]),
    ],
)
def test_the_command_line_and_the_folder_come_before_an_npmrc(command, names):
    assert published(f"- run: {command}", **TREE, **{".npmrc": "workspaces=true"}) == names


def test_a_step_may_set_what_an_npmrc_would():
    steps = f"- run: npm config set workspaces true --location project\n{PUBLISH}"

    assert published(steps, **TREE) == ["@acme/a", "@acme/b"]


def test_a_switch_that_only_a_run_knows_hides_the_packages():
    steps = f"{PUBLISH}\n  env: {{npm_config_workspaces: '${{{{ vars.ALL }}}}'}}"

    assert "vars.ALL" in published(steps, **TREE)


def test_without_workspaces_the_setting_changes_nothing_that_is_known():
    assert published(PUBLISH, **{".npmrc": "workspaces=true"}) == ["@acme/widget"]


def test_a_script_is_run_in_the_workspaces_and_not_in_the_root():
    root = {**TREE["package.json"], "scripts": {"release": "npm publish --tag root"}}
    inner = {**TREE["packages/a/package.json"], "scripts": {"release": "npm publish"}}
    tree = {**TREE, "package.json": root, "packages/a/package.json": inner}

    for command in ("npm run release --workspaces", "npm run release -ws"):
        assert published(f"- run: {command}", **tree) == ["@acme/a"]
    assert published("- run: npm run release", **tree) == ["root"]
    assert published("- run: npm run release", **tree, **{".npmrc": "workspaces=true"}) == [
        "@acme/a"
    ]


# --- scripts that are left out ----------------------------------------------------------------


def scripted(**scripts: str) -> dict[str, object]:
    return {**WIDGET, "scripts": scripts}


LEFT_OUT = [
    ("npm ci", "postinstall"),
    ("npm install", "prepare"),
    ("npm version patch", "postversion"),
    ("npm version patch", "version"),
    ("npm run x", "prex"),
    ("npm run x", "postx"),
    ("npm test", "posttest"),
]
STAYS = [("npm run x", "x"), ("npm test", "test"), ("npm start", "start")]


def _publishes(command: str, script: str, **others: object) -> bool:
    scripts = {"x": "true", "test": "true", script: "npm publish"}
    return bool(published(f"- run: {command}", **{"package.json": scripted(**scripts)}, **others))


@pytest.mark.parametrize(("command", "script"), LEFT_OUT)
def test_npm_runs_these_scripts_unless_it_ignores_scripts(command, script):
    assert _publishes(command, script)
    assert not _publishes(command, script, **{".npmrc": "ignore-scripts=true"})
    assert not _publishes(f"npm_config_ignore_scripts=true {command}", script)
    assert not _publishes(f"{command} --ignore-scripts", script)
    assert not _publishes(f"npm config set ignore-scripts true && {command}", script)


@pytest.mark.parametrize(("command", "script"), LEFT_OUT)
@pytest.mark.parametrize("value", ["0", "false", "", "null"])
def test_these_values_switch_it_off(command, script, value):
    assert _publishes(command, script, **{".npmrc": f"ignore-scripts={value}"})


@pytest.mark.parametrize(("command", "script"), STAYS)
def test_the_script_that_is_asked_for_runs_all_the_same(command, script):
    assert _publishes(command, script, **{".npmrc": "ignore-scripts=true"})
    assert _publishes(f"{command} --ignore-scripts", script)


def test_the_command_line_comes_before_the_npmrc():
    npmrc = {".npmrc": "ignore-scripts=true"}

    assert _publishes("npm run x --no-ignore-scripts", "postx", **npmrc)
    assert _publishes("npm_config_ignore_scripts=false npm run x", "postx", **npmrc)


@pytest.mark.parametrize("script", ["prepublishOnly", "prepack", "postpublish"])
def test_a_publish_leaves_out_its_scripts_as_well(script):
    tree = {"package.json": scripted(**{script: "npm publish ./other"})}
    tree["other/package.json"] = {"name": "other", "version": "1.0.0"}

    assert published(PUBLISH, **tree) == ["@acme/widget", "other"]
    assert published(PUBLISH, **tree, **{".npmrc": "ignore-scripts=true"}) == ["@acme/widget"]


def test_a_script_hands_its_flag_on_to_the_npm_that_it_runs():
    tree = {"package.json": scripted(outer="npm run x", x="true", postx="npm publish")}

    assert published("- run: npm run outer", **tree) == ["@acme/widget"]
    assert published("- run: npm run outer --ignore-scripts", **tree) == []
