"""The interpreter's own record of a run: no process, no network when offline, no file elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from hostile.program import CHECKER, in_a_job, write
from hostile.release import files, step, workflow

# https://docs.python.org/3/library/audit_events.html
RECORD = """\
import json, os, sys
seen = []
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        seen.append([event, os.path.realpath(os.fsdecode(arguments[0])), str(arguments[1])])
    elif event.startswith(("subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system",
                           "os.fork", "socket.", "os.remove", "os.rename", "shutil.", "pty.")):
        seen.append([event, "", ""])
sys.addaudithook(hook)
from checker.cli import main
code = main(sys.argv[2:])
done = list(seen)
with open(sys.argv[1], "w") as file:
    json.dump(done, file)
sys.exit(code)
"""
TREE = files(
    workflow(step("npm run release\n./bin/release.sh\nmake publish\nnode bin/x.js")),
    package={
        "name": "@acme/widget",
        "version": "1.2.3",
        "packageManager": "pnpm@10.0.0",
        "scripts": {"release": "npm publish", "postinstall": "touch PWNED"},
        "workspaces": ["../*", "/etc/*", "packages/*"],
    },
    bin__release_sh="#!/bin/sh\ntouch PWNED\nnpm publish\n",
    Makefile="publish:\n\t$(shell touch PWNED)\n\tnpm publish\n",
    bin__x_js="require('child_process').execSync('touch PWNED; npm publish')\n",
)


def record(root: Path, scratch: Path, *arguments: str) -> list[list[str]]:
    ended = subprocess.run(
        [sys.executable, "-B", "-P", "-c", RECORD, str(scratch / "record"), *arguments],
        env=in_a_job(scratch / "runner"), cwd=root, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode in {0, 1}, ended.stderr
    seen: list[list[str]] = json.loads((scratch / "record").read_text())
    return seen


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = write(tmp_path / "checkout", {**TREE, ".git/hooks/post-checkout": "touch PWNED\n"})
    write(tmp_path, {"outside/package.json": '{"name": "x", "version": "1.0.0"}'})
    return root


@pytest.mark.parametrize("command", ["check", "fix", "trust"])
def test_nothing_is_started_nobody_is_called_and_nothing_else_is_opened(
    command, checkout, tmp_path
):
    seen = record(checkout, tmp_path, command, str(checkout), "--offline")
    opened = {path for event, path, _ in seen if event == "open"}
    others = {event for event, _, _ in seen if event != "open"}
    python = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}
    allowed = (*python, str(CHECKER / "checker"), str(tmp_path / "runner"), str(checkout))
    strange = [p for p in opened if not p.startswith(tuple(map(_real, allowed)))]

    assert others == set()
    assert [p for p in strange if p not in SYSTEM and ".egg-info" not in p] == []
    assert not list(checkout.rglob("PWNED"))
    assert any(path.endswith("release.yml") for path in opened)


SYSTEM = {"/dev/null", "/etc/mime.types", "/etc/localtime", "/proc/self/maps"}


def _real(path: str) -> str:
    return str(Path(path).resolve())


def test_of_the_checkout_nothing_is_opened_to_be_written(checkout, tmp_path):
    seen = record(checkout, tmp_path, "check", str(checkout), "--offline")
    inside = [(path, mode) for event, path, mode in seen if path.startswith(_real(str(checkout)))]

    assert inside
    assert {mode for _, mode in inside} <= {"r", "rb", "None"}
