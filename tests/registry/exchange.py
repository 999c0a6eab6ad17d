"""npm's token exchange: from GitHub's word about a run to a token for one package.

Matching is npm's: every field exactly, the entry workflow's file name, and any one of the
package's configurations is enough. What the configuration allows is not asked here.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from registry import answer, dates, jwt
from registry.answer import Answer
from registry.issuer import ISSUER
from registry.world import Exchanged, Package, TrustedPublisher, World


def exchange(
    world: World, bearer: str | None, name: str, audience: str, key: bytes, now: datetime
) -> tuple[Answer, Exchanged | None]:
    """The answer, and the token that it gives out."""
    claims = _claims(bearer, audience, key, now)
    if claims is None:
        return answer.exchange_failed(401, "unauthorized"), None
    package = world.packages.get(name)
    publisher = matching(world, package, claims, now) if package else None
    if publisher is None:
        return answer.exchange_failed(404, "package not found"), None
    token = Exchanged(
        secret="npm_" + secrets.token_hex(18),
        package=name,
        publisher=publisher,
        claims=claims,
        expires=now + dates.EXCHANGED_LIFETIME,
    )
    body: dict[str, object] = {
        "token_type": "oidc",
        "token": token.secret,
        "created": now.isoformat(),
        "expires": token.expires.isoformat(),
    }
    return Answer(201, body), token


def _claims(bearer: str | None, audience: str, key: bytes, now: datetime) -> dict[str, str] | None:
    try:
        claims = jwt.claims_of(bearer or "", key)
    except jwt.Forged:
        return None
    good = (
        claims.get("iss") == ISSUER
        and claims.get("aud") == audience
        and isinstance(claims.get("exp"), int)
        and int(str(claims["exp"])) > now.timestamp()
    )
    return {name: str(value) for name, value in claims.items()} if good else None


def matching(
    world: World, package: Package, claims: dict[str, str], now: datetime
) -> TrustedPublisher | None:
    """The first configuration that fits the run."""
    since = dates.REFUSED_EVENTS.get(claims.get("event_name", ""))
    if since is not None and now >= since:
        return None
    # The documentation: "Self-hosted runners are not currently supported."
    if claims.get("runner_environment") != "github-hosted":
        return None
    return next((p for p in package.publishers if _fits(world, p, claims, now)), None)


def _fits(world: World, one: TrustedPublisher, claims: dict[str, str], now: datetime) -> bool:
    file = claims.get("workflow_ref", "").partition("@")[0].rpartition("/.github/workflows/")[2]
    return (
        one.provider == "github"
        and one.repository == claims.get("repository")
        and one.workflow == file
        and _fits_environment(world, one.environment, claims.get("environment"))
        and not expired(one, now)
    )


def _fits_environment(world: World, wanted: str | None, has: str | None) -> bool:
    if wanted is None and has is not None:
        return world.contested.environment_of_job_alone
    return wanted == has


def expired(one: TrustedPublisher, now: datetime) -> bool:
    """It has not published within two days of its creation, and the rule is in force."""
    return (
        now >= dates.UNVALIDATED_EXPIRE
        and not one.published
        and one.created is not None
        and now >= one.created + dates.UNVALIDATED_LIFETIME
    )
