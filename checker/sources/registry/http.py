"""One request to the registry and its answer, within limits of time, size, retries, redirects.

The only module that sends anything to npm. Every failure is a `Failed` with words of our own; a
credential goes to the address that the caller names, and stands in no text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    InvalidHeader,
    MaxRetryError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)
from urllib3.util.retry import Retry

from checker.knowledge import registry_address
from checker.sources.registry.deadline import Deadline
from checker.sources.registry.session import OWN_USER_AGENT, READS, WRITES, Bearer, can_be_sent

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0

# A registry that asks for more wants this run to end; what it asks for is told instead.
LONGEST_PAUSE_SECONDS = 20.0

# Enough to take an error page off the wire, so that its connection serves the next request.
_ERROR_BYTES, _ERROR_SECONDS = 64 << 10, 1.0
_CHUNK_BYTES = 64 << 10
_REDIRECTS = 3
_REDIRECTING = frozenset({301, 302, 303, 307, 308})


class Failed(Exception):
    """Nothing usable came back. The text is a clause: "the registry … does not answer"."""


@dataclass(frozen=True)
class Reply:
    """What came back. body: empty but for a success. pause: seconds that it asks to wait.

    notice, challenge: the headers `npm-notice` and `www-authenticate`, None when absent.
    location: where it redirects to, None when it does not.
    """

    status: int
    notice: str | None
    challenge: str | None
    location: str | None = None
    pause: float | None = None
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class _Request:
    """limit: bytes of the answer, unpacked. token: sent to this address and no further."""

    method: str
    url: str
    headers: Mapping[str, str]
    deadline: Deadline
    limit: int
    token: str | None = field(repr=False)


class Client:
    """Sends requests to one registry."""

    def __init__(
        self,
        base_url: str,
        *,
        session_factory: Callable[[int], requests.Session],
        sleep: Callable[[float], None],
        connections: int,
    ) -> None:
        """base_url: see `registry_address.normalized`, which raises `BadAddress`."""
        self.base = registry_address.normalized(base_url)
        parts = urlsplit(self.base)
        self.host = parts.hostname or ""
        self._origin = f"{parts.scheme}://{parts.netloc}/"
        self._name = f"the registry {self.host}"
        self._session = session_factory(connections)
        if registry_address.is_loopback(self.host):
            self._session.trust_env = False  # what goes to this machine needs no proxy
        self._sleep = sleep
        self._answered = False
        self._outage: str | None = None

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def get(self, path: str, deadline: Deadline, *, limit: int, token: str | None = None) -> Reply:
        """What stands at `path` under the registry's address. Raises `Failed`.

        limit: bytes, unpacked. A redirect is followed on the same host, and never with a token.
        """
        headers = {"accept": "application/json", "user-agent": OWN_USER_AGENT}
        url = self.base + path
        for _ in range(_REDIRECTS + 1):
            reply = self._send(_Request("GET", url, headers, deadline, limit, token))
            if reply.location is None:
                return reply
            if token is not None:
                raise Failed(f"{self._name} redirects, and no credential is sent on")
            url = self._on_same_host(url, reply.location)
        raise Failed(f"{self._name} redirects again and again")

    def _on_same_host(self, url: str, location: str) -> str:
        try:
            target = urljoin(url, location)
        except ValueError:
            target = ""
        if not target.startswith(self._origin):
            raise Failed(f"{self._name} redirects to another host, which is not followed")
        return target

    def post(
        self, path: str, headers: Mapping[str, str], deadline: Deadline, *, limit: int, token: str
    ) -> Reply:
        """The answer to a request without a body, at `path` of the registry's host.

        Raises `Failed`. It is not sent again once it may have been carried out.
        """
        url = self._origin + path
        reply = self._send(_Request("POST", url, headers, deadline, limit, token))
        if reply.location is not None:
            raise Failed(f"{self._name} redirects, and no credential is sent on")
        return reply

    def in_words(self, reply: Reply) -> str:
        """What a status that is no answer to the question says, as a clause."""
        if reply.status == 429:
            wait = f" and asks to wait {reply.pause:.0f} s" if reply.pause else ""
            return f"{self._name} answers 429 (too many requests){wait}"
        if reply.status >= 500:
            return f"{self._name} fails with status {reply.status}"
        return f"{self._name} answers {reply.status}"

    # --- one request, as often as the policy allows -------------------------------------------

    def _send(self, request: _Request) -> Reply:
        if request.token is not None and not can_be_sent(request.token):
            raise Failed("the credential holds characters that cannot be sent")
        retries: Retry = READS if request.method == "GET" else WRITES
        while True:
            if self._outage is not None and not self._answered:
                raise Failed(self._outage)  # it cannot be reached: why have each name wait for it
            try:
                reply = self._once(request)
            except (OSError, HTTPError) as error:  # every exception of requests is an OSError
                retries = self._after(error, retries, request)
                pause = retries.get_backoff_time()
            else:
                if not retries.is_retry(request.method, reply.status):
                    return reply
                try:
                    retries = retries.increment(request.method, request.url)
                except MaxRetryError:
                    return reply
                pause = retries.get_backoff_time() if reply.pause is None else reply.pause
                if pause >= min(request.deadline.remaining, LONGEST_PAUSE_SECONDS):
                    return reply
            if pause >= request.deadline.remaining:
                raise self._late()
            self._sleep(pause)

    def _once(self, request: _Request) -> Reply:
        left = request.deadline.remaining
        if not left:
            raise self._late()
        response = self._session.request(
            request.method,
            request.url,
            headers={**request.headers, "accept-encoding": "gzip, deflate"},
            auth=Bearer(request.token),
            timeout=(min(CONNECT_SECONDS, left), min(READ_SECONDS, left)),
            allow_redirects=False,
            stream=True,
        )
        with response:
            self._answered = True
            good = 200 <= response.status_code < 300
            body = self._body(response, request) if good else self._drained(response, request)
        headers = response.headers
        redirects = response.status_code in _REDIRECTING
        return Reply(
            status=response.status_code,
            notice=headers.get("npm-notice"),
            challenge=headers.get("www-authenticate"),
            location=headers.get("location", "") if redirects else None,
            pause=_seconds(headers.get("retry-after")),
            body=body,
        )

    def _body(self, response: requests.Response, request: _Request) -> bytes:
        limit = request.limit
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and len(announced) < 20 and int(announced) > limit:
            raise self._too_large(limit)
        parts: list[bytes] = []
        size = 0
        # One read of the socket at a time: a server that sends a byte a second meets the deadline.
        while part := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise self._too_large(limit)
            if request.deadline.passed:
                raise self._late()
        return b"".join(parts)

    def _drained(self, response: requests.Response, request: _Request) -> bytes:
        # The status is what counts; where the rest breaks off the connection is not used again.
        end = request.deadline.sooner(min(_ERROR_SECONDS, request.deadline.remaining / 2))
        with suppress(Failed, HTTPError, OSError):
            self._body(response, replace(request, limit=_ERROR_BYTES, deadline=end))
        return b""

    # --- failures -----------------------------------------------------------------------------

    def _after(self, error: Exception, retries: Retry, request: _Request) -> Retry:
        """The policy after one more failure. Raises `Failed` where it was the last."""
        cause = _cause(error)
        if request.deadline.passed:
            raise self._late() from None
        try:
            if not isinstance(error, requests.exceptions.SSLError):
                return retries.increment(request.method, request.url, error=cause)
        except HTTPError:
            pass
        why, lasting = self._why(error, cause)
        if lasting:
            self._outage = why
        raise Failed(why) from None

    def _why(self, error: Exception, cause: Exception) -> tuple[str, bool]:
        """In words; and whether no other request would fare better."""
        if isinstance(error, requests.exceptions.SSLError):
            return f"the certificate of {self._name} cannot be verified", True
        match cause:
            case ProxyError():
                return f"the proxy on the way to {self._name} fails", True
            case ConnectTimeoutError():
                return f"{self._name} cannot be reached", True
            case ReadTimeoutError():
                return f"{self._name} does not answer", False
            case ProtocolError() | DecodeError():
                return f"the answer of {self._name} breaks off", False
        return f"{self._name} cannot be asked ({type(cause).__name__})", False

    def _late(self) -> Failed:
        return Failed(f"{self._name} did not answer in time")

    def _too_large(self, limit: int) -> Failed:
        size = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit >> 10} KiB"
        return Failed(f"{self._name} answers with more than {size}")


def _cause(error: Exception) -> Exception:
    """What urllib3 said, beneath what requests made of it."""
    inner: Any = error.args[0] if error.args else None
    if isinstance(inner, MaxRetryError):
        inner = inner.reason
    return inner if isinstance(inner, Exception) else error


def _seconds(retry_after: str | None) -> float | None:
    try:
        return READS.parse_retry_after(retry_after) if retry_after is not None else None
    except (InvalidHeader, ValueError, OverflowError):
        return None


def parsed(reply: Reply) -> object:
    """The JSON value of an answer. Raises `Failed`."""
    try:
        value: object = json.loads(reply.body)
    except (ValueError, RecursionError):
        # UnicodeDecodeError and JSONDecodeError are ValueErrors; a number may be too long as well.
        raise Failed("the registry answers with something that is no JSON of npm's") from None
    return value
