"""Runs the reusable audit workflow with act against a loopback GitHub; no assertions here.

GitHub's own two actions for artefacts are out of reach without a network: stand-ins copy files to
and from a folder instead. Everything else is the workflow as it is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from act_run import ACT_SECONDS, Rehearsal, entry

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "audit.yml"
CALLER = """\
on: push
jobs:
  audit:
    permissions:
      contents: read
      issues: write
    uses: ./.github/workflows/audit.yml
    with:
      targets: |
        {owner}
      shards: {shards}
      today: '{today}'
      requirement: /wheel/{wheel}
      issue: false
    secrets:
      token: ${{{{ secrets.AUDIT_TOKEN }}}}
"""
UPLOAD = """\
name: stand-in
description: keeps a file or a folder
inputs:
  name: {description: its name}
  path: {description: where it is}
runs:
  using: composite
  steps:
    - run: mkdir -p "/artifacts/$NAME" && cp -r "$FROM" "/artifacts/$NAME/"
      shell: bash
      env:
        NAME: ${{ inputs.name }}
        FROM: ${{ inputs.path }}
"""
DOWNLOAD = """\
name: stand-in
description: brings what was kept
inputs:
  pattern: {description: the names}
  path: {description: where to}
runs:
  using: composite
  steps:
    - run: mkdir -p "$TO" && cp -r /artifacts/$PATTERN "$TO/"
      shell: bash
      env:
        PATTERN: ${{ inputs.pattern }}
        TO: ${{ inputs.path }}
"""


class AuditRehearsal:
    """act, and a folder in which a repository calls the workflow. kept: the artefacts' folder."""

    def __init__(self, program: str, image: str, folder: Path) -> None:
        self._program, self._image, self._folder = program, image, folder
        self.kept = folder / "artifacts"
        self.kept.mkdir()

    def run(self, api: str, token: str, *, owner: str, shards: int, today: str) -> Rehearsal:
        """A push in the calling repository."""
        wheel = self._wheel()
        calling = self._calling(owner=owner, shards=shards, today=today, wheel=wheel.name)
        mounts = f"--volume {wheel.parent}:/wheel:ro --volume {self.kept}:/artifacts"
        command = [
            self._program,
            "push",
            "--json",
            *("--directory", str(calling)),
            *("--platform", f"ubuntu-24.04={self._image}"),
            *("--container-options", mounts),
            *("--env", f"GITHUB_API_URL={api}"),
            *("--secret", f"AUDIT_TOKEN={token}"),
            "--pull=false",
            "--action-offline-mode",
            "--no-cache-server",
            "--rm",
            *("--container-daemon-socket", "-"),
            *("--action-cache-path", str(self._folder / "cache")),
            *self._stand_ins(),
        ]
        done = subprocess.run(
            command,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=ACT_SECONDS,
            env={**os.environ, "HOME": str(self._folder)},
        )
        return Rehearsal(done.returncode, tuple(map(entry, done.stdout.splitlines())))

    def _wheel(self) -> Path:
        source = self._folder / "source"
        source.mkdir()
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy2(ROOT / name, source / name)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "checker", source / "checker", ignore=ignored)
        target = self._folder / "wheel"
        pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
        subprocess.run((*pip, "--wheel-dir", str(target), str(source)), check=True)
        [wheel] = target.glob("*.whl")
        return wheel

    def _calling(self, **filled: object) -> Path:
        calling = self._folder / "calling"
        workflows = calling / ".github" / "workflows"
        workflows.mkdir(parents=True)
        shutil.copy2(WORKFLOW, workflows / "audit.yml")
        (workflows / "weekly.yml").write_text(CALLER.format(**filled), encoding="utf-8")
        for command in (
            ("init", "--quiet", "--initial-branch=main"),
            ("remote", "add", "origin", "https://github.com/example-harbour/audits.git"),
            ("add", "."),
            ("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "audit"),
        ):
            subprocess.run(("git", *command), cwd=calling, check=True)
        return calling

    def _stand_ins(self) -> list[str]:
        text = WORKFLOW.read_text(encoding="utf-8")
        arguments: list[str] = []
        for name, action in (("upload-artifact", UPLOAD), ("download-artifact", DOWNLOAD)):
            folder = self._folder / name
            folder.mkdir()
            (folder / "action.yml").write_text(action, encoding="utf-8")
            used = re.search(rf"actions/{name}@\w+", text)
            assert used is not None
            arguments += ["--local-repository", f"{used[0]}={folder}"]
        return arguments
