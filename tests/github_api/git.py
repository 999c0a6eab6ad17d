"""Git's own names for files and folders, so that what the server says can be held to them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A symbolic link. target: as written."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """Another repository's commit."""

    commit: str = "c" * 40


Content = bytes | Link | Submodule
Lines = list[tuple[str, str, str, str, int]]  # path, mode, type, sha, size


def blob(content: bytes) -> str:
    return _named("blob", content)


@dataclass
class Tree:
    """A tree and every one below it. lines: of the whole; folders: sha to its own lines."""

    sha: str
    lines: Lines
    folders: dict[str, Lines]
    blobs: dict[str, bytes]


def tree(files: Mapping[str, Content]) -> Tree:
    made = Tree("", [], {}, {})
    made.sha = _folder("", dict(files), made)
    made.lines.sort()
    return made


def _folder(prefix: str, files: Mapping[str, Content], made: Tree) -> str:
    below: dict[str, dict[str, Content]] = {}
    lines: Lines = []
    for path, content in files.items():
        name, _, rest = path.partition("/")
        if rest:
            below.setdefault(name, {})[rest] = content
        elif isinstance(content, Submodule):
            lines.append((name, "160000", "commit", content.commit, 0))
        else:
            data = content.target.encode() if isinstance(content, Link) else content
            mode = "120000" if isinstance(content, Link) else "100644"
            made.blobs[blob(data)] = data
            lines.append((name, mode, "blob", blob(data), len(data)))
    for name, inside in below.items():
        sha = _folder(f"{prefix}{name}/", inside, made)
        lines.append((name, "040000", "tree", sha, 0))
    lines.sort(key=lambda line: line[0] + "/" * (line[2] == "tree"))
    packed = b"".join(
        f"{mode.lstrip('0')} {name}\0".encode() + bytes.fromhex(sha)
        for name, mode, _, sha, _ in lines
    )
    sha = _named("tree", packed)
    made.folders[sha] = lines
    made.lines.extend((prefix + name, mode, kind, sha, n) for name, mode, kind, sha, n in lines)
    return sha


def _named(kind: str, content: bytes) -> str:
    head = f"{kind} {len(content)}\0".encode()
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()
