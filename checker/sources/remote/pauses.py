"""GitHub's limits as pauses: when the next request may go, shared by every thread. No requests.

Primary limits are counted by the hour and by resource, secondary ones over all of them:
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

# A primary limit is renewed within the hour; what asks for more than that is not waited for.
LONGEST_SECONDS = 3_900

# GitHub's advice where it names no time: at least a minute, and longer each time.
_UNNAMED_SECONDS = 60

# 900 points a minute for the REST API, and a GET is one point: https://docs.github.com/en/rest/
# using-the-rest-api/rate-limits-for-the-rest-api#calculating-points-for-the-secondary-rate-limit
GITHUB_COM_PER_MINUTE = 900

# Somebody who waits for longer wants to know what for.
_LONG_SECONDS = 15

EVERYTHING = "*"


class Exhausted(Exception):
    """The limits ask for a longer pause than is waited for. seconds: from now."""

    def __init__(self, seconds: float) -> None:
        super().__init__("GitHub's limits ask for a long pause")
        self.seconds = seconds


class Pauses:
    """When each resource (`core`, `graphql`) may be asked again.

    clock: seconds since 1970, as GitHub's own headers count. per_minute: how many requests go out
    in a minute at most, None without such a limit. tell: is given a long pause's seconds, once.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        per_minute: int | None = None,
        tell: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._gap = 60 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._tell, self._told = tell, 0.0
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, resource: str) -> None:
        """Return when the resource may be asked. Raises `Exhausted`."""
        while True:
            with self._lock:
                now = self._clock()
                until = max(self._until.get(resource, 0.0), self._until.get(EVERYTHING, 0.0))
                seconds = until - now
                if seconds <= 0 and self._next - now <= 0:
                    self._next = max(self._next, now) + self._gap
                    return
                if seconds > LONGEST_SECONDS:
                    raise Exhausted(seconds)
                if seconds >= _LONG_SECONDS and until > self._told:
                    self._told = until
                    self._tell(seconds)
                seconds = max(seconds, self._next - now)
            self._sleep(seconds)

    def rest(self, resource: str, seconds: float) -> None:
        """Nobody asks the resource for so long. Raises `Exhausted`."""
        with self._lock:
            until = self._clock() + seconds
            self._until[resource] = max(self._until.get(resource, 0.0), until)
        if seconds > LONGEST_SECONDS:
            raise Exhausted(seconds)

    def heed(self, resource: str, headers: Mapping[str, str]) -> None:
        """Look at an answer's count: where nothing is left, the next one waits for the renewal."""
        if headers.get("x-ratelimit-remaining") == "0":
            seconds = self._until_reset(headers)
            if seconds > 0:
                with self._lock:
                    self._until[resource] = self._clock() + seconds

    def refused(
        self, resource: str, status: int, headers: Mapping[str, str], body: str, again: int
    ) -> bool:
        """Whether an answer says that a limit is reached, and then the rest that it asks for.

        again: how many times in a row. Raises `Exhausted`.
        """
        if status not in (403, 429):
            return False
        named = headers.get("retry-after", "").strip()
        if named.isascii() and named.isdigit():
            self.rest(EVERYTHING, float(named[:9]))
        elif headers.get("x-ratelimit-remaining") == "0":
            # A second more: their clock and ours are not the same.
            self.rest(resource, max(self._until_reset(headers), 0.0) + 1)
        elif status == 429 or "rate limit" in body[:2_000].lower():
            self.rest(EVERYTHING, _UNNAMED_SECONDS * 2**again)
        else:
            return False
        return True

    def _until_reset(self, headers: Mapping[str, str]) -> float:
        reset = headers.get("x-ratelimit-reset", "")
        return float(reset[:12]) - self._clock() if reset.isascii() and reset.isdigit() else 60.0
