"""How a maintainer registers a trusted publisher: `npm trust`, with a session and 2FA.

From the registry's API description (`trust.yaml`): who may, what is refused, with which texts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from registry import answer, dates, tokens
from registry.answer import Answer
from registry.world import ONE_TIME_PASSWORD, Package, Token, TrustedPublisher

if TYPE_CHECKING:
    from registry.server import Call, Registry

_MAY_NOT = "Insufficient permissions to access trusted publisher configurations for this package"
_THERE = "trusted publisher config already exists for the package. Please delete and re-create."
_INVALID = "Invalid trusted publisher configuration"
_ALLOWED = {"createPackage", "createStagedPackage"}


def register(registry: Registry, call: Call) -> Answer:
    """`POST /-/package/<name>/trust` with a list of one configuration."""
    who = tokens.live(registry.world, call.bearer, registry.now, call.address)
    if not isinstance(who, Token) or who.kind != "session":
        return answer.may_not(_MAY_NOT)
    package = registry.world.packages.get(call.name)
    if package is None:
        return answer.refusal(404, "Package not found")
    if who.account not in package.maintainers:
        return answer.may_not(_MAY_NOT)
    if registry.world.accounts[who.account].two_factor == "disabled":
        return answer.may_not("Please enable 2fa for your account")
    if call.headers.get("npm-otp") != ONE_TIME_PASSWORD:
        return answer.one_time_password()
    (said,) = json.loads(call.body)
    if said["type"] != "github" or not set(said["permissions"]) <= _ALLOWED:
        return answer.refusal(400, _INVALID)
    made = _configuration(said)
    if _is_taken(registry, package, made):
        return answer.refusal(409, _THERE)
    made.created, made.published = registry.now, False
    package.publishers.append(made)
    return Answer(201, {"id": "0" * 8, **said})


def _configuration(said: dict[str, Any]) -> TrustedPublisher:
    claims = said["claims"]
    return TrustedPublisher(
        repository=claims["repository"],
        workflow=claims["workflow_ref"]["file"],
        environment=claims.get("environment"),
        allowed=tuple(said["permissions"]),
    )


def _is_taken(registry: Registry, package: Package, made: TrustedPublisher) -> bool:
    """One a package at first, since September several that differ in what they compare."""
    if registry.now < dates.DIRECT_PUBLISHING_OPT_IN:
        return bool(package.publishers)
    return any(_compared(one) == _compared(made) for one in package.publishers)


def _compared(one: TrustedPublisher) -> tuple[str | None, ...]:
    return one.provider, one.repository, one.workflow, one.environment
