"""What `.changeset/config.json` gives a publish: the access, where the manifest names none."""

from __future__ import annotations

from msgspec.structs import replace

from checker.facts import Package
from checker.workflows.repository import Repository
from checker.workflows.syntax.document import Broken, Mapping, parse
from checker.workflows.syntax.model import string

FILE = ".changeset/config.json"


def with_access(repository: Repository, package: Package) -> Package:
    """`publishConfig.access` comes first; the file's is handed to npm as `--access`.

    An existing scoped package keeps the access it has, whatever `restricted` is written there.
    https://github.com/changesets/changesets/blob/main/docs/config-file-options.md
    """
    access = _access(repository)
    if package.access is not None or access is None:
        return package
    if access == "restricted" and package.name.startswith("@"):
        return package
    return replace(package, access=access)


def _access(repository: Repository) -> str | None:
    content = repository.peek(FILE)
    try:
        root = parse(content) if content is not None else None
    except Broken:
        return None
    written = string(root.get("access")) if isinstance(root, Mapping) else None
    # The first releases wrote `private`, which is still taken for `restricted`.
    named = "restricted" if written == "private" else written
    return named if named in {"public", "restricted"} else None
