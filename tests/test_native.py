"""The action without a container: what it finds out about the job, and when it may use it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from test_cli import EXAMPLES, ROOT, in_actions, outputs

from checker.settings.generated import OUTPUTS

OPEN = "${{ vars.NODE }}"
PROGRAM = (sys.executable, "-I", "-m", "checker")


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("native_run", ROOT / "native" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


native = loaded()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The example that publishes by trusted publishing, its Node hidden by a variable."""
    return hide_node(shutil.copytree(EXAMPLES / "trusted-publishing", tmp_path / "checkout"))


def hide_node(checkout: Path) -> Path:
    workflow = checkout / ".github" / "workflows" / "release.yml"
    text = workflow.read_text(encoding="utf-8")
    assert "node-version: 24" in text
    workflow.write_text(text.replace("node-version: 24", f"node-version: {OPEN}"), "utf-8")
    return checkout


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The publishing job of that example, in which a step has put Node 24 into the tool cache."""
    found = in_actions(tmp_path)
    cache = tmp_path / "tools"
    temp = tmp_path / "temp"
    temp.mkdir()
    folder = cache / "node" / "24.1.0" / "x64" / "bin"
    program(folder / "node", "v24.1.0")
    program(folder / "npm", "11.6.2")
    name = "example-harbour/signal-flags"
    return {
        **os.environ,
        **found,
        "GITHUB_REPOSITORY": name,
        "GITHUB_WORKFLOW_REF": f"{name}/.github/workflows/release.yml@refs/tags/v1.0.0",
        "RUNNER_TEMP": str(temp),
        "RUNNER_TOOL_CACHE": str(cache),
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "INPUT_OFFLINE": "true",
    }


def program(path: Path, says: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\n[ -z "$NODE_OPTIONS" ] && [ -z "$(ls)" ] && echo \'{says}\'\n')
    path.chmod(0o755)


def told(environ: dict[str, str]) -> dict[str, list[str]]:
    """What the one publish of the written report says of its runtime."""
    [report] = Path(environ["RUNNER_TEMP"]).glob("*.json")
    [publish] = json.loads(report.read_text(encoding="utf-8"))["publishes"]
    return {name: publish[name] for name in ("node", "npm")}


def test_a_version_that_the_files_hide_is_the_jobs_own(
    checkout: Path, environ: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert native.preflight(PROGRAM, environ, checkout) == 0
    assert told(environ) == {"node": ["24.1.0"], "npm": ["11.6.2"]}
    assert outputs(tmp_path)["verdict"] == "accepted"
    assert "this job has node 24.1.0 and npm 11.6.2." in capfd.readouterr().out


def test_without_a_tool_cache_it_stays_unknown(checkout: Path, environ: dict[str, str]) -> None:
    del environ["RUNNER_TOOL_CACHE"]
    native.preflight(PROGRAM, environ, checkout)
    assert told(environ) == {"node": None, "npm": None}


def test_the_runners_own_node_is_not_taken_for_the_jobs(
    checkout: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    program(tmp_path / "usr" / "node", "v22.20.0")
    environ["PATH"] = f"{tmp_path / 'usr'}{os.pathsep}{environ['PATH']}"
    assert native.job_versions(("node", "npm"), environ) == {"npm": "11.6.2"}


def test_a_program_of_the_checkout_is_never_started(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "here" / "node", "v99.0.0")
    monkeypatch.chdir(tmp_path / "here")
    environ["PATH"] = f".{os.pathsep}{environ['PATH']}"
    assert native.job_versions(("node",), environ) == {}


def test_corepacks_npm_is_not_npm(environ: dict[str, str]) -> None:
    npm = Path(shutil.which("npm", path=environ["PATH"]) or "")
    shim = npm.parent.parent / "lib" / "node_modules" / "corepack" / "dist" / "npm.js"
    program(shim, "11.6.2")
    npm.unlink()
    npm.symlink_to(shim)
    assert native.job_versions(("node", "npm"), environ) == {"node": "24.1.0"}


def test_what_node_options_names_is_not_loaded(environ: dict[str, str]) -> None:
    environ["NODE_OPTIONS"] = "--require ./x.js"
    assert native.job_versions(("node",), environ) == {"node": "24.1.0"}


def test_a_stated_version_wins(checkout: Path, environ: dict[str, str]) -> None:
    environ["INPUT_NODE-VERSION"] = "22.14.0"
    environ["INPUT_NPM-VERSION"] = "10.9.2"
    native.preflight(PROGRAM, environ, checkout)
    assert told(environ) == {"node": ["22.14.0"], "npm": ["10.9.2"]}


def test_a_job_that_is_not_the_publishing_one_says_nothing_of_its_node(
    checkout: Path, environ: dict[str, str]
) -> None:
    environ["GITHUB_JOB"] = "lint"
    assert native.hidden(PROGRAM, environ, checkout) == ()


def test_a_second_publishing_job_keeps_the_first_from_speaking_for_both(
    checkout: Path, environ: dict[str, str]
) -> None:
    assert native.hidden(PROGRAM, environ, checkout) == ("node", "npm")
    workflows = checkout / ".github" / "workflows"
    shutil.copy(workflows / "release.yml", workflows / "nightly.yml")
    assert native.hidden(PROGRAM, environ, checkout) == ()
    environ["INPUT_WORKFLOW"] = "release.yml"
    assert native.hidden(PROGRAM, environ, checkout) == ("node", "npm")


def test_what_the_files_tell_is_left_to_them(tmp_path: Path, environ: dict[str, str]) -> None:
    checkout = EXAMPLES / "trusted-publishing"
    assert native.hidden(PROGRAM, environ, checkout) == ()


def test_bad_input_is_told_once_and_ends_with_2(
    checkout: Path, environ: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    environ["INPUT_TOKEN-TYPE"] = "granullar"
    assert native.preflight(PROGRAM, environ, checkout) == 2
    assert capfd.readouterr().err.count("granullar") == 1


def test_the_first_look_writes_nothing_that_a_job_reads(
    checkout: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    native.hidden(PROGRAM, environ, checkout)
    assert (tmp_path / "output").read_text() == (tmp_path / "summary").read_text() == ""
    assert list(Path(environ["RUNNER_TEMP"]).iterdir()) == []


def test_its_own_step_is_no_publish_and_changes_no_verdict(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    checkout = shutil.copytree(EXAMPLES / "trusted-publishing", tmp_path / "checkout")
    workflow = checkout / ".github" / "workflows" / "release.yml"
    text = workflow.read_text(encoding="utf-8")
    changed = text.replace("/npm-publish-preflight@v1", "/npm-publish-preflight/native@v1")
    assert changed != text
    workflow.write_text(changed, encoding="utf-8")
    assert native.preflight(PROGRAM, environ, checkout) == 0
    assert outputs(tmp_path)["verdict"] == "accepted"
    assert told(environ)["npm"] is not None


# --- the step ---------------------------------------------------------------------------------


def step(environ: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """The action's one step, as a runner starts it."""
    action = yaml.safe_load((ROOT / "native" / "action.yml").read_text(encoding="utf-8"))
    [only] = action["runs"]["steps"]
    script = folder / "step.sh"
    script.write_text(only["run"], encoding="utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        env={**environ, "GITHUB_ACTION_PATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_step_starts_the_first_python_that_is_new_enough(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(
        "import os, sys; print(sys.flags.isolated, os.environ['INPUT_FAIL-ON']); sys.exit(7)"
    )
    old = tmp_path / "old" / "python3"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    (old.parent / "python").symlink_to(sys.executable)
    path = f"{old.parent}{os.pathsep}{os.environ['PATH']}"
    done = step({"PATH": path, "INPUT_FAIL-ON": "never"}, tmp_path)
    assert (done.returncode, done.stdout) == (7, "1 never\n"), done.stderr


def test_a_runner_without_python_is_told_what_to_add(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "bash").symlink_to(shutil.which("bash") or "")
    done = step({"PATH": str(tmp_path / "bin")}, tmp_path)
    assert done.returncode == 2
    assert "::error::No Python 3.11" in done.stdout
    assert "actions/setup-python" in done.stdout


def test_the_step_has_every_output(tmp_path: Path) -> None:
    action = yaml.safe_load((ROOT / "native" / "action.yml").read_text(encoding="utf-8"))
    values = {name: about["value"] for name, about in action["outputs"].items()}
    assert values == {name: f"${{{{ steps.preflight.outputs.{name} }}}}" for name in OUTPUTS}
