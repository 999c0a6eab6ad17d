"""Which projects `nx release` publishes: those of its flags, else those that nx.json names."""

from __future__ import annotations

import fnmatch

from checker.manifests.package_json import Manifest
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.repository import Repository
from checker.workflows.syntax.document import Broken, Mapping, parse
from checker.workflows.syntax.model import child, strings

FILE = "nx.json"


def released(
    repository: Repository, publish: Publishes, members: tuple[Manifest, ...], root: str
) -> tuple[Manifest, ...]:
    """The members that are released; all of them where a tag or a group decides.

    https://nx.dev/docs/reference/nx-json#release
    """
    flag = publish.flags.get("projects") or publish.flags.get("p")
    patterns = _of_file(repository) if flag is None else (flag.literal or "").split(",")
    wanted = [p.strip() for p in patterns if p and not p.startswith("!")]
    out = [p[1:] for p in patterns if p.startswith("!")]
    if any(":" in pattern or "{" in pattern for pattern in (*wanted, *out)):
        return members
    chosen = tuple(m for m in members if not wanted or _is_one(m, wanted, root))
    left = tuple(m for m in chosen if not _is_one(m, out, root))
    # A project may have a name of its own, which is not that of its package.
    return left or members


def _of_file(repository: Repository) -> tuple[str, ...]:
    content = repository.peek(FILE)
    try:
        settings = parse(content) if content is not None else None
    except Broken:
        return ()
    release = child(settings, "release") if isinstance(settings, Mapping) else None
    return strings(release.get("projects")) if release is not None else ()


def _is_one(manifest: Manifest, patterns: list[str], root: str) -> bool:
    name = manifest.package.name if manifest.package is not None else ""
    folder = manifest.folder[len(root) :].lstrip("/")
    known = (name, name.rpartition("/")[2], folder, folder.rpartition("/")[2])
    return any(fnmatch.fnmatchcase(one, p.rstrip("/")) for p in patterns for one in known)
