"""Every input that a fuzzer found, and a short random look at each reader: nothing is raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets import CONFIG, PACKAGE, TARGETS, WORKFLOW

FOUND = Path(__file__).resolve().parents[2] / "fuzz" / "found"
KEPT = sorted(path.relative_to(FOUND).as_posix() for path in FOUND.glob("*/*"))
WHOLE = ("whole_check", "run_step")


@pytest.mark.parametrize("kept", KEPT)
def test_what_once_broke_a_reader_breaks_none(kept):
    target, _, _ = kept.partition("/")

    assert TARGETS[target]((FOUND / kept).read_bytes()) is None


def test_something_is_kept():
    assert KEPT


pieces = st.sampled_from(
    [WORKFLOW, PACKAGE, CONFIG, b"npm publish\n", b"${{ secrets.X }}", b"[", b"{"]
)
inputs = st.lists(pieces | st.binary(max_size=40), max_size=6).map(b"".join)


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in WHOLE])
def test_a_reader_takes_any_bytes(name):
    @settings(max_examples=40, deadline=None, database=None)
    @given(inputs)
    def takes(data: bytes) -> None:
        assert TARGETS[name](data) is None

    takes()


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_program_takes_any_bytes_in_any_file(name):
    @settings(max_examples=25, deadline=None, database=None)
    @given(inputs)
    def takes(data: bytes) -> None:
        assert TARGETS[name](data) is None

    takes()
