"""The document of all rules, made from their own pages: what `checker/rules/README.md` holds. Pure.

`explain` prints single pages, see `checker.pages`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.knowledge.error_model import ErrorText
from checker.knowledge.errors import ERRORS
from checker.problems import ReadingRule, Rule
from checker.rules import by_id

_INTRODUCTION = """\
# The rules

<!-- Made from the docstrings of the files beside it and from checker/knowledge/errors.py by
     `pytest --rewrite-generated`; change those. -->

One rule a file, named after the defect. `npm-publish-preflight explain RULE` prints the same page.
After a failure, `npm-publish-preflight diagnose LOG` finds the rule behind a log's text.
"""


def document() -> str:
    """The whole document: an index of rules, an index of error texts, then every page."""
    parts = (_INTRODUCTION, *_index(), *_error_index(), *_pages())
    return "\n".join(parts) + "\n"


def _index() -> Iterator[str]:
    yield "## Index\n"
    yield "| rule | in a sentence |"
    yield "| --- | --- |"
    for rule_id, rule in by_id().items():
        yield f"| {_link(rule_id)} | {rule.page.strip().partition(chr(10))[0]} |"
    yield ""


def _error_index() -> Iterator[str]:
    yield "## Find a rule by the text of an error\n"
    yield "npm shows one text for many causes: the likeliest stands first. Letter case aside.\n"
    yield "| text in the log | who writes it | rules |"
    yield "| --- | --- | --- |"
    for row in ERRORS:
        rules = tuple(dict.fromkeys(cause.rule for cause in row.causes if cause.rule in by_id()))
        if rules:
            names = ", ".join(_link(rule_id) for rule_id in rules if rule_id)
            yield f"| {_text(row)} | {row.tool} | {names} |"
    yield ""


def _pages() -> Iterator[str]:
    for rule_id, rule in by_id().items():
        yield f"## {rule_id}\n"
        yield rule.page.strip().replace("\n## ", "\n### ")
        yield ""
        yield from _sources(rule)


def _sources(rule: Rule | ReadingRule) -> Iterator[str]:
    yield "### Sources"
    yield from (f"- {source}" for source in rule.sources)
    yield ""


def _link(rule_id: str) -> str:
    return f"[`{rule_id}`](#{rule_id})"


def _text(row: ErrorText) -> str:
    shown = (" … ".join(part.strip() for part in parts) for parts in row.says)
    return "<br>".join(f"`` {text} ``" if "`" in text else f"`{text}`" for text in shown)
