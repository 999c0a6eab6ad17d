"""Whether npm takes a version: directly, or to be approved by a person later.

One function a question, in the order in which npm asks them: may this credential do that to this
package today, does the provenance hold, is the version free. Nothing is stored here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry import answer, dates, provenance, tokens
from registry.answer import Answer
from registry.world import (
    ONE_TIME_PASSWORD,
    Access,
    Exchanged,
    Package,
    Token,
    World,
    among,
)


@dataclass(frozen=True)
class Upload:
    """What a client sends. access: `public`, `restricted`, or None: npm's default.

    otp: the one-time password. bundle: the sigstore bundle as it stands among the attachments.
    """

    package: str
    version: str
    tag: str
    manifest: dict[str, object]
    access: str | None = None
    otp: str | None = None
    bundle: str | None = None
    integrity: str | None = None


# --- direct publishing ------------------------------------------------------------------------


def publish(
    world: World, bearer: str | None, address: str, upload: Upload, now: datetime
) -> Answer | None:
    """Why `npm publish` is refused; None where the version is taken."""
    who = tokens.live(world, bearer, now, address)
    if who is None:
        return tokens.refused(world, bearer, now, address)
    package = world.packages.get(upload.package)
    if isinstance(who, Exchanged):
        refused = _by_publisher(who, upload, now, "createPackage")
    else:
        refused = _by_token(world, who, package, upload, now)
    return refused or provenance.refused(upload) or _not_free(world, package, upload)


def _by_publisher(who: Exchanged, upload: Upload, now: datetime, action: str) -> Answer | None:
    """A token of the exchange is good for one package, and for what its publisher allows."""
    if who.package != upload.package:
        return answer.not_found()
    return None if action in allowed(who, now) else answer.oidc_denied()


def allowed(who: Exchanged, now: datetime) -> tuple[str, ...]:
    """The ticked actions; where nobody said, what npm ticked when it was made."""
    publisher = who.publisher
    if now < dates.STAGED_PUBLISHING:
        return ("createPackage",)
    if publisher.allowed is not None:
        return publisher.allowed
    if publisher.created is None or publisher.created < dates.STAGED_PUBLISHING:
        return ("createPackage",)
    if publisher.created < dates.DIRECT_PUBLISHING_OPT_IN:
        return ()
    return ("createStagedPackage",)


def _by_token(
    world: World, token: Token, package: Package | None, upload: Upload, now: datetime
) -> Answer | None:
    if not _may_write(world, token, package, upload.package):
        return answer.may_not()
    access: Access = package.access if package else "2fa-or-bypass-token"
    if token.kind == "classic-read":
        return answer.may_not()
    if token.kind == "granular":
        refused = _limited(token, access, upload, now)
        unasked = token.bypass_2fa and (package is not None or _may_create(world, now))
    elif token.kind == "classic-automation":
        refused = answer.tokens_disallowed() if access == "2fa-disallow-tokens" else None
        unasked = True
    else:
        refused = None
        relaxed = token.kind == "classic-publish" or now < dates.SESSIONS_ALWAYS_ASKED
        unasked = relaxed and access == "legacy-none" and _mode(world, token) != "auth-and-writes"
    if refused is not None or unasked:
        return refused
    return None if _second_factor(world, token, upload) else _asks(world, token)


def _limited(token: Token, access: Access, upload: Upload, now: datetime) -> Answer | None:
    """What a granular token may not do even with a person at hand."""
    if token.permission in ("read-only", "no-access") or not token.covers(upload.package):
        return answer.may_not()
    if token.permission == "stage-only" or now >= dates.DIRECT_PUBLISH_BY_TOKEN_ENDS:
        return answer.stage_required()
    return answer.tokens_disallowed() if access == "2fa-disallow-tokens" else None


def _may_create(world: World, now: datetime) -> bool:
    return now < dates.FIRST_PUBLISH_CONTESTED or world.contested.first_publish_by_token


def _may_write(world: World, token: Token, package: Package | None, name: str) -> bool:
    """A token never has more rights than its user."""
    account = world.accounts.get(token.account)
    if account is None or not among(name, account.writes_to):
        return False
    return package is None or account.name in package.maintainers


def _second_factor(world: World, token: Token, upload: Upload) -> bool:
    """Whether a person has confirmed; an account without 2FA has nothing to confirm with."""
    return upload.otp == ONE_TIME_PASSWORD and _mode(world, token) != "disabled"


def _asks(world: World, token: Token) -> Answer:
    """A granular token that bypasses 2FA lands here at a first publish, which wants a person."""
    bypasses = token.kind == "granular" and token.bypass_2fa
    if bypasses or _mode(world, token) == "auth-and-writes":
        return answer.one_time_password()
    return answer.needs_bypass()


def _mode(world: World, token: Token) -> str:
    return world.accounts[token.account].two_factor


def _not_free(world: World, package: Package | None, upload: Upload) -> Answer | None:
    if world.staged_version(upload.package, upload.version):
        return answer.refusal(
            409, f'Cannot publish over previously staged version "{upload.version}".'
        )
    if package is None:
        return _new_package(world, upload)
    if upload.version in package.versions or upload.version in package.unpublished:
        return answer.may_not(
            f"You cannot publish over the previously published versions: {upload.version}."
        )
    return None


def _new_package(world: World, upload: Upload) -> Answer | None:
    """A new scoped package is private unless the client says otherwise; a plan must pay for it."""
    paid = any(account.private_packages for account in world.accounts.values())
    private = upload.access == "restricted" or (
        upload.access is None and upload.package.startswith("@")
    )
    if private and not paid:
        return answer.refusal(402, "You must sign up for private packages")
    return None


# --- staging ----------------------------------------------------------------------------------


def stage(
    world: World, bearer: str | None, address: str, upload: Upload, now: datetime
) -> Answer | None:
    """Why `npm stage publish` is refused; None where the version now waits for approval."""
    if now < dates.STAGED_PUBLISHING:
        return answer.not_found()
    who = tokens.live(world, bearer, now, address)
    if who is None:
        return tokens.refused(world, bearer, now, address)
    package = world.packages.get(upload.package)
    if isinstance(who, Exchanged):
        refused = _by_publisher(who, upload, now, "createStagedPackage")
    else:
        refused = _staged_by_token(world, who, package, upload)
    if refused is None and package is None and now < dates.STAGING_CREATES_PACKAGES:
        refused = answer.not_found()
    return refused or provenance.refused(upload) or _not_free(world, package, upload)


def _staged_by_token(
    world: World, token: Token, package: Package | None, upload: Upload
) -> Answer | None:
    """Any live token that may write here stages: neither 2FA nor the access setting is asked."""
    if not _may_write(world, token, package, upload.package) or token.kind == "classic-read":
        return answer.may_not()
    if token.kind != "granular":
        return None
    may = token.permission in ("read-write", "stage-only") and token.covers(upload.package)
    return None if may else answer.may_not()
