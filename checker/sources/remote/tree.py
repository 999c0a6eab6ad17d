"""A git tree of GitHub's as `Files`, of which only what is read has been fetched. Asks nothing.

A read of something that is not here yet is noted in `wanted`, and looks absent until it is brought;
who drives the reader brings it and reads again. The tree may be a stranger's: no name leads out of
it, and a link is followed inside of it alone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from msgspec import Struct

from checker.files import Unreadable
from checker.sources.checkout import LOCKFILES, MAX_BYTES, MAX_LOCKFILE_BYTES, SKIPPED_FOLDERS

LINK, SUBMODULE, FOLDER = "120000", "160000", "040000"
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

MOST_LINKS = 20
# Of a tree too large for one answer: each is a request.
MOST_FOLDERS = 300
# What one repository may bring: its manifests and scripts stay far below, a lockfile is 32 MiB.
MOST_BYTES = 96 << 20


class Entry(Struct, frozen=True):
    """One line of a tree. mode: git's. sha: of the content. size: bytes of a file, else 0."""

    mode: str
    sha: str
    size: int = 0


Entries = Mapping[str, Entry]


class Listing(Struct, frozen=True):
    """What GitHub tells of a whole tree. complete: False where it says, or shows, that it is cut.

    entries: path to entry, folders among them. sha: of the root.
    """

    sha: str
    entries: Entries
    complete: bool


def is_name(part: str) -> bool:
    """Whether a name is one that git itself would put into a folder."""
    return part not in {"", ".", ".."} and part.lower() != ".git" and "/" not in part


