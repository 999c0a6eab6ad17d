"""A tree of files as the readers see it: names and bytes, and no way to anything else.

The readers are pure functions of a `Files`; `sources.checkout` makes one of a folder, tests and
remote repositories make one of a mapping.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from msgspec import Struct


class Files(Protocol):
    """Paths are relative to the repository root, with `/`, without `.` or `..`."""

    def list(self, folder: str) -> tuple[str, ...]:
        """Paths of the files directly in `folder` ("" is the root), sorted; () when none."""

    def folders(self, folder: str) -> tuple[str, ...]:
        """Paths of the folders directly in `folder`, sorted; links are left out."""

    def read(self, path: str) -> bytes | None:
        """The content; None when there is no such file. Raises `Unreadable`."""


class Unreadable(Exception):
    """A file is there and cannot be read: too large, a link out of the tree, a pipe, no permission.

    The text is one sentence without a final stop.
    """


# What ends a line of any file; YAML counts three more characters, and so does who reads its places.
_LINE_ENDS = re.compile(r"\r\n|[\r\n]")
_YAML_LINE_ENDS = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


def lines(files: Files, path: str) -> tuple[str, ...]:
    """The lines of a file without their ends; () where there is none or it cannot be read."""
    try:
        data = files.read(path)
    except Unreadable:
        return ()
    ends = _YAML_LINE_ENDS if path.endswith((".yml", ".yaml")) else _LINE_ENDS
    return tuple(ends.split(data.decode("utf-8-sig", "replace"))) if data else ()


@dataclass(frozen=True)
class Remembered:
    """A tree of which each file is read once: the reader and the reporters see the same bytes."""

    files: Files
    _read: dict[str, bytes | Unreadable | None] = field(default_factory=dict, repr=False)

    def list(self, folder: str) -> tuple[str, ...]:
        """See `Files.list`."""
        return self.files.list(folder)

    def folders(self, folder: str) -> tuple[str, ...]:
        """See `Files.folders`."""
        return self.files.folders(folder)

    def read(self, path: str) -> bytes | None:
        """See `Files.read`."""
        if path not in self._read:
            try:
                self._read[path] = self.files.read(path)
            except Unreadable as error:
                self._read[path] = error
        found = self._read[path]
        if isinstance(found, Unreadable):
            raise found
        return found


class MemoryFiles(Struct, frozen=True):
    """A tree held in memory: path -> content."""

    content: Mapping[str, bytes]

    def list(self, folder: str) -> tuple[str, ...]:
        """See `Files.list`."""
        prefix = f"{folder}/" if folder else ""
        return tuple(
            sorted(p for p in self.content if p.startswith(prefix) and "/" not in p[len(prefix) :])
        )

    def folders(self, folder: str) -> tuple[str, ...]:
        """See `Files.folders`."""
        prefix = f"{folder}/" if folder else ""
        inside = (p[len(prefix) :] for p in self.content if p.startswith(prefix))
        return tuple(sorted({prefix + p.split("/")[0] for p in inside if "/" in p}))

    def read(self, path: str) -> bytes | None:
        """See `Files.read`."""
        return self.content.get(path)
