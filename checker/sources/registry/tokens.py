"""What npm says of a token: whether it lives, whose it is, and what its account lists of it.

The token is sent to the registry alone and stands in no answer.
"""

from __future__ import annotations

import re

from checker.facts import TokenAnswer, Unknown
from checker.knowledge import token_shape
from checker.manifests import npm_lists
from checker.manifests.npm_lists import ListedToken
from checker.sources.registry.deadline import Deadline
from checker.sources.registry.http import Client, Failed, Reply, parsed

_WHOAMI_BYTES = 64 << 10
_LIST_BYTES = 4 << 20
_PAGES, _PER_PAGE = 20, 100
_LONGEST_NOTICE = 500
_ACCOUNT = re.compile(r"[A-Za-z0-9._~-]{1,214}", re.ASCII)


def ask(client: Client, token: str, deadline: Deadline) -> TokenAnswer:
    """The answer to `whoami`; nothing is sent where the token's shape is faulty."""
    fault = token_shape.fault(token)
    if fault is not None:
        return _unknown(f"the token {fault} and was not sent")
    try:
        reply = client.get("-/whoami", deadline, limit=_WHOAMI_BYTES, token=token)
        return TokenAnswer(
            _alive(client, reply),
            _account(reply),
            _notice(reply, token),
            address_refused=_is_of_address(reply),
        )
    except Failed as failure:
        return _unknown(str(failure))


def _unknown(why: str) -> TokenAnswer:
    return TokenAnswer(Unknown("npm-token", why), None, None)


def _alive(client: Client, reply: Reply) -> bool | Unknown:
    if reply.status == 200 and _account(reply) is not None:
        return True
    if _is_of_address(reply):
        return Unknown("npm-token", "npm takes the token from other addresses than this one")
    if reply.status == 401 and "otp" not in (reply.challenge or "").lower():
        return False
    why = f"{client.in_words(reply)} to `whoami`"
    if reply.status == 200:
        why = "the registry answers `whoami` without a name"
    return Unknown("npm-token", why)


def _is_of_address(reply: Reply) -> bool:
    return reply.status == 401 and "ipaddress" in (reply.challenge or "").lower()


def _account(reply: Reply) -> str | None:
    body = parsed(reply) if reply.status == 200 else None
    name = body.get("username") if isinstance(body, dict) else None
    return name if isinstance(name, str) and _ACCOUNT.fullmatch(name) else None


def _notice(reply: Reply, token: str) -> str | None:
    if reply.notice is None:
        return None
    text = " ".join("".join(c if c.isprintable() else " " for c in reply.notice).split())
    # A registry that sends the token back must not get it printed.
    if not text or token in reply.notice or token_shape.looks_like_secret(text):
        return None
    return text[:_LONGEST_NOTICE]


def describe(client: Client, token: str, session: str, deadline: Deadline) -> ListedToken | Unknown:
    """What the account of `session` lists about `token`, found by the characters npm shows of it.

    npm lets only a session read the list. https://github.com/npm/api-documentation, token.yaml
    """
    found: list[ListedToken] = []
    try:
        for page in range(_PAGES):
            path = f"-/npm/v1/tokens?page={page}&perPage={_PER_PAGE}"
            reply = client.get(path, deadline, limit=_LIST_BYTES, token=session)
            if reply.status != 200:
                return Unknown("npm-token", f"{client.in_words(reply)} to the list of tokens")
            listed, more = npm_lists.page_of_tokens(parsed(reply))
            found += [one for one in listed if one.shows(token)]
            if not more:
                break
    except Failed as failure:
        return Unknown("npm-token", str(failure))
    if len(found) == 1:
        return found[0]
    why = "several tokens of the account look like it" if found else "the account does not list it"
    return Unknown("npm-token", why)
