"""Logs of releases that failed, as the clients and GitHub write them: one for each known text."""

from __future__ import annotations

REGISTRY = "https://registry.npmjs.org"
PLACEHOLDER = "NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX"
EXCHANGE = f"{REGISTRY}/-/npm/v1/oidc/token/exchange/package/@acme%2fcore"
EXCHANGE_404 = (
    f"npm http fetch POST 404 {EXCHANGE} 574ms\n"
    "npm verbose oidc Failed token exchange request with body message:"
    " OIDC token exchange error - package not found"
)
EXCHANGE_201 = f"npm http fetch POST 201 {EXCHANGE} 412ms"
EXPIRED_NOTICE = "npm notice Access token expired or revoked. Please try logging in again."
NEED_AUTH = (
    "npm error code ENEEDAUTH\n"
    f"npm error need auth This command requires you to be logged in to {REGISTRY}/\n"
    "npm error need auth You need to authorize this machine using `npm adduser`\n"
    "npm error A complete log of this run can be found in: /home/runner/.npm/_logs/x-debug-0.log"
)


def put(status: str, words: str = "", package: str = "@acme%2fcore") -> str:
    """npm's lines for an upload that the registry refuses."""
    code = status.split(" ")[0]
    said = f" - {words}" if words else ""
    return (
        f"npm error code E{code}\n"
        f"npm error {code} {status} - PUT {REGISTRY}/{package}{said}\n"
        "npm error A complete log of this run can be found in: /home/runner/.npm/_logs/x.log"
    )


def not_found(package: str = "@acme%2fcore", shown: str = "@acme/core@1.2.3") -> str:
    """npm's lines for the upload that is answered 404."""
    return (
        "npm error code E404\n"
        f"npm error 404 Not Found - PUT {REGISTRY}/{package} - Not found\n"
        "npm error 404\n"
        f"npm error 404  The requested resource '{shown}' could not be found or you do not have"
        " permission to access it.\n"
        "npm error 404\n"
        "npm error 404 Note that you can also install from a\n"
        "npm error 404 tarball, folder, http url, or git url."
    )


def step(output: str, env: str = "", run: str = "npm publish", *, fails: bool = True) -> str:
    """A step of a job as GitHub's raw log has it: its script and variables, then what it wrote."""
    lines = [f"##[group]Run {run}", f"\x1b[36;1m{run}\x1b[0m", "shell: /usr/bin/bash -e {0}"]
    lines += ["env:", *(f"  {line}" for line in env.split("\n"))] if env else []
    lines += ["##[endgroup]", *output.split("\n")]
    lines += ["##[error]Process completed with exit code 1."] if fails else []
    return "".join(f"2026-11-24T04:31:07.1234567Z {line}\n" for line in lines)


SIGSTORE = "Error verifying sigstore provenance bundle: "

