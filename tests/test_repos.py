"""Whole small repositories: what each publishes, what npm will say, and where to change what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import repo_case
from repo_case import RepoCase

from checker.rules import by_id

CASES = tuple(repo_case.cases())
OF_RULES = tuple(case for case in CASES if case.rule != repo_case.SAME_REPOSITORY)
OF_ONE_REPOSITORY = tuple(case for case in CASES if case.rule == repo_case.SAME_REPOSITORY)

# A fact takes a few lines of a file, and leaves as many; a file that moves takes its lines along.
MOST_LINES_OF_ONE_FACT = 18


def name_of(case: RepoCase) -> str:
    return f"{case.rule}/{case.name}"


def expected(case: RepoCase) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(case.expected.read_text(encoding="utf-8"))
    return document


def found_rules(case: RepoCase) -> set[str]:
    return {finding.split()[1] for finding in expected(case)["findings"]}


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_repository_gets_exactly_the_expected_answer(
    case: RepoCase, tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    golden(case.expected, repo_case.short(repo_case.answer(case, tmp_path)))


# --- the cases themselves ---------------------------------------------------------------------


def test_the_rules_that_fire_in_their_own_folder_are_all_rules() -> None:
    firing = {case.rule for case in OF_RULES if case.fires and case.rule in found_rules(case)}
    assert firing == set(by_id())


@pytest.mark.parametrize("rule", sorted(by_id()))
def test_a_rule_has_two_repositories_where_it_fires_and_two_where_it_is_silent(rule: str) -> None:
    names = [case.name.partition("-")[0] for case in OF_RULES if case.rule == rule]
    counts = Counter(names)
    assert set(counts) == {"fires", "silent"}
    assert min(counts.values()) >= 2


@pytest.mark.parametrize("case", OF_RULES, ids=name_of)
def test_a_rule_is_among_the_findings_exactly_where_it_is_said_to_fire(case: RepoCase) -> None:
    assert (case.rule in found_rules(case)) is case.fires


@pytest.mark.parametrize("case", [c for c in OF_RULES if not c.fires], ids=name_of)
def test_a_silent_repository_is_one_fact_away_from_a_firing_one(case: RepoCase) -> None:
    mine = Counter(case.lines())
    firing = (other for other in OF_RULES if other.rule == case.rule and other.fires)
    nearest = min(_differing(mine, Counter(other.lines())) for other in firing)
    assert 0 < nearest <= MOST_LINES_OF_ONE_FACT


def _differing(mine: Counter[str], other: Counter[str]) -> int:
    return ((mine - other) + (other - mine)).total()


# --- the same repository in every place where the check runs -----------------------------------


def test_one_repository_is_checked_in_four_places_with_and_without_its_defect() -> None:
    assert {case.name for case in OF_ONE_REPOSITORY} == {
        f"{colour}-{place}"
        for colour in ("red", "green")
        for place in ("fork-pull-request-gate", "release-job", "under-act", "terminal")
    }


@pytest.mark.parametrize("case", OF_ONE_REPOSITORY, ids=name_of)
def test_where_the_check_runs_does_not_change_what_npm_will_say(case: RepoCase) -> None:
    verdict = "refused" if case.name.startswith("red-") else "accepted"
    assert expected(case)["verdict"] == verdict


@pytest.mark.parametrize("colour", ["red", "green"])
def test_the_repository_is_the_same_in_all_places(colour: str) -> None:
    trees = [
        [line for line in case.lines() if line.startswith("repo/")]
        for case in OF_ONE_REPOSITORY
        if case.name.startswith(colour)
    ]
    assert len(trees) == 4
    assert all(tree == trees[0] for tree in trees)
