"""An audit's reports: each a pure function from results to pieces of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from checker.auditing import results
from checker.auditing.reporters import html, markdown, plain, sarif
from checker.auditing.results import Results

REPORTERS: Mapping[str, Callable[[Results], Iterator[str]]] = {
    "plain": plain.render,
    "json": results.document,
    "markdown": markdown.render,
    "sarif": sarif.render,
    "html": html.render,
}
