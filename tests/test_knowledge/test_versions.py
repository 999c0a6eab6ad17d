"""Exact versions as npm reads and orders them, and what `npm version` makes of one."""

from __future__ import annotations

import pytest

from checker.knowledge.ranges import exact, is_range, satisfies
from checker.knowledge.versions import at_least, is_prerelease, prerelease_after


@pytest.mark.parametrize("loose", ["=1.2.3", "01.2.3", "1.2.3beta"])
def test_npm_reads_a_version_loosely_before_it_orders_it(loose: str) -> None:
    assert at_least(loose, "1.0.0")
    assert not at_least(loose, "1.2.4")
    assert not at_least("1.0.0", loose)


def test_a_prerelease_comes_before_its_release_and_after_the_release_below() -> None:
    assert at_least("1.2.3", "1.2.3-rc.1")
    assert not at_least("1.2.3-rc.1", "1.2.3")
    assert at_least("1.2.3-rc.1", "1.2.2")
    assert at_least("1.2.3", "1.2.3")


@pytest.mark.parametrize(
    ("text", "prerelease"),
    [
        ("1.2.3", False),
        ("1.2.3-0", True),
        ("v1.2.3-rc.1", True),
        ("1.2.3beta", True),
        ("=1.2.3", False),
        ("1.2.3+build.5", False),
        ("latest", False),
        ("", False),
    ],
)
def test_a_prerelease_is_what_npm_reads_as_one(text: str, prerelease: bool) -> None:
    assert is_prerelease(text) is prerelease


@pytest.mark.parametrize(
    ("version", "asked", "made"),
    [
        ("1.2.3", "prepatch", "1.2.4-0"),
        ("1.2.3", "premajor", "2.0.0-0"),
        ("1.2.3-rc.1", "prerelease", "1.2.3-rc.2"),
        ("=1.2.3", "preminor", "1.3.0-0"),
        ("1.2.3", "2.0.0-rc.1", "2.0.0-rc.1"),
        (None, "2.0.0-rc.1", "2.0.0-rc.1"),
    ],
)
def test_npm_version_makes_a_prerelease_of_a_step_or_of_a_version(
    version: str | None, asked: str, made: str
) -> None:
    assert prerelease_after(version, asked) == made


@pytest.mark.parametrize(
    ("version", "asked"),
    [
        ("1.2.3", "patch"),
        ("1.2.3", "2.0.0"),
        ("1.2.3-rc.1", "major"),
        ("1.2.3", "from-git"),
        ("1.2.3", "prefix"),
        ("no version", "prepatch"),
        (None, "prepatch"),
        (None, "patch"),
    ],
)
def test_of_every_other_word_npm_version_makes_no_prerelease(
    version: str | None, asked: str
) -> None:
    assert prerelease_after(version, asked) is None


def test_npm_reads_no_version_and_no_range_that_is_longer_than_256_characters() -> None:
    # MAX_LENGTH of https://github.com/npm/node-semver/blob/main/internal/constants.js
    longest = f"1.0.0-{'a' * 250}"

    assert (exact(longest), is_range(longest), satisfies(longest, longest)) == (longest, True, True)
    longer = f"{longest}a"
    assert (exact(longer), is_range(longer)) == (None, False)
    assert not satisfies(longer, "*")
    assert not satisfies("1.0.0", f"1.0.0{' ' * 252}")
