"""What can be read of the registry, with which token; and the moving of a tag."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from registry import answer, tokens
from registry.answer import Answer
from registry.world import ONE_TIME_PASSWORD, Package, Token, Version

if TYPE_CHECKING:
    from registry.server import Call, Registry

_OIDC_USER = {
    "name": "GitHub Actions",
    "email": "npm-oidc-no-reply@github.com",
    "trustedPublisher": {"id": "github", "oidcConfigId": "oidc:00000000-0000-4000-8000-000000000"},
}


def whoami(registry: Registry, call: Call) -> Answer:
    """Whether a token lives, and whose it is; not for tokens of the exchange."""
    who = _token(registry, call)
    if isinstance(who, Token):
        return Answer(200, {"username": who.account})
    return answer.refusal(401, "Unauthorized", npm_notice=answer.PLEASE_LOG_IN)


def token_list(registry: Registry, call: Call) -> Answer:
    """The account's tokens; for a session only."""
    who = _token(registry, call)
    if who is None or who.kind != "session":
        return answer.may_not()
    mine = [t for t in registry.world.tokens.values() if t.account == who.account]
    listed = [_listed(token) for token in mine if token.kind == "granular"]
    return Answer(200, {"objects": listed, "total": len(listed), "urls": {}})


def _listed(token: Token) -> dict[str, object]:
    names = [name for name in token.packages if not name.endswith("*")]
    scopes = [name.removesuffix("/*") for name in token.packages if name.endswith("/*")]
    action = {
        "read-write": "write",
        "stage-only": "read-write-stage-only",
        "read-only": "read",
        "no-access": "none",
    }[token.permission]
    return {
        "key": "0" * 8,
        "name": "ci",
        "token": f"{token.secret[:8]}...{token.secret[-4:]}",
        "expiry": token.expires.isoformat() if token.expires else None,
        "bypass_2fa": token.bypass_2fa,
        "readonly": token.permission == "read-only",
        "revoked": None,
        "cidr": list(token.addresses) or None,
        "permissions": [{"name": "package", "action": action}],
        "scopes": [{"type": "package", "name": n} for n in names]
        + [{"type": "scope", "name": s} for s in scopes],
    }


def profile(registry: Registry, call: Call) -> Answer:
    """The account; for a session only."""
    who = _token(registry, call)
    if who is None or who.kind != "session":
        return answer.refusal(403, answer.BYPASS_NOTICE)
    mode = registry.world.accounts[who.account].two_factor
    tfa = None if mode == "disabled" else {"mode": mode, "pending": False}
    return Answer(200, {"name": who.account, "tfa": tfa})


def staged(registry: Registry, call: Call) -> Answer:
    """What waits for approval; not for tokens of the exchange."""
    if _token(registry, call) is None:
        return answer.not_found()
    items = [
        {"id": s.id, "packageName": s.package, "version": s.version, "tag": s.tag}
        for s in registry.world.staged
    ]
    return Answer(200, {"items": items, "page": 0, "perPage": 100, "total": len(items)})


def visibility(registry: Registry, call: Call) -> Answer:
    """Whether a package is public."""
    package = _visible(registry, call)
    return Answer(200, {"public": package.public}) if package else answer.not_found()


def collaborators(registry: Registry, call: Call) -> Answer:
    """Who may write; for a session only."""
    package, who = _visible(registry, call), _token(registry, call)
    if package is None or who is None or who.kind != "session":
        return answer.not_found()
    return Answer(200, dict.fromkeys(package.maintainers, "write"))


def trust(registry: Registry, call: Call) -> Answer:
    """The trusted publishers; with a session and a one-time password only."""
    package, who = registry.world.packages.get(call.name), _token(registry, call)
    if who is None or who.kind != "session" or package is None:
        return answer.may_not()
    if call.headers.get("npm-otp") != ONE_TIME_PASSWORD:
        return answer.one_time_password()
    configs = [
        {
            "type": one.provider,
            "claims": {"repository": one.repository, "workflow_ref": {"file": one.workflow}}
            | ({"environment": one.environment} if one.environment else {}),
            "permissions": list(one.allowed or ()),
        }
        for one in package.publishers
    ]
    return Answer(200, {"items": configs})


