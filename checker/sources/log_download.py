"""One log from the address that GitHub gives for it: another host, which gets no credential.

The address stands in an answer of GitHub's API, holds for a minute and is a secret of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

from checker.knowledge.registry_address import is_loopback
from checker.sources.github import Failed

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
MOST_SECONDS = 300.0
# As it comes and unpacked; GitHub cuts none, and a failure stands at the end.
MOST_BYTES = 500_000_000
# Of one line; an error says itself at its start.
LINE_BYTES = 20_000
_CHUNK_BYTES = 64 << 10


def lines(
    address: str,
    *,
    most_bytes: int = MOST_BYTES,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[str]:
    """The log's lines as they arrive, each with its line end, cut where it is very long.

    Raises `Failed`: the log's host does not answer, or sends more than may be read.
    """
    import requests

    if not _is_safe(address):
        raise Failed("GitHub gives an address for the log that is no `https` address")
    end = clock() + MOST_SECONDS
    # With a way to authenticate that does nothing, no `.netrc` is looked into.
    try:
        with (
            requests.Session() as session,
            closing(
                session.get(
                    address,
                    auth=lambda request: request,
                    headers={"Accept-Encoding": "identity"},
                    stream=True,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                )
            ) as answer,
        ):
            if answer.status_code != 200:
                raise Failed(f"the log's host answers {answer.status_code}")
            taken, rest = 0, b""
            for chunk in answer.iter_content(_CHUNK_BYTES):
                taken += len(chunk)
                if taken > most_bytes:
                    raise Failed(f"the log is longer than {most_bytes:,} bytes")
                if clock() >= end:
                    raise Failed("the log did not arrive in time")
                *whole, rest = (rest + chunk).split(b"\n")
                yield from (f"{_text(line)}\n" for line in whole)
                rest = rest[:LINE_BYTES]
            if rest:
                yield _text(rest)
    except (requests.RequestException, UnicodeError, ValueError):
        # Their texts hold the address.
        raise Failed("the log's host does not send it") from None


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (parts.scheme == "https" and bool(host)) or (
        parts.scheme == "http" and is_loopback(host)
    )


def _text(line: bytes) -> str:
    return line[:LINE_BYTES].decode("utf-8", errors="replace")
