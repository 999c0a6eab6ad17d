"""Every rule is documented, named after its defect and listed once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checker import rules
from checker.problems import ReadingRule, Rule
from checker.rules import READING_RULES, RULES, by_id

ROOT = Path(rules.__file__).parent
HEADINGS = ("## What it checks", "## Why npm refuses", "## How to fix")
EVERY_RULE = (*READING_RULES, *RULES)


def test_every_file_is_a_listed_rule() -> None:
    files = {path.stem.replace("_", "-") for path in ROOT.glob("*.py")} - {"--init--"}
    assert files == set(by_id())


def test_no_rule_is_listed_twice() -> None:
    assert len(by_id()) == len(EVERY_RULE)


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_a_rule_has_a_page_with_three_headings_and_a_source(rule: Rule | ReadingRule) -> None:
    assert [line for line in rule.page.splitlines() if line.startswith("#")] == list(HEADINGS)
    assert rule.page.partition("\n")[0].endswith(".")
    assert rule.sources
    assert all(source.startswith("https://") for source in rule.sources)


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_a_rule_is_named_in_words_and_hyphens(rule: Rule | ReadingRule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_yields_only_to_rules_that_are(rule: Rule) -> None:
    assert set(rule.yields_to) <= set(by_id()) - {rule.id}


def test_no_two_rules_yield_to_each_other() -> None:
    pairs = {(rule.id, other) for rule in RULES for other in rule.yields_to}
    assert not {(b, a) for a, b in pairs} & pairs
