"""One step of a GitHub job that uses the action: the mounts, variables and files a runner gives it.

Follows ContainerActionHandler of actions/runner; nothing here knows what the program answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from docker_engine import Ended, Engine, Image

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-24"
# What an accepted release by trusted publishing rests on, as the report puts it.
PRESUMED = ("the package exists on npm", "the version has not been published yet")


@dataclass(frozen=True)
class Where:
    """The run that the step belongs to."""

    repository: str
    workflow: str = "release.yml"
    job: str = "publish"
    event: str = "push"
    ref: str = "refs/tags/v1.4.0"
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What the step left behind for the job."""

    ended: Ended
    outputs: Mapping[str, str]
    summary: str


def fork_pull_request(repository: str) -> Where:
    """A gate that runs on a stranger's pull request, in a workflow other than the release's."""
    owner, _, name = repository.partition("/")
    payload = {
        "number": 7,
        "pull_request": {
            "head": {"repo": {"full_name": f"stranger/{name}", "fork": True}},
            "base": {"repo": {"full_name": repository, "owner": {"login": owner}}},
        },
        "repository": {"full_name": repository, "private": False, "visibility": "public"},
    }
    return Where(
        repository, "pull-request.yml", "gate", "pull_request", "refs/pull/7/merge", payload
    )


def use_action(
    engine: Engine,
    image: Image,
    workspace: Path,
    where: Where,
    inputs: Mapping[str, str] = {},
    env: Mapping[str, str] = {},
    *,
    options: tuple[str, ...] = (),
    network: str = "none",
    tiny: str | None = None,
    read_only: tuple[str, ...] = (),
) -> Step:
    """Runs the image on `workspace` as the runner runs a step with `uses:`, `with:` and `env:`.

    options, network: the engine's. tiny: the one mount that is a full disk, of a page. read_only:
    mounts that nothing can be written to.
    """
    temp = workspace.parents[1] / "_temp"
    mounts = {
        "/github/workspace": workspace,
        "/github/runner_temp": temp,
        "/github/home": temp / "_github_home",
        "/github/workflow": temp / "_github_workflow",
        "/github/file_commands": temp / "_runner_file_commands",
    }
    for directory in mounts.values():
        directory.mkdir(parents=True, exist_ok=True)
    commands = mounts["/github/file_commands"]
    for name in ("output", "summary", "env", "path", "state"):
        (commands / name).touch()
    payload = where.payload or {"repository": {"full_name": where.repository, "private": False}}
    (mounts["/github/workflow"] / "event.json").write_text(json.dumps(payload), encoding="utf-8")

    given = {**_inputs({"today": TODAY, "offline": "true", **inputs}), **_variables(where), **env}
    # The one path of the job that the runner hands on as it is.
    given["RUNNER_WORKSPACE"] = str(workspace.parent)
    words = ["--workdir", "/github/workspace", *options]
    for inside, directory in mounts.items():
        if inside == tiny:
            words += ["--tmpfs", f"{inside}:size=4096"]
        else:
            words += ["--volume", f"{directory}:{inside}{':ro' if inside in read_only else ''}"]
    for name, value in given.items():
        words += ["--env", f"{name}={value}"]
    ended = engine.run(image, options=tuple(words), network=network)
    return Step(
        ended,
        _outputs((commands / "output").read_text(encoding="utf-8")),
        (commands / "summary").read_text(encoding="utf-8"),
    )


def _inputs(given: Mapping[str, str]) -> dict[str, str]:
    """Every input that action.yml declares, an unset one as its default or empty."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    unknown = set(given) - set(declared)
    assert not unknown, f"action.yml has no input {unknown}"
    return {
        f"INPUT_{name.upper()}": given.get(name, str(about.get("default", "")))
        for name, about in declared.items()
    }


def _variables(where: Where) -> dict[str, str]:
    owner = where.repository.partition("/")[0]
    return {
        "CI": "true",
        "HOME": "/github/home",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION": "preflight",
        "GITHUB_ACTOR": owner,
        "GITHUB_API_URL": "https://api.github.com",
        "GITHUB_ENV": "/github/file_commands/env",
        "GITHUB_EVENT_NAME": where.event,
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_JOB": where.job,
        "GITHUB_OUTPUT": "/github/file_commands/output",
        "GITHUB_PATH": "/github/file_commands/path",
        "GITHUB_REF": where.ref,
        "GITHUB_REPOSITORY": where.repository,
        "GITHUB_REPOSITORY_OWNER": owner,
        "GITHUB_RUN_ID": "1",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_STATE": "/github/file_commands/state",
        "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        "GITHUB_WORKFLOW_REF": f"{where.repository}/.github/workflows/{where.workflow}@{where.ref}",
        "GITHUB_WORKSPACE": "/github/workspace",
        "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_OS": "Linux",
        "RUNNER_TEMP": "/github/runner_temp",
    }


def _outputs(text: str) -> dict[str, str]:
    """What a GITHUB_OUTPUT file sets: `name=value`, or `name<<MARK` up to a line that is MARK."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, heredoc, mark = line.partition("<<")
        if heredoc and "=" not in name:
            found[name] = "\n".join(iter(lambda: next(lines), mark))
        else:
            name, _, found_value = line.partition("=")
            found[name] = found_value
    return found
