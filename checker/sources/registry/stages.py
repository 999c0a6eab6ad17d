"""Which versions of a package wait on npm for approval; only a token that may see them is told.

The token is sent to the registry alone and stands in no answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from checker.knowledge import token_shape
from checker.sources.registry.deadline import Deadline
from checker.sources.registry.http import Client, Failed, parsed

_LIST_BYTES = 1 << 20
_PAGES, _PER_PAGE = 5, 100
_LONGEST_VERSION = 256
# What is over: the version was published, or may be staged again.
_DONE = frozenset({"approved", "published", "rejected", "deleted"})


def ask(client: Client, name: str, token: str, deadline: Deadline) -> tuple[str, ...]:
    """The versions of `name` that wait, in npm's order; () where npm does not tell.

    Nothing is sent where the token's shape is faulty.
    https://docs.npmjs.com/cli/v11/commands/npm-stage
    """
    if token_shape.fault(token) is not None:
        return ()
    found: list[str] = []
    try:
        for page in range(_PAGES):
            query = f"package={quote(name, safe='')}&page={page}&perPage={_PER_PAGE}"
            reply = client.get(f"-/stage?{query}", deadline, limit=_LIST_BYTES, token=token)
            items = _items(parsed(reply)) if reply.status == 200 else ()
            found += _waiting(items, name)
            if len(items) < _PER_PAGE:
                break
    except Failed:
        return ()
    return tuple(dict.fromkeys(found))


def _items(body: object) -> tuple[object, ...]:
    items = body.get("items") if isinstance(body, dict) else None
    return tuple(items) if isinstance(items, list) else ()


def _waiting(items: tuple[object, ...], name: str) -> Iterator[str]:
    for item in items:
        if not isinstance(item, dict) or item.get("packageName") != name:
            continue
        version, status = item.get("version"), item.get("status")
        done = isinstance(status, str) and status.lower() in _DONE
        if isinstance(version, str) and len(version) <= _LONGEST_VERSION and not done:
            yield version
