"""The examples as a maintainer asks about them in a clone; no engine needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from example_repositories import EXAMPLES, clone
from runner_job import TODAY

ANSWERS = {
    "disallow-tokens": (1, "refused", {"token-refused-by-publishing-access"}),
    "granular-token-without-bypass": (1, "refused", {"token-needs-2fa"}),
    "trusted-publishing": (0, "accepted", set[str]()),
    "undeclared": (0, "unknown", {"publishing-access-undeclared", "token-kind-undeclared"}),
}


def test_every_example_has_an_answer() -> None:
    assert {path.parent.name for path in EXAMPLES.glob("*/package.json")} == set(ANSWERS)


@pytest.mark.parametrize("example", sorted(ANSWERS))
def test_a_clone_of_an_example_gets_its_answer(example: str, tmp_path: Path) -> None:
    code, verdict, rules = ANSWERS[example]
    shell = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GITHUB_", "INPUT_", "RUNNER_", "ACTIONS_", "NODE_AUTH", "NPM_"))
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "checker",
            "check",
            "--offline",
            "--format",
            "json",
            "--today",
            TODAY,
            ".",
        ],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=clone(example, tmp_path),
        env=shell,
    )
    assert done.returncode == code, done.stderr
    report = json.loads(done.stdout)
    assert report["verdict"] == verdict
    assert {finding["rule"] for finding in report["findings"]} == rules
    assert [(publish["tool"], publish["command"]) for publish in report["publishes"]] == [
        ("npm", "publish")
    ]
