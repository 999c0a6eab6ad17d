"""What else is published beside a publish: by a package's own scripts, by a release tool's."""

from __future__ import annotations

import pytest

from test_workflows.tree import WIDGET, reading, workflow

ONLY_GITHUB = ["@semantic-release/commit-analyzer", "@semantic-release/github"]


def by_exec(command: str) -> dict[str, object]:
    return {"plugins": [*ONLY_GITHUB, ["@semantic-release/exec", {"publishCmd": command}]]}


def tools(content: str, **files: object) -> list[str]:
    return [found.tool for found in reading(content, **files).publishes]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("npm publish", ["npm"]),
        ("npm publish --tag ${nextRelease.channel || 'latest'}", ["npm"]),
        ("pnpm -r publish --no-git-checks", ["pnpm"]),
        ("./publish.sh ${nextRelease.version}", ["npm"]),
        ("echo <%= nextRelease.version %>", []),
    ],
)
def test_a_command_of_semantic_releases_exec_plugin_is_read(command, found):
    release = workflow("- run: npx semantic-release")
    files = {"publish.sh": "npm publish\n"}

    assert tools(release, **files, **{".releaserc.json": by_exec(command)}) == found
    assert tools(release, **files, **{"package.json": {**WIDGET, "release": by_exec(command)}}) == (
        found
    )


def test_a_command_of_a_program_of_settings_is_read_and_one_in_a_comment_is_not():
    release = workflow("- run: npx semantic-release")
    written = "module.exports = {plugins: [['@semantic-release/exec', {\n"
    command = "publishCmd: 'npm publish'\n"

    found = tools(release, **{"release.config.js": f"{written}{command}}}]]}}"})
    commented = tools(release, **{"release.config.js": f"{written}// {command}}}]]}}"})

    assert (found, commented) == (["npm"], [])


def test_what_a_dry_run_of_semantic_release_would_run_is_a_dry_run():
    release = workflow("- run: npx semantic-release --dry-run")

    (found,) = reading(release, **{".releaserc.json": by_exec("npm publish")}).publishes

    assert found.dry_run


@pytest.mark.parametrize("hook", ["npm publish", ["npm test", "npm publish"]])
def test_a_hook_of_release_it_publishes_where_release_it_itself_does_not(hook):
    release = workflow("- run: npx release-it --ci")
    settings = {"npm": False, "hooks": {"after:release": hook}}

    assert tools(release, **{".release-it.json": settings}) == ["npm"]
    assert tools(release, **{".release-it.json": {**settings, "hooks": {}}}) == []


def test_a_hook_of_release_it_in_a_program_is_read():
    release = workflow("- run: npx release-it --ci")
    program = "export default {npm: {publish: false}, hooks: {'after:bump': ['npm publish']}}"

    assert tools(release, **{".release-it.ts": program}) == ["npm"]


def test_the_exec_plugin_of_auto_is_read():
    release = workflow("- run: npx auto shipit")
    settings = {"plugins": [["exec", {"afterRelease": "npm publish"}]]}

    assert tools(release, **{".autorc": settings}) == ["npm"]


PLATFORM = {"name": "@acme/widget-linux-x64-gnu", "version": "1.2.0"}


def of_napi(script: str) -> dict[str, object]:
    manifest = {**WIDGET, "scripts": {"prepublishOnly": script}}
    return {"package.json": manifest, "npm/linux-x64-gnu/package.json": PLATFORM}


@pytest.mark.parametrize(
    ("command", "script", "found"),
    [
        ("npm publish", "napi prepublish -t npm", ["napi", "npm"]),
        ("pnpm publish", "napi prepublish -t npm", ["napi", "pnpm"]),
        ("npx changeset publish", "napi prepublish -t npm", ["changesets", "napi"]),
        ("npm publish --ignore-scripts", "napi prepublish -t npm", ["npm"]),
        ("npm publish", "napi prepublish -t npm --skip-optional-publish", ["npm"]),
        ("npm publish", "npm run build", ["npm"]),
    ],
)
def test_a_publish_runs_the_packages_own_scripts(command, script, found):
    assert tools(workflow(f"- run: {command}"), **of_napi(script)) == found


def test_yarn_berry_runs_no_script_of_npms_alone():
    release = workflow("- run: yarn npm publish")

    assert tools(release, **of_napi("napi prepublish -t npm")) == ["yarn"]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("pnpm publish", ["napi", "pnpm"]),
        ("yarn publish", ["napi", "yarn"]),
        ("yarn npm publish", ["napi", "yarn"]),
        ("npm publish", ["npm"]),
    ],
)
def test_prepublish_is_run_by_pnpm_and_yarn_alone(command, found):
    manifest = {**WIDGET, "scripts": {"prepublish": "napi prepublish -t npm"}}
    files = {"package.json": manifest, "npm/linux-x64-gnu/package.json": PLATFORM}

    assert tools(workflow(f"- run: {command}"), **files) == found


def test_a_script_after_the_publish_is_given_the_flags_of_the_publish():
    manifest = {**WIDGET, "scripts": {"postpublish": "npm publish ./part"}}
    release = workflow("- run: npm publish --tag next")

    (found,) = reading(
        release, **{"package.json": manifest, "part/package.json": {**PLATFORM}}
    ).publishes

    assert {run.options.tag for run in found.runs} == {"next"}
    names = {package.name for run in found.runs for package in run.packages}
    assert names == {"@acme/widget", "@acme/widget-linux-x64-gnu"}


def test_a_script_that_publishes_its_own_package_again_ends():
    manifest = {**WIDGET, "scripts": {"publish": "npm publish"}}

    assert tools(workflow("- run: npm publish"), **{"package.json": manifest}) == ["npm"]
