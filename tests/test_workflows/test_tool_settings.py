"""What the settings of np, beachball, release-it and pnpm make of a publish."""

from __future__ import annotations

import pytest

from checker.facts import Registry
from test_workflows.tree import WIDGET, reading, run, workflow

OFF = {"publish": False}
GITHUB = "https://npm.pkg.github.com"


@pytest.mark.parametrize(
    ("command", "files", "publishes"),
    [
        ("npx np patch", {"package.json": {**WIDGET, "np": OFF}}, False),
        ("npx np patch", {".np-config.json": OFF}, False),
        ("npx np patch", {".np-config.js": "export default {publish: false}"}, False),
        ("npx np patch --publish", {".np-config.json": OFF}, True),
        ("npx np patch", {".np-config.json": {"yarn": False}}, True),
        ("npx beachball publish", {"package.json": {**WIDGET, "beachball": OFF}}, False),
        ("npx beachball publish", {"beachball.config.js": "x = {publish: false}"}, False),
        ("npx beachball publish", {".beachballrc.json": {"branch": "main"}}, True),
    ],
)
def test_a_tool_whose_settings_switch_the_publish_off_does_none(command, files, publishes):
    assert bool(reading(workflow(f"- run: {command}"), **files).publishes) is publishes


@pytest.mark.parametrize(
    "files",
    [
        {".beachballrc.json": {"registry": GITHUB}},
        {"beachball.config.js": f"module.exports = {{registry: '{GITHUB}'}}"},
    ],
)
def test_beachball_publishes_to_the_registry_of_its_settings(files):
    (found,) = reading(workflow("- run: npx beachball publish"), **files).publishes

    assert found.registry is Registry.GITHUB_PACKAGES


def test_np_publishes_the_contents_that_its_settings_name():
    part = {"name": "@acme/part", "version": "1.0.0"}
    files = {".np-config.json": {"contents": "part"}, "part/package.json": part}

    found = run(workflow("- run: npx np patch"), **files)

    assert [package.name for package in found.packages] == ["@acme/part"]


@pytest.mark.parametrize(
    ("plugin", "tools"),
    [
        ("@release-it-plugins/workspaces", ["unknown"]),
        ("release-it-pnpm", ["unknown"]),
        ("@release-it/conventional-changelog", []),
    ],
)
def test_a_plugin_of_release_it_may_publish_where_its_npm_is_off(plugin, tools):
    settings = {"npm": False, "plugins": {plugin: {}}}

    found = reading(workflow("- run: npx release-it"), **{".release-it.json": settings}).publishes

    assert [one.tool for one in found] == tools


@pytest.mark.parametrize(
    ("command", "directory", "name"),
    [
        ("pnpm publish", "dist", "@acme/built"),
        ("pnpm publish", "./dist/", "@acme/built"),
        ("npx changeset publish", "dist", "@acme/built"),
        ("npm publish", "dist", "@acme/widget"),
        ("pnpm publish", "made-by-the-build", "@acme/widget"),
    ],
)
def test_the_directory_of_publish_config_is_what_pnpm_and_changesets_publish(
    command, directory, name
):
    files = {
        "package.json": {**WIDGET, "publishConfig": {"directory": directory}},
        "dist/package.json": {"name": "@acme/built", "version": "1.0.0"},
    }

    found = run(workflow(f"- run: {command}"), **files)

    assert [package.name for package in found.packages] == [name]


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("npx semantic-release", True),
        ("npx lerna publish from-package", True),
        ("npx changeset publish", True),
        ("npx release-it", True),
        ("bun publish", None),
        ("yarn npm publish", None),
    ],
)
def test_npms_variable_asks_every_tool_for_provenance_that_runs_npms_client(command, asked):
    steps = f"- run: {command}\n  env:\n    NPM_CONFIG_PROVENANCE: 'true'"

    assert run(workflow(steps)).options.provenance is asked


@pytest.mark.parametrize(
    ("access", "manifest", "found"),
    [
        ("restricted", {"name": "widget", "version": "1.0.0"}, "restricted"),
        ("private", {"name": "widget", "version": "1.0.0"}, "restricted"),
        ("public", {"name": "widget", "version": "1.0.0"}, "public"),
        (None, {"name": "widget", "version": "1.0.0"}, None),
        ("restricted", WIDGET, None),
        (
            "restricted",
            {"name": "widget", "version": "1.0.0", "publishConfig": {"access": "public"}},
            "public",
        ),
    ],
)
def test_changesets_gives_a_package_the_access_of_its_settings(access, manifest, found):
    settings = {"access": access} if access else {}
    files = {"package.json": manifest, ".changeset/config.json": settings}

    (package,) = run(workflow("- run: npx changeset publish"), **files).packages
    (by_npm,) = run(workflow("- run: npm publish"), **files).packages

    assert package.access == found
    assert by_npm.access == manifest.get("publishConfig", {}).get("access")
