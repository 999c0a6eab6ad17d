"""Changed files as one unified diff that `git apply` and `patch -p1` take. Pure text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from msgspec import Struct

from checker.remedies.model import FileChange, Fixes


class Replacement(Struct, frozen=True):
    """Whole lines of a file in place of others. line: the first one, 1-based, as before the change.

    count: how many lines go, 0 where `text` is put in before `line`. text: with its line ends.
    """

    line: int
    count: int
    text: str


_CONTEXT = 3
_PLAIN_PATH = re.compile(r"[\w./+@-]+", re.ASCII)


def unified(fixes: Fixes) -> bytes:
    """The diff of every change, in the bytes of the files; empty where nothing changes."""
    return b"".join(part for change in fixes.changes for part in _of_file(change))


def replacements(change: FileChange) -> tuple[Replacement, ...]:
    """The same change as lines to replace, from above; () where a text is not UTF-8."""
    try:
        old = [line.decode("utf-8") for line in _lines(change.before)]
        new = [line.decode("utf-8") for line in _lines(change.after)]
    except UnicodeDecodeError:
        return ()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        Replacement(first + 1, last - first, "".join(new[there:to]))
        for kind, first, last, there, to in matcher.get_opcodes()
        if kind != "equal"
    )


def _of_file(change: FileChange) -> Iterator[bytes]:
    old, new = _lines(change.before), _lines(change.after)
    a, b = _header("a/", change.path), _header("b/", change.path)
    for line in difflib.diff_bytes(
        difflib.unified_diff, old, new, a, b, n=_CONTEXT, lineterm=b"\n"
    ):
        if line.endswith(b"\n"):
            yield line
        else:
            yield line + b"\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[bytes]:
    return [line + b"\n" for line in data.split(b"\n")[:-1]] + [
        rest for rest in (data.rpartition(b"\n")[2],) if rest
    ]


def _header(prefix: str, path: str) -> bytes:
    """A path as git writes it: in quotes with escapes where it holds anything unusual."""
    if _PLAIN_PATH.fullmatch(path):
        return (prefix + path).encode()
    escaped = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in (34, 92) else f"\\{byte:03o}"
        for byte in (prefix + path).encode("utf-8", errors="surrogateescape")
    )
    return f'"{escaped}"'.encode()
