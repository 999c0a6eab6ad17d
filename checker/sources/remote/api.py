"""One token's way to GitHub's API, through PyGithub, for an audit: limits, repeats, conditions.

It may be used by several threads, each of which gets a connection of its own. No text of an
exception, which may hold a token, goes on, and no redirect to another host is followed.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from checker.knowledge import registry_address
from checker.sources.github import API_URL, NOT_READY, Failed, asking_once, in_words
from checker.sources.remote.pauses import GITHUB_COM_PER_MINUTE, Exhausted, Pauses

if TYPE_CHECKING:
    from github import Github
    from github.Requester import Requester

TIMEOUT_SECONDS = 20

# Before the second, third and last time that an outage is asked about.
_BACKOFF_SECONDS = (1, 4, 10)
_MOST_REFUSALS = 5

_LIMITED = "RATE_LIMITED"


class Answer(Struct, frozen=True):
    """status: 200, or 304 and then without the rest. told: the JSON. more: a next page is there."""

    status: int
    etag: str | None = None
    told: Any = None
    more: bool = False


class Api:
    """Asks with one token.

    counts: requests by `core` and `graphql`, and `unchanged` of them. per_minute: at most so many.
    """

    def __init__(
        self,
        token: str,
        api_url: str = API_URL,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        timeout: int = TIMEOUT_SECONDS,
        tell: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        """api_url: of `GITHUB_API_URL`. tell: is given a long pause's seconds. Raises `Failed`."""
        if not (token.isascii() and token.isprintable() and " " not in token and token):
            raise Failed("the GitHub token holds characters that cannot be sent")
        try:
            self.base_url = registry_address.normalized(api_url).rstrip("/")
        except registry_address.BadAddress:
            raise Failed("the address of GitHub's API is no `https` address") from None
        host = urlsplit(self.base_url).hostname or ""
        # An Enterprise Server has no limits but those that its owners set, and its headers tell.
        github_com = host.endswith((".github.com", ".ghe.com"))
        self.per_minute = GITHUB_COM_PER_MINUTE if github_com else None
        self.counts: Counter[str] = Counter()
        self._pauses = Pauses(clock, sleep, self.per_minute, tell)
        self._token, self._sleep, self._timeout = token, sleep, timeout
        self._lock = threading.Lock()
        self._of_thread = threading.local()
        self._clients: list[Github] = []

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            clients, self._clients = self._clients, []
        for client in clients:
            client.close()

    def get(self, path: str, etag: str | None = None) -> Answer:
        """The JSON at a path such as `/orgs/acme/repos?page=2`.

        etag: of what is known already; GitHub counts no request that it answers with 304.
        Raises `Failed`, and `Exhausted`.
        """
        condition = {"If-None-Match": etag} if etag else {}
        status, headers, body = self._ask("core", "GET", path, headers=condition)
        if status == 304 and etag:
            self._count("unchanged")
            return Answer(status)
        if status != 200:
            raise Failed(in_words(status), status)
        more = 'rel="next"' in headers.get("link", "")
        return Answer(status, headers.get("etag"), _parsed(body), more)

    def query(self, query: str, variables: Mapping[str, str]) -> Any:
        """The `data` of a GraphQL query, with null for what has an error. Raises as `get`."""
        for again in range(_MOST_REFUSALS):
            asked = {"query": query, "variables": dict(variables)}
            status, headers, body = self._ask("graphql", "POST", None, given=asked)
            if status != 200:
                raise Failed(in_words(status), status)
            told = _parsed(body)
            if not isinstance(told, dict):
                break
            errors = told.get("errors")
            errors = errors if isinstance(errors, list) else []
            # A reached limit of GraphQL comes with status 200.
            if any(isinstance(e, dict) and e.get("type") == _LIMITED for e in errors):
                limited = {**headers, "x-ratelimit-remaining": "0"}
                self._pauses.refused("graphql", 429, limited, "", again)
                continue
            return told.get("data")
        raise Failed("GitHub answers with something else than was asked for")

    # --- asking -------------------------------------------------------------------------------

    def _ask(
        self,
        resource: str,
        verb: str,
        path: str | None,
        *,
        headers: Mapping[str, str] | None = None,
        given: object = None,
    ) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and body of the last try. path: None for GraphQL's."""
        refusals, outages = 0, 0
        while True:
            self._pauses.wait(resource)
            answer = self._once(verb, path, dict(headers or {}), given)
            self._count(resource)
            if answer is not None:
                status, told, body = answer
                if self._pauses.refused(resource, status, told, body, refusals):
                    refusals += 1
                    if refusals == _MOST_REFUSALS:
                        raise Exhausted(0)
                    continue
                self._pauses.heed(resource, told)
                if status < 500 and status not in (NOT_READY, 408):
                    return answer
            if outages == len(_BACKOFF_SECONDS):
                if answer is not None:
                    return answer
                raise Failed("GitHub's API cannot be reached")
            self._sleep(_BACKOFF_SECONDS[outages])
            outages += 1

    def _once(
        self, verb: str, path: str | None, headers: dict[str, str], given: object
    ) -> tuple[int, Mapping[str, str], str] | None:
        """One try; None where nothing came back."""
        import requests

        requester = self._requester()
        url = requester.graphql_url if path is None else path
        try:
            return requester.requestJson(verb, url, headers=headers, input=given)
        except requests.exceptions.RetryError:
            return NOT_READY, {}, ""
        except requests.RequestException:
            return None
        except (RuntimeError, ValueError, AssertionError, TypeError, AttributeError, KeyError):
            # A redirect to another host, or an answer that PyGithub cannot take apart.
            raise Failed("GitHub answers with something else than was asked for") from None

    def _requester(self) -> Requester:
        found: Requester | None = getattr(self._of_thread, "requester", None)
        if found is not None:
            return found
        client = asking_once(self._token, self.base_url, self._timeout)
        with self._lock:
            self._clients.append(client)
        self._of_thread.requester = client.requester
        return client.requester

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Failed("GitHub answers with something else than was asked for") from None
