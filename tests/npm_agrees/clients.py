"""The npm releases that scenarios run, installed once into a cache by the machine's own npm."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

# The folder of the clients; without it, a folder of the user's cache.
FOLDER = "NPM_CLIENTS"

# Each npm, and how a workflow comes by it: with a Node, or by an upgrade of that Node's npm.
NODE_WITH: Mapping[str, tuple[str, str | None]] = {
    "10.9.8": ("22.22.3", None),
    "11.5.1": ("24.5.0", None),
    "11.16.0": ("24.18.0", None),
    "11.21.2": ("24.18.0", "npm install -g npm@11.21.2"),
    "12.2.0": ("24.18.0", "npm install -g npm@12.2.0"),
}

# What a version that moves stands for in November 2026: the newest Node 24, and the newest npm of
# a major.
NEWEST_NODE: Mapping[str, str] = {"24": "11.19.0"}
NEWEST_NPM: Mapping[str, str] = {"11": "11.21.2", "12": "12.2.0"}


class Unavailable(Exception):
    """A client cannot be had on this machine."""


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the clients are kept, outside of the checkout."""
    if environ.get(FOLDER):
        return Path(environ[FOLDER])
    cache = environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "npm-publish-preflight" / "npm-clients"


def of_node(node: str) -> str:
    """The npm that comes with a Node. Raises KeyError."""
    own = {its: npm for npm, (its, upgrade) in NODE_WITH.items() if upgrade is None}
    return {**NEWEST_NODE, **own}[node]


def of_install(spec: str) -> str:
    """The npm that `npm install npm@<spec>` brings."""
    return NEWEST_NPM.get(spec, spec)


def installed(version: str, kept: Path) -> Path:
    """A folder with this npm as `npm`, to be put on a PATH. Raises Unavailable."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Unavailable("node and npm are not on the PATH")
    home = kept / version
    if not (home / "bin" / "npm").exists():
        _install(npm, version, home)
    return home / "bin"


def _install(npm: str, version: str, home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        fetched = Path(scratch) / "fetched"
        fetched.mkdir()
        pack = [npm, "pack", f"npm@{version}", "--silent", "--pack-destination", str(fetched)]
        try:
            subprocess.run(pack, cwd=scratch, check=True, capture_output=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            raise Unavailable(f"npm {version} cannot be fetched: {error}") from error
        made = Path(scratch) / "made"
        for tarball in fetched.glob("*.tgz"):
            with tarfile.open(tarball) as archive:
                archive.extractall(made, filter="data")
        _shim(made / "bin", made / "package" / "bin" / "npm-cli.js", home)
        made.rename(home)


def _shim(bin_folder: Path, cli: Path, home: Path) -> None:
    """`npm`, started by its path: so a Node that its engines do not name runs it as well."""
    bin_folder.mkdir()
    shim = bin_folder / "npm"
    where = home / cli.relative_to(bin_folder.parent)
    shim.write_text(f'#!/bin/sh\nexec node "{where}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
