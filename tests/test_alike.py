"""What is judged in place of a case never changes what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import ready
import repo_case
from msgspec.structs import replace
from repo_case import RepoCase

from checker import judgement
from checker.cases.alike import stand_in
from checker.cases.world import Case
from checker.facts import Observed, Package, Place

# Every sixth of the small repositories: without the stand-in each takes ten times as long.
SOME = tuple(repo_case.cases())[::6]


@pytest.mark.parametrize("case", SOME, ids=lambda case: f"{case.rule}/{case.name}")
def test_a_repository_is_answered_as_if_every_case_were_judged_by_itself(
    case: RepoCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_stand_ins = repo_case.answer(case, tmp_path / "with")
    monkeypatch.setattr(judgement, "stand_in", lambda whole: whole)

    assert repo_case.answer(case, tmp_path / "without") == with_stand_ins


def test_packages_places_and_legs_that_nothing_turns_on_are_judged_once() -> None:
    there = Place(".github/workflows/other.yml", 40, 44)
    one = ready.with_run(ready.READY, token=ready.GIVEN)
    other = replace(
        one,
        package=replace(ready.PACKAGE, name="@acme/other", path="packages/other/package.json"),
        publish=replace(one.publish, place=there, via=("composite",)),
        run=replace(
            one.run,
            matrix=(("os", "ubuntu-latest"),),
            permissions_place=there,
            runtime_place=there,
            token=replace(ready.GIVEN, place=there),
        ),
    )

    assert other != one
    assert stand_in(other) == stand_in(one)


def _of_version(version: str | None) -> Package:
    return replace(ready.PACKAGE, version=version)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("1.2.0", "4.0.1", True),
        ("1.2.0-rc.1", "4.0.0-next.3", True),
        ("1.2.0", "1.2.0-rc.1", False),
        ("1.2.0", "1.2", False),
        ("1.2.0", None, False),
    ],
)
def test_of_a_version_only_its_kind_counts_where_npm_was_not_asked(
    one: str, other: str | None, alike: bool
) -> None:
    first, second = (replace(ready.READY, package=_of_version(each)) for each in (one, other))

    assert (stand_in(first) == stand_in(second)) is alike


def test_a_version_is_kept_beside_npm_s_record() -> None:
    record = Observed(True, ("1.2.0",), (("latest", "1.2.0"),), None, ())
    first, second = (
        replace(ready.READY, package=_of_version(each), observed=record)
        for each in ("1.2.0", "4.0.1")
    )

    assert stand_in(first) != stand_in(second)


def test_how_many_packages_like_this_went_before_it_changes_nothing() -> None:
    before = ready.READY.declared
    one = replace(ready.READY, earlier=(("a", before),))
    other = replace(ready.READY, earlier=(("b", before), ("c", before), ("d", before)))

    assert stand_in(one) == stand_in(other)


def test_a_tool_that_starts_npm_for_each_package_remembers_none_before_it() -> None:
    lerna = replace(ready.READY, publish=replace(ready.READY.publish, tool="lerna"))
    after = replace(lerna, earlier=(("a", ready.READY.declared),))

    assert stand_in(after) == stand_in(lerna)


def test_a_name_that_a_token_may_not_cover_is_kept() -> None:
    one = ready.READY_BY_TOKEN
    other = replace(one, package=replace(ready.PACKAGE, name="@other/widget"))

    assert stand_in(other) != stand_in(one)


def test_a_workflow_that_a_trusted_publisher_may_not_name_is_kept() -> None:
    other = ready.with_run(ready.READY, entry_workflow=".github/workflows/other.yml")

    assert stand_in(other) != stand_in(ready.READY)


def test_what_is_said_is_said_of_the_case_itself() -> None:
    refused = ready.with_run(ready.READY, id_token=False)

    assert {world.case for _, world in judgement.settle(refused).problems} == {refused}


@pytest.mark.parametrize(("tag", "alike"), [("beta", True), ("1.x", False), (None, False)])
def test_a_tag_is_like_any_other_that_is_no_range(tag: str | None, alike: bool) -> None:
    def tagged(name: str | None) -> Case:
        options = replace(ready.READY.run.options, tag=name)
        return ready.with_run(ready.READY, options=options)

    assert (stand_in(tagged(tag)) == stand_in(tagged("next"))) is alike
