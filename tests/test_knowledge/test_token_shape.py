"""What a token's text gives away, and what is never shown."""

from __future__ import annotations

import pytest

from checker.knowledge.token_shape import fault, looks_like_secret

TOKEN = "npm_" + "aB3" * 12


@pytest.mark.parametrize(
    "token", [TOKEN, f"{TOKEN[:-1]}x", "some-private-registry-token", "0123456789abcdef"]
)
def test_a_token_that_may_be_good_has_no_fault(token: str) -> None:
    assert fault(token) is None


@pytest.mark.parametrize(
    ("token", "word"),
    [
        (f"{TOKEN}\n", "begins or ends with a line break"),
        (f"\r\n{TOKEN}", "begins or ends with a line break"),
        (f"{TOKEN}\n{TOKEN}", "more than one line"),
        (f'"{TOKEN}"', "wrapped in quotes"),
        (f"{TOKEN} ", "white space"),
        (f"Bearer {TOKEN}", "white space"),
        (f"//registry.npmjs.org/:_authToken={TOKEN}", "a whole line of an `.npmrc`"),
        ("0A1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f", "a UUID"),
        ("ghp_" + "aB3" * 12, "a token of GitHub"),
        ("github_pat_" + "aB3" * 20, "a token of GitHub"),
        (TOKEN[:-1], "cut short: 39 characters instead of 40"),
        (f"{TOKEN}\u200b", "no token has"),
    ],
)
def test_a_token_that_npm_cannot_take_has_its_fault_named(token: str, word: str) -> None:
    found = fault(token)
    assert found is not None
    assert word in found
    assert TOKEN[:-1] not in found


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"x {TOKEN[:20]} y",
        "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
        "ghs_" + "aB3" * 12,
        "ghs_" + "aB3" * 6,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "eyJhbGciOiJI.eyJzdWIi",
        "//registry.example.org/:_authToken=abc",
        "Bearer abc",
        "https://someone:word@example.org/x",
        "a1" * 20,
    ],
)
def test_what_has_the_shape_of_a_secret_is_hidden(text: str) -> None:
    assert looks_like_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "granular",
        "2fa-or-bypass-token",
        "classic-automation",
        "@acme/a-package-with-quite-a-long-name-2",
        ".github/workflows/publish-to-npm-and-github-packages.yml",
        "https://github.com/acme/widget.git",
        "2026-11-10T09:30:00Z",
        "averylongwordwithoutanydigitsinit",
        "NPM_TOKEN",
        "npm_token",
    ],
)
def test_ordinary_values_are_shown(text: str) -> None:
    assert not looks_like_secret(text)
