"""What others run or read: the guard workflow, the pre-commit hook, the schema's hints."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_cli import EXAMPLES, ROOT, in_actions, outputs, run

from checker.settings import OPTIONS
from checker.settings.generated import OUTPUTS

GUARD = ROOT / "docs" / "npm-guard.yml"
STEPS = yaml.safe_load(GUARD.read_text(encoding="utf-8"))["jobs"]["guard"]["steps"]
[ASK] = [step for step in STEPS if step.get("id") == "preflight"]
[KEEP] = [step for step in STEPS if "run" in step]


# --- the guard --------------------------------------------------------------------------------


def test_the_guard_uses_inputs_and_outputs_that_there_are() -> None:
    assert set(ASK["with"]) <= set(OPTIONS)
    asked = set(re.findall(r"steps\.preflight\.outputs\.([\w-]+)", GUARD.read_text("utf-8")))
    assert asked <= set(OUTPUTS)
    assert asked


def guard(tmp_path: Path, example: str, **more: str) -> tuple[Path, dict[str, str], int]:
    """The guard's question, asked of an example: its checkout, the outputs and the exit code."""
    checkout = shutil.copytree(EXAMPLES / example, tmp_path / "checkout")
    shutil.copy(GUARD, checkout / ".github" / "workflows" / "npm-guard.yml")
    inputs = {f"INPUT_{name.upper()}": str(value) for name, value in ASK["with"].items()}
    inputs["INPUT_FAIL-ON-UNKNOWN"] = "true"
    environ = in_actions(tmp_path, **{**inputs, "INPUT_OFFLINE": "true", **more})
    done = run(env=environ, cwd=checkout)
    return checkout, outputs(tmp_path), done.returncode


def test_the_guard_sees_in_time_what_a_release_would_fail_by(tmp_path: Path) -> None:
    checkout, told, code = guard(tmp_path, "granular-token-without-bypass")
    assert (told["verdict"], code) == ("refused", 1)
    assert "token-needs-2fa" in (checkout / "npm-guard.md").read_text(encoding="utf-8")


def test_the_guard_itself_publishes_nothing_and_leaves_a_good_release_good(tmp_path: Path) -> None:
    name = "example-harbour/signal-flags"
    _, told, code = guard(tmp_path, "trusted-publishing", GITHUB_REPOSITORY=name)
    assert (told["verdict"], code) == ("accepted", 0)


GH = """#!/bin/sh
echo "$*" >> "$GH_LOG"
case "$1 $2" in
  "issue list") printf '%s' "$OPEN_ISSUE" ;;
esac
"""


@pytest.mark.parametrize(
    ("outcome", "open_issue", "wanted"),
    [
        ("failure", "", ["issue list", "label create npm-guard --force", "issue create"]),
        ("failure", "7", ["issue list", "issue edit 7 --body-file npm-guard-issue.md"]),
        ("success", "7", ["issue list", "issue close 7"]),
        ("success", "", ["issue list"]),
    ],
)
def test_the_guard_keeps_one_issue(
    tmp_path: Path, outcome: str, open_issue: str, wanted: list[str]
) -> None:
    done, calls = kept(tmp_path, outcome, open_issue, "refused")
    assert done.returncode == 0
    assert len(calls) == len(wanted)
    assert all(call.startswith(start) for call, start in zip(calls, wanted, strict=True))


def test_an_issue_is_never_longer_than_githubs_limit_and_whole_in_its_letters(
    tmp_path: Path,
) -> None:
    done, calls = kept(tmp_path, "failure", "7", "refused", report="x" + "é" * 70_000)
    body = (tmp_path / "npm-guard-issue.md").read_bytes()
    assert 0 < len(body) <= 60_000
    assert set(body.decode("utf-8")) == {"x", "é"}
    assert (done.returncode, len(calls)) == (0, 2)


def test_a_preflight_that_did_not_run_is_no_good_news(tmp_path: Path) -> None:
    done, calls = kept(tmp_path, "failure", "7", "")
    assert (done.returncode, calls) == (1, [])


def kept(
    tmp_path: Path, outcome: str, open_issue: str, verdict: str, report: str = "## Refused\n"
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """The step that keeps the issue, with a `gh` that only notes how it is called."""
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH, encoding="utf-8")
    gh.chmod(gh.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "npm-guard.md").write_text(report, encoding="utf-8")
    log = tmp_path / "gh.log"
    log.touch()
    done = subprocess.run(
        ("bash", "-e", "-o", "pipefail", "-c", KEEP["run"]),
        cwd=tmp_path,
        env={
            "PATH": f"{gh.parent}{os.pathsep}{os.environ['PATH']}",
            "GH_LOG": str(log),
            "OPEN_ISSUE": open_issue,
            "OUTCOME": outcome,
            "VERDICT": verdict,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done, log.read_text(encoding="utf-8").splitlines()


# --- pre-commit -------------------------------------------------------------------------------


def hook() -> dict[str, Any]:
    [found] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return found


def test_the_hook_runs_the_program_as_it_is_installed() -> None:
    name, command, *flags = hook()["entry"].split()
    assert (name, command) == ("npm-publish-preflight", "check")
    done = run(command, str(EXAMPLES / "trusted-publishing"), *flags, "--today", "2026-11-24")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        (".github/workflows/release.yml", True),
        (".github/actions/publish/action.yaml", True),
        (".github/npm-publish-preflight.yml", True),
        ("package.json", True),
        ("packages/core/package.json", True),
        ("packages/core/.npmrc", True),
        (".tool-versions", True),
        ("pnpm-lock.yaml", True),
        ("src/index.ts", False),
        ("docs/package.json.md", False),
        ("my-package.json", False),
    ],
)
def test_the_hook_runs_where_the_answer_may_have_changed(path: str, matters: bool) -> None:
    assert bool(re.search(hook()["files"], path)) is matters


# --- the schema in editors --------------------------------------------------------------------

HINT = "# yaml-language-server: $schema="


def test_the_hint_for_editors_is_a_comment_to_the_program(tmp_path: Path) -> None:
    [hint] = [
        line
        for line in (ROOT / "schema" / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(HINT)
    ]
    assert hint.endswith("/schema/npm-publish-preflight.schema.json")
    copy = shutil.copytree(EXAMPLES / "trusted-publishing", tmp_path / "copy")
    config = copy / ".github" / "npm-publish-preflight.yml"
    config.write_text(f"{hint}\n{config.read_text(encoding='utf-8')}", encoding="utf-8")
    assert run("check", str(copy), "--today", "2026-11-24", "--offline").returncode == 0


def test_every_address_of_the_schema_is_the_same() -> None:
    text = (ROOT / "schema" / "README.md").read_text(encoding="utf-8")
    assert len(set(re.findall(r"https://\S+?\.schema\.json", text))) == 1
    catalogue = re.findall(r"```json\n(.*?)```", text, re.DOTALL)[-1]
    assert set(json.loads(catalogue)) == {"name", "description", "fileMatch", "url"}
