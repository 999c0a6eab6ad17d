"""Runners of tasks whose files are of another language: what they release is not known."""

from __future__ import annotations

import pytest

from checker.facts import Unknown
from test_workflows.tree import one, reading, run, workflow

ID_TOKEN = "permissions: {id-token: write, contents: read}"
SECRET = "\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}"
RELEASES = [
    "rake release", "rake npm:release", "rake publish", "bundle exec rake release",
    "bundle exec rake npm:publish", "bin/rake release", "./bin/rake deploy",
    "mise exec -- rake release", "mise //packages/widget:release", "npx jake release",
    "invoke release", "inv npm.release release", "poe release", "pixi run release",
    "bazel run //packages/widget:publish", "cargo xtask release", "cargo make npm-release",
]  # fmt: skip


@pytest.mark.parametrize("command", RELEASES)
def test_a_release_that_a_runner_does_is_not_known_where_npm_is_ready(command):
    assert one(workflow(f"- run: {command}", job=ID_TOKEN)).tool == "unknown"


@pytest.mark.parametrize("command", RELEASES)
def test_a_release_that_a_runner_does_is_not_known_where_it_is_given_npms_token(command):
    found = one(workflow(f"- run: {command}{SECRET}"))

    assert found.tool == "unknown"
    assert found.runs[0].token is not None


def test_a_binstub_of_the_repository_is_no_shell_script():
    rake = {"bin/rake": "#!/usr/bin/env ruby\nrequire 'rake'\nRake.application.run\n"}

    assert one(workflow("- run: bin/rake release", job=ID_TOKEN), **rake).tool == "unknown"


def test_the_task_is_named():
    found = run(workflow("- run: bundle exec rake release", job=ID_TOKEN))

    assert isinstance(found.options.tag, Unknown)
    assert "`rake release`" in found.options.tag.why


@pytest.mark.parametrize(
    "command",
    ["rake test", "bundle exec rake build", "bin/rake db:migrate", "rake release --dry-run",
     "cargo xtask test", "cargo publish", "bundle install", "bazel test //packages/widget:widget"],
)  # fmt: skip
def test_a_command_that_releases_nothing_or_not_to_npm_is_silent(command):
    assert reading(workflow(f"- run: {command}", job=ID_TOKEN)).publishes == ()


def test_a_gem_that_is_released_beside_a_package_is_no_second_publish():
    release = workflow("- run: bundle exec rake release\n- run: npm publish", job=ID_TOKEN)

    assert one(release).tool == "npm"
