"""Which files git may pass over, by the .gitignore files of the tree: rather too many than too few.

https://git-scm.com/docs/gitignore
"""

from __future__ import annotations

import fnmatch

from checker.workflows.repository import Repository

_FILE = ".gitignore"


def may_be(repository: Repository, path: str) -> bool:
    """Whether a file of the tree may be one that .gitignore names; `!` takes nothing back here."""
    folders = path.split("/")[:-1]
    for depth in range(len(folders) + 1):
        above = "/".join(folders[:depth])
        content = repository.glance(f"{above}/{_FILE}" if above else _FILE) or ""
        inside = path[len(above) :].lstrip("/")
        if any(_names(row.strip(), inside) for row in content.splitlines()):
            return True
    return False


def _names(row: str, path: str) -> bool:
    if not row or row.startswith(("#", "!")):
        return False
    if "\\" in row:
        return True
    pattern = row.rstrip("/").replace("**/", "*").lstrip("/")
    if "/" not in row.rstrip("/"):
        return any(fnmatch.fnmatchcase(part, pattern) for part in path.split("/"))
    # Here `*` goes beyond a slash, which git does not let it.
    return any(fnmatch.fnmatchcase(path, form) for form in (pattern, f"{pattern}/*"))
