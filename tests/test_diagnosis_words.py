"""What a person reads of every known error text, word for word, in the failed logs of these tests.

The goldens are for eyes: one file an error text, one section a log. A change of a cause, of its
place in the order, of how sure it is or of what points at it shows there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from failed_logs import (
    EXCHANGE,
    NEED_AUTH,
    PLACEHOLDER,
    REGISTRY,
    SIGSTORE,
    put,
    step,
)
from known_logs import FAILED

from checker.diagnosis.model import Diagnosis, LikelyCause
from checker.diagnosis.reading import diagnose

GOLDENS = Path(__file__).parent / "goldens" / "errors"
KNOWN = sorted({error for _, error, _ in FAILED.values()})


def as_read(one: Diagnosis) -> str:
    """One diagnosis: its causes in order, each with what points at it, and where to look."""
    causes = [f"- {_cause(cause)}" for cause in one.causes] or ["- no cause is npm's"]
    return "\n".join([f"{one.tool}: {one.shows}", *causes, f"Look: {one.look}", f"<{one.source}>"])


def _cause(cause: LikelyCause) -> str:
    seen = "".join(f"\n  - line {one.line}: {one.says}" for one in cause.seen)
    return f"{cause.rule or 'no rule'}, {cause.evidence}: {cause.why}{seen}"


@pytest.mark.parametrize("error", KNOWN)
def test_a_known_text_is_explained_as_its_golden_says(
    error: str, golden: Callable[[Path, str], None]
) -> None:
    sections = [
        f"## {case}\n\n{as_read(found)}"
        for case, (log, of, _) in FAILED.items()
        for found in diagnose(log)
        if of == error
    ]

    golden(GOLDENS / f"{error}.md", "\n\n".join([f"# {error}", *sections]) + "\n")


def test_there_is_a_golden_of_every_text_in_these_logs_and_of_nothing_else() -> None:
    assert {path.name for path in GOLDENS.iterdir()} == {f"{error}.md" for error in KNOWN}


# --- other words for the same ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "error"),
    [
        (
            put(
                "403 Forbidden",
                "A two-factor authentication or granular access token with bypass 2fa is required.",
            ),
            "bypass-required",
        ),
        (put("403 Forbidden", "cannot publish over existing version"), "version-exists"),
        (put("401 Unauthorized"), "upload-401"),
        (
            f"npm error code E401\nnpm error 401 Unauthorized - GET {REGISTRY}/-/whoami",
            "whoami-401",
        ),
        (
            f"npm error code E401\nnpm error 401 Unauthorized - GET {REGISTRY}/@acme%2fcore",
            "read-refused",
        ),
        (
            put("422 Unprocessable Entity", f"{SIGSTORE}The certificate is too old."),
            "provenance-refused",
        ),
        ("[semantic-release] › ✘  Invalid npm token.", "semantic-release-bad-token"),
        (
            "ERR_PNPM_FAILED_TO_PUBLISH  Failed to publish package @acme/core@1.0.0 (status 401"
            " Unauthorized)",
            "pnpm-publish-refused",
        ),
        (f"error: 401 Unauthorized: {REGISTRY}/@acme%2fcore", "bun-upload-refused"),
        ("ERROR Authentication error. Use `npm whoami` to troubleshoot.", "not-logged-in"),
    ],
)
def test_npm_says_the_same_in_other_words(log: str, error: str) -> None:
    assert [found.error for found in diagnose(step(log))] == [error]


@pytest.mark.parametrize(
    ("log", "error"),
    [
        ("error Invalid authentication", "yarn-invalid-authentication"),
        (
            "➤ YN0035: The remote server failed to provide the requested resource\n"
            "➤ YN0035:   Response Code: 403 (Forbidden)\n➤ YN0035:   Request Method: GET",
            "yarn-upload-refused",
        ),
    ],
)
def test_words_that_others_write_too_are_not_yarns_refusal(log: str, error: str) -> None:
    assert error not in [found.error for found in diagnose(step(log))]


# --- what makes a cause likelier ---------------------------------------------------------------


def blamed(log: str) -> list[str | None]:
    (found,) = diagnose(log)
    return [cause.rule for cause in found.causes]


def test_an_exchange_that_failed_without_a_status_points_at_the_publisher_before_the_npm() -> None:
    failed = f"npm http fetch POST {EXCHANGE} attempt 1 failed with ECONNRESET\n{NEED_AUTH}"

    assert blamed(step(failed))[0] == "trusted-publisher-mismatch"


def test_a_job_whose_token_variable_is_empty_may_run_for_a_fork() -> None:
    causes, plain = blamed(step(NEED_AUTH, "NODE_AUTH_TOKEN: ")), blamed(step(NEED_AUTH))

    assert causes.index("fork-pull-request") < plain.index("fork-pull-request")


def test_a_secret_that_no_line_reads_is_named_only_where_one_is_set() -> None:
    not_found = put("404 Not Found", "Not found")

    assert "token-not-read" in blamed(step(not_found, f"{PLACEHOLDER}\nNPM_TOKEN: ***"))
    assert "token-not-read" not in blamed(step(not_found, PLACEHOLDER))


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (
            "npm verbose oidc Failed token exchange request with body message: try again",
            "trusted-publisher-mismatch",
        ),
        ("npm silly oidc Skipped because no id_token available", "id-token-permission-missing"),
        (
            "Error: Have you granted the `id-token: write` permission to this job?",
            "id-token-permission-missing",
        ),
    ],
)
def test_a_line_of_npms_exchange_is_named_beside_its_cause(line: str, rule: str) -> None:
    (found,) = diagnose(step(f"{line}\n{NEED_AUTH}"))

    assert found.causes[0].rule == rule
    assert [seen.line for seen in found.causes[0].seen] == [5]


def test_a_name_that_the_registry_does_not_have_is_likely_new() -> None:
    one_time = "npm error code EOTP\nnpm error This operation requires a one-time password."
    name = "npm notice name: @acme/core"
    missing = "Package @acme/core was not found in the registry."

    assert blamed(step(f"{name}\n{one_time}"))[0] == "token-needs-2fa"
    assert blamed(step(f"{missing}\n{name}\n{one_time}"))[0] == "first-publish"
