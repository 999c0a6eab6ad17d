"""What GitHub said, on disk: answers with their ETag, and contents by the hash that names them.

One folder a token: nothing that one token may see is ever shown to another. Only its owner may read
it, every file is written whole or not at all, and a content with the shape of a credential in it is
not kept. Without a folder nothing is kept, and nothing else changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import stat
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from checker.reporters import escape

_DAY = 86_400
# Nothing that is kept is larger: a lockfile of 32 MiB, a tree of a hundred thousand paths.
_MOST_BYTES = 64 << 20
# What no audit has looked at for so long is not kept any longer.
KEPT_DAYS = 45

# A credential that stands in a file: not `${…}`, which names one.
_CREDENTIAL = re.compile(rb"_(?:auth(?:Token)?|password)[\"']?\s{0,9}[=:]\s{0,9}[\"']?[^\s\"'$]")


class Kept(Struct, frozen=True):
    """An answer. run: the audit that asked last. told: what was kept of it, as JSON has it."""

    etag: str | None
    run: str
    told: Any
    more: bool = False


class Cache:
    """The folder of one token. root: None keeps nothing."""

    def __init__(self, root: Path | None) -> None:
        self.root = root

    def answer(self, path: str) -> Kept | None:
        """What GitHub last said to a GET of the path."""
        data = self._read("answers", _named(path))
        if data is None:
            return None
        try:
            kept = json.loads(_unpacked(data))
            if kept["path"] != path:
                return None
            return Kept(
                etag=_text(kept["etag"]) if kept["etag"] is not None else None,
                run=_text(kept["run"]),
                told=kept["told"],
                more=kept["more"] is True,
            )
        except (ValueError, zlib.error, KeyError, TypeError, RecursionError):
            return None

    def keep_answer(self, path: str, kept: Kept) -> None:
        """Remember an answer, unless a credential may stand in it: somebody may name a file so."""
        text = json.dumps({"path": path, **asdict(kept)}, separators=(",", ":"))
        if escape.without_tokens(text) == text:
            self._write("answers", _named(path), zlib.compress(text.encode(), 1))

    def content(self, sha: str) -> bytes | None:
        """The content that git names so; a file that was tampered with is none."""
        if not _SHA.fullmatch(sha):
            return None
        data = self._read("contents", sha)
        if data is None:
            return None
        try:
            content = _unpacked(data)
        except (ValueError, zlib.error):
            return None
        return content if git_sha(content) == sha else None

    def keep_content(self, sha: str, content: bytes) -> None:
        """Remember a content, unless a credential may stand in it."""
        if _SHA.fullmatch(sha) and not _holds_credential(content):
            self._write("contents", sha, zlib.compress(content, 1))

    def forget_old(self) -> None:
        """Delete what was not looked at for `KEPT_DAYS`."""
        if self.root is None:
            return
        oldest = time.time() - KEPT_DAYS * _DAY
        for kind in ("answers", "contents"):
            for path in (self.root / kind).glob("*/*"):
                with suppress(OSError):
                    if path.lstat().st_mtime < oldest:
                        path.unlink()

    # --- files --------------------------------------------------------------------------------

    def _path(self, kind: str, name: str) -> Path | None:
        return self.root / kind / name[:2] / name[2:] if self.root is not None else None

    def _read(self, kind: str, name: str) -> bytes | None:
        path = self._path(kind, name)
        if path is None:
            return None
        try:
            about = path.lstat()
            if not stat.S_ISREG(about.st_mode) or about.st_size > _MOST_BYTES:
                return None
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data

    def _write(self, kind: str, name: str, data: bytes) -> None:
        path = self._path(kind, name)
        if path is None:
            return
        try:
            write_whole(path, data)
        except OSError:
            # A full disk costs requests and nothing else.
            self.root = None


def folder(environ: Mapping[str, str], api_url: str, token: str) -> Path | None:
    """Where what this token saw is kept; None where no folder of the user's own can be had."""
    named = environ.get("XDG_CACHE_HOME", "")
    home = environ.get("HOME") or environ.get("LOCALAPPDATA")
    # The specification has a path that is not absolute ignored.
    base = Path(named) if named.startswith("/") else Path(home, ".cache") if home else None
    if base is None:
        return None
    # A token is random: of its hash nobody finds the token.
    key = hashlib.sha256(f"npm-publish-preflight\0{api_url}\0{token}".encode()).hexdigest()
    root = base / "npm-publish-preflight" / "audit" / key[:40]
    try:
        for path in (root.parent.parent, root.parent, root):
            private(path)
            if not _is_ours(path):
                return None
    except OSError:
        return None
    return root


def _is_ours(path: Path) -> bool:
    """Whether nobody else reads or writes the folder, seen to where it is the user's own."""
    about = path.lstat()
    if not stat.S_ISDIR(about.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    if about.st_uid != os.getuid():
        return False
    if about.st_mode & 0o077:
        path.chmod(0o700)
    return True


def private(path: Path) -> None:
    """Make a folder, and those above it that are missing, for the user alone."""
    if not path.is_dir():
        private(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Make a file have exactly this content, for the user alone, all at once."""
    private(path.parent)
    written = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        written.replace(path)
    except BaseException:
        with suppress(OSError):
            written.unlink()
        raise


def git_sha(content: bytes) -> str:
    """The name that git gives to a file's content."""
    head = f"blob {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()


_SHA = re.compile(r"[0-9a-f]{40}")


def _unpacked(data: bytes) -> bytes:
    """Raises `ValueError` or `zlib.error` for what was not kept like this."""
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(data, _MOST_BYTES)
    if not unpacking.eof:
        raise ValueError("it is cut, or larger than anything that is kept")
    return content


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise TypeError("a text of a header is expected")
    return value


def _named(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:40]


def _holds_credential(content: bytes) -> bool:
    if _CREDENTIAL.search(content):
        return True
    text = content.decode("utf-8", "replace")
    return escape.without_tokens(text) != text
