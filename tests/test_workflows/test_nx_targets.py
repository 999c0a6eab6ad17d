"""Targets of nx: commands in project.json, in nx.json's defaults, and nx's own publish."""

from __future__ import annotations

import pytest

from test_workflows.tree import WIDGET, reading, workflow

ROOT = {"name": "root", "private": True, "workspaces": ["libs/*"]}


def project(target: object, name: str = "widget") -> dict[str, object]:
    return {"name": name, "targets": {"ship": target}}


def packages(command: str, **files: object) -> list[str]:
    """Names of what is published, sorted; `?` where it is not known."""
    tree = {"package.json": ROOT, "libs/widget/package.json": WIDGET, **files}
    found = reading(workflow(f"- run: {command}"), **tree).publishes
    runs = [run for publish in found for run in publish.runs]
    return sorted(
        p.name for r in runs for p in (r.packages if isinstance(r.packages, tuple) else ())
    )


@pytest.mark.parametrize(
    "target",
    [
        {"command": "npm publish ./libs/widget"},
        {"executor": "nx:run-commands", "options": {"command": "cd libs/widget && npm publish"}},
        {
            "executor": "nx:run-commands",
            "options": {"commands": ["npm publish"], "cwd": "libs/widget"},
        },
        {"options": {"commands": [{"command": "npm publish"}], "cwd": "{projectRoot}"}},
        {"command": "npm publish ./{projectRoot}"},
    ],
)
@pytest.mark.parametrize(
    "command", ["npx nx run widget:ship", "nx ship widget", "nx run-many -t ship"]
)
def test_the_command_of_a_target_is_read(target, command):
    assert packages(command, **{"libs/widget/project.json": project(target)}) == ["@acme/widget"]


def test_a_target_takes_its_options_from_the_defaults_of_nx_json():
    defaults = {
        "targetDefaults": {"ship": {"options": {"cwd": "libs/widget", "command": "npm publish"}}}
    }
    files = {"nx.json": defaults, "libs/widget/project.json": project({})}

    assert packages("nx run-many -t ship", **files) == ["@acme/widget"]


def test_a_target_of_a_package_json_is_read():
    manifest = {**WIDGET, "nx": {"targets": {"ship": {"command": "npm publish ./libs/widget"}}}}

    assert packages("nx ship widget", **{"libs/widget/package.json": manifest}) == ["@acme/widget"]


def test_a_target_of_another_project_or_of_another_name_is_not_run():
    files = {"libs/widget/project.json": project({"command": "npm publish ./libs/widget"})}

    assert packages("nx ship other", **files) == []
    assert packages("nx run-many -t build", **files) == []


@pytest.mark.parametrize(
    "command", ["nx run-many -t nx-release-publish", "nx run @acme/widget:nx-release-publish"]
)
def test_the_target_that_nx_release_runs_publishes_by_itself(command):
    assert packages(command) == ["@acme/widget"]


def test_an_executor_that_publishes_what_was_built_is_a_publish_of_what_is_not_known():
    files = {"libs/widget/project.json": project({"executor": "ngx-deploy-npm:deploy"})}

    found = reading(workflow("- run: nx ship widget"), **files).publishes

    assert [one.tool for one in found] == ["npm"]


@pytest.mark.parametrize(
    ("projects", "flags", "names"),
    [
        (None, "", ["@acme/other", "@acme/widget"]),
        (["libs/*"], "", ["@acme/other", "@acme/widget"]),
        (["widget"], "", ["@acme/widget"]),
        (["*", "!other"], "", ["@acme/widget"]),
        (["@acme/widget"], "", ["@acme/widget"]),
        (["widget"], " --projects=other", ["@acme/other"]),
        (["tag:npm"], "", ["@acme/other", "@acme/widget"]),
    ],
)
def test_nx_release_publishes_the_projects_that_are_named(projects, flags, names):
    files = {
        "libs/other/package.json": {"name": "@acme/other", "version": "1.0.0"},
        "nx.json": {"release": {"projects": projects}} if projects else {},
    }

    assert packages(f"npx nx release publish{flags}", **files) == names
