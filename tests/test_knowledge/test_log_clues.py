"""What the lines of a log say beside the error: of npm, pnpm, semantic-release, lerna, GitHub."""

from __future__ import annotations

import pytest

from checker.knowledge.error_model import Clue
from checker.knowledge.log_clues import changes_npm, clue, npm_clue, token_clue

EXCHANGE = "https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/widget"
PNPM = "[WARN] Skipped OIDC: ERR_PNPM_AUTH_TOKEN_EXCHANGE: Failed token exchange request with body"
SEMANTIC = "[semantic-release] › ✘  OIDC token exchange with the npm registry failed"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"npm http fetch POST 201 {EXCHANGE} 80ms", Clue.EXCHANGE_ACCEPTED),
        (f"npm http fetch POST 404 {EXCHANGE} 80ms", Clue.EXCHANGE_404),
        (f"npm http fetch POST 401 {EXCHANGE} 80ms", Clue.EXCHANGE_401),
        (f"npm http fetch POST 503 {EXCHANGE} 80ms", Clue.EXCHANGE_FAILED),
        (f"npm verbose request {EXCHANGE}", None),
        ("npm http fetch POST 404 https://registry.npmjs.org/-/v1/login 80ms", None),
        (
            "npm verbose oidc Successfully retrieved and set token",
            Clue.EXCHANGE_ACCEPTED,
        ),
        (
            "[semantic-release] › ✔  OIDC token exchange with the npm registry succeeded",
            Clue.EXCHANGE_ACCEPTED,
        ),
        (f"{SEMANTIC}: 404 Not Found", Clue.EXCHANGE_404),
        (f"{SEMANTIC}: 401 Unauthorized", Clue.EXCHANGE_401),
        (f"{SEMANTIC}: 500 Internal Server Error", Clue.EXCHANGE_FAILED),
        (f"{PNPM} message: OIDC token exchange error - package not found", Clue.EXCHANGE_404),
        (f"{PNPM} message: Unknown error (status code 404)", Clue.EXCHANGE_404),
        (f"{PNPM} message: Unauthorized", Clue.EXCHANGE_401),
        (f"{PNPM} message: Unknown error (status code 401)", Clue.EXCHANGE_401),
        (f"{PNPM} message: Unknown error (status code 502)", Clue.EXCHANGE_FAILED),
    ],
)
def test_how_the_exchange_ended_is_told_by_the_tool_that_made_it(
    line: str, found: Clue | None
) -> None:
    assert clue(line.lower()) is found


@pytest.mark.parametrize(
    "line",
    [
        "npm silly oidc Skipped because incorrect permissions for id-token within GitHub workflow",
        "npm silly oidc Skipped because no id_token available",
        "[WARN] Skipped OIDC: Incorrect permissions for idToken within GitHub Workflows",
        "Error: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable",
        "[semantic-release] › ℹ  Retrieval of GitHub Actions OIDC token failed: no permission",
        "[semantic-release] › ℹ  Have you granted the `id-token: write` permission to it?",
    ],
)
def test_each_tool_has_its_words_for_a_job_that_may_not_have_an_id_token(line: str) -> None:
    assert clue(line.lower()) is Clue.NO_ID_TOKEN


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("npm error Failed to replace env in config: ${NODE_AUTH_TOKEN}", Clue.TOKEN_UNSET),
        ("npm notice Access token expired or revoked. Please try again.", Clue.TOKEN_NOT_KNOWN),
        (
            "npm notice npm tokens that bypass 2FA are being restricted for account changes",
            Clue.BYPASS_NOTICE,
        ),
        ("npm notice publish Signed provenance statement with source", Clue.PROVENANCE_SIGNED),
        (
            "npm error need auth You need to authorize this machine using `npm login`",
            Clue.NPM_NEW_ENOUGH,
        ),
        ("npm error need auth You need to authorize this machine using `npm adduser`", None),
        ("npm verbose cli /usr/bin/node /usr/bin/npm", Clue.VERBOSE),
        ("npm http fetch GET 404 https://registry.npmjs.org/widget 40ms", Clue.PACKAGE_NOT_FOUND),
        (
            "lerna WARN EREGISTRY widget was not found in the registry",
            Clue.PACKAGE_NOT_FOUND,
        ),
        ("npm http fetch GET 200 https://registry.npmjs.org/widget 40ms", None),
    ],
)
def test_a_line_beside_the_error_tells_its_causes_apart(line: str, found: Clue | None) -> None:
    assert clue(line.lower()) is found


@pytest.mark.parametrize(
    "name",
    ["NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN", "NPM_CONFIG_TOKEN", "YARN_NPM_AUTH_TOKEN"],
)
def test_github_prints_of_a_token_variable_whether_it_is_set(name: str) -> None:
    assert token_clue(f"  {name}: ***") is Clue.TOKEN_SET
    assert token_clue(f"  {name}:") is Clue.TOKEN_EMPTY
    assert token_clue(f"  {name}: ") is Clue.TOKEN_EMPTY
    assert token_clue(f"  {name}: XXXXX-XXXXX-XXXXX-XXXXX") is Clue.TOKEN_PLACEHOLDER
    assert token_clue(f"  OTHER_{name}: ***") is None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("npm info using npm@11.5.1", Clue.NPM_NEW_ENOUGH),
        ("npm info using npm@11.5.0", Clue.NPM_TOO_OLD),
        ("npm verbose npm  v10.9.2", None),
        ("npm: 11.17.0", Clue.NPM_NEW_ENOUGH),
        (
            "npm notice New major version of npm available! 10.9.2 -> 12.2.0",
            Clue.NPM_TOO_OLD,
        ),
        ("node: v24.19.0", None),
    ],
)
def test_a_line_tells_which_npm_runs_and_whether_it_can_exchange(
    line: str, found: Clue | None
) -> None:
    assert npm_clue(line) is found


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("npm install -g npm@latest", True),
        ("npm install --global npm", True),
        ("npx --yes npm@11 publish", True),
        ("npm i -g npm@^11.5.1", True),
        ("npm install -g pnpm", False),
        ("npm publish", False),
        ("npm error notarget for npm@beta", False),
    ],
)
def test_a_script_that_installs_or_calls_another_npm_is_told(line: str, changes: bool) -> None:
    assert changes_npm(line) is changes
