"""Failed logs: one of each known text, and more where clues tell its causes apart."""

from __future__ import annotations

import failed_logs
from failed_logs import (
    EXCHANGE,
    EXCHANGE_201,
    NEED_AUTH,
    PLACEHOLDER,
    REGISTRY,
    SIGSTORE,
    not_found,
    put,
    step,
)

# As in `failed_logs`: what stands in few logs, or comes from a tool that asks npm by itself.
_RARE: dict[str, tuple[str, str, str | None]] = {
    "an id-token that npm does not take from a tool": (
        step("Error: OIDC token exchange error - unauthorized", run="npx release"),
        "bad-id-token-request",
        "unsupported-oidc-issuer",
    ),
    "a publisher that npm does not know for a tool": (
        step("Error: OIDC token exchange error - package not found", run="npx release"),
        "exchange-refused",
        "trusted-publisher-mismatch",
    ),
    "a tool that gets no id-token": (
        step("Error: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable", run="npx release"),
        "no-id-token-to-be-had",
        "id-token-permission-missing",
    ),
    "npm without trust": (
        step('Unknown command: "trust"', run="npm trust list"),
        "no-trust-command",
        None,
    ),
    "pnpm, refused without words": (
        step(
            "[ERR_PNPM_FAILED_TO_PUBLISH] Failed to publish package @acme/core@1.0.0"
            " (status 401 Unauthorized)",
            run="pnpm publish",
        ),
        "pnpm-publish-refused",
        "token-needs-2fa",
    ),
    "provenance in other words": (
        put("422 Unprocessable Entity", f"{SIGSTORE}The certificate is too old."),
        "provenance-refused",
        None,
    ),
    "a package that may not be read": (
        step(
            f"npm error code E401\nnpm error 401 Unauthorized - GET {REGISTRY}/@acme%2fcore",
            run="npm ci",
        ),
        "read-refused",
        None,
    ),
    "a fault of an upload that carries provenance": (
        step(
            "npm notice publish Signed provenance statement with source and build information\n"
            + put("422 Unprocessable Entity")
        ),
        "upload-422",
        "repository-url-mismatch",
    ),
    "npm whoami before trusted publishing": (
        step(
            f"npm error code E401\nnpm error 401 Unauthorized - GET {REGISTRY}/-/whoami",
            run="npm whoami",
        ),
        "whoami-401",
        "tool-prechecks-whoami",
    ),
    "npm whoami with a token that is set": (
        step(
            f"npm error code E401\nnpm error 401 Unauthorized - GET {REGISTRY}/-/whoami",
            "NODE_AUTH_TOKEN: ***",
            run="npm whoami",
        ),
        "whoami-401",
        "token-expired",
    ),
    "yarn berry with an empty token variable": (
        step(
            "➤ YN0035: Response Code: 404 (Not Found)\n➤ YN0035:   Request Method: PUT",
            "YARN_NPM_AUTH_TOKEN: ",
            run="yarn npm publish",
        ),
        "yarn-upload-refused",
        "tool-without-trusted-publishing",
    ),
    "need auth after an exchange that ended without an answer": (
        step(f"npm http fetch POST {EXCHANGE} attempt 1 failed with ECONNRESET\n{NEED_AUTH}"),
        "need-auth",
        "trusted-publisher-mismatch",
    ),
    "404 after an exchange that succeeded": (
        step(f"{EXCHANGE_201}\n{not_found()}", PLACEHOLDER),
        "upload-404",
        None,
    ),
}

FAILED = failed_logs.FAILED | _RARE
