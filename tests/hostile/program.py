"""Runs the program as users do: in a process of its own, with the variables that a test gives."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CHECKER = Path(__file__).resolve().parents[2]
DEADLINE = 60  # seconds; the program's own deadlines are far below


@dataclass(frozen=True)
class Ended:
    """code: the exit code. out, err: what was printed."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


def variables(**more: str) -> dict[str, str]:
    """What the process is given; `more` beside what Python needs."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKER), **more}


def in_a_job(folder: Path, **more: str) -> dict[str, str]:
    """The variables of a job of GitHub Actions; `folder` holds the runner's own files."""
    folder.mkdir(exist_ok=True)
    return variables(
        GITHUB_ACTIONS="true",
        GITHUB_REPOSITORY="acme/widget",
        GITHUB_EVENT_NAME="push",
        GITHUB_JOB="publish",
        GITHUB_WORKFLOW_REF="acme/widget/.github/workflows/release.yml@refs/heads/main",
        GITHUB_STEP_SUMMARY=str(folder / "summary.md"),
        GITHUB_OUTPUT=str(folder / "output"),
        RUNNER_TEMP=str(folder),
        **more,
    )


def written_in(folder: Path) -> str:
    """Everything in the runner's own files."""
    return "\n".join(path.read_text() for path in sorted(folder.iterdir()) if path.is_file())


def run(
    *arguments: str | Path, env: Mapping[str, str], stdin: str = "", folder: Path | None = None
) -> Ended:
    """Run to the end. A program that does not end in time fails the test."""
    ended = subprocess.run(
        [sys.executable, "-m", "checker", *map(str, arguments)],
        env=dict(env),
        cwd=folder or CHECKER,
        input=stdin.encode(),
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )
    return Ended(
        ended.returncode,
        ended.stdout.decode(errors="replace"),
        ended.stderr.decode(errors="replace"),
    )


def write(root: Path, tree: Mapping[str, bytes | str]) -> Path:
    """A tree on disk."""
    for path, content in tree.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def at_a_terminal(*arguments: str | Path, env: Mapping[str, str]) -> tuple[int, str]:
    """Run to the end at a terminal of its own: the exit code, and what the terminal was sent."""
    ours, its = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "checker", *map(str, arguments)],
        env=dict(env), cwd=CHECKER, stdin=subprocess.DEVNULL, stdout=its, stderr=its,
    ) as started:  # fmt: skip
        os.close(its)
        parts: list[bytes] = []
        with suppress(OSError):  # the terminal's other end is closed
            while part := os.read(ours, 65_536):
                parts.append(part)
        os.close(ours)
        code = started.wait(DEADLINE)
    return code, b"".join(parts).decode(errors="replace")
