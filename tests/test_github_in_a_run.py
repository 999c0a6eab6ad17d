"""A whole run that may ask GitHub: what changes the answer, and the comment it keeps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import github_server
import pytest
from github_server import TOKEN, Repository
from test_cli import EXAMPLES, in_actions, outputs, run

MARKER = "<!-- npm-publish-preflight -->"


@pytest.fixture
def repository() -> Repository:
    return Repository(full_name="example-harbour/tide-table", may={"pull-requests"})


@pytest.fixture
def base(repository: Repository) -> Iterator[str]:
    with github_server.serving(repository) as address:
        yield address


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An example that uses no network but GitHub's API."""
    return shutil.copytree(EXAMPLES / "granular-token-without-bypass", tmp_path / "checkout")


def job(tmp_path: Path, base: str, **more: str) -> dict[str, str]:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 5}}), encoding="utf-8")
    # Nobody listens there: npm's part of the answer is not what is tested.
    nowhere = {"INPUT_REGISTRY": "http://127.0.0.1:9/", "INPUT_OFFLINE": "false"}
    return in_actions(
        tmp_path,
        GITHUB_EVENT_NAME="pull_request",
        GITHUB_EVENT_PATH=str(event),
        GITHUB_API_URL=base,
        **{"INPUT_GITHUB-TOKEN": TOKEN, **nowhere, **more},
    )


def summary(tmp_path: Path) -> str:
    return (tmp_path / "summary").read_text(encoding="utf-8")


# --- the comment ------------------------------------------------------------------------------


def test_a_refusal_is_commented_once_and_the_comment_goes_when_all_is_well(
    tmp_path: Path, base: str, repository: Repository
) -> None:
    name = repository.full_name = "example-harbour/signal-flags"
    environ = job(tmp_path, base, INPUT_COMMENT="true", GITHUB_REPOSITORY=name)
    well = shutil.copytree(EXAMPLES / "trusted-publishing", tmp_path / "well")
    workflow = well / ".github" / "workflows" / "release.yml"
    text = workflow.read_text(encoding="utf-8")
    workflow.write_text(text.replace("      id-token: write\n", "", 1), encoding="utf-8")
    for _ in range(2):
        assert run(env=environ, cwd=well).returncode == 1
    [comment] = repository.comments
    assert comment["body"].startswith(f"{MARKER}\n## ❌ Refused: npm will not accept ")
    assert "id-token: write" in comment["body"]
    workflow.write_text(text, encoding="utf-8")
    assert run(env=environ, cwd=well).returncode == 0
    assert repository.comments == []


def test_without_permission_the_summary_carries_the_note(
    tmp_path: Path, checkout: Path, base: str, repository: Repository
) -> None:
    repository.may = set()
    done = run(env=job(tmp_path, base, INPUT_COMMENT="true", INPUT_FORMAT="json"), cwd=checkout)
    assert done.returncode == 1
    report = json.loads(Path(outputs(tmp_path)["report"]).read_text(encoding="utf-8"))
    note = "The pull-request comment was not written: the GitHub token may not (403)"
    assert note.replace("(403)", "") in summary(tmp_path)
    assert "pull-requests: write" in summary(tmp_path)
    [remark] = [r for r in report["remarks"] if r["text"].startswith(note)]
    assert remark["text"].endswith(
        "it needs `pull-requests: write`, which no pull request from a fork is given."
    )


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"INPUT_OFFLINE": "true"}, "`offline` is set"),
        ({"INPUT_GITHUB-TOKEN": ""}, "there is no `github-token`"),
        ({"GITHUB_EVENT_PATH": ""}, "this run belongs to no pull request"),
        ({"GITHUB_API_URL": "http://ghes.example"}, "is no `https` address"),
    ],
)
def test_what_keeps_the_comment_from_being_written_is_told(
    tmp_path: Path,
    checkout: Path,
    base: str,
    repository: Repository,
    more: dict[str, str],
    why: str,
) -> None:
    environ = {**job(tmp_path, base, INPUT_COMMENT="true"), **more}
    done = run(env=environ, cwd=checkout)
    assert done.returncode == 1
    assert why in summary(tmp_path)
    assert repository.comments == []


def test_nothing_is_commented_where_that_is_not_asked_for(
    tmp_path: Path, checkout: Path, base: str, repository: Repository
) -> None:
    run(env=job(tmp_path, base), cwd=checkout)
    assert {method for method, _ in repository.requests} <= {"GET"}
    assert not [path for _, path in repository.requests if "comments" in path]


# --- what no file tells -----------------------------------------------------------------------


def test_what_github_says_changes_the_answer(
    tmp_path: Path, checkout: Path, base: str, repository: Repository
) -> None:
    repository.may |= {"actions", "secrets"}
    repository.full_name = "Example-Harbour/tide-table"
    repository.secrets = {"NPM_TOKEN": "2026-03-01T00:00:00Z"}
    done = run(env=job(tmp_path, base), cwd=checkout)
    assert "secret-older-than-limit" in done.stdout
    # The canonical spelling is what npm compares, and what the command to paste has.
    assert "--repo Example-Harbour/tide-table" in done.stdout


def test_an_environment_that_is_not_there_is_told(
    tmp_path: Path, checkout: Path, base: str, repository: Repository
) -> None:
    repository.may |= {"actions"}
    workflow = checkout / ".github" / "workflows" / "release.yml"
    text = workflow.read_text(encoding="utf-8")
    workflow.write_text(
        text.replace("    runs-on:", "    environment: npm\n    runs-on:", 1), encoding="utf-8"
    )
    run(env=job(tmp_path, base), cwd=checkout)
    report = json.loads(Path(outputs(tmp_path)["report"]).read_text(encoding="utf-8"))
    [remark] = report["remarks"]
    assert remark["text"].startswith("The environment `npm` of job `publish` does not exist")
    assert remark["path"] == ".github/workflows/release.yml"


def test_offline_asks_github_nothing(
    tmp_path: Path, checkout: Path, base: str, repository: Repository
) -> None:
    run(env=job(tmp_path, base, INPUT_OFFLINE="true"), cwd=checkout)
    assert repository.requests == []


def test_a_github_that_cannot_be_reached_changes_no_verdict(tmp_path: Path, checkout: Path) -> None:
    done = run(env=job(tmp_path, "http://127.0.0.1:9"), cwd=checkout)
    assert done.returncode == 1
    assert outputs(tmp_path)["verdict"] == "refused"
    assert "What only GitHub's API knows is not known here" in done.stdout


def test_the_token_is_masked_and_never_printed(
    tmp_path: Path, checkout: Path, base: str, repository: Repository
) -> None:
    done = run(env=job(tmp_path, base, INPUT_COMMENT="true"), cwd=checkout)
    assert f"::add-mask::{TOKEN}\n" in done.stdout
    assert done.stdout.count(TOKEN) == 1
    assert TOKEN not in done.stderr + summary(tmp_path) + repository.comments[0]["body"]
