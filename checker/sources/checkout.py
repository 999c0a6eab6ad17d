"""The checked-out repository on disk, as `Files` of the readers, and the name it has on GitHub.

Reads only. The tree may be a stranger's: no link is followed out of it, only regular files are
opened, sizes are bounded, and nothing of it is run, git included.
"""

from __future__ import annotations

import errno
import os
import stat
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from checker.files import Unreadable
from checker.sources.git_config import origin_url, repository_of

# A workflow of GitHub may have 512 KB, and hand-written manifests and scripts stay far below.
MAX_BYTES = 1 << 20

# Lockfiles are written by machines; those of the largest public monorepos have some 10 MB.
MAX_LOCKFILE_BYTES = 32 << 20
LOCKFILES = frozenset(
    {
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lock",
        "bun.lockb",
    }
)

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})

# Never part of what is published or run from the checkout, and large.
SKIPPED_FOLDERS = frozenset({".git", "node_modules"})


class Checkout(Struct, frozen=True, dict=True):
    """A folder as `checker.files.Files`. root: the user's own choice, links in it are followed.

    Links to files inside the tree are read; a linked folder is not walked into. A folder that may
    not be listed raises `Unreadable` rather than look empty.
    """

    root: Path

    def list(self, folder: str) -> tuple[str, ...]:
        """See `Files.list`. Links stand in the list; `read` says whether they can be followed."""
        return self._names(folder, folders=False)

    def folders(self, folder: str) -> tuple[str, ...]:
        """See `Files.folders`. Without `.git` and `node_modules`."""
        return self._names(folder, folders=True)

    def read(self, path: str) -> bytes | None:
        """See `Files.read`."""
        parts = _parts(path)
        if not parts:
            return None
        full = self._inside(parts)
        if full is None:
            return None
        limit = MAX_LOCKFILE_BYTES if parts[-1] in LOCKFILES else MAX_BYTES
        return _regular_file(full, limit)

    def _names(self, folder: str, *, folders: bool) -> tuple[str, ...]:
        parts = _parts(folder)
        if parts is None or (parts and self._linked(parts)):
            return ()
        try:
            with os.scandir(Path(self.root, *parts)) as entries:
                names = [e.name for e in entries if _shown(e, folders=folders)]
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise Unreadable(_why(error)) from None
        return tuple(sorted("/".join((*parts, name)) for name in names))

    @cached_property
    def _real_root(self) -> Path:
        return Path(os.path.realpath(self.root))

    def _linked(self, parts: tuple[str, ...]) -> bool:
        at = self.root
        for part in parts:
            at = at / part
            if at.is_symlink():
                return True
        return False

    def _inside(self, parts: tuple[str, ...]) -> Path | None:
        """The real path of a file, None when there is none. Raises `Unreadable` outside of it."""
        root, named = self._real_root, Path(self.root, *parts)
        try:
            real = Path(os.path.realpath(named, strict=True))
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise Unreadable("it is a link that leads back to itself") from None
            if error.errno not in _ABSENT:
                raise Unreadable(_why(error)) from None
            if os.path.lexists(named):
                raise Unreadable("it is a link to nothing") from None
            return None
        if not real.is_relative_to(root):
            raise Unreadable("it is a link that leads out of the repository")
        if ".git" in real.relative_to(root).parts:
            raise Unreadable("it lies in git's own folder, which may hold credentials")
        return real


def git_remote(root: Path) -> str | None:
    """`owner/name` on github.com of the remote `origin`, as `.git/config` spells it.

    None when there is no such remote, or git's folder lies outside `root` (a linked worktree, a
    submodule): nothing is followed there.
    """
    checkout = Path(os.path.realpath(root))
    folder = checkout / ".git"
    try:
        if stat.S_ISREG(folder.lstat().st_mode):
            pointer = _regular_file(folder, MAX_BYTES).decode("utf-8", "replace")
            folder = checkout / pointer.removeprefix("gitdir:").strip()
        config = (folder / "config").resolve(strict=True)
        if not config.is_relative_to(checkout):
            return None
        text = _regular_file(config, MAX_BYTES).decode("utf-8", "replace")
    except (OSError, RuntimeError, ValueError, Unreadable):
        return None
    url = origin_url(text)
    return repository_of(url) if url else None


def _parts(path: str) -> tuple[str, ...] | None:
    """The components of a path inside the tree; None for one that names nothing in it."""
    if not path:
        return ()
    parts = tuple(path.split("/"))
    foreign = "\0" in path or (os.sep != "/" and os.sep in path) or not _is_text(path)
    return None if foreign or {"", ".", ".."} & set(parts) else parts


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:  # a lone surrogate, of which no file name can be made
        return False
    return True


def _shown(entry: os.DirEntry[str], *, folders: bool) -> bool:
    if not _is_text(entry.name):
        return False
    is_folder = entry.is_dir(follow_symlinks=False)
    return is_folder is folders and entry.name not in SKIPPED_FOLDERS


def _regular_file(path: Path, limit: int) -> bytes:
    """The content of a file that is no link, pipe or device. Raises `Unreadable`."""
    # Without O_NONBLOCK a pipe would keep the program waiting before it can be told apart.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Unreadable("it is no regular file")
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise Unreadable(_why(error)) from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unreadable("it is no regular file")
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise Unreadable(_why(error)) from None
    if len(data) > limit:
        raise Unreadable(f"it is larger than {limit >> 20} MiB")
    return data


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "there is no permission to read it"
    return f"the system cannot read it ({error.strerror or type(error).__name__})"
