"""Which lifecycle scripts stop a publish whatever happens."""

from __future__ import annotations

import pytest

from checker.workflows.shell import failing
from test_workflows.tree import WIDGET, run, workflow


@pytest.mark.parametrize(
    "script",
    [
        "exit 1", "false", "echo no && exit 1", "echo 'no, really'; exit 2;", "node check && false",
        "echo a\nexit 1",
    ],
)  # fmt: skip
def test_a_script_that_ends_in_a_failure_always_fails(script):
    assert failing.always(script)


@pytest.mark.parametrize(
    "script",
    [
        "exit 0", "exit", "true", "npm test", "[ -n \"$CI\" ] || exit 1", "exit 0; exit 1",
        "if [ -z \"$CI\" ]; then exit 1; fi", "test $CI && exit 0; exit 1", "echo exit 1",
        "(exit 1)", "echo 'exit 1'", "! false", "exit 1 || true", "exit 1 & true", "false | true",
        "exec node x; exit 1", "exit 256", "",
    ],
)  # fmt: skip
def test_a_script_that_may_end_well_is_no_such_script(script):
    assert not failing.always(script)


@pytest.mark.parametrize(
    ("key", "command", "stops"),
    [
        ("prepublishOnly", "npm publish", True),
        ("prepack", "npm publish", True),
        ("postpack", "npm publish", True),
        ("prepublishOnly", "npx lerna publish from-package --yes", True),
        ("postpublish", "npm publish", False),
        ("prepublish", "npm publish", False),
        ("prepublish", "pnpm publish", True),
        ("prepack", "bun publish", True),
        ("prepublish", "bun publish", False),
        ("prepublishOnly", "npm publish --ignore-scripts", False),
        ("prepublishOnly", "npm_config_ignore_scripts=true npm publish", False),
        ("prepublishOnly", "npx clean-publish", False),
    ],
)
def test_it_stops_the_publish_where_the_client_runs_it_before_the_upload(key, command, stops):
    manifest = {**WIDGET, "scripts": {key: "exit 1"}}
    found = run(workflow(f"- run: {command}"), **{"package.json": manifest})

    assert [package.stopped_by for package in found.packages] == [key if stops else None]
