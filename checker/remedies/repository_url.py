"""Writes the repository into the manifests that provenance compares with it."""

from __future__ import annotations

import re

from checker.facts import Package
from checker.manifests.json_lines import decode
from checker.manifests.json_lines import parse as parse_json
from checker.manifests.repository_url import canonical
from checker.remedies import json_edits
from checker.remedies.model import CannotEdit, Tree

_NAME = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


def is_right(package: Package, repository: str) -> bool:
    """Whether the manifest names the repository as npm compares it."""
    written = package.repository
    return written is not None and canonical(written) == f"https://github.com/{repository}"


def write(tree: Tree, package: Package, repository: str) -> Tree:
    """The tree in which the package names `owner/name`. Raises `CannotEdit`, `Unreadable`."""
    if not _NAME.fullmatch(repository):
        raise CannotEdit("the repository's name is no name on GitHub")
    text = tree.text(package.path)
    url = f"git+https://github.com/{repository}.git"
    root = parse_json(decode(text.encode("utf-8")))
    value = root.get("repository") if isinstance(root, dict) else None
    if isinstance(value, dict) and isinstance(value.get("url"), str):
        new = json_edits.set_value(text, ("repository", "url"), url)
    elif value is None and isinstance(root, dict) and "repository" not in root:
        entry: dict[str, str] = {"type": "git", "url": url}
        folder = package.path.rpartition("/")[0]
        if folder:
            entry["directory"] = folder
        new = json_edits.add_value(text, (), "repository", dict(entry), ("version", "name"))
    else:
        new = json_edits.set_value(text, ("repository",), url)
    return tree.with_text(package.path, new)