def listing(told: object) -> Listing | None:
    """A recursive tree of GitHub's API; None for what is none.

    A folder that is named and has nothing below it was not gone into: git keeps no empty folder.
    Without that, an answer that is not recursive would pass for a repository without workflows; and
    so would one that leaves out a folder, or has a line that cannot be read.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("sha"), str):
        return None
    lines = told.get("tree")
    if not isinstance(lines, list):
        return None
    entries: dict[str, Entry] = {}
    entered: set[str] = set()
    for line in lines:
        found = _entry(line)
        if found is None:
            return None
        path, entry = found
        if all(map(is_name, path.split("/"))):
            entries[path] = entry
            entered.add(path.rpartition("/")[0])
    skipped = any(
        entry.mode == FOLDER and entry.sha != _EMPTY_TREE and path not in entered
        for path, entry in entries.items()
    ) or any(folder and folder not in entries for folder in entered)
    return Listing(told["sha"], entries, told.get("truncated") is False and not skipped)


def _entry(line: object) -> tuple[str, Entry] | None:
    if not isinstance(line, Mapping):
        return None
    path, mode, sha, size = (line.get(key) for key in ("path", "mode", "sha", "size"))
    if not (isinstance(path, str) and isinstance(mode, str) and isinstance(sha, str)):
        return None
    if not _SHA.fullmatch(sha):
        # It becomes part of queries and addresses.
        return None
    return path, Entry(mode, sha, size if isinstance(size, int) and size > 0 else 0)


@dataclass
class Wanted:
    """What a reading asked for and has not got: paths of files, and of folders to list."""

    files: dict[str, Entry] = field(default_factory=dict)
    folders: dict[str, Entry] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.files or self.folders)


# A folder's path -> the paths of what lies directly in it.
_Index = dict[str, list[str]]


class RemoteFiles:
    """A tree as `checker.files.Files`, as a checkout of it would be. Every folder is indexed once.

    settled: nothing more will be brought; a read of what is not here then raises `Unreadable`.
    """

    def __init__(self, tree: Listing) -> None:
        self.settled = False
        self.wanted = Wanted()
        self._entries: dict[str, Entry] = {}
        self._files: _Index = {}
        self._folders: _Index = {}
        self._content: dict[str, bytes | Unreadable] = {}
        self._listed: set[str] | None = None if tree.complete else set()
        self._bytes = 0
        if tree.complete:
            self._add(tree.entries.items())
        else:
            self._entries[""] = Entry(FOLDER, tree.sha)

    # --- what the readers see -----------------------------------------------------------------

    def list(self, folder: str) -> tuple[str, ...]:
        """See `Files.list`. Links stand in the list; `read` says whether they can be followed."""
        return tuple(sorted(self._names(folder, self._files)))

    def folders(self, folder: str) -> tuple[str, ...]:
        """See `Files.folders`. Without `.git` and `node_modules`; a submodule is an empty one."""
        return tuple(sorted(self._names(folder, self._folders)))

    def read(self, path: str) -> bytes | None:
        """See `Files.read`."""
        real = self._real(path)
        entry = self._entries.get(real) if real else None
        if real is None or entry is None:
            return None
        if entry.mode in (FOLDER, SUBMODULE):
            raise Unreadable("it is no regular file")
        limit = MAX_LOCKFILE_BYTES if real.rpartition("/")[2] in LOCKFILES else MAX_BYTES
        if entry.size > limit:
            raise Unreadable(f"it is larger than {limit >> 20} MiB")
        return self._bring(real, entry)

    # --- what is brought ----------------------------------------------------------------------

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path of a file that is known so far."""
        return tuple(path for path, entry in self._entries.items() if entry.mode != FOLDER)

    def entry(self, path: str) -> Entry | None:
        """What the tree has at a path."""
        return self._entries.get(path)

    def has(self, sha: str) -> bool:
        """Whether the content is here, or the reason why it is not."""
        return sha in self._content

    def take_wanted(self) -> Wanted:
        """What was asked for and is not here; from now on it is noted anew."""
        wanted, self.wanted = self.wanted, Wanted()
        return wanted

    def put(self, sha: str, content: bytes | Unreadable) -> None:
        """Bring a content."""
        if isinstance(content, bytes):
            self._bytes += len(content)
            if self._bytes > MOST_BYTES:
                content = Unreadable(f"more than {MOST_BYTES >> 20} MiB would have to be read")
        self._content[sha] = content

    def put_folder(self, folder: str, lines: Iterable[tuple[str, Entry]]) -> None:
        """Bring what lies directly in a folder of a tree that is listed folder by folder."""
        if self._listed is not None:
            self._listed.add(folder)
            prefix = f"{folder}/" if folder else ""
            self._add((prefix + name, entry) for name, entry in lines if is_name(name))

    # --- inside -------------------------------------------------------------------------------

    def _add(self, lines: Iterable[tuple[str, Entry]]) -> None:
        for path, entry in lines:
            folder, _, name = path.rpartition("/")
            self._entries[path] = entry
            if name in SKIPPED_FOLDERS and entry.mode in (FOLDER, SUBMODULE):
                continue
            index = self._folders if entry.mode in (FOLDER, SUBMODULE) else self._files
            index.setdefault(folder, []).append(path)

    def _names(self, folder: str, index: _Index) -> Sequence[str]:
        self._need(folder)
        return index.get(folder, ())

    def _need(self, folder: str) -> None:
        """See to it that a folder is listed, where the tree is listed folder by folder."""
        if self._listed is None or folder in self._listed:
            return
        # From the root on, and no deeper than what is known: a stranger names the folders.
        for at in ("", *accumulate(folder.split("/"), "{}/{}".format)) if folder else ("",):
            if at in self._listed:
                continue
            entry = self._entries.get(at)
            if entry is None or entry.mode != FOLDER:
                return
            if self.settled:
                raise Unreadable(
                    f"GitHub lists it only folder by folder, and it has more than {MOST_FOLDERS}"
                )
            self.wanted.folders[at] = entry

    def _real(self, path: str) -> str | None:
        """The path behind every link in it; None where there is none, or a link is not here yet."""
        rest = path.split("/")
        if not all(map(is_name, rest)):
            return None
        at, followed = "", 0
        while rest:
            step = f"{at}/{rest[0]}" if at else rest[0]
            rest = rest[1:]
            self._need(at)
            entry = self._entries.get(step)
            if entry is None:
                if followed:
                    raise Unreadable("it is a link to nothing")
                return None
            if entry.mode != LINK:
                at = step
                continue
            followed += 1
            if followed > MOST_LINKS:
                raise Unreadable("it is a link that leads back to itself")
            target = self._bring(step, entry)
            if target is None:
                return None
            led = _led(at, target)
            rest = [*(led.split("/") if led else ()), *rest]
            at = ""
        return at

    def _bring(self, path: str, entry: Entry) -> bytes | None:
        content = self._content.get(entry.sha)
        if isinstance(content, Unreadable):
            raise content
        if content is None:
            if self.settled:
                raise Unreadable("too much of the repository hangs on other files of it")
            self.wanted.files[path] = entry
        return content


def _led(folder: str, target: bytes) -> str:
    """Where a link in `folder` leads, as a path of the tree, "" for its root."""
    text = target.decode("utf-8", "replace")
    path = posixpath.normpath(posixpath.join(folder, text)) if text else ".."
    if path.startswith(("/", "../")) or path == ".." or "\0" in path:
        raise Unreadable("it is a link that leads out of the repository")
    parts = [] if path == "." else path.split("/")
    if any(part.lower() == ".git" for part in parts):
        raise Unreadable("it lies in git's own folder, which may hold credentials")
    return "/".join(parts)
