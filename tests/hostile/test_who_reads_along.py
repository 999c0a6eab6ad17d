"""Readers that leave, disks that are full: what a job is told does not turn on who reads along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostile.program import CHECKER, in_a_job, write, written_in
from hostile.release import CONFIG, WORKFLOW, files, step, workflow

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")

REFUSED = {
    **files(workflow(step("npm publish"))),
    CONFIG: "token-type: classic-automation\ntrusted-publishers: []\n",
}
MANY = {f".github/workflows/release-{number}.yml": REFUSED[WORKFLOW] for number in range(60)}
PROGRAM = f'"{sys.executable}" -m checker'


def ended(command: str, env: dict[str, str] | None = None) -> tuple[int, bytes]:
    """The program's own exit code, whatever stands behind it in a pipe, and what was told."""
    done = subprocess.run(
        ["bash", "-c", f"{PROGRAM} {command}; exit ${{PIPESTATUS[0]}}"],
        env=env or {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKER)},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("tree", [REFUSED, {**REFUSED, **MANY}], ids=["short", "long"])
@pytest.mark.parametrize("reader", ["| true", "2>&1 | true", "| head -1", "2> >(true) | true"])
def test_a_refused_release_is_refused_though_its_report_is_not_read(
    tree: dict[str, str], reader: str, tmp_path: Path
) -> None:
    root = write(tmp_path, tree)

    code, told = ended(f'check --offline --format plain "{root}" {reader}')

    assert code == 1
    assert b"ignored" not in told


def test_a_step_has_its_outputs_though_nobody_reads_its_log(tmp_path: Path) -> None:
    root, runner = write(tmp_path / "checkout", {**REFUSED, **MANY}), tmp_path / "runner"

    code, _ = ended(f'check --offline "{root}" | true', in_a_job(runner))

    assert code == 1
    assert "verdict<<" in written_in(runner)
    assert "classic-token-revoked" in written_in(runner)


@pytest.mark.parametrize("name", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_pipe_in_place_of_the_runners_file_is_not_waited_for(name: str, tmp_path: Path) -> None:
    root, runner = write(tmp_path / "checkout", REFUSED), tmp_path / "runner"
    os.mkfifo(tmp_path / "pipe")

    env = {**in_a_job(runner), name: str(tmp_path / "pipe")}
    code, told = ended(f'check --offline "{root}"', env)

    assert code == 1
    assert b"`pipe` of the runner was not written" in told


@pytest.mark.parametrize(
    "command", ["--help", "--version", "check --help", "explain", "policy", "check --unheard"]
)
@pytest.mark.parametrize("full", [">/dev/full", "2>/dev/full", ">/dev/full 2>&1"])
def test_a_full_disk_is_an_end_in_order(command: str, full: str) -> None:
    code, told = ended(f"{command} {full}")

    assert code == (0 if full == "2>/dev/full" and "unheard" not in command else 2)
    assert b"ignored" not in told
    assert b"defect" not in told


def test_a_verdict_that_cannot_be_written_is_no_good_end(tmp_path: Path) -> None:
    root = write(tmp_path, REFUSED)

    code, told = ended(f'check --offline "{root}" >/dev/full')

    assert code == 2
    assert b"could not be written: No space left on device" in told


@pytest.mark.parametrize(
    ("command", "code"), [("--help", 0), ("policy", 0), ("check --unheard", 2)]
)
def test_a_help_that_is_read_in_part_is_a_good_end(command: str, code: int) -> None:
    assert ended(f"{command} 2>&1 | true") == (code, b"")
