"""Writes changed files back into the checkout: all of them or none, and never outside of it.

The tree may be a stranger's. No link is followed, only regular files that still hold what the
change was made of are replaced, and a file is whole at every moment. Nothing else is written.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from checker.remedies.model import FileChange

MAX_BYTES = 1 << 20


class NotWritten(Exception):
    """Nothing was written. path: of the file that is in doubt; the text: one sentence, no stop."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(why)
        self.path = path


class _Ready(Struct, frozen=True):
    """A new file beside the one that it replaces."""

    change: FileChange
    new: Path
    target: Path


def write(root: Path, changes: Sequence[FileChange]) -> None:
    """Writes every change under `root`, a folder of the user's choice.

    Raises `NotWritten` before anything is changed where any file is in doubt. Where the system
    fails half-way, or stops the program, the files replaced until then are put back.
    """
    base = Path(os.path.realpath(root))
    targets = [(change, _checked(base, change)) for change in changes]
    ready: list[_Ready] = []
    try:
        for change, target in targets:
            ready.append(_Ready(change, _beside(change, target, change.after), target))
        _replace(base, ready)
    finally:
        for one in ready:
            one.new.unlink(missing_ok=True)


def _checked(base: Path, change: FileChange) -> Path:
    """The file to replace, if it is surely the one that was read."""
    parts = change.path.split("/")
    if {"", ".", "..", ".git"} & set(parts) or any(
        "\0" in part or os.sep in part for part in parts
    ):
        raise NotWritten(change.path, "it is no path inside the repository")
    at = base
    try:
        for part in parts[:-1]:
            at = at / part
            if not stat.S_ISDIR(at.lstat().st_mode):
                raise NotWritten(change.path, "a folder on the way to it is a link")
        target = at / parts[-1]
        _compare(change, target)
    except (OSError, ValueError) as error:
        raise NotWritten(change.path, f"it cannot be read ({_reason(error)})") from None
    return target


def _compare(change: FileChange, target: Path) -> None:
    found = target.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise NotWritten(change.path, "it is a link or no regular file")
    if max(len(change.before), len(change.after), found.st_size) > MAX_BYTES:
        raise NotWritten(change.path, f"it is larger than {MAX_BYTES >> 20} MiB")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(target, flags), "rb") as file:
        if file.read(MAX_BYTES + 1) != change.before:
            raise NotWritten(change.path, "it has changed since it was read")


def _beside(change: FileChange, target: Path, content: bytes) -> Path:
    """A new file in the same folder, with the same rights, safely on disk."""
    name = ""
    try:
        descriptor, name = tempfile.mkstemp(prefix=".npm-publish-preflight-", dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(stat.S_IMODE(target.lstat().st_mode))
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        why = f"no file can be written beside it ({_reason(error)})"
        raise NotWritten(change.path, why) from None
    return Path(name)


def _replace(base: Path, ready: Sequence[_Ready]) -> None:
    done: list[_Ready] = []
    for one in ready:
        try:
            one.new.replace(_checked(base, one.change))
        except (OSError, NotWritten) as error:
            _put_back(done)
            why = f"it cannot be replaced ({_reason(error)})" if isinstance(error, OSError) else ""
            raise NotWritten(one.change.path, why or str(error)) from None
        except BaseException:  # told to stop half-way
            _put_back(done)
            raise
        done.append(one)


def _put_back(done: Sequence[_Ready]) -> None:
    for one in reversed(done):
        _beside(one.change, one.target, one.change.before).replace(one.target)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def put(root: Path, path: str, before: bytes | None, after: bytes) -> None:
    """Writes one file: replaces `before`, or where that is None makes a new file, and its folders.

    Raises `NotWritten`; no link is followed, and nothing that is there already is overwritten.
    """
    if before is not None:
        write(root, [FileChange(path, before, after)])
        return
    at = Path(os.path.realpath(root))
    try:
        for part in path.split("/")[:-1]:
            at = at / part
            at.mkdir(exist_ok=True)
            if not stat.S_ISDIR(at.lstat().st_mode):
                raise NotWritten(path, "a folder on the way to it is a link")
        new = at / path.rpartition("/")[2]
        with new.open("xb") as file:
            try:
                file.write(after)
                file.flush()
            except BaseException:  # the disk is full, or the program told to stop
                new.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise NotWritten(path, f"it cannot be made ({_reason(error)})") from None
