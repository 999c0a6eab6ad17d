"""`audit` at the command line: its exit codes, its plan, and what it says of bad input."""

from __future__ import annotations

import argparse
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from auditing_world import ROOT, TODAY, World
from github_api.server import GitHub, Repository, of
from releases import declared, release

Serve = Callable[[GitHub], World]
GOOD = Repository("acme/good", release() | declared())
BAD = Repository("acme/bad", release() | declared(bypass=False))
OPEN = Repository("acme/open", release())
NOBODY = World(of(), "http://127.0.0.1:9", Path("nowhere"))


@pytest.mark.parametrize(
    ("repositories", "arguments", "code"),
    [
        ((GOOD,), (), 0),
        ((GOOD, BAD), (), 1),
        ((GOOD, BAD), ("--fail-on", "never"), 0),
        ((GOOD,), ("--fail-on", "warning"), 1),
        ((GOOD, OPEN), (), 0),
        ((GOOD, OPEN), ("--fail-on-unknown",), 1),
        ((GOOD, BAD), ("--ignore", "token-needs-2fa=we move on Monday"), 0),
    ],
)
def test_the_exit_code_is_that_of_check_over_all_repositories(
    world: Serve, repositories: Sequence[Repository], arguments: Sequence[str], code: int
) -> None:
    assert world(of(*repositories)).audit("acme", *arguments).returncode == code


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Name an owner"),
        (("acme/a/b",), "an owner such as `acme`"),
        (("../etc",), "an owner such as `acme`"),
        (("acme", "--shard", "9/8"), "a part such as `3/8`"),
        (("acme", "--shard", "one"), "a part such as `3/8`"),
        (("acme", "--jobs", "0"), "--jobs"),
        (("acme", "--plan"), "`--shards`"),
        (("acme", "--plan", "--shards", "257"), "256"),
        (("acme", "--token-type", "granullar"), "granular"),
        (("acme", "--today", "soon"), "`--today`"),
        (("acme", "--config", "no-such-file.yml"), "no-such-file.yml"),
        (("--merge", "no-such-folder"), "no-such-folder"),
    ],
)
def test_bad_input_is_exit_2_and_says_what_is_wanted(arguments: Sequence[str], says: str) -> None:
    command = [sys.executable, "-m", "checker", "audit", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=NOBODY.environ(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_without_a_token_it_says_what_it_needs() -> None:
    environ = {k: v for k, v in NOBODY.environ().items() if k != "GITHUB_TOKEN"}
    done = subprocess.run(
        NOBODY.command("acme"), env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "GITHUB_TOKEN" in done.stderr


def test_an_owner_that_is_not_there_is_bad_input(world: Serve) -> None:
    done = world(of(GOOD)).audit("acmee")
    assert done.returncode == 2
    assert "`acmee` cannot be listed" in done.stderr
    assert "404" in done.stderr


def test_a_token_that_github_does_not_know_is_told_without_itself(world: Serve) -> None:
    token = "ghp_" + "Z9z8" * 9
    done = world(of(GOOD)).audit("acme", token=token)
    assert done.returncode == 2
    assert "401" in done.stderr
    assert token not in done.stderr + done.stdout


def test_the_plan_is_a_matrix_of_github_actions_and_asks_nobody() -> None:
    done = NOBODY.audit("acme", "--plan", "--shards", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"shard": ["1/3", "2/3", "3/3"]}
    assert done.stdout.count("\n") == 1


def test_the_report_goes_to_the_file_that_is_named(world: Serve, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    done = world(of(GOOD)).audit("acme", "--format", "html", "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    bad = world(of(GOOD)).audit("acme", "--output", str(tmp_path / "no" / "file"))
    assert bad.returncode == 2


def test_how_often_github_was_asked_is_said_and_nothing_else(world: Serve) -> None:
    done = world(of(GOOD)).audit("acme")
    assert done.stderr == (
        "Requests to GitHub: 3 by REST, of which 0 were unchanged and count for no limit;"
        " 1 by GraphQL.\n"
    )


def test_a_terminal_shows_how_far_it_is_and_a_pipe_does_not(world: Serve) -> None:
    here = world(of(GOOD, BAD))
    command = (*here.command("acme"),)
    ours, theirs = pty.openpty()
    done = subprocess.run(
        command,
        env=here.environ() | {"TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=False,
    )
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    assert b"2/2" in shown
    assert done.stdout == here.audit("acme").stdout.encode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        return b""


def test_help_and_plan_import_nothing_heavy() -> None:
    code = (
        "import sys, checker.cli;"
        f"checker.cli.main(['audit', 'acme', '--plan', '--shards', '2', *{TODAY!r}]);"
        "print(sorted(sys.modules))"
    )
    done = subprocess.run(
        (sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True
    )
    modules = done.stdout.splitlines()[-1]
    for heavy in ("pydantic", "requests", "github", "tree_sitter", "rich", "yaml"):
        assert f"'{heavy}'" not in modules


def test_the_readme_names_every_option_of_its_own() -> None:
    from checker.commands import audit

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## `audit`\n") : text.index("## Verdicts, exit codes, outputs")]
    parser = argparse.ArgumentParser()
    audit.add(parser)
    flags = {flag for action in parser._actions for flag in action.option_strings}
    ours = flags - {f"--{name}" for name in audit.OPTIONS} - {"-h", "--help", "--cache"}
    ours -= {f"--no-{name}" for name in audit.OPTIONS}
    assert ours
    assert {flag for flag in ours if flag not in section} == set()
    assert {f for f in audit.FORMATS if f"`{f}`" not in section} == set()
