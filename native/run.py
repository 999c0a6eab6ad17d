"""Runs the preflight on the runner itself: `native/action.yml` starts it with any Python from 3.11.

It installs the program beside the job, dependencies by hash, and says which Node and npm the job
has where the files hide it. The checkout is the working directory and a stranger's: this file runs
under `-I`, works elsewhere, and starts nothing there but the program, which only reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

ACTION = Path(__file__).resolve().parent.parent
_VERSION = re.compile(r"v?(\d+\.\d+\.\d+[-+.\w]*)\s*")


def main(environ: Mapping[str, str]) -> int:
    """The preflight's exit code, or 2 where it cannot be installed."""
    checkout = Path.cwd()
    os.chdir(environ["RUNNER_TEMP"])
    try:
        python = installed(Path(environ["RUNNER_TEMP"]))
    except (OSError, subprocess.SubprocessError) as error:
        sys.stdout.write(f"::error::The preflight could not be installed here: {error}\n")
        return 2
    return preflight((str(python), "-I", "-X", "utf8", "-m", "checker"), environ, checkout)


def preflight(program: tuple[str, ...], environ: Mapping[str, str], checkout: Path) -> int:
    """The exit code of `check`, asked with the versions that only this job knows."""
    versions = job_versions(hidden(program, environ, checkout), environ)
    if versions:
        said = " and ".join(f"{name} {version}" for name, version in versions.items())
        sys.stdout.write(f"The files hide what runs the publish; this job has {said}.\n")
        sys.stdout.flush()
    inputs = {_input(name): version for name, version in versions.items()}
    return _started((*program, "check"), {**environ, **inputs}, checkout).returncode


def _started(
    command: tuple[str, ...], environ: Mapping[str, str], folder: Path, *, captured: bool = False
) -> subprocess.CompletedProcess[str]:
    """Raises OSError, or TimeoutExpired after five minutes."""
    return subprocess.run(  # noqa: S603  # nothing of it is the checkout's
        command,
        env=environ,
        cwd=folder,
        capture_output=captured,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )


# --- the program --------------------------------------------------------------------------------


def installed(temp: Path) -> Path:
    """The Python of an environment in `temp` that has the program, made once a job.

    Raises OSError or CalledProcessError.
    """
    lock = ACTION / "requirements.txt"
    key = hashlib.sha256(f"{sys.executable} {sys.version}".encode() + lock.read_bytes())
    home = temp / f"npm-publish-preflight-{key.hexdigest()[:12]}"
    places = {name: Path(_place(home, name)) for name in ("scripts", "purelib")}
    python = places["scripts"] / ("python.exe" if os.name == "nt" else "python")
    program = places["purelib"] / "checker"
    if program.exists():
        return python
    venv.create(home, with_pip=True, clear=True)
    options = "--quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes"
    pip = (str(python), "-I", "-m", "pip", "install", *options.split())
    _started((*pip, "--requirement", str(lock)), os.environ, home).check_returncode()
    shutil.copytree(ACTION / "checker", program)
    return python


def _place(home: Path, name: str) -> str:
    return sysconfig.get_path(name, "venv", {"base": str(home), "platbase": str(home)})


# --- what the files hide ------------------------------------------------------------------------


def hidden(program: tuple[str, ...], environ: Mapping[str, str], checkout: Path) -> tuple[str, ...]:
    """Which of `node` and `npm` no file tells, no input states, and this job can tell.

    The inputs `node-version` and `npm-version` hold for every publish that is judged, and another
    job may have another Node: only where all of them are this job's are they filled in.
    """
    wanted = [name for name in ("node", "npm") if not environ.get(_input(name))]
    entry = re.fullmatch(r"[^/]+/[^/]+/(.+?)@.+", environ.get("GITHUB_WORKFLOW_REF", ""))
    if not wanted or entry is None:
        return ()
    publishes = _publishes(program, environ, checkout)
    ours = [
        publish
        for publish in publishes
        if publish["job"] == environ.get("GITHUB_JOB") and publish["entry_workflows"] == [entry[1]]
    ]
    if not ours or len(ours) < len(publishes):
        return ()
    return tuple(name for name in wanted if all(name in each["unknown"] for each in ours))


def _publishes(
    program: tuple[str, ...], environ: Mapping[str, str], checkout: Path
) -> list[dict[str, Any]]:
    """The report's publishes as the files alone give them; [] where there is no report."""
    writable = {"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "RUNNER_TEMP", "INPUT_COMMENT"}
    read_only = {name: value for name, value in environ.items() if name not in writable}
    with tempfile.TemporaryDirectory(dir=environ["RUNNER_TEMP"]) as folder:
        report = Path(folder, "report.json")
        options = ("--offline", "--format", "json", "--output", str(report))
        _started((*program, "check", *options), read_only, checkout, captured=True)
        try:
            return list(json.loads(report.read_text(encoding="utf-8"))["publishes"])
        except OSError:
            return []  # bad input, which the question proper tells


def _input(name: str) -> str:
    return f"INPUT_{name.upper()}-VERSION"


# --- what the job has ---------------------------------------------------------------------------


def job_versions(names: Collection[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Name to version, of the programs that a step of this job has put into the tool cache.

    Anything else on PATH may be the runner's own, which a later step replaces, or a shim that
    chooses by the folder it is started in.
    """
    cache = environ.get("RUNNER_TOOL_CACHE")
    if not cache:
        return {}
    found = {name: _version(name, Path(cache).resolve(), environ) for name in names}
    return {name: version for name, version in found.items() if version is not None}


def _version(name: str, cache: Path, environ: Mapping[str, str]) -> str | None:
    on_path = shutil.which(name, path=environ.get("PATH", ""))
    if on_path is None:
        return None
    program = Path(on_path).resolve()
    if not program.is_relative_to(cache) or _is_corepack(program):
        return None
    # What NODE_OPTIONS names would run.
    calm = {key: value for key, value in environ.items() if key != "NODE_OPTIONS"}
    with tempfile.TemporaryDirectory(dir=environ["RUNNER_TEMP"]) as empty:
        try:
            said = _started((on_path, "--version"), calm, Path(empty), captured=True)
        except (OSError, subprocess.TimeoutExpired):
            return None
    version = _VERSION.fullmatch(said.stdout)
    return version[1] if version and said.returncode == 0 else None


def _is_corepack(program: Path) -> bool:
    """Whether it is Corepack's shim, which runs whatever npm the checkout's manifest names."""
    if "corepack" in program.parts:
        return True
    return program.suffix.lower() == ".cmd" and b"corepack" in program.read_bytes()


if __name__ == "__main__":
    sys.exit(main(os.environ))
