"""A small GitHub runner: carries out the publishing job of a scenario's workflow with a real npm.

Reads the workflow file by itself and does what GitHub documents: permissions, secrets, `env:` of
three levels, setup-node's `.npmrc`, local composite actions, a local called workflow. Steps that
install or build are presumed to succeed. Nothing of the program under test is used.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from registry.issuer import Issuer, Run
from registry.server import Registry

from npm_agrees import clients
from npm_agrees.repository import REGISTRY
from npm_agrees.scenario import NOTHING, PUBLISHED, STAGED, Scenario

PLACEHOLDER = "XXXXX-XXXXX-XXXXX-XXXXX"
_HOST = REGISTRY.removeprefix("https:")
_CODE = re.compile(r"^npm error code (E\w+)$", re.MULTILINE)
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_PRESUMED = re.compile(r"^\s*npm (ci|install|i|test|run build)\b")
_UPGRADE = re.compile(r"\bnpm (?:install|i) -g npm@(\S+)")
_HOSTED = ("ubuntu-", "macos-", "windows-")


@dataclass(frozen=True)
class Done:
    """What npm did: `published`, `staged`, `nothing`, an error's code, or `refused`."""

    did: str
    said: str


@dataclass(frozen=True)
class Job:
    """The job that publishes, and what GitHub gives it.

    callee: the file of the called workflow that holds it, where it is another than the entry's.
    """

    body: Mapping[str, Any]
    workflow: Mapping[str, Any]
    id_token: bool
    callee: str | None
    given: Mapping[str, str]  # values of `secrets.…` and `inputs.…`

    @property
    def environment(self) -> str | None:
        """The name of its environment."""
        said = self.body.get("environment")
        return said["name"] if isinstance(said, Mapping) else said

    @property
    def folder(self) -> str:
        """Where its steps run."""
        levels = (one.get("defaults", {}).get("run", {}) for one in (self.workflow, self.body))
        return str({**next(levels), **next(levels)}.get("working-directory", "."))

    @property
    def hosted(self) -> bool:
        """Whether GitHub provides the machine."""
        labels = self.body["runs-on"]
        labels = [labels] if isinstance(labels, str) else list(labels)
        return "self-hosted" not in labels and labels[0].startswith(_HOSTED)


# --- which job, and what it is given ------------------------------------------------------------


def find(scenario: Scenario, root: Path, secrets: Mapping[str, str]) -> Job:
    """The job `publish`, through the workflow that it calls where it calls one."""
    known = {} if scenario.fork else {f"secrets.{name}": value for name, value in secrets.items()}
    document = _workflow(root, scenario.workflow)
    body = document["jobs"]["publish"]
    granted = _grants(body, document) and not scenario.fork
    if "uses" not in body:
        return Job(body, document, granted, None, known)
    callee = body["uses"].rpartition("/")[2]
    called = _workflow(root, callee)
    inner = called["jobs"]["publish"]
    asks = "permissions" in inner or "permissions" in called
    allowed = granted and (_grants(inner, called) or not asks)
    return Job(inner, called, allowed, callee, _handed_over(body, known))


def _workflow(root: Path, name: str) -> dict[str, Any]:
    text = (root / ".github" / "workflows" / name).read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def _grants(job: Mapping[str, Any], workflow: Mapping[str, Any]) -> bool:
    """A job's `permissions` replace the workflow's; without either GitHub gives no id-token."""
    said = job.get("permissions", workflow.get("permissions", {}))
    return said == "write-all" or (isinstance(said, Mapping) and said.get("id-token") == "write")


def _handed_over(job: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    if job.get("secrets") == "inherit":
        return dict(known)
    named = job.get("secrets") or {}
    return {f"secrets.{name}": _filled(value, known) for name, value in named.items()}


def _filled(text: object, known: Mapping[str, str]) -> str:
    """With every `${{ name }}` replaced; what is not known is empty, as a missing secret is."""
    return _EXPRESSION.sub(lambda found: known.get(found[1], ""), str(text))


def run_of(scenario: Scenario, job: Job) -> Run:
    """The run as the id-token describes it."""
    return Run(
        repository=scenario.repository,
        workflow=scenario.workflow,
        callee=job.callee,
        environment=job.environment,
        event=scenario.event,
        visibility=scenario.visibility,
        hosted=job.hosted,
    )


def npm_of(job: Job, root: Path) -> str:
    """The version of the npm that its last step has. Raises KeyError for one not known here."""
    version = ""
    for step, _ in _steps(job.body["steps"], root, job.given):
        if str(step.get("uses", "")).startswith("actions/setup-node@"):
            version = clients.of_node(str(step["with"]["node-version"]))
        for spec in _UPGRADE.findall(step.get("run", "")):
            version = clients.of_install(spec)
    return version


# --- the machine ------------------------------------------------------------------------------


@dataclass
class Machine:
    """Where the job runs. npm: a folder with npm to be first on the PATH.

    base: variables that this machine needs whatever the job says.
    """

    root: Path
    scratch: Path
    registry: Registry
    npm: Path
    base: Mapping[str, str]
    exported: dict[str, str] = field(default_factory=dict)

    def here(self, text: str) -> str:
        """The text with npm's public registry replaced by the loopback one."""
        ours = self.registry.url.rstrip("/")
        return text.replace(REGISTRY, ours).replace(_HOST, ours.removeprefix("http:"))


def variables(scenario: Scenario, job: Job, issuer: Issuer, scratch: Path) -> dict[str, str]:
    """The variables that GitHub sets, id-token's included."""
    run = run_of(scenario, job)
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": scenario.repository,
        "GITHUB_REPOSITORY_ID": "1001",
        "GITHUB_REPOSITORY_OWNER_ID": "1002",
        "GITHUB_WORKFLOW_REF": run.workflow_ref(),
        "GITHUB_EVENT_NAME": scenario.event,
        "GITHUB_JOB": "publish",
        "GITHUB_ENV": str(scratch / "github-env"),
        "GITHUB_REF": run.ref,
        "GITHUB_SHA": "0" * 40,
        "GITHUB_RUN_ID": "1",
        "GITHUB_RUN_ATTEMPT": "1",
        "RUNNER_ENVIRONMENT": "github-hosted" if job.hosted else "self-hosted",
        **(issuer.environment() if job.id_token else {}),
    }


