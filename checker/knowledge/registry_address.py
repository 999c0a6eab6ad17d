"""The address of a registry to which a credential may go: its one spelling, or why it is none.

Pure; nothing is resolved or asked.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

_LONGEST = 500
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


class BadAddress(ValueError):
    """The text is no address of a registry. The text of the error says what to write."""


def normalized(text: str) -> str:
    """`https://host/` or `https://host:port/path/`, the host in lower case.

    Plain `http` is taken for this machine alone, where nobody listens in. Raises `BadAddress`.
    """
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise BadAddress("it takes an address such as `https://registry.example.org/`")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress("it takes an address such as `https://registry.example.org/`") from None
    if parts.username is not None or parts.password is not None:
        raise BadAddress("a credential may not stand in it; use the input `npm-token`")
    if (
        not host
        or not _HOST.fullmatch(host)
        or "\\" in text
        or parts.query
        or parts.fragment
        or "?" in text
        or "#" in text
    ):
        raise BadAddress("it takes an address such as `https://registry.example.org/`")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise BadAddress("it takes an address that begins with `https://`")
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    return urlunsplit(SplitResult(parts.scheme, netloc, f"{parts.path.rstrip('/')}/", "", ""))


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
