"""Whether a script goes on where a command of it fails.

The command is an upgrade of npm that the job's Node cannot run: where it ends the step, nothing is
published; where it does not, the npm that was there publishes.
"""

from __future__ import annotations

from textwrap import indent

import pytest

from test_workflows.tree import WIDGET, reading, run, workflow

FAILS = "npm i -g npm@12.2.0"


def ends(script: str, shell: str = "", *, job: str = "", **others: object) -> bool:
    """Whether the step of this script may end with the upgrade."""
    keys = f"\n  shell: {shell}" if shell else ""
    steps = f"- run: |\n{indent(script, '    ')}{keys}\n- run: npm publish"
    found = run(workflow(steps, job=job).replace("24.18.0", "20.20.2"), **others)
    assert {world.npm for world in found.runtimes} == {"10.8.2"}
    return "12.2.0" in {world.failed_upgrade for world in found.runtimes}


@pytest.mark.parametrize(
    "script",
    [
        f"{FAILS}\necho done",
        f"set +e\n{FAILS}",
        f"set +e\nset -e\n{FAILS}\necho done",
        f"set +o errexit\nset -euo pipefail\n{FAILS}\necho done",
        f"(set +e; true)\n{FAILS}\necho done",
        f"true && {FAILS}\necho done",
        f"{FAILS} && echo done",
        f"{FAILS} || exit 1\necho done",
        f"if ! {FAILS}; then exit 1; fi\necho done",
        f"{FAILS} || {{ echo no; exit 2; }}\necho done",
        f"set +e\n{FAILS}\ncode=$?\nif [ $code -ne 0 ]; then exit $code; fi",
        f"true | {FAILS}\necho done",
        f"set -o pipefail\n{FAILS} | tee log\necho done",
        f"set +e\nif true; then\necho a\n{FAILS}\nfi",
    ],
)
def test_a_step_ends_where_its_script_does(script):
    assert ends(script)


@pytest.mark.parametrize(
    "script",
    [
        f"set +e\n{FAILS}\necho done",
        f"set +o errexit\n{FAILS}\necho done",
        f"set +eu\nif true; then\n{FAILS}\necho a\nfi",
        f"set +e\nif true; then\n{FAILS}\nfi\necho a",
        f"(set +e; {FAILS}; echo done)\necho a",
        f"{FAILS} && echo done\necho a",
        f"if {FAILS}; then echo done; fi",
        f"{FAILS} | tee log\necho done",
        f"{FAILS} | tee log",
    ],
)
def test_a_failure_that_ends_no_script_ends_no_step(script):
    assert not ends(script)


@pytest.mark.parametrize(
    "shell",
    ["bash", "sh", "bash -e {0}", "bash --noprofile -eo pipefail {0}", "/bin/sh -e {0}",
     "nix develop -c bash -e {0}", "micromamba-shell {0}", "bash -l -o errexit {0}"],
)  # fmt: skip
def test_a_shell_that_is_started_so_ends_at_the_first_failure(shell):
    assert ends(f"{FAILS}\necho done", shell)


@pytest.mark.parametrize(
    "shell", ["bash {0}", "bash -l {0}", "/usr/bin/bash --login {0}", "pwsh", "powershell", "cmd"]
)
def test_a_shell_without_that_ends_as_its_last_command_does(shell):
    assert not ends(f"{FAILS}\necho done", shell)
    assert ends(f"echo done\n{FAILS}", shell)


def test_bash_by_its_name_counts_a_failure_inside_a_pipeline():
    assert ends(f"{FAILS} | tee log\necho done", "bash")
    assert not ends(f"{FAILS} | tee log\necho done", "sh")


def test_powershell_that_asks_how_a_program_ended_may_end_with_it():
    assert ends(f"{FAILS}\nif ($LASTEXITCODE -ne 0) {{ exit 1 }}", "pwsh")


def test_the_shell_of_a_whole_workflow_is_one_by_its_name():
    job = "runs-on: windows-latest\ndefaults: {run: {shell: bash}}"

    assert ends(f"{FAILS}\necho done", job=job)
    assert not ends(f"{FAILS}\necho done", job="runs-on: windows-latest")


@pytest.mark.parametrize(
    ("script", "file", "ended"),
    [
        ("bash go.sh", f"#!/bin/bash\n{FAILS}\necho done\n", False),
        ("bash go.sh", f"#!/bin/bash -e\n{FAILS}\necho done\n", False),
        ("./go.sh", f"#!/bin/bash -e\n{FAILS}\necho done\n", True),
        ("bash go.sh", f"set -e\n{FAILS}\necho done\n", True),
        ("bash -e go.sh", f"{FAILS}\necho done\n", True),
        ("bash -eo pipefail go.sh", f"{FAILS} | cat\necho done\n", True),
        ("bash go.sh", f"echo done\n{FAILS}\n", True),
        ("source go.sh", f"{FAILS}\necho done\n", True),
        ("set +e\n. ./go.sh\necho done", f"{FAILS}\n", False),
        ("bash go.sh || true", f"set -e\n{FAILS}\n", False),
    ],
)
def test_a_script_file_has_a_shell_of_its_own(script, file, ended):
    assert ends(script, **{"go.sh": file}) is ended


@pytest.mark.parametrize(
    ("text", "ended"),
    [(f"{FAILS}; echo done", False), (f"{FAILS} && echo done", True), (f"true; {FAILS}", True)],
)
def test_a_package_script_ends_as_its_last_command_does(text, ended):
    package = {**WIDGET, "scripts": {"up": text}}

    assert ends("npm run up", **{"package.json": package}) is ended
    assert not ends("npm run up || true", **{"package.json": package})


@pytest.mark.parametrize("text", [f"bash -c '{FAILS}; true'", f"sh -c '{FAILS}; true'"])
def test_a_text_for_another_shell_ends_as_its_last_command_does(text):
    assert not ends(text)
    assert ends(text.replace("-c", "-ec"))


def test_a_dist_tag_that_fails_where_the_script_goes_on_says_nothing():
    dist_tag = "npm dist-tag add @acme/widget@1.2.0 latest"
    script = f"- run: |\n    set +e\n    npm publish\n    {dist_tag}\n    echo done"
    (found,) = reading(workflow(script)).publishes
    (strict,) = reading(workflow(script.replace("    set +e\n", ""))).publishes

    assert found.runs[0].dist_tag_place is None
    assert strict.runs[0].dist_tag_place is not None
