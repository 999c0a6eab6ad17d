"""Paths as a job sees them: relative to the workspace, else absolute; no file is looked at."""

from __future__ import annotations

import posixpath

from checker.workflows.text import Text

WORKSPACE = "/github/workspace"
HOME = "/home/runner"
TEMP = "/home/runner/temp"

# Where a runner really keeps these does not matter: only that equal paths are equal.
KNOWN_VARIABLES = {
    "GITHUB_WORKSPACE": WORKSPACE,
    "HOME": HOME,
    "RUNNER_TEMP": TEMP,
    "GITHUB_ENV": "/github/env",
    "GITHUB_OUTPUT": "/github/output",
    "GITHUB_PATH": "/github/path",
    "GITHUB_STEP_SUMMARY": "/github/summary",
}


def absolute(folder: str) -> str:
    """The absolute path of a folder of the workspace."""
    return posixpath.normpath(posixpath.join(WORKSPACE, folder))


def resolve(folder: str | None, target: str) -> str | None:
    """`target` seen from `folder`; relative to the workspace when it lies inside, else absolute.

    None when the folder is unknown and the target relative.
    """
    if target == "~" or target.startswith("~/"):
        target = HOME + target[1:]
    if target.startswith("/"):
        return inside(posixpath.normpath(target))
    if folder is None:
        return None
    return inside(posixpath.normpath(posixpath.join(absolute(folder), target)))


def inside(path: str) -> str:
    """An absolute path relative to the workspace, "" for the workspace itself."""
    if path == WORKSPACE:
        return ""
    if path.startswith(WORKSPACE + "/"):
        return path[len(WORKSPACE) + 1 :]
    return path


def enter(folder: str | None, target: Text) -> str | None:
    """The folder after `cd target`; None when it is unknown."""
    literal = target.literal
    if literal is None or literal == "-":
        return None
    return resolve(folder, literal or ".")
