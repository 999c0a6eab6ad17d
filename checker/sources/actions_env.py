"""What GitHub Actions, or act, says about the job that runs this program, and its repository.

The environment and the event file's reader are arguments. What act does not provide stays
unknown; nothing here decides whether the running job is a publish.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from checker.facts import RunningJob, Setting, Unknown
from checker.knowledge import token_shape

# GitHub caps the payload of a webhook at 25 MB.
MAX_EVENT_BYTES = 25 << 20

_WORKFLOW_REF = re.compile(r"(?P<repository>[^/]+/[^/]+)/(?P<path>\.github/workflows/[^/@]+)@.+")
_WORKFLOW_FILE = re.compile(r"[^/\\]+\.ya?ml")
_VISIBILITIES = frozenset({"public", "private", "internal"})


class Event(Struct, frozen=True):
    """What the payload of the event says; None where it does not.

    fork: the head of the pull request lies in another repository, or in one since deleted.
    pull_request: its number.
    """

    fork: bool | None = None
    visibility: str | None = None
    pull_request: int | None = None


def setting(environ: Mapping[str, str]) -> Setting:
    """Where the program runs."""
    if environ.get("ACT") == "true":
        return Setting.ACT
    return Setting.ACTIONS if environ.get("GITHUB_ACTIONS") == "true" else Setting.TERMINAL


def read_event_file(path: str) -> bytes | None:
    """The event's payload, None when it cannot be read. The runner wrote it, not the checkout."""
    try:
        # Without O_NONBLOCK a pipe would keep the program waiting before it can be told apart.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(MAX_EVENT_BYTES + 1)
    except (OSError, ValueError):
        return None
    return data if len(data) <= MAX_EVENT_BYTES else None


def event(
    environ: Mapping[str, str], read: Callable[[str], bytes | None] = read_event_file
) -> Event:
    """What the event's payload says; nothing outside of GitHub Actions and act."""
    path = environ.get("GITHUB_EVENT_PATH")
    if setting(environ) is Setting.TERMINAL or not path:
        return Event()
    data = read(path)
    try:
        payload = json.loads(data) if data else None
    except (ValueError, RecursionError):
        payload = None
    return Event(_fork(payload), _visibility(payload), _pull_request(payload))


def running_job(
    environ: Mapping[str, str],
    event: Event,
    remote: str | None = None,
    token: str | None = None,
) -> RunningJob:
    """The job that runs this program.

    remote: `owner/name` of the checkout's git remote, which names the repository at a terminal.
    token: the npm token given for inspection; only the name of its fault goes on.
    """
    where = setting(environ)
    fault = token_shape.fault(token) if token is not None else None
    if where is Setting.TERMINAL:
        return RunningJob(where, repository=remote, token_fault=fault)
    return RunningJob(
        setting=where,
        repository=environ.get("GITHUB_REPOSITORY") or remote,
        workflow=_workflow(environ, where),
        job=environ.get("GITHUB_JOB") or None,
        event=environ.get("GITHUB_EVENT_NAME") or None,
        fork=event.fork is True,
        hosted={"github-hosted": True, "self-hosted": False}.get(
            environ.get("RUNNER_ENVIRONMENT", "")
        ),
        oidc_available=all(
            environ.get(f"ACTIONS_ID_TOKEN_REQUEST_{part}") for part in ("URL", "TOKEN")
        ),
        server_url=(environ.get("GITHUB_SERVER_URL") or "https://github.com").rstrip("/"),
        token_fault=fault,
    )


def visibility(environ: Mapping[str, str], event: Event) -> str | Unknown:
    """`public`, `private` or `internal`, of the repository."""
    if event.visibility:
        return event.visibility
    why = {
        Setting.TERMINAL: "at a terminal nothing says whether the repository is public",
        Setting.ACT: "the event that act was given does not say whether the repository is public",
        Setting.ACTIONS: "the event does not say whether the repository is public",
    }
    return Unknown("visibility", why[setting(environ)])


def _workflow(environ: Mapping[str, str], where: Setting) -> str | None:
    """The path of the entry workflow."""
    found = _WORKFLOW_REF.fullmatch(environ.get("GITHUB_WORKFLOW_REF", ""))
    if found:
        return found["path"]
    # act has no such reference, but calls a workflow without a name by its file's name.
    name = environ.get("GITHUB_WORKFLOW", "")
    if where is Setting.ACT and _WORKFLOW_FILE.fullmatch(name):
        return f".github/workflows/{name}"
    return None


def _at(payload: object, *path: str) -> Any:
    for key in path:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload


def _fork(payload: object) -> bool | None:
    head, base = _at(payload, "pull_request", "head"), _at(payload, "pull_request", "base", "repo")
    if not isinstance(head, dict) or "repo" not in head:
        return None
    repo = head["repo"]
    if repo is None:  # GitHub's way to say that the fork was deleted
        return True
    for key in ("id", "full_name"):
        mine, theirs = _at(repo, key), _at(base, key)
        if mine is not None and theirs is not None:
            return str(mine).lower() != str(theirs).lower()
    is_fork = _at(repo, "fork")
    return is_fork if isinstance(is_fork, bool) else None


def _pull_request(payload: object) -> int | None:
    number = _at(payload, "pull_request", "number")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _visibility(payload: object) -> str | None:
    stated = _at(payload, "repository", "visibility")
    if isinstance(stated, str) and stated.lower() in _VISIBILITIES:
        return stated.lower()
    private = _at(payload, "repository", "private")
    if not isinstance(private, bool):
        return None
    return "private" if private else "public"
