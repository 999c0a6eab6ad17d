"""The reporters: each a pure function from a report to text. No input, output or clock here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from checker.report import Report
from checker.reporters import github, json_, markdown, plain, sarif

REPORTERS: Mapping[str, Callable[[Report], str]] = {
    "plain": plain.render,
    "github": github.render,
    "markdown": markdown.render,
    "json": json_.render,
    "sarif": sarif.render,
}
