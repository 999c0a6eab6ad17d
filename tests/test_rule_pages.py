"""The document of the rules is made from their pages, and a page can be found by its error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from checker import rules
from checker.knowledge.errors import ERRORS
from checker.rule_pages import document
from checker.rules import by_id

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(rules.__file__).parent
NAMED_BY_AN_ERROR = sorted({c.rule for row in ERRORS for c in row.causes if c.rule in by_id()})


def test_the_document_of_the_rules_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    golden(ROOT / "README.md", document())


def test_every_rule_has_its_heading_and_a_link_to_it() -> None:
    written = document()
    assert all(written.count(f"\n## {rule_id}\n") == 1 for rule_id in by_id())
    assert all(f"[`{rule_id}`](#{rule_id})" in written for rule_id in by_id())


def test_headings_inside_a_page_stand_below_the_rules_own() -> None:
    tokens = MarkdownIt().parse(document())
    levels = [token.tag for token in tokens if token.type == "heading_open"]
    assert levels.count("h1") == 1
    assert levels.count("h2") == len(by_id()) + 2
    assert levels.count("h3") == 4 * len(by_id())


@pytest.mark.parametrize("rule_id", NAMED_BY_AN_ERROR)
def test_a_rule_behind_an_error_names_a_text_that_a_user_would_search_for(rule_id: str) -> None:
    page = " ".join(by_id()[rule_id].page.lower().split()).replace("`", "")
    rows = [row for row in ERRORS if rule_id in {cause.rule for cause in row.causes}]
    texts = {max(parts, key=len).strip().replace("`", "") for row in rows for parts in row.says}
    assert any(text.removeprefix("code ") in page for text in texts), sorted(texts)
