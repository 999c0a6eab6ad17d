"""Runs an example's workflow with act and reads its log; no assertions about answers here."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import example_repositories

ACTION = "npm-publish-preflight/npm-publish-preflight@v1"
ACT_SECONDS = 900
# A rehearsal needs no Node, and the one of GitHub is out of reach without a network.
EMPTY_ACTION = """\
name: stand-in
description: does nothing
runs:
  using: composite
  steps:
    - run: "true"
      shell: bash
"""


@dataclass(frozen=True)
class Rehearsal:
    """What act said, a log entry a line of its JSON."""

    code: int
    entries: tuple[dict[str, object], ...]

    def result_of(self, step: str) -> object:
        """`success`, `failure` or None: how the main part of a step ended, by its id or number."""
        results = [
            entry["stepResult"]
            for entry in self.entries
            if entry.get("stepID") == [step]
            and entry.get("stage") == "Main"
            and "stepResult" in entry
        ]
        return results[-1] if results else None

    def said_by(self, step: str) -> str:
        """The messages of a step, workflow commands among them, as one text."""
        return "\n".join(
            str(entry["msg"]).rstrip("\n")
            for entry in self.entries
            if entry.get("stepID") == [step] and entry.get("stage") == "Main"
        )

    def summary_of(self, step: str) -> str:
        """The job summary that a step wrote."""
        return "\n".join(
            str(entry["content"])
            for entry in self.entries
            if entry.get("stepID") == [step] and entry.get("command") == "summary"
        )

    def printed_by(self, name: str) -> list[str]:
        """The lines that the program of a step printed, by the step's name."""
        return [
            str(entry["msg"]).rstrip("\n")
            for entry in self.entries
            if entry.get("step") == name and entry.get("raw_output") is True
        ]

    @property
    def ran(self) -> list[str]:
        """The steps whose main part has a result, in order."""
        return [
            str(entry["step"])
            for entry in self.entries
            if entry.get("stage") == "Main" and "stepResult" in entry
        ]

    @property
    def text(self) -> str:
        return "\n".join(str(entry.get("msg", entry)) for entry in self.entries)


class Act:
    """act, with the action taken from a directory and jobs run in the base image, offline."""

    def __init__(self, program: str, image: str, action: Path, directory: Path) -> None:
        self._program = program
        self._image = image
        self._action = action
        self._directory = directory

    def push(
        self,
        example: str,
        *,
        edit: Callable[[str, str], str] | None = None,
        env: Mapping[str, str] = MappingProxyType({}),
    ) -> Rehearsal:
        """The push of a version tag of the example, in a git repository with its GitHub remote.

        edit: from path and text of each of its files to another text. env: variables of the job.
        """
        with tempfile.TemporaryDirectory(dir=self._directory) as directory:
            return self._push(example_repositories.clone(example, Path(directory), edit), env)

    def _push(self, checkout: Path, env: Mapping[str, str]) -> Rehearsal:
        command = [
            self._program,
            "push",
            "--json",
            *("--directory", str(checkout)),
            *("--platform", f"ubuntu-latest={self._image}"),
            "--pull=false",
            "--action-offline-mode",
            "--no-cache-server",
            "--rm",
            *("--container-daemon-socket", "-"),
            *(word for name, value in env.items() for word in ("--env", f"{name}={value}")),
            *("--action-cache-path", str(self._directory / "cache")),
            *("--local-repository", f"{ACTION}={self._action}"),
            *("--local-repository", f"{self._setup_node(checkout)}={self._stand_in()}"),
        ]
        done = subprocess.run(
            command,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=ACT_SECONDS,
            env={**os.environ, "HOME": str(self._directory)},
        )
        return Rehearsal(done.returncode, tuple(map(entry, done.stdout.splitlines())))

    def _stand_in(self) -> Path:
        stand_in = self._directory / "setup-node"
        stand_in.mkdir(exist_ok=True)
        (stand_in / "action.yml").write_text(EMPTY_ACTION, encoding="utf-8")
        return stand_in

    @staticmethod
    def _setup_node(checkout: Path) -> str:
        workflow = (checkout / ".github/workflows/release.yml").read_text(encoding="utf-8")
        return next(word for word in workflow.split() if word.startswith("actions/setup-node@"))


def entry(line: str) -> dict[str, object]:
    """A log line as act's JSON; what act prints outside of it, its own errors, as a message."""
    try:
        entry = json.loads(line)
    except json.JSONDecodeError:
        return {"msg": line}
    return entry if isinstance(entry, dict) else {"msg": line}
