"""Finds the packages of a repository: workspaces of every package manager, else a bounded walk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.facts import Unknown
    from checker.files import Files
    from checker.manifests.package_json import Manifest


class Kind(StrEnum):
    """Whose list of workspaces is read."""

    NPM = "npm"  # package.json `workspaces`: npm, yarn and bun
    PNPM = "pnpm"  # pnpm-workspace.yaml
    LERNA = "lerna"  # lerna.json `packages`, else the package manager's
    RUSH = "rush"  # rush.json `projects`


@dataclass(frozen=True)
class Packages:
    """Every package.json of a repository that was read.

    unread: path and reason (one sentence without a final stop) of those that could not be.
    complete: False when a limit on files or depth was reached.
    """

    manifests: tuple[Manifest, ...]
    unread: tuple[tuple[str, str], ...]
    complete: bool


def members(files: Files, root: str, kind: Kind | None = None) -> tuple[str, ...] | Unknown:
    """Paths of the package.json files of the workspaces below the folder `root`, without its own.

    kind: None takes the first list there is: pnpm, npm, lerna, rush. () when there is none.
    """
    raise NotImplementedError(files, root, kind)


def all_packages(files: Files) -> Packages:
    """The root's package.json and those of all workspaces; without workspaces, of every folder."""
    raise NotImplementedError(files)