# name of the case: (log, the text recognised, the rule named first)
FAILED: dict[str, tuple[str, str, str | None]] = {
    "404 after an expired token": (
        step(f"{EXPIRED_NOTICE}\n{not_found()}", "NODE_AUTH_TOKEN: ***"),
        "upload-404",
        "token-expired",
    ),
    "404 with nothing else said": (not_found(), "upload-404", "token-expired"),
    "404 after a refused exchange and the placeholder": (
        step(f"{EXCHANGE_404}\n{EXPIRED_NOTICE}\n{not_found()}", PLACEHOLDER),
        "upload-404",
        "trusted-publisher-mismatch",
    ),
    "404 with an old npm and the placeholder": (
        step(f"npm info using npm@10.8.2\n{not_found()}", PLACEHOLDER),
        "upload-404",
        "npm-too-old-for-trusted-publishing",
    ),
    "404 where npm got no id-token": (
        step(
            "npm silly oidc Skipped because incorrect permissions for id-token within GitHub"
            f" workflow\n{not_found()}",
            PLACEHOLDER,
        ),
        "upload-404",
        "id-token-permission-missing",
    ),
    "404 of a name that npm has not": (
        step(
            f"{EXCHANGE_404}\nnpm http fetch GET 404 {REGISTRY}/@acme%2fcore 91ms\n{not_found()}",
            PLACEHOLDER,
        ),
        "upload-404",
        "first-publish",
    ),
    "404 in the words of npm 8": (
        "npm ERR! code E404\n"
        f"npm ERR! 404 Not Found - PUT {REGISTRY}/left - Not found\n"
        "npm ERR! 404 \n"
        "npm ERR! 404  'left@1.0.0' is not in this registry.",
        "upload-404",
        "token-expired",
    ),
    "need auth with nothing else said": (NEED_AUTH, "need-auth", "id-token-permission-missing"),
    "need auth on npm 10": (
        step(f"npm notice New major version of npm available! 10.9.2 -> 12.2.0\n{NEED_AUTH}"),
        "need-auth",
        "npm-too-old-for-trusted-publishing",
    ),
    "need auth after a refused exchange": (
        step(f"npm verbose cli /opt/node/bin/node npm\n{EXCHANGE_404}\n{NEED_AUTH}"),
        "need-auth",
        "trusted-publisher-mismatch",
    ),
    "need auth after an exchange that was never tried": (
        step(f"npm verbose cli /opt/node npm\nnpm info using npm@11.6.0\n{NEED_AUTH}"),
        "need-auth",
        "id-token-permission-missing",
    ),
    "need auth after an id-token that npm does not accept": (
        step(
            f"npm http fetch POST 401 {EXCHANGE} 88ms\nnpm verbose oidc Failed token exchange"
            f" request with body message: OIDC token exchange error - unauthorized\n{NEED_AUTH}"
        ),
        "need-auth",
        "unsupported-oidc-issuer",
    ),
    "need auth with a secret that nothing reads": (
        step(NEED_AUTH, "NPM_TOKEN: ***"),
        "need-auth",
        "token-not-read",
    ),
    "the publisher allows only staging": (
        step(f"{EXCHANGE_201}\n{put('403 Forbidden', 'OIDC permission denied for this action')}"),
        "oidc-permission-denied",
        "trusted-publisher-lacks-permission",
    ),
    "a token that does not bypass 2FA": (
        put(
            "403 Forbidden",
            "Two-factor authentication or granular access token with bypass 2fa enabled is"
            " required to publish packages.",
        ),
        "bypass-required",
        "token-needs-2fa",
    ),
    "a package that disallows tokens": (
        put(
            "403 Forbidden",
            "Two-factor authentication is required to publish this package but an automation"
            " token was specified",
        ),
        "automation-token-specified",
        "token-refused-by-publishing-access",
    ),
    "a token that may not": (
        put("403 Forbidden", "You may not perform that action with these credentials."),
        "not-with-these-credentials",
        "token-lacks-permission",
    ),
    "a stage-only token": (
        "npm error code E_STAGE_REQUIRED\nnpm error Run `npm stage publish` instead.",
        "stage-required",
        "token-lacks-permission",
    ),
    "403 in other words": (
        put("403 Forbidden", "Something new."),
        "upload-403",
        "token-needs-2fa",
    ),
    "a one-time password with a page to open": (
        "npm notice npm tokens that bypass 2FA are being restricted for account changes and direct"
        " publishing. Learn how to prepare: https://gh.io/npm-gat-bypass2fa-deprecation\n"
        "npm error code EOTP\n"
        "npm error This operation requires a one-time password.\n"
        "npm error Open this URL in your browser to authenticate:\n"
        "npm error   https://www.npmjs.com/auth/cli/0f6f2b0e-1c1d-4e55-9d3c-2a52c0a10e4f",
        "one-time-password",
        "token-needs-2fa",
    ),
    "a one-time password for a new name": (
        step(
            f"npm http fetch GET 404 {REGISTRY}/@acme%2fcore 91ms\nnpm notice name: @acme/core\n"
            "npm error code EOTP\nnpm error This operation requires a one-time password.",
            "NODE_AUTH_TOKEN: ***",
        ),
        "one-time-password",
        "first-publish",
    ),
    "repository.url is empty": (
        put(
            "422 Unprocessable Entity",
            f'{SIGSTORE}Failed to validate repository information: package.json: "repository.url"'
            ' is "", expected to match "https://github.com/acme/core" from provenance',
        ),
        "provenance-repository-url",
        "repository-url-mismatch",
    ),
    "provenance from a private repository": (
        put(
            "422 Unprocessable Entity",
            f'{SIGSTORE}Unsupported GitHub Actions source repository visibility: "private". Only'
            " public source repositories are supported when publishing with provenance.",
        ),
        "provenance-private-repository",
        "provenance-from-private-repository",
    ),
    "provenance from an own runner": (
        put(
            "422 Unprocessable Entity",
            f'{SIGSTORE}Unsupported GitHub Actions runner environment: "self-hosted". Only'
            ' "github-hosted" runners are supported when publishing with provenance.',
        ),
        "provenance-runner",
        "self-hosted-runner",
    ),
    "provenance without a git reference": (
        put(
            "422 Unprocessable Entity",
            f"{SIGSTORE}Missing SourceRepositoryRef in signing certificate",
        ),
        "provenance-source-ref",
        None,
    ),
    "the client sees the version": (
        "npm error You cannot publish over the previously published versions: 1.2.3.",
        "version-exists",
        "version-already-published",
    ),
    "the registry sees the version": (
        put("409 Conflict", 'Cannot publish over previously published version "1.2.3".'),
        "version-exists",
        "version-already-published",
    ),
    "the version is staged": (
        put("409 Conflict", 'Cannot publish over previously staged version "1.2.3".'),
        "version-staged",
        "version-already-staged",
    ),
    "a conflict that npm 11 does not explain": (
        put("409 Conflict"),
        "upload-409",
        "version-already-published",
    ),
    "a fault of the upload that npm 11 does not explain": (
        put("422 Unprocessable Entity"),
        "upload-422",
        "repository-url-mismatch",
    ),
    "npm with --json": (
        "npm error code EOTP\nnpm error This operation requires a one-time password.\n"
        '{\n  "error": {\n    "code": "EOTP",\n'
        '    "summary": "This operation requires a one-time password.",\n    "detail": ""\n  }\n}',
        "one-time-password",
        "token-needs-2fa",
    ),
    "latest would go back": (
        'npm error Cannot implicitly apply the "latest" tag because previously published version'
        " 2.0.0 is higher than the new version 1.9.1. You must specify a tag using --tag.",
        "latest-goes-back",
        "latest-would-go-back",
    ),
    "a prerelease without a tag": (
        "npm error You must specify a tag using --tag when publishing a prerelease version.",
        "prerelease-needs-tag",
        "prerelease-without-tag",
    ),
    "a private plan is missing": (
        put("402 Payment Required", "You must sign up for private packages"),
        "payment-required",
        "scoped-first-publish-not-public",
    ),
    "provenance for a new package": (
        "npm error code EUSAGE\nnpm error Can't generate provenance for new or private package,"
        " you must set `access` to public.",
        "provenance-needs-public",
        "provenance-needs-public-access",
    ),
    "provenance without an id-token": (
        'npm error code EUSAGE\nnpm error Provenance generation in GitHub Actions requires "write"'
        ' access to the "id-token" permission',
        "provenance-needs-id-token",
        "provenance-without-id-token",
    ),
    "provenance on a machine": (
        "npm error code EUSAGE\n"
        "npm error Automatic provenance generation not supported for provider: null",
        "provenance-provider",
        "provenance-without-id-token",
    ),
    "too many new packages": (
        put("429 Too Many Requests", "Could not publish, as user undefined: rate limited exceeded"),
        "too-many-requests",
        "too-many-new-packages",
    ),
    "two writes at once": (
        put(
            "409 Conflict",
            "Failed to save packument. A common cause is if you try to publish a new package"
            " before the previous package has been fully processed.",
        ),
        "packument-conflict",
        None,
    ),
    "401 with a bearer token": (
        "npm error code E401\n"
        "npm error Unable to authenticate, your authentication token seems to be invalid.\n"
        "npm error To correct this please try logging in again with:\nnpm error   npm login",
        "upload-401",
        "token-expired",
    ),
    "a wrong address": (
        "npm error code EAUTHIP\nnpm error Login is not allowed from your IP address",
        "address-refused",
        "token-ip-restricted",
    ),
    "marked private": (
        "npm error code EPRIVATE\nnpm error This package has been marked as private",
        "marked-private",
        "package-private",
    ),
    "restricted without a scope": (
        "npm error code EUNSCOPED\nnpm error Can't restrict access to unscoped packages.",
        "restricted-unscoped",
        "restricted-unscoped",
    ),
    "npm 12 with packageExtensions": (
        "npm error code EPACKAGEEXTENSIONS\nnpm error packageExtensions is only honored at the"
        " project root and must not be published.",
        "package-extensions",
        None,
    ),
    "an authenticator app": (
        "npm error 404 Not Found - Adding a new TOTP 2FA is no longer supported.",
        "totp-enrolment",
        None,
    ),
    "a publisher that is there already": (
        f"npm error code E409\nnpm error 409 Conflict - POST {REGISTRY}/-/package/@acme%2fcore/"
        "trust - trusted publisher config already exists for the package. Please delete and"
        " re-create.",
        "trust-refused",
        None,
    ),
    "staging a new name": (
        "npm error code E404\n"
        f"npm error 404 Not Found - POST {REGISTRY}/-/stage/package/@acme%2fcore - Not found",
        "stage-not-found",
        "first-publish",
    ),
    "npm without staging": (
        'Unknown command: "stage"\n\nTo see a list of supported npm commands, run:\n  npm help',
        "no-stage-command",
        "npm-too-old-for-staging",
    ),
    "a tag without a credential": (
        "npm error code E401\n"
        f"npm error 401 Unauthorized - PUT {REGISTRY}/-/package/@acme%2fcore/dist-tags/next",
        "dist-tag-refused",
        "dist-tag-without-credential",
    ),
    "an npm that Node cannot run": (
        "npm error code EBADENGINE\nnpm error engine Unsupported engine\n"
        "npm error engine Not compatible with your version of node/npm: npm@12.2.0\n"
        'npm error notsup Required: {"node":"^22.22.2 || ^24.15.0 || >=26.0.0"}',
        "npm-engine",
        "npm-upgrade-unsupported",
    ),
    "an upgrade that breaks npm": (
        "npm error code MODULE_NOT_FOUND\nnpm error Cannot find module 'promise-retry'",
        "npm-broken-by-upgrade",
        None,
    ),
    "a caller that grants nothing": (
        "##[error].github/workflows/release.yml (Line: 20, Col: 3): Error calling workflow"
        " 'acme/core/.github/workflows/publish.yml@main'. The nested job 'publish' is requesting"
        " 'id-token: write', but is only allowed 'id-token: none'.",
        "caller-grants-no-id-token",
        "id-token-permission-missing",
    ),
    "pnpm 12, exchange refused": (
        step(
            "[WARN] Skipped OIDC: ERR_PNPM_AUTH_TOKEN_EXCHANGE: Failed token exchange request with"
            " body message: Unknown error (status code 404)\n"
            "[ERR_PNPM_FAILED_TO_PUBLISH] Failed to publish package @acme/core@1.2.3"
            ' (status 404 Not Found): {"error":"Not found"}',
            run="pnpm publish --no-git-checks",
        ),
        "pnpm-publish-404",
        "trusted-publisher-mismatch",
    ),
    "pnpm 11, no id-token": (
        "[WARN] Skipped OIDC: ERR_PNPM_ID_TOKEN_GITHUB_WORKFLOW_INCORRECT_PERMISSIONS: Incorrect"
        " permissions for idToken within GitHub Workflows\n"
        " ERR_PNPM_FAILED_TO_PUBLISH  Failed to publish package @acme/core@1.2.3 (status 404"
        " Not Found)\nDetails:\n    Not found",
        "pnpm-publish-404",
        "id-token-permission-missing",
    ),
    "pnpm hands on what the registry says": (
        "[ERR_PNPM_FAILED_TO_PUBLISH] Failed to publish package @acme/core@1.2.3 (status 403"
        " Forbidden): OIDC permission denied for this action",
        "oidc-permission-denied",
        "trusted-publisher-lacks-permission",
    ),
    "pnpm and a second factor": (
        "[ERR_PNPM_OTP_NON_INTERACTIVE] The registry requires additional authentication, but pnpm"
        " is not running in an interactive terminal",
        "pnpm-otp",
        "token-needs-2fa",
    ),
    "pnpm and a dirty checkout": (
        " ERR_PNPM_GIT_UNCLEAN  Unclean working tree. Commit or stash changes first.",
        "pnpm-git-checks",
        None,
    ),
    "yarn without a token": (
        "➤ YN0000: package.json\n➤ YN0033: No authentication configured for request\n"
        "➤ YN0000: Failed with errors in 0s 31ms",
        "yarn-no-authentication",
        "id-token-permission-missing",
    ),
    "yarn with a dead token": (
        "➤ YN0041: Invalid authentication (as an unknown user)\n➤ YN0000: Failed with errors",
        "yarn-invalid-authentication",
        "token-expired",
    ),
    "yarn and a second factor": (
        "➤ YN0041: Invalid OTP token",
        "yarn-otp",
        "token-needs-2fa",
    ),
    "yarn and a 404": (
        "➤ YN0035: Package not found\n➤ YN0035:   Response Code: 404 (Not Found)\n"
        "➤ YN0035:   Request Method: PUT\n"
        f"➤ YN0035:   Request URL: {REGISTRY}/@acme%2fcore",
        "yarn-upload-refused",
        "token-expired",
    ),
    "yarn and a private workspace": (
        "Usage Error: Private workspaces cannot be published",
        "marked-private",
        "package-private",
    ),
    "yarn 1 without a token": (
        "[2/4] Logging in...\n"
        "error No token found and can't prompt for login when running with --non-interactive.",
        "yarn-1-no-token",
        "tool-without-trusted-publishing",
    ),
    "yarn 1 refused": (
        f'error Couldn\'t publish package: "{REGISTRY}/@acme%2fcore: Not found"',
        "yarn-upload-refused",
        "token-expired",
    ),
    "bun without a token": (
        "bun publish v1.4.5\n\nerror: missing authentication (run `bunx npm login`)",
        "bun-no-authentication",
        "tool-without-trusted-publishing",
    ),
    "bun refused": (
        f"404 Not Found: {REGISTRY}/@acme%2fcore\n - Not found",
        "bun-upload-refused",
        "token-expired",
    ),
    "bun hands on what the registry says": (
        f"403 Forbidden: {REGISTRY}/@acme%2fcore\n - You cannot publish over the previously"
        " published versions: 1.2.3.",
        "version-exists",
        "version-already-published",
    ),
    "lerna 9, exchange refused": (
        "lerna verb publish @acme/core\n"
        "lerna verb oidc Failed token exchange request with body message: OIDC token exchange"
        " error - package not found\n"
        "lerna WARN notice Package failed to publish: @acme/core\n"
        "lerna ERR! E404 Not found\n"
        'lerna ERR! errno "undefined" is not a valid exit code - exiting with code 1',
        "lerna-upload-404",
        "trusted-publisher-mismatch",
    ),
    "lerna asks who it is": (
        "lerna ERR! EWHOAMI Authentication error. Use `npm whoami` to troubleshoot.",
        "lerna-not-logged-in",
        "tool-prechecks-whoami",
    ),
    "semantic-release, exchange refused and no token": (
        "[2:00:01 PM] [semantic-release] [@semantic-release/npm] › ℹ  OIDC token exchange with the"
        " npm registry failed: 404 OIDC token exchange error - package not found\n"
        "[2:00:01 PM] [semantic-release] › ✘  ENONPMTOKEN No npm token specified.",
        "semantic-release-no-token",
        "trusted-publisher-mismatch",
    ),
    "semantic-release without an id-token": (
        "[semantic-release] › ℹ  Retrieval of GitHub Actions OIDC token failed: Unable to get"
        " ACTIONS_ID_TOKEN_REQUEST_URL env variable\n"
        "[semantic-release] › ℹ  Have you granted the `id-token: write` permission to this"
        " workflow?\n[semantic-release] › ✘  ENONPMTOKEN No npm token specified.",
        "semantic-release-no-token",
        "id-token-permission-missing",
    ),
    "semantic-release with a dead token": (
        step(
            "npm error code E401\n"
            f"npm error 401 Unauthorized - GET {REGISTRY}/-/whoami\n"
            "[semantic-release] › ✘  EINVALIDNPMTOKEN Invalid npm token.",
            f"NPM_TOKEN: ***\n{PLACEHOLDER}",
            run="npx semantic-release",
        ),
        "semantic-release-bad-token",
        "token-expired",
    ),
    "release-it asks who it is": (
        "ERROR Not authenticated with npm. Please `npm login` and try again.",
        "not-logged-in",
        "tool-prechecks-whoami",
    ),
    "changesets wraps npm": (
        step(
            f"🦋  error {EXPIRED_NOTICE}\n🦋  error npm error code E404\n🦋  error npm error 404"
            f" Not Found - PUT {REGISTRY}/@acme%2fcore - Not found",
            "NPM_TOKEN: ***",
            run="changeset publish",
        ),
        "upload-404",
        "token-expired",
    ),
}
