"""The simple ranges mean to the short way what they mean to nodesemver."""

from __future__ import annotations

from itertools import product

import nodesemver
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.knowledge import intervals, versions

_NUMBERS = st.integers(0, 3).map(str)
_VERSIONS = st.tuples(_NUMBERS, _NUMBERS, _NUMBERS).map(".".join)
_PARTIAL = st.lists(_NUMBERS | st.just("x"), min_size=1, max_size=3).map(".".join)
_COMPARATORS = st.tuples(st.sampled_from(["", "^", "~", ">=", "<"]), _PARTIAL).map("".join)
_ALTERNATIVES = st.lists(_COMPARATORS, min_size=1, max_size=2).map(" ".join)
_RANGES = st.lists(_ALTERNATIVES, min_size=1, max_size=2).map(" || ".join)


@given(version=_VERSIONS, wanted=_RANGES)
def test_a_plain_version_is_in_a_simple_range_where_nodesemver_says_so(version, wanted):
    simple, plain = intervals.simple(wanted), intervals.plain(version)
    assert plain is not None
    if simple is not None:
        assert nodesemver.valid_range(wanted, True) is not None
        assert intervals.inside(plain, simple) == nodesemver.satisfies(version, wanted, True)


@pytest.mark.parametrize("sign", ["", "^", "~", ">=", "<"])
@pytest.mark.parametrize("parts", [1, 2, 3])
def test_every_small_version_is_in_a_comparator_where_nodesemver_says_so(sign, parts):
    for numbers in product("012", repeat=parts):
        wanted = sign + ".".join(numbers)
        simple = intervals.simple(wanted)
        assert simple is not None
        for version in product(range(3), repeat=3):
            said = nodesemver.satisfies(".".join(map(str, version)), wanted, True)
            assert intervals.inside(version, simple) == said, (version, wanted)


@given(first=_VERSIONS, second=_VERSIONS)
def test_plain_versions_are_ordered_as_nodesemver_orders_them(first, second):
    assert versions.at_least(first, second) == nodesemver.gte(first, second, True)


@pytest.mark.parametrize("wanted", ["24", "22.x", "22", "^18.17 || >=20", ">=18 <21", "~11.5.1"])
def test_what_most_files_have_needs_no_library(wanted):
    assert intervals.simple(wanted) is not None


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "*",
        "x",
        "lts/*",
        "latest",
        ">18",
        "<=20",
        "1 - 2",
        "01",
        "1.x.3",
        "1.2.3-rc.1",
        "||",
        "^",
    ],
)
def test_every_other_form_is_left_to_the_library(wanted):
    assert intervals.simple(wanted) is None


@pytest.mark.parametrize(
    "version", ["1.2", "01.2.3", "v1.2.3", "1.2.3-0", "1.2.3+a", "1.2.3\n", ""]
)
def test_only_a_plain_version_takes_the_short_way(version):
    assert intervals.plain(version) is None
