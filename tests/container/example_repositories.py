"""The examples, copied out to where each place that runs them expects a repository."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def checkout(example: str, directory: Path) -> Path:
    """A copy of an example where a runner keeps a checkout: `<work>/<name>/<name>`."""
    return shutil.copytree(EXAMPLES / example, directory / "work" / example / example)


def clone(example: str, directory: Path, edit: Callable[[str, str], str] | None = None) -> Path:
    """A git repository with the example's files, its GitHub remote, and a tag on its one commit.

    edit: from path and text of each file to the text that it has instead.
    """
    repository = shutil.copytree(EXAMPLES / example, directory / example)
    for file in (path for path in repository.rglob("*") if edit and path.is_file()):
        text = file.read_text(encoding="utf-8")
        path = file.relative_to(repository).as_posix()
        file.write_text(edit(path, text) if edit else text, encoding="utf-8")
    manifest = json.loads((repository / "package.json").read_text(encoding="utf-8"))
    who = ("-c", "user.name=Keeper", "-c", "user.email=keeper@example.org")
    for arguments in (
        ("init", "--quiet", "--initial-branch", "main"),
        ("remote", "add", "origin", manifest["repository"]["url"].removeprefix("git+")),
        ("add", "."),
        (*who, "commit", "--quiet", "--no-gpg-sign", "--message", "Release"),
        (*who, "tag", "--no-sign", f"v{manifest['version']}"),
    ):
        subprocess.run(["git", "-C", str(repository), *arguments], check=True)
    return repository
