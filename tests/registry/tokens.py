"""Who asks: from the bearer of a request to a live token, or to npm's refusal.

Only what is true of the token whatever it is used for; what it may do stands in `publishing`.
"""

from __future__ import annotations

from datetime import datetime

from registry import answer, dates
from registry.answer import Answer
from registry.world import Exchanged, Token, World

# What npm does to a token that may not be used from the address of the request.
FORBIDDEN_ADDRESS = answer.refusal(
    401, "Login is not allowed from your IP address", www_authenticate="ipaddress"
)


def live(world: World, secret: str | None, now: datetime, address: str) -> Token | Exchanged | None:
    """The token behind the secret, None where it is dead, unknown or used from elsewhere."""
    if secret is None:
        return None
    exchanged = world.exchanged.get(secret)
    if exchanged is not None:
        return exchanged if now < exchanged.expires else None
    token = world.tokens.get(secret)
    if token is None or not _alive(token, now) or not _from_here(token, address):
        return None
    return token


def refused(world: World, secret: str | None, now: datetime, address: str) -> Answer:
    """Why `live` found nobody."""
    if secret is None:
        return answer.refusal(401, "You must be logged in to publish packages.")
    token = world.tokens.get(secret)
    if token is not None and _alive(token, now):
        return FORBIDDEN_ADDRESS
    return answer.dead_token()


def _alive(token: Token, now: datetime) -> bool:
    if token.revoked:
        return False
    if token.kind.startswith("classic-"):
        return now < dates.CLASSIC_TOKENS_REVOKED
    if token.kind == "session":
        return token.created is None or now < token.created + dates.SESSION_LIFETIME
    return token.expires is None or now < token.expires


def _from_here(token: Token, address: str) -> bool:
    return not token.addresses or address in token.addresses
