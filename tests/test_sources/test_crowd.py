"""Many questions at once: each answered once, none waited for beyond the deadline."""

from __future__ import annotations

import threading
import time

import pytest

from checker.sources.registry.crowd import ask_all
from checker.sources.registry.deadline import after


def test_every_name_is_answered_once_whoever_asks() -> None:
    names = [str(number) for number in range(100)]
    answers = list(ask_all(names, int, after(10, time.monotonic), workers=7))
    assert sorted(answers, key=lambda pair: pair[1]) == [(name, int(name)) for name in names]


def test_no_name_needs_no_thread() -> None:
    assert list(ask_all([], int, after(10, time.monotonic), workers=7)) == []


def test_an_exception_is_raised_to_who_waits() -> None:
    with pytest.raises(ValueError, match="not a number"):
        list(ask_all(["not a number"], int, after(10, time.monotonic), workers=1))


def test_what_is_late_is_left_out_and_the_rest_is_there() -> None:
    never = threading.Event()

    def ask(name: str) -> str:
        if name == "late":
            never.wait(5)
        return name.upper()

    begin = time.monotonic()
    answers = dict(ask_all(["late", "soon"], ask, after(0.3, time.monotonic), workers=2))
    assert answers == {"soon": "SOON"}
    assert time.monotonic() - begin < 2
    never.set()
