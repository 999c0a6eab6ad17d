"""Signed JSON web tokens, HS256: enough for an issuer and a registry that share a key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json


class Forged(ValueError):
    """Not a token, or not signed with this key."""


def sign(claims: dict[str, object], key: bytes) -> str:
    """The token that holds the claims."""
    head = _encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _encode(json.dumps(claims).encode())
    return f"{head}.{body}.{_encode(_signature(f'{head}.{body}', key))}"


def claims_of(token: str, key: bytes) -> dict[str, object]:
    """The claims. Raises Forged."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_encode(_signature(signed, key)), signature):
        raise Forged("the signature is not this key's")
    try:
        claims = json.loads(_decode(signed.split(".")[1]))
    except (IndexError, ValueError, binascii.Error) as error:
        raise Forged("the token is no JSON web token") from error
    if not isinstance(claims, dict):
        raise Forged("the token holds no claims")
    return claims


def _signature(text: str, key: bytes) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
