"""The reporters: each a pure function from a report to text. No input, output or clock here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module

from checker.report import Report


def _render(module: str, report: Report) -> str:
    """Only the reporter that is asked for is loaded, so that a check stays quick."""
    text: str = import_module(f"checker.reporters.{module}").render(report)
    return text


REPORTERS: Mapping[str, Callable[[Report], str]] = {
    "plain": partial(_render, "plain"),
    "github": partial(_render, "github"),
    "markdown": partial(_render, "markdown"),
    "json": partial(_render, "json_"),
    "sarif": partial(_render, "sarif"),
}
