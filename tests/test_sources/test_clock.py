"""Which day is asked about, and whether the hour is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from checker.sources.clock import asked_about, utc_now

NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def test_without_a_question_it_is_now() -> None:
    assert asked_about(None, NOW) == (date(2026, 11, 24), NOW)


def test_of_another_day_the_hour_is_not_known() -> None:
    assert asked_about(date(2027, 2, 1), NOW) == (date(2027, 2, 1), None)


def test_days_ahead_are_counted_from_today() -> None:
    assert asked_about(timedelta(days=30), NOW) == (date(2026, 12, 24), None)


def test_zero_days_ahead_is_now() -> None:
    assert asked_about(timedelta(0), NOW) == (date(2026, 11, 24), NOW)


def test_the_clock_speaks_utc() -> None:
    assert utc_now().tzinfo is UTC
