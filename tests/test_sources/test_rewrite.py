"""Writing changes back: whole files, only the ones that were read, and never outside the tree."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from checker.remedies.model import FileChange
from checker.sources.rewrite import NotWritten, put, write

CHANGE = FileChange(".github/workflows/a.yml", b"old\n", b"new\n")


def tree(root: Path) -> Path:
    """A checkout with the file of `CHANGE`, which is returned."""
    path = root / CHANGE.path
    path.parent.mkdir(parents=True)
    path.write_bytes(CHANGE.before)
    return path


def everything(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_a_file_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    path = tree(tmp_path)
    path.chmod(0o640)
    write(tmp_path, [CHANGE])
    assert everything(tmp_path) == {CHANGE.path: b"new\n"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    tree(tmp_path)
    change = FileChange(CHANGE.path, CHANGE.before, b"\xef\xbb\xbfa\r\nb")
    write(tmp_path, [change])
    assert (tmp_path / CHANGE.path).read_bytes() == change.after


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    tree(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", [CHANGE])
    assert (tmp_path / "real" / CHANGE.path).read_bytes() == b"new\n"


@pytest.mark.parametrize(
    "path",
    ["../a.yml", "/etc/a.yml", "a/../../a.yml", "", "a//b", ".git/config", "a\0b", "./a.yml"],
)
def test_a_path_that_is_not_inside_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    tree(root)
    outside = tmp_path / "a.yml"
    outside.write_bytes(b"old\n")
    with pytest.raises(NotWritten):
        write(root, [FileChange(path, b"old\n", b"new\n")])
    assert outside.read_bytes() == b"old\n"
    assert everything(root) == {CHANGE.path: b"old\n"}


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside.yml"
    path = tree(root)
    outside.write_bytes(b"old\n")
    path.unlink()
    path.symlink_to(outside)
    with pytest.raises(NotWritten, match="link"):
        write(root, [CHANGE])
    assert outside.read_bytes() == b"old\n"


def test_a_linked_folder_is_not_written_into(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    tree(outside)
    root.mkdir()
    (root / ".github").symlink_to(outside / ".github")
    with pytest.raises(NotWritten, match="link"):
        write(root, [CHANGE])
    assert everything(outside) == {CHANGE.path: b"old\n"}


def test_what_changed_since_it_was_read_is_left_and_nothing_else_is_written(
    tmp_path: Path,
) -> None:
    tree(tmp_path)
    (tmp_path / "package.json").write_bytes(b"edited meanwhile")
    changes = [CHANGE, FileChange("package.json", b"{}", b"[]")]
    with pytest.raises(NotWritten, match="changed") as caught:
        write(tmp_path, changes)
    assert caught.value.path == "package.json"
    assert everything(tmp_path) == {CHANGE.path: b"old\n", "package.json": b"edited meanwhile"}


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        write(tmp_path, [CHANGE])
    assert everything(tmp_path) == {}


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    path = tree(tmp_path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(NotWritten, match="regular"):
        write(tmp_path, [CHANGE])


def test_the_same_file_twice_is_refused_and_put_back(tmp_path: Path) -> None:
    tree(tmp_path)
    with pytest.raises(NotWritten):
        write(tmp_path, [CHANGE, CHANGE])
    assert everything(tmp_path) == {CHANGE.path: b"old\n"}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights do not bind this user")
def test_a_folder_that_may_not_be_written_leaves_everything(tmp_path: Path) -> None:
    path = tree(tmp_path)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(NotWritten):
            write(tmp_path, [CHANGE])
        assert path.read_bytes() == b"old\n"
    finally:
        path.parent.chmod(0o700)


def test_a_second_write_of_the_same_change_is_refused(tmp_path: Path) -> None:
    tree(tmp_path)
    write(tmp_path, [CHANGE])
    with pytest.raises(NotWritten, match="changed"):
        write(tmp_path, [CHANGE])


class Stopped(BaseException):
    """What a signal raises."""


def test_a_program_that_is_stopped_half_way_puts_back_what_it_has_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [FileChange(name, b"old", b"new") for name in ("a", "b")]
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"old")
    replace = Path.replace

    def stopped_at_b(self: Path, target: Path) -> Path:
        if target.name == "b":
            raise Stopped
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stopped_at_b)
    with pytest.raises(Stopped):
        write(tmp_path, changes)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"old",
        "b": b"old",
    }


def test_a_new_file_that_does_not_become_whole_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def full(self: Path, *arguments: str) -> object:
        file = real(self, *arguments)
        file.flush = lambda: (_ for _ in ()).throw(OSError(28, "No space left on device"))  # type: ignore[method-assign]
        return file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(NotWritten, match="No space left"):
        put(tmp_path, ".github/npm-publish-preflight.yml", None, b"offline: true\n")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
