"""One end for all the requests of a call, however many they are; nothing is asked here."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Deadline(Struct, frozen=True):
    """A moment on a clock that only goes forward. clock, end: seconds."""

    clock: Callable[[], float]
    end: float

    @property
    def remaining(self) -> float:
        """Seconds that are left, 0 when there are none."""
        return max(0.0, self.end - self.clock())

    @property
    def passed(self) -> bool:
        """Whether nothing is left."""
        return self.remaining == 0.0

    def sooner(self, seconds: float) -> Deadline:
        """The deadline that many seconds from now, or this one where it comes first."""
        return Deadline(self.clock, min(self.end, self.clock() + seconds))


def after(seconds: float, clock: Callable[[], float]) -> Deadline:
    """The deadline that many seconds from now."""
    return Deadline(clock, clock() + seconds)
