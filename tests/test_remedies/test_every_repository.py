"""Every fixture repository, fixed in memory: the result is accepted, and nothing else changes."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import repo_case
from repo_case import RepoCase

from checker.files import MemoryFiles
from checker.remedies.model import Fixes
from checker.report import Presented, Verdict
from test_remedies import repositories
from test_remedies.repositories import Known

CASES = tuple(repo_case.cases())
WORKFLOW = re.compile(r"\.github/(?:workflows|actions)/.*\.ya?ml")
BOTH = pytest.mark.parametrize("stage", [False, True], ids=["publish", "stage"])


def name_of(case: RepoCase) -> str:
    return f"{case.rule}/{case.name}"


EVERY = pytest.mark.parametrize("case", CASES, ids=name_of)
FIRING = pytest.mark.parametrize("case", [c for c in CASES if c.fires], ids=name_of)

FEWEST_FIXED = 90
GOOD = (Verdict.ACCEPTED, Verdict.STAGED, Verdict.NOT_JUDGED)


@EVERY
@BOTH
def test_what_was_fixed_is_accepted_given_matching_trusted_publishers(
    case: RepoCase, *, stage: bool
) -> None:
    known = repositories.of_case(case)
    fixes = repositories.fixed(case, stage=stage)
    after = known.after(fixes)
    if fixes.refusals or not after.facts.reading.publishes:
        return
    report = after.registered()
    assert {result.verdict for result in report.publishes} <= set(GOOD)
    cases = [one for result in report.publishes for one in result.cases]
    assert all(one.presented is Presented.OIDC for one in cases)
    if stage:
        assert all(one.verdict is Verdict.STAGED for one in cases)


@EVERY
@BOTH
def test_a_second_fix_changes_nothing_and_refuses_the_same(case: RepoCase, *, stage: bool) -> None:
    known = repositories.of_case(case)
    first = repositories.fixed(case, stage=stage)
    second = known.after(first).fix(stage=stage)
    assert second.changes == ()
    assert len(second.refusals) == len(first.refusals)


def test_most_of_the_repositories_where_a_rule_fires_are_fixed() -> None:
    firing = [repositories.fixed(case) for case in CASES if case.fires]
    assert sum(bool(fixes.changes) for fixes in firing) >= FEWEST_FIXED


def test_whatever_is_refused_names_a_place_and_says_what_to_do() -> None:
    for case in CASES:
        for refusal in repositories.fixed(case).refusals:
            assert refusal.place.path.startswith(".github/workflows/")
            assert refusal.why.endswith((".", "…"))
            assert refusal.by_hand


# --- what must not change ---------------------------------------------------------------------


@FIRING
def test_windows_line_ends_a_byte_order_mark_and_a_missing_last_end_stay(
    case: RepoCase,
) -> None:
    known = repositories.of_case(case)
    plain, windows = repositories.fixed(case), _fixed_as(known, _windows)
    assert windows == {one.path: _windows(one.path, one.after) for one in plain.changes}


@FIRING
def test_comments_on_every_line_stay(case: RepoCase) -> None:
    known = repositories.of_case(case)
    plain = repositories.fixed(case)
    commented = known.with_files(_all(known.files, _with_comments))
    if len(commented.facts.reading.publishes) != len(known.facts.reading.publishes):
        return
    fixes = commented.fix()
    assert {one.path for one in fixes.changes} == {one.path for one in plain.changes}
    for change in fixes.changes:
        assert _comments(change.after) == _comments(change.before)


@FIRING
def test_lines_that_are_not_part_of_the_fix_stay_in_their_order(case: RepoCase) -> None:
    for change in repositories.fixed(case).changes:
        before, after = change.before.splitlines(), change.after.splitlines()
        kept = [line for line in before if line in set(after)]
        lost = Counter(before) - Counter(after)
        assert sum(lost.values()) <= 8
        rest = iter(after)
        assert all(line in rest for line in kept if line not in lost)


def _fixed_as(known: Known, form: object) -> dict[str, bytes]:
    fixes: Fixes = known.with_files(_all(known.files, form)).fix()
    return {one.path: one.after for one in fixes.changes}


def _all(files: MemoryFiles, form: object) -> MemoryFiles:
    assert callable(form)
    return MemoryFiles({path: form(path, data) for path, data in files.content.items()})


def _is_edited(path: str) -> bool:
    return bool(WORKFLOW.fullmatch(path)) or path.endswith("package.json")


def _windows(path: str, data: bytes) -> bytes:
    if not _is_edited(path):
        return data
    mark = b"" if data.startswith(b"\xef\xbb\xbf") else b"\xef\xbb\xbf"
    lines = data.replace(b"\r\n", b"\n").removesuffix(b"\n")
    return mark + lines.replace(b"\n", b"\r\n")


def _with_comments(path: str, data: bytes) -> bytes:
    if not WORKFLOW.fullmatch(path):
        return data
    lines: list[str] = []
    for number, line in enumerate(data.decode().splitlines()):
        margin = line[: len(line) - len(line.lstrip())]
        if line.strip() and not line.lstrip().startswith("#"):
            lines.append(f"{margin}# note {number}")
        lines.append(line)
    return ("\n".join(lines) + "\n").encode()


def _comments(data: bytes) -> list[str]:
    return [line.strip() for line in data.decode().splitlines() if line.strip().startswith("#")]