def carry_out(job: Job, machine: Machine, set_by_github: Mapping[str, str]) -> Done:
    """Every step until one fails. What npm did is read from what the registry was sent."""
    _point_files(machine)
    output, code = "", 0
    levels = (job.workflow.get("env") or {}, job.body.get("env") or {})
    for step, known in _steps(job.body["steps"], machine.root, job.given):
        env = {**set_by_github, **machine.exported}
        for level in (*levels, step.get("env") or {}):
            env |= {name: _filled(value, known) for name, value in level.items()}
        if str(step.get("uses", "")).startswith("actions/setup-node@"):
            _setup_node(step, machine, env)
        elif "run" in step and not _PRESUMED.match(step["run"]):
            code, text = _run(job, step, machine, {**env, **machine.base}, known)
            output += text
            machine.exported |= _exported(Path(set_by_github["GITHUB_ENV"]))
            if code:
                break
    return Done(_did(machine.registry, code, output), output)


def _steps(
    steps: list[Mapping[str, Any]], root: Path, known: Mapping[str, str]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, str]]]:
    """The steps, those of local composite actions in place of their call."""
    for step in steps:
        if not str(step.get("uses", "")).startswith("./"):
            yield step, known
            continue
        action = yaml.safe_load((root / step["uses"] / "action.yml").read_text(encoding="utf-8"))
        inputs = {f"inputs.{name}": _filled(value, known) for name, value in step["with"].items()}
        yield from _steps(action["runs"]["steps"], root, inputs)


def _point_files(machine: Machine) -> None:
    """The checkout's own mentions of npm's registry."""
    for path in machine.root.rglob("*"):
        if path.is_file() and path.name in {".npmrc", "package.json"}:
            path.write_text(machine.here(path.read_text(encoding="utf-8")), encoding="utf-8")


def _setup_node(step: Mapping[str, Any], machine: Machine, env: Mapping[str, str]) -> None:
    """actions/setup-node with `registry-url`; up to its major 6 it exports a placeholder."""
    options = step["with"]
    if "registry-url" not in options:
        return
    address = machine.here(str(options["registry-url"])).rstrip("/") + "/"
    npmrc = machine.scratch / "setup-node.npmrc"
    line = "//" + address.partition("//")[2] + ":_authToken=${NODE_AUTH_TOKEN}"
    npmrc.write_text(f"{line}\nregistry={address}\n", encoding="utf-8")
    machine.exported["NPM_CONFIG_USERCONFIG"] = str(npmrc)
    if int(step["uses"].partition("@v")[2].partition(".")[0]) <= 6:
        machine.exported["NODE_AUTH_TOKEN"] = env.get("NODE_AUTH_TOKEN") or PLACEHOLDER


def _run(
    job: Job,
    step: Mapping[str, Any],
    machine: Machine,
    env: dict[str, str],
    known: Mapping[str, str],
) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", _script(step, machine, known)],
        cwd=machine.root / step.get("working-directory", job.folder),
        env={**env, "PATH": f"{machine.npm}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout + done.stderr


def _exported(file: Path) -> dict[str, str]:
    """What a step wrote into `GITHUB_ENV`, one `NAME=value` a line."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _script(step: Mapping[str, Any], machine: Machine, known: Mapping[str, str]) -> str:
    return machine.here(_filled(step["run"], known))


def _did(registry: Registry, code: int, output: str) -> str:
    if code:
        found = _CODE.findall(output)
        return found[-1] if found else "refused"
    if registry.asked("POST", "/-/stage/package/"):
        return STAGED
    return PUBLISHED if registry.asked("PUT") else NOTHING
