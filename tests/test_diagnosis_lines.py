"""One line of npm's is enough: each way in which a known text is written, with nothing beside it.

Logs are cut, filtered and grouped, so that of an error's lines any may be the only one left.
"""

from __future__ import annotations

import pytest
from failed_logs import REGISTRY, SIGSTORE, step

from checker.diagnosis.reading import diagnose

STAGE = f"{REGISTRY}/-/stage/package/@acme%2fcore"
TAGS = f"{REGISTRY}/-/package/@acme%2fcore/dist-tags/next"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        # npm's registry
        (
            "npm error 403 Two-factor authentication or granular access token with bypass 2fa"
            " enabled",
            "bypass-required",
        ),
        (
            'npm error Failed to validate repository information: "repository.url" is ""',
            "provenance-repository-url",
        ),
        (
            f'npm error {SIGSTORE}"repository.url" does not match',
            "provenance-repository-url",
        ),
        ("npm error You must sign up for private packages", "payment-required"),
        (f"npm error 402 Payment Required - PUT {REGISTRY}/@acme%2fcore", "payment-required"),
        (f"npm error 429 Too Many Requests - PUT {REGISTRY}/@acme%2fcore", "too-many-requests"),
        (f"npm error 429 Too Many Requests - POST {STAGE}", "too-many-requests"),
        (
            "npm error Could not publish, as user undefined: rate limited exceeded",
            "too-many-requests",
        ),
        (f"npm error 401 Unauthorized - DELETE {TAGS}", "dist-tag-refused"),
        ("npm error Please enable 2FA for your account", "trust-refused"),
        (
            "npm error Insufficient permissions to access trusted publisher configurations",
            "trust-refused",
        ),
        ("npm error Invalid trusted publisher configuration", "trust-refused"),
        (
            "npm error At least one permission flag is required (--allow-publish, --allow-stage)",
            "trust-refused",
        ),
        (
            "npm error 404  The requested resource '@acme/core@1.2.3' could not be found or you do"
            " not have permission to access it.",
            "upload-404",
        ),
        ("npm error Unable to authenticate, need: Basic", "upload-401"),
        ("npm error Incorrect or missing password.", "upload-401"),
        (
            "npm error 401 Unauthorized: You must be logged in to publish packages.",
            "upload-401",
        ),
        (f"npm error 403 Forbidden - POST {STAGE}", "upload-403"),
        (f"npm error 409 Conflict - POST {STAGE}", "upload-409"),
        (f"npm error 422 Unprocessable Entity - POST {STAGE}", "upload-422"),
        (f"npm error 404 Not Found - GET {REGISTRY}/@acme%2fcore", "read-refused"),
        (f"npm error 403 Forbidden - GET {REGISTRY}/@acme%2fcore", "read-refused"),
        # npm's client
        ("npm error This operation requires a one-time password.", "one-time-password"),
        ("npm error code EOTP", "one-time-password"),
        ("npm error OTP required for authentication", "one-time-password"),
        ("npm error code ENEEDAUTH", "need-auth"),
        (f"npm error This command requires you to be logged in to {REGISTRY}/", "need-auth"),
        ("npm error You need to authorize this machine using `npm login`", "need-auth"),
        ("npm error Login is not allowed from your IP address", "address-refused"),
        ("npm error code EAUTHIP", "address-refused"),
        ("npm error This package has been marked as private", "marked-private"),
        ("npm error code EPRIVATE", "marked-private"),
        ("npm error Attempted to publish a private package", "marked-private"),
        ("npm error Can't restrict access to unscoped packages.", "restricted-unscoped"),
        ("npm error Unable to restrict access to unscoped package", "restricted-unscoped"),
        ("npm error code EUNSCOPED", "restricted-unscoped"),
        ("npm error Unknown command: `stage`", "no-stage-command"),
        # GitHub's toolkit and other tools
        ("Error: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable", "no-id-token-to-be-had"),
        (
            "Error: Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable",
            "no-id-token-to-be-had",
        ),
        ("SemanticReleaseError: code: 'ENONPMTOKEN'", "semantic-release-no-token"),
        ("[semantic-release] › ✘  No npm token specified.", "semantic-release-no-token"),
        ("SemanticReleaseError: code: 'EINVALIDNPMTOKEN'", "semantic-release-bad-token"),
        ("SemanticReleaseError: code: 'EINVALIDNPMAUTH'", "semantic-release-bad-token"),
        ("[ERR_PNPM_OTP_NON_INTERACTIVE]", "pnpm-otp"),
        (
            "The registry requires additional authentication, but pnpm is not running in an"
            " interactive terminal",
            "pnpm-otp",
        ),
        ("[ERR_PNPM_FAILED_TO_PUBLISH] (status 404 Not Found)", "pnpm-publish-404"),
        ("Failed to publish package @acme/core@1.2.3 (status 404 Not Found)", "pnpm-publish-404"),
        ("[ERR_PNPM_FAILED_TO_PUBLISH] (status 403 Forbidden)", "pnpm-publish-refused"),
        ("[ERR_PNPM_GIT_NOT_LATEST]", "pnpm-git-checks"),
        ("[ERR_PNPM_GIT_NOT_CORRECT_BRANCH]", "pnpm-git-checks"),
        ("[ERR_PNPM_GIT_UNKNOWN_BRANCH]", "pnpm-git-checks"),
        ("➤ YN0041: Your credentials may have expired", "yarn-invalid-authentication"),
        (
            "➤ YN0035:   Response Code: 403 (Forbidden)\n➤ YN0035:   Request Method: PUT",
            "yarn-upload-refused",
        ),
        ("lerna ERR! ENEEDAUTH You must be logged in to publish packages.", "lerna-not-logged-in"),
        (
            "lerna ERR! Access verification failed. Ensure that your npm access token has both"
            " read and write access.",
            "lerna-not-logged-in",
        ),
        (
            "lerna ERR! EACCES You do not have write permission required to publish core",
            "lerna-not-logged-in",
        ),
        ("✖ You must be logged in. Use `npm login` and try again.", "not-logged-in"),
        ("ERROR acme is not a collaborator for @acme/core.", "not-logged-in"),
    ],
)
def test_one_line_of_an_error_is_enough(line: str, error: str) -> None:
    assert [found.error for found in diagnose(step(line))] == [error]


@pytest.mark.parametrize(
    "line",
    [
        "Error: Request failed with status 404",
        "ERR_PNPM_FAILED_TO_PUBLISH is what pnpm prints",
        "Failed to publish package @acme/core@1.2.3",
    ],
)
def test_half_of_what_pnpm_says_of_a_404_is_not_said_by_pnpm(line: str) -> None:
    assert "pnpm-publish-404" not in {found.error for found in diagnose(step(line))}
