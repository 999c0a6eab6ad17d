"""What a request is answered with, and npm's own texts for it."""

from __future__ import annotations

from dataclasses import dataclass, field

PLEASE_LOG_IN = "Access token expired or revoked. Please try logging in again."
BYPASS_NOTICE = (
    "npm tokens that bypass 2FA are being restricted for account changes and direct publishing."
    " Learn how to prepare: https://gh.io/npm-gat-bypass2fa-deprecation"
)


@dataclass(frozen=True)
class Answer:
    """A status, a JSON body, and headers beside the usual ones."""

    status: int
    body: dict[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether npm takes it for success."""
        return 200 <= self.status < 300


def refusal(status: int, text: str, **headers: str) -> Answer:
    """npm's client prints `<status> <reason> - <METHOD> <address> - <text>`."""
    return Answer(status, {"error": text}, {k.replace("_", "-"): v for k, v in headers.items()})


def not_found() -> Answer:
    """What npm says to whoever may not write: rarely that the package is missing."""
    return refusal(404, "Not found")


def dead_token() -> Answer:
    """To a token that is expired, revoked, or none at all."""
    return refusal(404, "Not found", npm_notice=PLEASE_LOG_IN)


def may_not(text: str = "You may not perform that action with these credentials.") -> Answer:
    """To a live token without the right."""
    return refusal(403, text)


def needs_bypass() -> Answer:
    """To a token without bypass whose account is not asked for a password at writes."""
    return may_not(
        "Two-factor authentication or granular access token with bypass 2fa enabled"
        " is required to publish packages."
    )


def one_time_password() -> Answer:
    """A request that a person would answer; in CI it ends as EOTP."""
    return refusal(401, "This operation requires a one-time password.", www_authenticate="OTP")


def tokens_disallowed() -> Answer:
    """The package's setting "require two-factor authentication and disallow tokens"."""
    return may_not(
        "Two-factor authentication is required to publish this package"
        " but an automation token was specified"
    )


def stage_required() -> Answer:
    """To a token that may stage and no more."""
    return may_not(
        "E_STAGE_REQUIRED This token may not publish directly."
        " Run `npm stage publish` and have the version approved."
    )


def oidc_denied() -> Answer:
    """The publisher matched, and does not allow this."""
    return may_not("OIDC permission denied for this action")


def exchange_failed(status: int, what: str) -> Answer:
    """The exchange's words stand under `message`, where npm's client looks for them."""
    return Answer(status, {"message": f"OIDC token exchange error - {what}"})


def bad_provenance(text: str) -> Answer:
    """A bundle that npm does not accept."""
    return refusal(422, f"Error verifying sigstore provenance bundle: {text}")
