"""The two actions, the schema of the config file and the README's table come from the options."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import generated
import jsonschema
import pytest
import yaml
from sample_reports import SAMPLES
from settings_world import faults_of

from checker.reporters import github
from checker.settings import OPTIONS
from checker.settings.generated import (
    OUTPUTS,
    action_yml,
    config_schema,
    native_action_yml,
    options_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


def test_action_yml_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    golden(ROOT / "action.yml", action_yml())


def test_the_action_without_a_container_is_up_to_date(
    golden: Callable[[Path, str], None],
) -> None:
    golden(ROOT / "native" / "action.yml", native_action_yml())


def test_the_schema_of_the_config_file_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    golden(ROOT / "schema" / "npm-publish-preflight.schema.json", config_schema())


def test_the_readmes_table_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    readme = ROOT / "README.md"
    begin, end = "<!-- options -->", "<!-- /options -->"
    golden(readme, generated.between(readme, begin, end, options_table()))


def test_action_yml_has_every_option_as_an_input_and_no_default() -> None:
    action = yaml.safe_load(action_yml())
    assert list(action["inputs"]) == list(OPTIONS)
    assert not any("default" in about for about in action["inputs"].values())
    assert action["runs"] == {"using": "docker", "image": "Dockerfile"}


def test_action_yml_has_the_outputs_that_are_written() -> None:
    report = next(iter(SAMPLES.values()))
    written = github.outputs(report, {"report": "report.json", "sarif": "report.sarif"})
    assert [name for name, _ in written] == list(OUTPUTS)
    assert list(yaml.safe_load(action_yml())["outputs"]) == list(OUTPUTS)


def test_both_actions_take_the_same_and_tell_the_same() -> None:
    container, native = yaml.safe_load(action_yml()), yaml.safe_load(native_action_yml())
    assert native["inputs"] == container["inputs"]
    told = {
        name: {"description": about["description"]} for name, about in native["outputs"].items()
    }
    assert told == container["outputs"]


def test_the_action_without_a_container_hands_every_input_on() -> None:
    [step] = yaml.safe_load(native_action_yml())["runs"]["steps"]
    assert step["env"] == {f"INPUT_{name.upper()}": f"${{{{ inputs.{name} }}}}" for name in OPTIONS}


@pytest.mark.parametrize(
    "config",
    [
        "publishing-access: 2fa-disallow-tokens\ntoken: {type: granular, bypass-2fa: true}\n",
        "trusted-publishers: []\n",
        "trusted-publishers:\n- {repository: a/b, workflow: c.yml, allow: publish}\n",
        "token-packages: all\nnode-version: 22.1\npackage: [a, b]\n",
        "packages: {'@a/b': {exists: false, token-expires: '2027-01-01'}}\n",
        "tokens: {NPM_TOKEN: {type: unknown}}\nignore: [{token-left-over: soon}]\n",
    ],
)
def test_the_schema_takes_what_the_program_takes(config: str) -> None:
    assert faults_of(config) == ()
    jsonschema.validate(yaml.safe_load(config), json.loads(config_schema()))


@pytest.mark.parametrize(
    "config",
    [
        "publishing-acces: legacy-none\n",
        "token-type: granluar\n",
        "bypass-2fa: 'yes'\n",
        "offline: true\n",
        "trusted-publishers: [{repository: a/b}]\n",
        "packages: {a: {fail-on: never}}\n",
    ],
)
def test_the_schema_refuses_what_the_program_refuses(config: str) -> None:
    assert faults_of(config)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(config), json.loads(config_schema()))


def test_generated_files_are_not_rewritten_where_ci_is_set() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", generated.FLAG, "--collect-only", __file__],
        env={**os.environ, "CI": "true"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "is refused where CI is set" in done.stderr


def test_a_drift_is_a_failure_that_names_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "made.txt"
    with pytest.raises(AssertionError, match="does not exist; run pytest --rewrite-generated"):
        generated.hold(file, "new", rewrite=False)
    generated.hold(file, "new", rewrite=True)
    assert file.read_text() == "new"
    with pytest.raises(AssertionError, match="is not what the code makes now"):
        generated.hold(file, "newer", rewrite=False)
