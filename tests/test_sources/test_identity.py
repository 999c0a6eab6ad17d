"""The id-token of a job: where it comes from, why there is none, which claims are kept."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from id import AmbientCredentialError, GitHubOidcPermissionCredentialError
from loopback_server import drips, says, serving
from registry_documents import id_token as token_of

from checker.sources.identity import NoIdToken, claims, id_token, why_none

if TYPE_CHECKING:
    from collections.abc import Mapping

AUDIENCE = "npm:registry.npmjs.org"
OFFERED = {
    "GITHUB_ACTIONS": "true",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example/?api-version=2.0",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "ask-with-this",
}
TOKEN = token_of(repository="acme/widget")


def reason(environ: Mapping[str, str] = OFFERED, **options: object) -> str:
    with pytest.raises(NoIdToken) as caught:
        id_token(AUDIENCE, environ, **options)  # type: ignore[arg-type]  # by name
    return str(caught.value)


def test_a_job_is_given_a_token_for_the_audience() -> None:
    asked: list[str] = []

    def detect(audience: str) -> str:
        asked.append(audience)
        return TOKEN

    assert id_token(AUDIENCE, OFFERED, detect=detect) == TOKEN
    assert asked == [AUDIENCE]


def test_a_token_that_npm_would_take_from_a_variable_comes_first() -> None:
    def detect(audience: str) -> str:
        raise AssertionError(audience)

    environ = {**OFFERED, "NPM_ID_TOKEN": TOKEN}
    assert id_token(AUDIENCE, environ, detect=detect) == TOKEN


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "outside of GitHub Actions"),
        ({**OFFERED, "GITHUB_ACTIONS": ""}, "outside of GitHub Actions"),
        ({"GITHUB_ACTIONS": "true", "ACT": "true"}, "act offers no id-token"),
        ({"GITHUB_ACTIONS": "true"}, "no `id-token: write`"),
        ({**OFFERED, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": ""}, "no `id-token: write`"),
        ({**OFFERED, "ACTIONS_ID_TOKEN_REQUEST_URL": "http://token.example/"}, "not `https`"),
        ({**OFFERED, "ACTIONS_ID_TOKEN_REQUEST_URL": "https://[::1"}, "not `https`"),
    ],
)
def test_where_no_token_is_offered_the_reason_is_told_and_nobody_asked(
    environ: Mapping[str, str], words: str
) -> None:
    def detect(audience: str) -> str:
        raise AssertionError(audience)

    assert words in reason(environ, detect=detect)
    assert words in (why_none(environ) or "")


def test_a_job_that_is_offered_one_has_no_reason() -> None:
    assert why_none(OFFERED) is None
    under_act = {**OFFERED, "ACT": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:1/"}
    assert why_none(under_act) is None


@pytest.mark.parametrize(
    "failure",
    [
        AmbientCredentialError(f"body={TOKEN}"),
        GitHubOidcPermissionCredentialError(TOKEN),
        ValueError(TOKEN),
        RecursionError(TOKEN),
    ],
)
def test_a_failure_of_github_is_a_reason_without_what_github_sent(failure: Exception) -> None:
    def detect(audience: str) -> str:
        raise failure

    assert TOKEN not in reason(detect=detect)


@pytest.mark.parametrize("given", [None, "", "opaque", "a.b\n.c", "a.b.c d", "é.b.c", "a" * 20_000])
def test_what_has_not_the_form_of_a_token_is_none(given: str | None) -> None:
    assert "id-token" in reason(detect=lambda audience: given)


def test_a_slow_github_meets_the_deadline() -> None:
    begin = time.monotonic()
    assert "in time" in reason(detect=lambda audience: time.sleep(5) or TOKEN, seconds=0.1)
    assert time.monotonic() - begin < 2


# --- the library itself, against a server on this machine ---------------------------------------


def offered_by(url: str, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    environ = {**OFFERED, "ACTIONS_ID_TOKEN_REQUEST_URL": f"{url}token?api-version=2.0"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return environ


def test_the_library_asks_github_for_the_audience(monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"value": TOKEN}).encode()
    reply = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    with serving(says(reply)) as server:
        assert id_token(AUDIENCE, offered_by(server.url, monkeypatch)) == TOKEN
    request, *headers = server.heads[0].splitlines()
    asked = parse_qs(urlsplit(request.split()[1]).query)
    assert asked == {"api-version": ["2.0"], "audience": [AUDIENCE]}
    assert "authorization: bearer ask-with-this" in [header.lower() for header in headers]


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 500 Oops\r\ncontent-length: 3\r\n\r\n\xff\xfe\xfd",
        b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>",
        b'HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{"value":"a.b"',
    ],
)
def test_whatever_github_sends_instead_is_a_reason(
    reply: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(says(reply)) as server:
        assert "GitHub" in reason(offered_by(server.url, monkeypatch))


def test_a_token_for_another_audience_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"value": TOKEN}).encode()
    reply = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    with serving(says(reply)) as server, pytest.raises(NoIdToken):
        id_token("npm:registry.example.org", offered_by(server.url, monkeypatch))


def test_a_github_that_drips_meets_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(drips(b"HTTP/1.1 200 OK\r\nx: ", every=0.05)) as server:
        assert "in time" in reason(offered_by(server.url, monkeypatch), seconds=0.3)


# --- claims -----------------------------------------------------------------------------------


def test_the_claims_that_npm_compares_are_kept_and_no_others() -> None:
    token = token_of(
        sub="repo:acme@1/widget@2:environment:npm",
        repository="acme/widget",
        repository_owner="acme",
        workflow="Release",
        workflow_ref="acme/widget/.github/workflows/release.yml@refs/tags/v1@2",
        job_workflow_ref="acme/widget/.github/workflows/release.yml@refs/tags/v1@2",
        environment="npm",
        event_name="release",
        runner_environment="github-hosted",
        repository_visibility="public",
        ref="refs/tags/v1",
        actor="ana",
        jti="one-time",
    )
    assert claims(token) == (
        ("repository", "acme/widget"),
        ("workflow", "release.yml"),
        ("environment", "npm"),
        ("event_name", "release"),
        ("runner_environment", "github-hosted"),
        ("repository_visibility", "public"),
        ("ref", "refs/tags/v1"),
        ("sub", "repo:acme@1/widget@2:environment:npm"),
    )


def test_a_called_workflow_is_named_beside_the_one_that_npm_compares() -> None:
    token = token_of(
        workflow_ref="acme/widget/.github/workflows/release.yml@refs/heads/main",
        job_workflow_ref="acme/shared/.github/workflows/publish.yml@v1",
    )
    assert claims(token) == (
        ("workflow", "release.yml"),
        ("called_workflow", "acme/shared/publish.yml"),
    )


def test_a_job_without_an_environment_claims_none() -> None:
    assert "environment" not in dict(claims(token_of(repository="acme/widget")))


@pytest.mark.parametrize(
    "token",
    ["", "opaque", "a.b", "a.!!!.c", "a.eyJ.c", "a.W10.c", "..", "a." + "W1" * 9000 + ".c"],
)
def test_a_text_that_is_no_token_claims_nothing(token: str) -> None:
    assert claims(token) == ()


def test_a_claim_of_another_form_is_left_out() -> None:
    token = token_of(repository=["acme"], environment="a\nb", event_name="", ref="r" * 600, sub=7)
    assert claims(token) == ()
