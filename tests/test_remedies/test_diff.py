"""The unified diff: git applies it, and then the files are what the fix says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import repo_case

from checker.remedies.diff import replacements, unified
from checker.remedies.model import FileChange, Fixes
from test_remedies import repositories

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PAIRS = [
    (b"a\nb\n", b"a\nc\n"),
    (b"a\r\nb\r\n", b"a\r\nc\r\n"),
    (b"\xef\xbb\xbfa\nb", b"\xef\xbb\xbfa\nb\nc"),
    (b"a\nb", b"a"),
    (b"a\n" * 40, b"b\n" + b"a\n" * 39 + b"c\n"),
]


def applied(tmp_path: Path, changes: tuple[FileChange, ...]) -> dict[str, bytes]:
    """The files of the changes after git has applied the diff to what they were."""
    for change in changes:
        path = tmp_path / change.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(change.before)
    subprocess.run(
        ["git", "apply", "--unsafe-paths", "-"],
        input=unified(Fixes(changes, (), ())),
        cwd=tmp_path,
        check=True,
        env={
            "PATH": "/usr/bin:/bin:/usr/local/bin",
            "GIT_CEILING_DIRECTORIES": str(tmp_path.parent),
        },
    )
    return {change.path: (tmp_path / change.path).read_bytes() for change in changes}


@needs_git
@pytest.mark.parametrize(("before", "after"), PAIRS)
@pytest.mark.parametrize("name", ["a.yml", "dir/a b.yml", 'q"uo\\te.yml', "ü\t.yml"])
def test_git_applies_it_whatever_the_line_ends_and_the_name(
    tmp_path: Path, name: str, before: bytes, after: bytes
) -> None:
    assert applied(tmp_path, (FileChange(name, before, after),)) == {name: after}


@needs_git
def test_git_applies_the_fixes_of_a_whole_repository(tmp_path: Path) -> None:
    most = max(
        (repositories.fixed(case) for case in repo_case.cases() if case.fires),
        key=lambda fixes: len(fixes.changes),
    )
    assert applied(tmp_path, most.changes) == {one.path: one.after for one in most.changes}


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_replacements_make_the_new_file_of_the_old_one(before: bytes, after: bytes) -> None:
    lines = before.decode().splitlines(keepends=True)
    for one in reversed(replacements(FileChange("a", before, after))):
        lines[one.line - 1 : one.line - 1 + one.count] = [one.text]
    assert "".join(lines).encode() == after


def test_no_change_is_no_diff() -> None:
    assert unified(Fixes((), (), ())) == b""


def test_a_name_cannot_end_the_header_line() -> None:
    text = unified(Fixes((FileChange("a\n+++ b/evil", b"a\n", b"b\n"),), (), ()))
    assert text.splitlines()[1] == b'+++ "b/a\\012+++ b/evil"'
