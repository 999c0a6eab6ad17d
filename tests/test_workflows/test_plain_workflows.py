"""Workflows of one file whose publish stands in a step."""

from __future__ import annotations

import pytest

from checker.facts import Command, Registry, TokenState, Unknown
from test_workflows.tree import one, reading, run, workflow


def test_a_publish_step_has_its_line_job_tool_and_package():
    publish = one(workflow("- run: npm publish"))

    assert publish.place.path == ".github/workflows/release.yml"
    assert (publish.place.line, publish.place.end_line) == (11, 11)
    assert publish.job == "publish"
    assert publish.via == ("run",)
    assert publish.tool == "npm"
    assert publish.command is Command.PUBLISH
    assert publish.registry is Registry.NPMJS
    assert [package.name for package in publish.runs[0].packages] == ["@acme/widget"]


def test_the_lines_are_those_of_the_command_within_its_block():
    publish = one(
        workflow("- run: |\n    npm ci\n\n    npm publish \\\n      --tag next\n    true")
    )

    assert (publish.place.line, publish.place.end_line) == (14, 15)
    assert publish.runs[0].options.tag == "next"


def test_stage_publish_is_a_stage():
    assert one(workflow("- run: npm stage publish")).command is Command.STAGE


@pytest.mark.parametrize(
    ("top", "job", "expected"),
    [
        ("", "", False),
        ("permissions: write-all\n", "", True),
        ("permissions: read-all\n", "", False),
        ("permissions:\n  id-token: write\n", "", True),
        ("permissions:\n  id-token: write\n", "permissions: {}", False),
        ("permissions:\n  id-token: write\n", "permissions:\n  contents: read", False),
        ("permissions: read-all\n", "permissions: write-all", True),
        ("", "permissions:\n  id-token: write", True),
        ("permissions: {}\n", "permissions:\n  id-token: write\n  contents: read", True),
    ],
)
def test_the_permissions_of_a_job_replace_those_of_the_workflow(top, job, expected):
    assert run(workflow("- run: npm publish", top=top, job=job)).id_token is expected


def test_the_secret_in_the_variable_that_setup_node_reads_is_the_token():
    step = "- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"
    token = run(workflow(step)).token

    assert token.state is TokenState.SECRET
    assert token.secret_names == ("NPM_TOKEN",)
    assert token.place.line == 13


@pytest.mark.parametrize("version", ["v3", "v4", "v5", "v6", "v6.5.0"])
def test_setup_node_up_to_v6_leaves_its_placeholder(version):
    text = workflow("- run: npm publish").replace("setup-node@v6", f"setup-node@{version}")

    assert run(text).token.state is TokenState.PLACEHOLDER


def test_setup_node_v7_leaves_the_variable_unset():
    text = workflow("- run: npm publish").replace("setup-node@v6", "setup-node@v7")

    assert run(text).token.state is TokenState.UNSET_VARIABLE


def test_the_major_of_a_pinned_setup_node_stands_in_its_comment():
    pin = "setup-node@" + "a" * 40 + " # v7.0.0"
    text = workflow("- run: npm publish").replace("setup-node@v6", pin)

    assert run(text).token.state is TokenState.UNSET_VARIABLE


def test_an_empty_variable_is_an_empty_token():
    text = workflow("- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ''")

    assert run(text).token.state is TokenState.EMPTY


def test_without_registry_url_no_line_reads_the_variable():
    step = "- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"
    text = workflow(step).replace("          registry-url: https://registry.npmjs.org\n", "")

    found = run(text)
    assert found.token is None
    assert found.unread_secrets == ("NPM_TOKEN",)


def test_the_checked_in_npmrc_reads_its_own_variable():
    step = "- run: npm publish\n  env:\n    NPM_TOKEN: ${{ secrets.DEPLOY }}"
    text = workflow(step).replace("          registry-url: https://registry.npmjs.org\n", "")
    line = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"

    found = run(text, **{".npmrc": line})
    assert found.token.secret_names == ("DEPLOY",)
    assert found.unread_secrets == ()


def test_events_are_the_keys_of_on():
    publish = one(workflow("- run: npm publish", on="[push, release, workflow_dispatch]"))

    assert [r.event for r in publish.runs] == ["push", "release", "workflow_dispatch"]


def test_a_condition_on_the_event_narrows_the_events():
    steps = "- run: npm publish\n  if: github.event_name == 'release'"
    publish = one(workflow(steps, on="[push, release]"))

    assert [r.event for r in publish.runs] == ["release"]


@pytest.mark.parametrize("place", ["job", "step"])
@pytest.mark.parametrize("github", ["github", "GitHub", "GITHUB"])
def test_github_takes_a_context_in_any_case_and_so_does_a_condition_on_the_event(github, place):
    test = f"if: {github}.event_name == 'workflow_dispatch'"
    steps = "- run: npm publish" + (f"\n  {test}" if place == "step" else "")
    on = "{push: {}, workflow_dispatch: {}}"
    publish = one(workflow(steps, on=on, job=test if place == "job" else ""))

    assert [r.event for r in publish.runs] == ["workflow_dispatch"]


