"""What Actions, act and a terminal say about the running job, and what stays unknown."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from checker.facts import RunningJob, Setting, Unknown
from checker.sources.actions_env import Event, event, read_event_file, running_job, visibility

if TYPE_CHECKING:
    from pathlib import Path

ACTIONS = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/widget",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_EVENT_PATH": "/event.json",
    "GITHUB_WORKFLOW_REF": "acme/widget/.github/workflows/release.yml@refs/heads/main",
    "GITHUB_WORKFLOW": "Release",
    "GITHUB_JOB": "publish",
    "RUNNER_ENVIRONMENT": "github-hosted",
    "GITHUB_SERVER_URL": "https://github.com",
}
ACT = {
    "GITHUB_ACTIONS": "true",
    "ACT": "true",
    "GITHUB_REPOSITORY": "acme/widget",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_EVENT_PATH": "/event.json",
    "GITHUB_WORKFLOW": "release.yml",
    "GITHUB_JOB": "publish",
}


def read(payload: object, environ: dict[str, str] = ACTIONS) -> Event:
    return event(environ, lambda path: json.dumps(payload).encode())


def pull_request(head: object, base: object = None) -> dict[str, object]:
    base = base or {"id": 1, "full_name": "acme/widget"}
    return {"pull_request": {"head": {"repo": head}, "base": {"repo": base}}}


# --- the job ----------------------------------------------------------------------------------


def test_in_actions_the_job_is_what_the_runner_says() -> None:
    assert running_job(ACTIONS, Event()) == RunningJob(
        setting=Setting.ACTIONS,
        repository="acme/widget",
        workflow=".github/workflows/release.yml",
        job="publish",
        event="push",
        hosted=True,
    )


def test_the_workflow_is_the_entry_whatever_its_branch_is_called() -> None:
    ref = "acme/widget/.github/workflows/a b.yaml@refs/heads/fix@.github/workflows/x.yml"
    job = running_job({**ACTIONS, "GITHUB_WORKFLOW_REF": ref}, Event())
    assert job.workflow == ".github/workflows/a b.yaml"


@pytest.mark.parametrize("ref", ["", "acme/widget", "acme/widget/release.yml@main", "x@y"])
def test_a_reference_that_is_none_names_no_workflow(ref: str) -> None:
    assert running_job({**ACTIONS, "GITHUB_WORKFLOW_REF": ref}, Event()).workflow is None


def test_a_self_hosted_runner_says_so_and_silence_is_unknown() -> None:
    assert running_job({**ACTIONS, "RUNNER_ENVIRONMENT": "self-hosted"}, Event()).hosted is False
    assert running_job({**ACTIONS, "RUNNER_ENVIRONMENT": ""}, Event()).hosted is None


def test_an_id_token_is_offered_only_with_address_and_token() -> None:
    address = {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.org"}
    token = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"}
    assert running_job({**ACTIONS, **address}, Event()).oidc_available is False
    assert running_job({**ACTIONS, **address, **token}, Event()).oidc_available is True


def test_a_server_of_ones_own_is_told_apart() -> None:
    job = running_job({**ACTIONS, "GITHUB_SERVER_URL": "https://github.example.org/"}, Event())
    assert job.server_url == "https://github.example.org"


def test_under_act_what_act_does_not_provide_is_unknown() -> None:
    job = running_job(ACT, Event())
    assert job.setting is Setting.ACT
    assert (job.hosted, job.oidc_available) == (None, False)


def test_under_act_an_unnamed_workflow_is_known_by_its_file() -> None:
    assert running_job(ACT, Event()).workflow == ".github/workflows/release.yml"
    assert running_job({**ACT, "GITHUB_WORKFLOW": "Release"}, Event()).workflow is None


def test_under_act_without_a_repository_the_remote_names_it() -> None:
    job = running_job({**ACT, "GITHUB_REPOSITORY": ""}, Event(), remote="acme/widget")
    assert job.repository == "acme/widget"


def test_at_a_terminal_only_the_remote_is_known() -> None:
    left_over = {key: value for key, value in ACTIONS.items() if key != "GITHUB_ACTIONS"}
    assert running_job(left_over, Event(), remote="acme/widget") == RunningJob(
        setting=Setting.TERMINAL, repository="acme/widget"
    )


def test_of_the_token_only_the_name_of_its_fault_goes_on() -> None:
    token = "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"
    job = running_job(ACTIONS, Event(), token=token)
    assert job.token_fault is not None
    assert "UUID" in job.token_fault
    assert token not in repr(job)


# --- the event --------------------------------------------------------------------------------


def test_a_pull_request_from_the_same_repository_is_no_fork() -> None:
    assert read(pull_request({"id": 1, "full_name": "acme/renamed"})).fork is False


def test_a_pull_request_from_another_repository_is_a_fork() -> None:
    assert read(pull_request({"id": 2, "full_name": "acme/widget"})).fork is True


def test_without_ids_names_are_compared_whatever_their_case() -> None:
    base = {"full_name": "acme/widget"}
    assert read(pull_request({"full_name": "Acme/Widget"}, base)).fork is False
    assert read(pull_request({"full_name": "someone/widget"}, base)).fork is True


def test_a_deleted_head_repository_was_a_fork() -> None:
    assert read(pull_request(None)).fork is True


@pytest.mark.parametrize(
    "payload", [{}, {"pull_request": {}}, {"pull_request": {"head": {"ref": "x"}}}, [], None, 7]
)
def test_a_payload_that_says_nothing_of_a_head_leaves_it_open(payload: object) -> None:
    found = read(payload)
    assert found.fork is None
    assert running_job(ACT, found).fork is False


@pytest.mark.parametrize(
    ("repository", "wanted"),
    [
        ({"visibility": "internal", "private": True}, "internal"),
        ({"visibility": "public"}, "public"),
        ({"private": True}, "private"),
        ({"private": False}, "public"),
        ({"visibility": "secret", "private": False}, "public"),
    ],
)
def test_the_payload_says_whether_the_repository_is_public(repository: object, wanted: str) -> None:
    assert visibility(ACTIONS, read({"repository": repository})) == wanted


@pytest.mark.parametrize("environ", [ACTIONS, ACT, {}])
def test_a_visibility_that_nothing_says_is_unknown(environ: dict[str, str]) -> None:
    found = visibility(environ, read({"repository": {"private": "no"}}, environ))
    assert isinstance(found, Unknown)
    assert found.fact == "visibility"


@pytest.mark.parametrize("data", [None, b"", b"{", b"\xff", b"[" * 100_000])
def test_a_payload_that_cannot_be_read_says_nothing(data: bytes | None) -> None:
    assert event(ACTIONS, lambda path: data) == Event()


def test_at_a_terminal_no_event_is_read() -> None:
    left_over = {"GITHUB_EVENT_PATH": "/event.json"}
    payload = json.dumps({"repository": {"private": True}}).encode()
    assert event(left_over, lambda path: payload) == Event()


def test_the_event_file_is_read_when_it_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text("{}")
    assert read_event_file(str(file)) == b"{}"
    assert read_event_file(str(tmp_path)) is None
    assert read_event_file(str(tmp_path / "none.json")) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_place_of_the_event_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "event.json")

    assert read_event_file(str(tmp_path / "event.json")) is None
