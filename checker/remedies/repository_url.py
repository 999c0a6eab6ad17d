"""Writes the repository into the manifests that provenance compares with it."""

from __future__ import annotations

import re

from checker.facts import Package
from checker.manifests.json_lines import decode
from checker.manifests.json_lines import parse as parse_json
from checker.manifests.repository_url import canonical
from checker.remedies import json_edits
from checker.remedies.model import CannotEdit, Tree
from checker.remedies.verdict import Name

OTHER_CASE = (
    "A manifest spells the repository `{}`, the git remote `{}`. npm compares upper and lower case:"
    " see that the manifest has it as github.com shows it."
)

_NAME = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


def is_right(package: Package, repository: str) -> bool:
    """Whether the manifest names the repository as npm compares it."""
    written = package.repository
    return written is not None and canonical(written) == f"https://github.com/{repository}"


def write(tree: Tree, package: Package, repository: Name) -> Tree:
    """The tree in which the package names the repository. Raises `CannotEdit`, `Unreadable`.

    A git remote may be that of a fork: what it says is not put in place of another name.
    """
    if not _NAME.fullmatch(repository.name):
        raise CannotEdit("the repository's name is no name on GitHub")
    url = f"git+https://github.com/{repository.name}.git"
    if not repository.certain and package.repository is not None:
        raise CannotEdit(
            f"`{package.path}` names another repository than the git remote `{repository.name}`",
            f"If `{repository.name}` publishes it, set in `{package.path}`:\n\n"
            f'```json\n"repository": {{ "type": "git", "url": "{url}" }}\n```',
        )
    text = tree.text(package.path)
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
