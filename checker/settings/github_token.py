"""Finds the token for GitHub's API; it is never part of a config file, a flag or a text."""

from __future__ import annotations

from collections.abc import Mapping

_VARIABLES = ("INPUT_GITHUB-TOKEN", "GITHUB_TOKEN")


def find(environ: Mapping[str, str]) -> str | None:
    """The action input, else `GITHUB_TOKEN`, without white space around; None where both lack."""
    values = (environ.get(variable, "").strip() for variable in _VARIABLES)
    return next((value for value in values if value), None)