def tags(registry: Registry, call: Call) -> Answer:
    """The tags of a package."""
    package = _visible(registry, call)
    return Answer(200, dict(package.tags)) if package else answer.not_found()


def set_tag(registry: Registry, call: Call) -> Answer:
    """Point a tag elsewhere: for tokens that may write here, without being asked for 2FA."""
    package, who = registry.world.packages.get(call.name), _token(registry, call)
    if package is None or who is None:
        return answer.not_found()
    if who.permission not in ("read-write", "stage-only") or not who.covers(call.name):
        return answer.may_not()
    if not (who.bypass_2fa or call.headers.get("npm-otp") == ONE_TIME_PASSWORD):
        return answer.one_time_password()
    package.tags[call.tag] = call.body.decode().strip('"')
    return Answer(201)


def packument(registry: Registry, call: Call) -> Answer:
    """Everything public of a package."""
    package = _visible(registry, call)
    if package is None:
        return answer.not_found()
    times = dict.fromkeys([*package.versions, *package.unpublished], "2026-01-01T00:00:00.000Z")
    return Answer(
        200,
        {
            "_id": package.name,
            "name": package.name,
            "dist-tags": dict(package.tags),
            "versions": {n: _published(registry, package, v) for n, v in package.versions.items()},
            "time": {"created": "2026-01-01T00:00:00.000Z"} | times,
            "maintainers": [{"name": name} for name in package.maintainers],
        },
    )


def _published(registry: Registry, package: Package, version: Version) -> dict[str, object]:
    address = f"{registry.url}{package.name}"
    dist: dict[str, object] = {"tarball": f"{address}/-/{version.number}.tgz", "shasum": "0" * 40}
    if version.provenance:
        where = f"{registry.url}-/npm/v1/attestations/{package.name}@{version.number}"
        dist["attestations"] = {"url": where}
    said = version.manifest | {
        "name": package.name,
        "version": version.number,
        "_npmUser": _OIDC_USER if version.trusted_publisher else {"name": version.by},
        "dist": dist,
    }
    return said | ({"deprecated": "do not use"} if version.deprecated else {})


def attestations(registry: Registry, call: Call) -> Answer:
    """The statements about a version, as far as their workflow goes."""
    package = registry.world.packages.get(call.name)
    version = package.versions.get(call.version) if package else None
    if version is None or version.provenance is None:
        return answer.not_found()
    said = version.provenance
    statement: dict[str, object] = {
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "externalParameters": {
                    "workflow": {k: said[k] for k in ("ref", "repository", "path")}
                },
                "internalParameters": {"github": {"event_name": said["event"]}},
            },
            "runDetails": {"builder": {"id": "https://github.com/actions/runner/github-hosted"}},
        },
    }
    return Answer(200, {"attestations": [_envelope(statement)]})


def _envelope(statement: dict[str, object]) -> dict[str, object]:
    payload = base64.b64encode(json.dumps(statement).encode()).decode()
    return {
        "predicateType": statement["predicateType"],
        "bundle": {
            "dsseEnvelope": {"payload": payload, "payloadType": "application/vnd.in-toto+json"}
        },
    }


def _token(registry: Registry, call: Call) -> Token | None:
    """A live token of an account."""
    who = tokens.live(registry.world, call.bearer, registry.now, call.address)
    return who if isinstance(who, Token) else None


def _visible(registry: Registry, call: Call) -> Package | None:
    """The package, where the caller may see it: a private one looks like none."""
    package = registry.world.packages.get(call.name)
    if package is None or package.public:
        return package
    who = tokens.live(registry.world, call.bearer, registry.now, call.address)
    return package if who is not None else None
