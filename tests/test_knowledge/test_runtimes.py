"""Node and npm on a day: the tables, and what a version written in a workflow gives."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.facts import Unknown
from checker.knowledge.node_releases import LTS_LINES, NODE_RELEASES, NODE_RELEASES_UNTIL
from checker.knowledge.npm_releases import NPM_RELEASES, NPM_RELEASES_UNTIL
from checker.knowledge.ranges import exact, is_range, order, satisfies
from checker.knowledge.runner_images import CACHED_NODES, IMAGE_NODES, LABEL_IMAGES
from checker.knowledge.runtimes import (
    bundled_npm,
    image_node,
    node_versions,
    npm_floor,
    npm_runs_on,
    npm_versions,
)

TODAY = date(2026, 11, 24)


# --- the tables -------------------------------------------------------------------------------


def test_the_releases_are_sorted_and_stand_once() -> None:
    for table in (NODE_RELEASES, NPM_RELEASES):
        versions = [row.version for row in table]
        assert versions == sorted(set(versions), key=order)


def test_every_release_is_an_exact_version_within_the_table_s_reach() -> None:
    for node in NODE_RELEASES:
        assert exact(node.version) == node.version
        assert exact(node.npm) == node.npm
        assert node.day <= NODE_RELEASES_UNTIL
    for npm in NPM_RELEASES:
        assert exact(npm.version) == npm.version
        assert npm.day <= NPM_RELEASES_UNTIL


def test_no_later_release_of_a_major_has_an_older_npm() -> None:
    for earlier, later in pairwise(NODE_RELEASES):
        if earlier.version.split(".")[0] == later.version.split(".")[0]:
            assert order(earlier.npm) <= order(later.npm), later
            assert earlier.day <= later.day, later


def test_every_npm_of_the_last_four_majors_inside_a_node_is_a_release_of_npm() -> None:
    known = {row.version for row in NPM_RELEASES}
    inside = {row.npm for row in NODE_RELEASES if order(row.npm)[0][0] >= 9}
    assert inside <= known


def test_every_engines_range_is_one_that_npm_understands() -> None:
    assert all(is_range(row.node) for row in NPM_RELEASES)


def test_long_term_lines_are_in_order_and_even() -> None:
    assert [line.since for line in LTS_LINES] == sorted(line.since for line in LTS_LINES)
    assert all(line.major % 2 == 0 for line in LTS_LINES)


def test_every_image_that_a_label_gives_has_a_node() -> None:
    assert {row.image for row in LABEL_IMAGES} == {row.image for row in IMAGE_NODES}
    assert [row.since for row in CACHED_NODES] == sorted(row.since for row in CACHED_NODES)
    for image in {row.image for row in IMAGE_NODES}:
        days = [row.since for row in IMAGE_NODES if row.image == image]
        assert days == sorted(set(days))


# --- Node -> npm: the documented pairs --------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "npm"),
    [
        ("18.20.8", "10.8.2"),
        ("20.20.2", "10.8.2"),
        ("22.0.0", "10.5.1"),
        ("22.14.0", "10.9.2"),
        ("22.18.0", "10.9.3"),
        ("22.21.1", "10.9.4"),
        ("22.22.2", "10.9.7"),
        ("22.22.3", "10.9.8"),
        ("24.2.0", "11.3.0"),
        ("24.4.1", "11.4.2"),
        ("24.5.0", "11.5.1"),
        ("24.9.0", "11.6.0"),
        ("24.11.0", "11.6.1"),
        ("24.13.0", "11.6.2"),
        ("24.13.1", "11.8.0"),
        ("24.15.0", "11.12.1"),
        ("24.17.0", "11.13.0"),
        ("24.18.0", "11.16.0"),
        ("24.19.0", "11.17.0"),
        ("25.0.0", "11.6.2"),
        ("25.9.0", "11.12.1"),
        ("26.1.0", "11.13.0"),
        ("26.3.0", "11.16.0"),
        ("26.7.0", "11.19.0"),
    ],
)
def test_a_node_release_carries_its_npm(node: str, npm: str) -> None:
    assert bundled_npm(node) == npm
    assert bundled_npm(f"v{node}") == npm


def test_no_npm_is_older_than_the_one_that_came_with_its_node() -> None:
    # https://nodejs.org/dist/index.json
    assert npm_floor("20.0.0") == "9.6.4"
    assert npm_floor("18.20.8") == "10.8.2"


def test_the_npm_of_an_unknown_release_is_unknown_but_has_a_floor() -> None:
    assert isinstance(bundled_npm("24.99.0"), Unknown)
    assert (
        npm_floor("24.99.0")
        == NODE_RELEASES[
            max(i for i, row in enumerate(NODE_RELEASES) if row.version.startswith("24."))
        ].npm
    )
    assert npm_floor("v24.4.1") == "11.4.2"
    assert npm_floor("99.0.0") is None
    assert npm_floor("24") is None


# --- what `node-version` gives ----------------------------------------------------------------


@pytest.mark.parametrize("spec", ["24.18.0", "v24.18.0", " 24.18.0 ", "=24.18.0"])
def test_an_exact_version_gives_itself(spec: str) -> None:
    assert node_versions(spec, TODAY) == ("24.18.0",)


def test_an_exact_version_that_the_table_does_not_know_gives_itself_too() -> None:
    assert node_versions("99.1.2", TODAY) == ("99.1.2",)
    assert node_versions("27.0.0-rc.1", TODAY) == ("27.0.0-rc.1",)


@pytest.mark.parametrize("spec", ["24", "24.x", "v24", "^24", "24.x.x", ">=24 <25", "~24"])
def test_a_major_gives_every_release_that_was_its_newest_in_the_last_45_days(spec: str) -> None:
    assert node_versions(spec, date(2026, 8, 10)) == ("24.18.0", "24.18.1", "24.19.0")


def test_the_window_begins_45_days_ago() -> None:
    # 24.19.0 came on 2026-08-03: before, 24.18.1 was the newest.
    assert "24.18.1" in _known(node_versions("24", date(2026, 9, 16)))
    assert "24.18.1" not in _known(node_versions("24", date(2026, 9, 17)))


def test_check_latest_gives_the_newest_only() -> None:
    assert node_versions("24", date(2026, 8, 10), check_latest=True) == ("24.19.0",)


def test_a_runner_of_one_s_own_may_hold_any_release_of_the_range() -> None:
    found = _known(node_versions("24", date(2026, 8, 10), hosted=False))
    assert found[0] == "24.0.0"
    assert found[-1] == "24.19.0"
    assert "24.20.0" not in found


def test_a_minor_that_moves_no_more_gives_its_last_release() -> None:
    assert node_versions("22.21", TODAY) == ("22.21.1",)


def test_an_end_of_life_major_gives_its_last_release() -> None:
    assert node_versions("20", TODAY) == ("20.20.2",)
    assert node_versions("18.x", TODAY) == ("18.20.8",)


@pytest.mark.parametrize("spec", ["latest", "node", "current"])
def test_latest_gives_the_newest_of_all(spec: str) -> None:
    assert _known(node_versions(spec, date(2026, 8, 10)))[-1] == "26.7.0"
    assert _known(node_versions(spec, date(2026, 8, 10), hosted=False))[0] != "16.0.0"


def test_lts_gives_the_newest_long_term_line() -> None:
    assert node_versions("lts/*", date(2026, 8, 10)) == ("24.18.0", "24.18.1", "24.19.0")
    assert node_versions("lts/-1", date(2026, 8, 10)) == ("22.23.1", "22.23.2")
    assert node_versions("lts/-2", date(2026, 8, 10)) == ("20.20.2",)


def test_lts_by_name_ignores_case() -> None:
    assert node_versions("lts/Jod", date(2026, 8, 10)) == ("22.23.1", "22.23.2")
    assert node_versions("lts/iron", date(2026, 8, 10)) == ("20.20.2",)


def test_while_a_line_becomes_long_term_lts_may_be_the_line_before() -> None:
    found = _known(node_versions("lts/*", TODAY))
    assert {version.split(".")[0] for version in found} == {"24", "26"}


def test_node_24_is_long_term_from_24_11_0_on_released_on_2025_10_28() -> None:
    first = date(2025, 10, 28)
    assert node_versions("lts/krypton", first, check_latest=True) == ("24.11.0",)
    before = node_versions("lts/krypton", first - timedelta(days=1), check_latest=True)
    assert isinstance(before, Unknown)


def test_a_version_that_is_shown_is_cut_to_40_characters() -> None:
    for spec, shown in (("x" * 40, "x" * 40), ("x" * 41, "x" * 39 + "…")):
        answer = node_versions(spec, TODAY)
        assert isinstance(answer, Unknown)
        assert f"`{shown}`" in answer.why


def test_a_range_over_majors_may_be_the_tool_cache_s_highest() -> None:
    found = _known(node_versions(">=20", date(2026, 8, 10)))
    assert {version.split(".")[0] for version in found} == {"24", "26"}
    assert node_versions(">=20", date(2026, 8, 10), check_latest=True) == ("26.7.0",)


@pytest.mark.parametrize(
    "spec", ["27", ">=99", "stable", "lts", "lts/", "lts/nothing", "lts/-9", "", "  ", "lts/-0"]
)
def test_what_the_tables_cannot_tell_is_unknown(spec: str) -> None:
    answer = node_versions(spec, TODAY)
    assert isinstance(answer, Unknown)
    assert answer.fact == "node"


@given(st.text(max_size=400), st.booleans(), st.booleans())
def test_any_text_as_a_node_version_has_an_answer(spec: str, latest: bool, own: bool) -> None:
    answer = node_versions(spec, TODAY, check_latest=latest, hosted=not own)
    if isinstance(answer, Unknown):
        assert "\n" not in answer.why
    else:
        assert list(answer) == sorted(set(answer), key=order)
        assert answer


@given(
    st.sampled_from(["24", "22.x", ">=20", "lts/*", "latest", "^26"]),
    st.dates(date(2026, 5, 10), date(2027, 6, 1)),
)
def test_the_newest_release_is_always_among_the_hosted_ones(spec: str, day: date) -> None:
    newest = _known(node_versions(spec, day, check_latest=True))
    assert set(newest) <= set(_known(node_versions(spec, day)))


# --- what `npm install -g npm@…` gives --------------------------------------------------------


def test_a_bare_npm_is_the_newest_that_runs_on_the_node() -> None:
    assert npm_versions("", TODAY, "20.20.2") == ("11.21.2",)
    assert npm_versions("", TODAY, "18.20.8") == ("10.9.9",)
    assert npm_versions("", TODAY, "24.18.0") == ("12.2.0",)


def test_latest_asks_no_node() -> None:
    assert npm_versions("latest", TODAY, "20.20.2") == ("12.2.0",)
    assert npm_versions("latest", date(2026, 7, 1), "20.20.2") == ("11.18.0",)


def test_the_tag_of_a_major_is_its_newest_release() -> None:
    assert npm_versions("latest-10", TODAY, "24.18.0") == ("10.9.9",)


@pytest.mark.parametrize("spec", ["11", "^11", "^11.5.1", "11.x", ">=11.5.1 <12", "next-11"])
def test_a_range_of_npm_11_is_its_newest_release_of_the_day(spec: str) -> None:
    assert npm_versions(spec, TODAY, "22.21.1") == ("11.21.2",)
    assert npm_versions(spec, date(2026, 10, 1), "22.21.1") == ("11.21.0",)


def test_an_open_range_takes_a_release_that_runs() -> None:
    assert npm_versions(">=11.5.1", TODAY, "22.21.1") == ("11.21.2",)
    assert npm_versions(">=11.5.1", TODAY, "24.18.0") == ("12.2.0",)


def test_a_range_that_no_release_of_fits_the_node_still_gives_its_newest() -> None:
    assert npm_versions("12", TODAY, "20.20.2") == ("12.2.0",)
    assert npm_versions("^11.5.1", TODAY, "18.20.8") == ("11.21.2",)


def test_an_exact_npm_gives_itself() -> None:
    assert npm_versions("11.5.1", TODAY, "18.20.8") == ("11.5.1",)
    assert npm_versions("v12.0.0-pre.1", TODAY, "24.18.0") == ("12.0.0-pre.1",)


@pytest.mark.parametrize("spec", ["canary", "next", "99", "file:npm.tgz", "next-x", "latest-99"])
def test_an_npm_that_the_tables_cannot_tell_is_unknown(spec: str) -> None:
    answer = npm_versions(spec, TODAY, "24.18.0")
    assert isinstance(answer, Unknown)
    assert answer.fact == "npm"


@pytest.mark.parametrize("node", ["18.20.8", "20.20.2", "22.14.0", "22.21.1", "24.3.0"])
def test_npm_12_does_not_install_on_an_older_node(node: str) -> None:
    assert npm_runs_on("12.2.0", node) is False


@pytest.mark.parametrize("node", ["22.22.2", "24.15.0", "24.18.0", "26.0.0"])
def test_npm_12_installs_on_a_newer_node(node: str) -> None:
    assert npm_runs_on("12.2.0", node) is True


def test_npm_11_installs_from_node_20_17_on() -> None:
    assert npm_runs_on("11.21.2", "20.17.0") is True
    assert npm_runs_on("11.21.2", "18.20.8") is False
    assert npm_runs_on("11.99.0", "20.20.2") is True


def test_an_npm_of_an_unknown_major_is_unknown_on_any_node() -> None:
    assert isinstance(npm_runs_on("99.0.0", "24.18.0"), Unknown)
    assert isinstance(npm_runs_on("11.5.1", "lts"), Unknown)


def test_of_an_unlisted_npm_before_9_nothing_is_known() -> None:
    assert isinstance(npm_runs_on("8.99.0", "24.18.0"), Unknown)


@given(st.text(max_size=400), st.sampled_from(["24.18.0", "18.20.8", "", "x"]))
def test_any_text_as_an_npm_version_has_an_answer(spec: str, node: str) -> None:
    answer = npm_versions(spec, TODAY, node)
    assert isinstance(answer, Unknown) or len(answer) == 1


# --- the runner's own Node --------------------------------------------------------------------


def test_an_image_carries_the_newest_node_of_its_default_major() -> None:
    assert image_node("ubuntu-24.04", date(2026, 9, 1)) == ("22.23.1", "22.23.2")
    assert image_node("Ubuntu-24.04-arm", date(2026, 9, 1)) == ("22.23.1", "22.23.2")
    assert image_node("macos-14-xlarge", TODAY) == image_node("macos-14", TODAY)


def test_github_s_larger_macos_runners_hold_the_standard_image() -> None:
    assert isinstance(image_node("macos-15", TODAY), tuple)
    for size in ("large", "xlarge"):
        assert image_node(f"macos-15-{size}", TODAY) == image_node("macos-15", TODAY)


def test_a_label_that_moves_to_another_image_may_give_either() -> None:
    found = _known(image_node("ubuntu-latest", TODAY))
    assert {version.split(".")[0] for version in found} == {"22", "24"}
    later = _known(image_node("ubuntu-latest", date(2027, 3, 1)))
    assert {version.split(".")[0] for version in later} == {"24"}


def test_an_image_s_default_changes_with_a_lag() -> None:
    found = _known(image_node("ubuntu-24.04", date(2026, 6, 1)))
    assert {version.split(".")[0] for version in found} == {"20", "22"}


def test_a_new_default_may_be_there_on_its_first_day() -> None:
    first = next(row.since for row in IMAGE_NODES if (row.image, row.major) == ("macos-14", 22))
    for day, majors in ((first - timedelta(days=1), {"20"}), (first, {"20", "22"})):
        found = _known(image_node("macos-14", day))
        assert {version.split(".")[0] for version in found} == majors


@pytest.mark.parametrize("label", ["release-runner", "", "self-hosted", "ubuntu-12.04"])
def test_the_node_of_any_other_label_is_unknown(label: str) -> None:
    answer = image_node(label, TODAY)
    assert isinstance(answer, Unknown)
    assert answer.fact == "node"


# --- ranges -----------------------------------------------------------------------------------


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_texts_can_be_compared(version: str, wanted: str) -> None:
    assert satisfies(version, wanted) in (True, False)
    assert is_range(wanted) in (True, False)


def test_prereleases_sort_before_their_release() -> None:
    versions = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.0.1-0"]
    assert sorted(set(versions), key=order) == versions


def _known(answer: tuple[str, ...] | Unknown) -> tuple[str, ...]:
    assert not isinstance(answer, Unknown), answer
    return answer