@pytest.mark.parametrize("test", ["always()", "Always()", "always ()", "!Failure() || always( )"])
def test_a_status_function_in_any_spelling_runs_a_job_after_a_skipped_one(test):
    first = "  first:\n    if: false\n    runs-on: ubuntu-latest\n    steps: [{run: 'true'}]\n"
    text = workflow("- run: npm publish", job=f"needs: first\nif: ${{{{ {test} }}}}")
    publish = one(text.replace("jobs:\n", f"jobs:\n{first}"))

    assert publish.job == "publish"


def test_a_word_of_the_event_in_any_case_differs_from_event_to_event():
    steps = "- run: npm publish --tag ${{ GitHub.event_name }}"
    publish = one(workflow(steps, on="{push: {}, workflow_dispatch: {}}"))

    assert [r.options.tag for r in publish.runs] == ["push", "workflow_dispatch"]


@pytest.mark.parametrize("test", ["false", "${{ false }}", "1 == 2", "github.event_name == 'pusk'"])
def test_a_step_whose_condition_is_false_is_not_a_publish(test):
    assert reading(workflow(f"- run: npm publish\n  if: {test}")).publishes == ()


def test_node_and_npm_come_from_setup_node():
    found = run(workflow("- run: npm publish"))

    assert found.node == ("24.18.0",)
    assert found.npm == ("11.16.0",)
    assert [(w.node, w.npm) for w in found.runtimes] == [("24.18.0", "11.16.0")]


def test_an_upgrade_step_changes_npm():
    found = run(workflow("- run: npm install -g npm@11.21.2\n- run: npm publish"))

    assert found.npm == ("11.21.2",)


def test_an_upgrade_that_node_cannot_run_fails_there():
    text = workflow("- run: npm i -g npm@12.2.0\n- run: npm publish").replace("24.18.0", "20.20.2")

    assert [w.failed_upgrade for w in run(text).runtimes] == ["12.2.0"]


def test_a_runner_from_a_variable_is_unknown():
    found = run(workflow("- run: npm publish", job="runs-on: ${{ vars.RUNNER }}"))

    assert isinstance(found.runs_on, Unknown)
    assert found.runs_on.fact == "runs_on"
    assert isinstance(found.hosted, Unknown)


def test_a_folder_that_the_build_makes_is_an_unknown_package():
    found = run(workflow("- run: npm publish ./dist"))

    assert isinstance(found.packages, Unknown)
    assert found.packages.fact == "packages"


def test_github_packages_is_another_registry():
    text = workflow("- run: npm publish").replace("registry.npmjs.org", "npm.pkg.github.com")

    assert one(text).registry is Registry.GITHUB_PACKAGES


def test_a_flag_beats_publish_config():
    package = {"name": "w", "publishConfig": {"registry": "https://npm.pkg.github.com"}}
    steps = "- run: npm publish --registry=https://registry.npmjs.org"

    assert one(workflow(steps), **{"package.json": package}).registry is Registry.NPMJS
    plain = workflow("- run: npm publish")
    assert one(plain, **{"package.json": package}).registry is Registry.GITHUB_PACKAGES


@pytest.mark.parametrize(
    "command",
    [
        "npm ci", "npm pack", "npm version patch", "npm dist-tag add w latest", "npm deprecate w x",
        "echo npm publish", "# npm publish", "npm run build", "npx pkg-pr-new publish",
        "npx jsr publish", "npx vsce publish", "npx ovsx publish", "cargo publish",
        "twine upload dist/*", "docker push x", "npx lerna version", "npx changeset tag",
        "npx changeset version", "gh workflow run publish.yml", "deno publish", "git push",
    ],
)  # fmt: skip
def test_other_commands_are_not_publishes(command):
    assert reading(workflow(f"- run: |\n    {command}")).publishes == ()


PARALLEL = """
- parallel:
    - run: npm run lint
    - name: Publish
      run: npm publish
- wait-all:
"""


def test_the_steps_of_a_parallel_group_are_steps_of_the_job():
    publish = one(workflow(PARALLEL))

    assert publish.place.line == 14
    assert reading(workflow(PARALLEL)).problems == ()


@pytest.mark.parametrize("waits", ["- wait: build", "- wait-all:", "- cancel: server"])
def test_a_step_that_waits_for_others_is_none_that_publishes_or_that_cannot_be_read(waits):
    steps = f"""
    - id: build
      run: npm ci
      background: true
    {waits}
    - run: npm publish
    """
    found = reading(workflow(steps))

    assert len(found.publishes) == 1
    assert found.problems == ()


@pytest.mark.parametrize("test", ["failure()", "${{ failure() || cancelled() }}"])
def test_what_waits_for_a_failure_is_presumed_not_to_run(test):
    steps = f"- uses: actions/setup-node@v6\n  if: {test}\n  with: {{node-version: 20.0.0}}\n"
    found = reading(workflow(f"{steps}- run: npm publish\n- run: npm publish\n  if: {test}"))

    assert [publish.runs[0].node for publish in found.publishes] == [("24.18.0",)]


def test_an_npm_below_a_prefix_may_not_be_the_one_that_publishes():
    steps = "- run: npm install -g --prefix /tmp/x npm@11.6.0\n- run: npm publish"

    assert isinstance(run(workflow(steps)).npm, Unknown)
