"""The commands as a user runs them: what is printed where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
TODAY = ("--today", "2026-11-24", "--offline")
TOKEN = "npm_" + "a1B2" * 9
HERE = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}


def run(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "checker", *arguments),
        cwd=cwd,
        env={**HERE, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def in_actions(tmp_path: Path, **more: str) -> dict[str, str]:
    for name in ("output", "summary"):
        (tmp_path / name).touch()
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "example-harbour/tide-table",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_WORKFLOW_REF": (
            "example-harbour/tide-table/.github/workflows/release.yml@refs/tags/v1"
        ),
        "GITHUB_JOB": "publish",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_TEMP": str(tmp_path),
        "INPUT_TODAY": "2026-11-24",
        "INPUT_OFFLINE": "true",
        **more,
    }


def outputs(tmp_path: Path) -> dict[str, str]:
    lines = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    return {
        head.partition("<<")[0]: value for head, value in zip(lines[::3], lines[1::3], strict=True)
    }


# --- exit codes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "code", "verdict"),
    [
        ("granular-token-without-bypass", 1, "refused"),
        ("disallow-tokens", 1, "refused"),
        ("undeclared", 0, "unknown"),
    ],
)
def test_an_example_ends_with_its_verdict_on_the_last_line(
    example: str, code: int, verdict: str
) -> None:
    done = run("check", str(EXAMPLES / example), *TODAY)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.rstrip("\n").rpartition("\n")[2].startswith(f"{verdict}:")


def test_unknown_fails_where_that_is_asked_for() -> None:
    done = run("check", str(EXAMPLES / "undeclared"), *TODAY, "--fail-on-unknown")
    assert done.returncode == 1


def test_nothing_fails_where_that_is_asked_for() -> None:
    done = run("check", str(EXAMPLES / "disallow-tokens"), *TODAY, "--fail-on", "never")
    assert done.returncode == 0


def test_an_ignored_rule_changes_the_exit_code_and_not_the_verdict() -> None:
    example = str(EXAMPLES / "granular-token-without-bypass")
    ignored = "token-needs-2fa=known, we move next week"
    done = run("check", example, *TODAY, "--ignore", ignored, "--format", "json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["verdict"] == "refused"
    [suppressed] = [f for f in report["findings"] if f["rule"] == "token-needs-2fa"]
    assert suppressed["suppressed"] == "known, we move next week"


def test_an_ignore_comment_changes_the_exit_code_and_is_told_with_its_reason(
    tmp_path: Path,
) -> None:
    copy = shutil.copytree(EXAMPLES / "granular-token-without-bypass", tmp_path / "copy")
    workflow = copy / ".github" / "workflows" / "release.yml"
    comment = "# npm-publish-preflight: ignore[token-needs-2fa] we move on Monday\n"
    text = workflow.read_text(encoding="utf-8")
    at = text.index("          NODE_AUTH_TOKEN")
    workflow.write_text(text[:at] + "          " + comment + text[at:], encoding="utf-8")
    done = run("check", str(copy), *TODAY)
    assert done.returncode == 0
    assert done.stdout.rstrip("\n").rpartition("\n")[2].startswith("refused:")
    assert "we move on Monday" in done.stdout


def test_the_plain_report_shows_the_lines_to_change() -> None:
    done = run("check", str(EXAMPLES / "granular-token-without-bypass"), *TODAY)
    assert "│           NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n" in done.stdout


def test_sarif_is_a_format_of_its_own() -> None:
    done = run("check", str(EXAMPLES / "undeclared"), *TODAY, "--format", "sarif")
    assert json.loads(done.stdout)["version"] == "2.1.0"


def test_bad_input_is_exit_2_with_the_nearest_spelling() -> None:
    done = run("check", str(EXAMPLES / "undeclared"), "--token-type", "granullar")
    assert (done.returncode, done.stdout) == (2, "")
    assert "granular" in done.stderr


def test_a_folder_that_is_not_there_is_exit_2() -> None:
    done = run("check", "no-such-folder")
    assert done.returncode == 2
    assert "no-such-folder" in done.stderr


def test_no_command_outside_actions_prints_the_commands() -> None:
    done = run()
    assert done.returncode == 2
    assert "check" in done.stdout


# --- in GitHub Actions ------------------------------------------------------------------------


def test_without_a_command_in_actions_check_runs_and_writes_where_people_look(
    tmp_path: Path,
) -> None:
    done = run(env=in_actions(tmp_path), cwd=EXAMPLES / "granular-token-without-bypass")
    assert done.returncode == 1
    assert "::error file=.github/workflows/release.yml,line=" in done.stdout
    assert "token-needs-2fa" in (tmp_path / "summary").read_text(encoding="utf-8")
    given = outputs(tmp_path)
    assert (given["verdict"], given["errors"], given["credential"]) == ("refused", "1", "token")
    assert json.loads(Path(given["report"]).read_text(encoding="utf-8"))["verdict"] == "refused"
    sarif = json.loads(Path(given["sarif"]).read_text(encoding="utf-8"))
    assert "token-needs-2fa" in {result["ruleId"] for result in sarif["runs"][0]["results"]}


def test_the_report_is_never_written_into_the_checkout(tmp_path: Path) -> None:
    before = sorted((EXAMPLES / "undeclared").rglob("*"))
    run(env=in_actions(tmp_path), cwd=EXAMPLES / "undeclared")
    assert sorted((EXAMPLES / "undeclared").rglob("*")) == before


def test_inside_the_actions_container_the_report_is_named_as_the_job_knows_it(
    tmp_path: Path,
) -> None:
    from checker.delivery import _as_the_job_knows_it

    environ = {"RUNNER_WORKSPACE": "/home/runner/jobs/widget"}
    assert _as_the_job_knows_it("/github/runner_temp", "report.json", environ) == (
        "/home/runner/jobs/_temp/report.json"
    )


def test_without_the_runners_files_the_log_has_to_do(tmp_path: Path) -> None:
    environ = in_actions(tmp_path)
    gone = {"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "summary"), "RUNNER_TEMP": "/no/such"}
    done = run(env={**environ, **gone}, cwd=EXAMPLES / "disallow-tokens")
    assert done.returncode == 1
    assert "token-refused-by-publishing-access" in done.stdout


def test_a_fault_of_the_config_file_is_annotated_at_its_line(tmp_path: Path) -> None:
    config = tmp_path / "repo" / ".github" / "npm-publish-preflight.yml"
    config.parent.mkdir(parents=True)
    config.write_text("account-2fa: auth-only\npublishing-acess: legacy-none\n", encoding="utf-8")
    done = run(env=in_actions(tmp_path), cwd=tmp_path / "repo")
    assert done.returncode == 2
    assert "::error file=.github/npm-publish-preflight.yml,line=2" in done.stdout
    assert "publishing-access" in done.stderr


# --- secrets ----------------------------------------------------------------------------------


def test_a_token_is_masked_before_anything_else_and_never_printed(tmp_path: Path) -> None:
    environ = in_actions(tmp_path, NODE_AUTH_TOKEN=TOKEN)
    done = run(env=environ, cwd=EXAMPLES / "granular-token-without-bypass")
    assert done.stdout.startswith(f"::add-mask::{TOKEN}\n")
    written = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir() if path.is_file()]
    rest = done.stdout.removeprefix(f"::add-mask::{TOKEN}\n")
    assert all(TOKEN not in text for text in (rest, done.stderr, *written))


def test_json_on_stdout_stays_json_and_the_token_is_masked_beside_it(tmp_path: Path) -> None:
    environ = in_actions(tmp_path, NODE_AUTH_TOKEN=TOKEN, INPUT_FORMAT="json")
    done = run(env=environ, cwd=EXAMPLES / "granular-token-without-bypass")
    assert json.loads(done.stdout)["verdict"] == "refused"
    assert done.stderr.startswith(f"::add-mask::{TOKEN}\n")


def test_a_token_typed_where_it_does_not_belong_is_not_echoed() -> None:
    done = run("check", str(EXAMPLES / "undeclared"), "--token-type", TOKEN)
    assert done.returncode == 2
    assert TOKEN not in done.stdout + done.stderr


# --- explain and policy -----------------------------------------------------------------------


def test_explain_prints_a_rules_page() -> None:
    done = run("explain", "token-needs-2fa")
    assert done.returncode == 0
    assert done.stdout.startswith("# token-needs-2fa\n")
    assert "EOTP" in done.stdout


def test_explain_alone_lists_every_rule() -> None:
    from checker.rules import by_id

    listed = [line.split()[0] for line in run("explain").stdout.splitlines()]
    assert listed == list(by_id())


def test_explain_names_the_nearest_rule() -> None:
    done = run("explain", "token-need-2fa")
    assert done.returncode == 2
    assert "`token-needs-2fa`" in done.stderr


def test_policy_shows_what_is_announced_for_2027() -> None:
    done = run("policy", "--on", "2027-02-01")
    assert done.returncode == 0
    assert "unknown (announced): `bypass-token-sunset`" in done.stdout


def test_policy_refuses_a_day_that_is_none() -> None:
    assert run("policy", "--on", "soon").returncode == 2


def test_offline_commands_import_nothing_heavy() -> None:
    code = "import sys, checker.cli; checker.cli.main(['explain']); print(sorted(sys.modules))"
    done = subprocess.run(
        (sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True
    )
    modules = done.stdout.splitlines()[-1]
    for heavy in ("pydantic", "requests", "tree_sitter", "rich", "yaml"):
        assert f"'{heavy}'" not in modules


# --- fix, trust, import, diagnose -------------------------------------------------------------


def with_example(name: str, tmp_path: Path) -> Path:
    repository = tmp_path / "repository"
    shutil.copytree(EXAMPLES / name, repository)
    (repository / ".git").mkdir()
    remote = "https://github.com/example-harbour/tide-table.git"
    (repository / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {remote}\n')
    return repository


def test_fix_prints_a_diff_and_changes_nothing(tmp_path: Path) -> None:
    repository = with_example("granular-token-without-bypass", tmp_path)
    workflow = repository / ".github" / "workflows" / "release.yml"
    before = workflow.read_bytes()
    done = run("fix", str(repository), *TODAY)
    assert done.returncode == 0, done.stderr
    assert "+      id-token: write" in done.stdout
    assert workflow.read_bytes() == before


def test_fix_says_which_workflow_it_could_not_read(tmp_path: Path) -> None:
    repository = with_example("granular-token-without-bypass", tmp_path)
    folder = repository / ".github" / "workflows"
    (folder / "tabs.yml").write_text("on: push\njobs:\n\tpublish: {}\n")
    done = run("fix", str(repository), *TODAY)
    assert done.returncode == 1
    assert "+      id-token: write" in done.stdout
    assert ".github/workflows/tabs.yml:3: not changed." in done.stderr
    assert "Correct the file" in done.stderr


def test_what_fix_writes_is_accepted_and_a_second_fix_is_empty(tmp_path: Path) -> None:
    repository = with_example("granular-token-without-bypass", tmp_path)
    assert run("fix", str(repository), *TODAY, "--write").returncode == 0
    assert run("fix", str(repository), *TODAY).stdout == ""
    config = repository / ".github" / "npm-publish-preflight.yml"
    config.write_text(
        "trusted-publishers:\n  - repository: example-harbour/tide-table\n"
        "    workflow: release.yml\n    allow: [publish]\n    published: true\n"
    )
    done = run("check", str(repository), *TODAY)
    assert done.stdout.rstrip().rpartition("\n")[2].startswith("accepted:"), done.stdout


def test_sarif_takes_the_edits_along(tmp_path: Path) -> None:
    repository = with_example("granular-token-without-bypass", tmp_path)
    done = run("check", str(repository), *TODAY, "--format", "sarif")
    [result] = [
        one
        for one in json.loads(done.stdout)["runs"][0]["results"]
        if one["ruleId"] == "token-needs-2fa"
    ]
    [fix] = result["fixes"]
    [change] = fix["artifactChanges"]
    assert change["artifactLocation"]["uri"] == ".github/workflows/release.yml"
    inserted = "".join(one["insertedContent"]["text"] for one in change["replacements"])
    assert "id-token: write" in inserted


def test_trust_prints_the_command_for_the_package(tmp_path: Path) -> None:
    repository = with_example("granular-token-without-bypass", tmp_path)
    done = run("trust", str(repository), *TODAY)
    assert done.returncode == 0, done.stderr
    assert "npm trust github tide-table" in done.stdout
    assert "--file release.yml" in done.stdout


def importing(listed: object, repository: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "checker", "import", str(repository)),
        cwd=ROOT,
        env={**HERE, "PYTHONPATH": str(ROOT)},
        input=json.dumps(listed),
        capture_output=True,
        text=True,
        check=False,
    )


PUBLISHER = {
    "type": "github",
    "repository": "acme/widget",
    "file": "release.yml",
    "permissions": ["createPackage"],
}


def test_import_makes_the_config_file_from_what_npm_lists(tmp_path: Path) -> None:
    done = importing([PUBLISHER], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    text = (tmp_path / ".github" / "npm-publish-preflight.yml").read_text(encoding="utf-8")
    assert "repository: acme/widget" in text
    assert "workflow: release.yml" in text


def test_import_keeps_the_comments_of_a_config_file_that_is_there(tmp_path: Path) -> None:
    config = tmp_path / ".github" / "npm-publish-preflight.yml"
    config.parent.mkdir()
    config.write_text("# ours\naccount-2fa: auth-only # since May\n", encoding="utf-8")
    assert importing([PUBLISHER], tmp_path).returncode == 0
    text = config.read_text(encoding="utf-8")
    assert text.startswith("# ours\naccount-2fa: auth-only # since May\n")
    assert "repository: acme/widget" in text


def test_import_follows_no_link_out_of_the_repository(tmp_path: Path) -> None:
    repository, elsewhere = tmp_path / "repository", tmp_path / "elsewhere"
    repository.mkdir()
    elsewhere.mkdir()
    (repository / ".github").symlink_to(elsewhere)
    assert importing([PUBLISHER], repository).returncode == 2
    assert list(elsewhere.iterdir()) == []


def test_diagnose_names_the_cause_behind_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("npm error code EOTP\nnpm error This operation requires a one-time password.\n")
    done = run("diagnose", str(log))
    assert done.returncode == 1
    assert "token-needs-2fa" in done.stdout


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_diagnose_reads_a_log_that_powershell_has_written(encoding: str, tmp_path: Path) -> None:
    text = "npm error code EOTP\r\nnpm error This operation requires a one-time password.\r\n"
    log = tmp_path / "log.txt"
    log.write_bytes(text.encode(encoding))
    assert "token-needs-2fa" in run("diagnose", str(log)).stdout
    with log.open("rb") as stdin:
        piped = subprocess.run(
            [sys.executable, "-m", "checker", "diagnose"],
            stdin=stdin, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    assert b"token-needs-2fa" in piped.stdout


@pytest.mark.parametrize(
    ("command", "closed", "code"),
    [("diagnose", "<&-", 0), ("import .", "<&-", 2), ("explain token-expired", ">&-", 0)],
)
def test_a_stream_that_is_closed_is_an_empty_one(
    command: str, closed: str, code: int, tmp_path: Path
) -> None:
    shell = f'"{sys.executable}" -m checker {command} {closed}'
    done = subprocess.run(
        ["bash", "-c", shell], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == code
    assert b"defect" not in done.stderr


def test_diagnose_says_that_nothing_failed(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("+ @acme/widget@1.2.0\n")
    assert run("diagnose", str(log)).returncode == 0
