"""What npm says of the token given for inspection: whether it lives, whose it is, what it may do.

What it may do npm lists for a session alone, so that is asked on a maintainer's machine only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec.structs import replace

from checker.facts import Facts, Setting, Token, TokenAnswer, TokenType, Unknown
from checker.manifests.npm_lists import ListedToken
from checker.settings import Settings
from checker.sources import user_npmrc

if TYPE_CHECKING:
    from pydantic import SecretStr

T = TypeVar("T")


class Client(Protocol):
    """The two questions about a token; see `sources.registry`."""

    def ask_token(self, token: SecretStr) -> TokenAnswer:
        """Whether npm knows it, and whose it is."""

    def describe_token(self, token: SecretStr, session: SecretStr) -> ListedToken | Unknown:
        """What the account of `session` lists about it."""


def ask(
    client: Client, facts: Facts, settings: Settings, environ: Mapping[str, str]
) -> TokenAnswer | None:
    """npm's answer; None where no token was given, or one that no registry can take."""
    token = settings.npm_token
    if token is None or facts.running.token_fault is not None:
        return None
    answer = client.ask_token(token)
    if facts.running.setting is not Setting.TERMINAL or answer.alive is False:
        return answer
    session = user_npmrc.session(settings.registry, environ)
    if session is None or session == token.get_secret_value():
        return answer
    from pydantic import SecretStr  # loaded already, with the token

    listed = client.describe_token(token, SecretStr(session))
    return replace(answer, listed=listed if isinstance(listed, Unknown) else _as_fact(listed))


def _as_fact(listed: ListedToken) -> Token:
    return Token(
        TokenType.GRANULAR,  # npm lists no other
        _known(listed.bypass_2fa, "bypass-2fa"),
        _known(listed.permission, "token-permission"),
        _known(listed.expires, "token-expires"),
        _known(listed.packages, "token-packages"),
    )


def _known(value: T | None, fact: str) -> T | Unknown:
    return Unknown(fact, "npm's list does not say it") if value is None else value
