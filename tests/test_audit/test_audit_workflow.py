"""The reusable workflow: its scripts, run as they stand, with a `gh` that only notes its calls."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from auditing_world import ROOT

PATH = ROOT / ".github" / "workflows" / "audit.yml"
WORKFLOW = yaml.load(PATH.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 `on` stays
JOBS = WORKFLOW["jobs"]


def script(job: str, name: str) -> str:
    [found] = [step["run"] for step in JOBS[job]["steps"] if step.get("name") == name]
    return str(found)


def bash(text: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A script as the runner runs it. The program is where the workflow installed it."""
    program = folder / "preflight" / "bin" / "npm-publish-preflight"
    program.parent.mkdir(parents=True, exist_ok=True)
    python = shlex.quote(sys.executable)
    program.write_text(f'#!/bin/sh\nexec {python} -m checker "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    return subprocess.run(
        ("bash", "-e", "-o", "pipefail", "-c", text),
        cwd=folder,
        env={
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "RUNNER_TEMP": str(folder),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def outputs(folder: Path) -> dict[str, str]:
    lines = (folder / "output").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


# --- rights -----------------------------------------------------------------------------------


def test_no_job_has_more_rights_than_it_needs() -> None:
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "plan": {},
        "shard": {"contents": "read"},
        "report": {"issues": "write"},
    }


def test_no_expression_stands_in_a_script() -> None:
    for job in JOBS.values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


def test_on_a_schedule_there_are_no_inputs_and_everything_has_a_default() -> None:
    text = PATH.read_text(encoding="utf-8")
    used = set(re.findall(r"inputs\.([a-z-]+)", text))
    declared = WORKFLOW["on"]["workflow_call"]["inputs"]
    assert used == set(declared)
    bare = set(re.findall(r"\$\{\{ inputs\.([a-z-]+) \}\}", text))
    assert {name for name in bare if declared[name]["default"]} == set()


# --- the plan ---------------------------------------------------------------------------------


def test_the_plan_divides_and_fixes_the_day_for_every_part(tmp_path: Path) -> None:
    done = bash(script("plan", "Divide"), tmp_path, SHARDS="3", TODAY="+30d")
    assert done.returncode == 0, done.stderr
    told = outputs(tmp_path)
    assert json.loads(told["matrix"]) == {"shard": ["1/3", "2/3", "3/3"]}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["today"])


def test_a_day_that_is_named_stays_as_it_is(tmp_path: Path) -> None:
    bash(script("plan", "Divide"), tmp_path, SHARDS="1", TODAY="2027-01-15")
    assert outputs(tmp_path)["today"] == "2027-01-15"


# --- a part -----------------------------------------------------------------------------------


def test_a_part_hands_over_every_line_of_every_input(tmp_path: Path) -> None:
    text = script("shard", "Audit").replace(
        '"$RUNNER_TEMP/preflight/bin/npm-publish-preflight" audit', "printf '<%s>'"
    )
    done = bash(
        text,
        tmp_path,
        TARGETS="acme\n\nacme-labs/tools",
        TOPICS="npm\ntools",
        LANGUAGES="",
        MATCH="*-lib; touch PWNED",
        TODAY="2027-01-15",
        SHARD="2/3",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "<--shard><2/3><--today><2027-01-15><--fail-on><never><--format><json>"
        "<--topic><npm><--topic><tools><--match><*-lib; touch PWNED>"
        f"<--output><{tmp_path}/part.json><--><acme><acme-labs/tools>"
    )
    assert outputs(tmp_path) == {"name": "npm-audit-part-2"}


# --- the report -------------------------------------------------------------------------------


def part(folder: Path, **more: Any) -> None:
    from outcomes import ALL, EMPTY

    from checker.auditing.results import document

    results = ALL if more.get("refused") else EMPTY
    target = folder / "parts" / "npm-audit-part-1" / "part.json"
    target.parent.mkdir(parents=True)
    target.write_text("".join(document(results)), encoding="utf-8")


@pytest.mark.parametrize(("refused", "code"), [(True, "1"), (False, "0")])
def test_the_parts_are_joined_in_every_form_and_the_summary_has_the_table(
    tmp_path: Path, refused: bool, code: str
) -> None:
    part(tmp_path, refused=refused)
    done = bash(script("report", "Join the parts"), tmp_path, FAIL_ON="error")
    assert done.returncode == 0, done.stderr
    assert outputs(tmp_path) == {"code": code}
    names = sorted(path.name for path in (tmp_path / "audit").iterdir())
    assert names == ["audit.html", "audit.json", "audit.markdown", "audit.sarif"]
    summary = (tmp_path / "summary").read_text(encoding="utf-8")
    assert ("`@acme/late`" in summary) is refused


def test_a_part_that_is_missing_fails_the_report(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    done = bash(script("report", "Join the parts"), tmp_path, FAIL_ON="error")
    assert done.returncode == 2
    assert not (tmp_path / "output").exists()


GH = """#!/bin/sh
echo "$*" >> "$GH_LOG"
case "$1 $2" in
  "issue list") printf '%s' "$OPEN_ISSUE" ;;
esac
"""


@pytest.mark.parametrize(
    ("code", "open_issue", "wanted"),
    [
        ("1", "", ["issue list", "label create npm-audit --force", "issue create"]),
        ("1", "7", ["issue list", "issue edit 7 --body-file"]),
        ("0", "7", ["issue list", "issue close 7"]),
        ("0", "", ["issue list"]),
    ],
)
def test_one_issue_is_opened_renewed_and_closed(
    tmp_path: Path, code: str, open_issue: str, wanted: list[str]
) -> None:
    calls = kept(tmp_path, code, open_issue, "| ❌ refused | é |\n" * 10_000)
    assert len(calls) == len(wanted)
    assert all(call.startswith(start) for call, start in zip(calls, wanted, strict=True))
    if code == "1":
        body = (tmp_path / "issue.md").read_bytes()
        assert len(body) < 65_000
        assert "https://github.test/a/b/actions/runs/1" in body.decode("utf-8")


def kept(tmp_path: Path, code: str, open_issue: str, report: str) -> list[str]:
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH, encoding="utf-8")
    gh.chmod(gh.stat().st_mode | stat.S_IXUSR)
    log = tmp_path / "gh.log"
    log.touch()
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "audit.markdown").write_text(report, encoding="utf-8")
    done = bash(
        script("report", "Keep one issue"),
        tmp_path,
        GH_LOG=str(log),
        OPEN_ISSUE=open_issue,
        CODE=code,
        RUN="https://github.test/a/b/actions/runs/1",
    )
    assert done.returncode == 0, done.stderr
    return log.read_text(encoding="utf-8").splitlines()
