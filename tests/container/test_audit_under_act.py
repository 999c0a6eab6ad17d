"""The reusable audit workflow, run by act: it divides, audits each part, and joins them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from audit_rehearsal import ROOT, AuditRehearsal
from conftest import missing
from docker_engine import Engine
from github_api import server
from github_api.organization import OWNER, organization

pytestmark = pytest.mark.container

TODAY = "2026-11-24"
SHARDS = 2


@pytest.fixture
def audit(engine: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> AuditRehearsal:
    program = os.environ.get("ACT") or shutil.which("act")
    if program is None:
        missing(request, "no act on PATH: python -m pip install -r .ci/act.txt")
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    base = next(line.split()[1] for line in lines if line.startswith("FROM "))
    if not engine.has(base):
        missing(request, f"the engine has no image {base} for act to run jobs in")
    return AuditRehearsal(program, base, tmp_path)


def test_the_parts_of_the_workflow_are_what_one_audit_says(
    audit: AuditRehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    github = organization(40)
    with server.serving(github) as api:
        done = audit.run(api, server.TOKEN, owner=OWNER, shards=SHARDS, today=TODAY)
        assert done.code == 0, done.text
        names = sorted(path.name for path in audit.kept.iterdir())
        assert names == ["npm-audit", "npm-audit-part-1", "npm-audit-part-2"]
        parts = [
            json.loads((audit.kept / name / "part.json").read_text(encoding="utf-8"))
            for name in names[1:]
        ]
        assert [part["audit"]["shard"] for part in parts] == ["1/2", "2/2"]
        assert all(part["repositories"] for part in parts)
        joined = (audit.kept / "npm-audit" / "audit" / "audit.json").read_text(encoding="utf-8")
        assert joined == whole(api, tmp_path, monkeypatch)
    page = (audit.kept / "npm-audit" / "audit" / "audit.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert server.TOKEN not in done.text


def whole(api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What one audit in one process says."""
    from checker.cli import main

    for name, value in (
        ("GITHUB_API_URL", api),
        ("GITHUB_TOKEN", server.TOKEN),
        ("XDG_CACHE_HOME", str(tmp_path / "xdg")),
    ):
        monkeypatch.setenv(name, value)
    output = tmp_path / "whole.json"
    code = main(["audit", OWNER, "--today", TODAY, "--format", "json", "--output", str(output)])
    assert code == 1, sys.stderr
    return output.read_text(encoding="utf-8")
