"""The one place that reads the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def asked_about(today: date | timedelta | None, now: datetime) -> tuple[date, datetime | None]:
    """The day to judge for, and the moment where one is known.

    today: the option: a day, days ahead of `now`, or None for now. Of another day than today only
    the day is known.
    """
    if today is None:
        return now.date(), now
    if isinstance(today, timedelta):
        later = now + today
        return later.date(), later if not today else None
    return today, None
