"""Whether npm knows a token, whose it is, and what its account lists of it; never the token."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
import requests
import responses
from pydantic import SecretStr

from checker.facts import TokenAnswer, TokenPermission, Unknown
from checker.manifests.npm_lists import ListedToken
from checker.sources.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOAMI = "https://registry.npmjs.org/-/whoami"
TOKENS = "https://registry.npmjs.org/-/npm/v1/tokens"
TOKEN = "npm_" + "aB3" * 12
SESSION = "npm_" + "Zy9" * 12
NOTICE = (
    "npm tokens that bypass 2FA are being restricted for account changes and direct publishing."
    " Learn how to prepare: https://gh.io/npm-gat-bypass2fa-deprecation"
)


@pytest.fixture
def npm() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def ask(token: str = TOKEN) -> TokenAnswer:
    return Registry(sleep=lambda seconds: None).ask_token(SecretStr(token))


def why(answer: TokenAnswer) -> str:
    assert isinstance(answer.alive, Unknown)
    assert answer.alive.fact == "npm-token"
    return answer.alive.why


def test_a_token_that_npm_knows_is_alive_and_someones(npm: responses.RequestsMock) -> None:
    npm.get(WHOAMI, json={"username": "ana"}, headers={"npm-notice": NOTICE})
    assert ask() == TokenAnswer(True, "ana", NOTICE)
    assert npm.calls[0].request.headers["authorization"] == f"Bearer {TOKEN}"


def test_a_token_that_npm_does_not_know_is_dead(npm: responses.RequestsMock) -> None:
    npm.get(WHOAMI, status=401)
    assert ask() == TokenAnswer(False, None, None)


@pytest.mark.parametrize(
    ("challenge", "words"), [("ipaddress", "from other addresses"), ("OTP", "answers 401")]
)
def test_a_401_with_another_cause_is_no_death(
    npm: responses.RequestsMock, challenge: str, words: str
) -> None:
    npm.get(WHOAMI, status=401, headers={"www-authenticate": challenge})
    answer = ask()

    assert words in why(answer)
    assert answer.address_refused is (challenge == "ipaddress")


@pytest.mark.parametrize("status", [403, 404, 418, 429, 500, 503])
def test_any_other_status_leaves_it_unknown(npm: responses.RequestsMock, status: int) -> None:
    npm.get(WHOAMI, status=status)
    assert str(status) in why(ask())


@pytest.mark.parametrize("body", ["<html>", "{}", '{"username": 3}', '{"username": "a b"}', "[]"])
def test_a_200_without_a_name_proves_nothing(npm: responses.RequestsMock, body: str) -> None:
    npm.get(WHOAMI, body=body)
    answer = ask()
    assert why(answer)
    assert answer.account is None


@pytest.mark.parametrize(
    "token",
    [
        TOKEN + "\n",
        TOKEN + "\nnpm_second",
        f" {TOKEN}",
        f'"{TOKEN}"',
        f"//registry.npmjs.org/:_authToken={TOKEN}",
        "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
        "npm_short",
        "tökén",
        "\x00npm",
        "npm\x1b[31m",
    ],
)
def test_a_token_that_no_header_can_carry_is_not_sent_and_not_shown(token: str) -> None:
    with responses.RequestsMock():  # which fails on any request
        answer = ask(token)
    assert why(answer)
    assert token.strip() not in repr(answer)


def test_a_token_with_a_percent_sign_is_sent_as_it_is(npm: responses.RequestsMock) -> None:
    npm.get(WHOAMI, status=401)
    assert ask("100%25sure%0A").alive is False
    assert npm.calls[0].request.headers["authorization"] == "Bearer 100%25sure%0A"


def test_a_token_is_not_sent_after_a_redirect(npm: responses.RequestsMock) -> None:
    for to in ("/-/elsewhere", "https://hostile.example/"):
        npm.get(WHOAMI, status=302, headers={"location": to})
        assert "no credential is sent on" in why(ask())
    assert len(npm.calls) == 2


@pytest.mark.parametrize("notice", [f"you sent {TOKEN}", f"see npm_{'q1' * 18}", "  ", "\x07"])
def test_a_notice_that_could_hold_a_secret_or_says_nothing_is_left_out(
    npm: responses.RequestsMock, notice: str
) -> None:
    npm.get(WHOAMI, json={"username": "ana"}, headers={"npm-notice": notice})
    assert ask().notice is None


def test_a_long_notice_is_cut(npm: responses.RequestsMock) -> None:
    npm.get(WHOAMI, json={"username": "ana"}, headers={"npm-notice": "so it is, " * 500})
    assert len(ask().notice or "") == 500


def test_no_text_of_an_unreachable_registry_holds_the_token(npm: responses.RequestsMock) -> None:
    for failure in (ConnectionError, requests.ConnectionError, requests.exceptions.InvalidHeader):
        npm.get(WHOAMI, body=failure(f"Bearer {TOKEN}"))
        answer = ask()
        assert "cannot be asked" in why(answer)
        assert TOKEN not in repr(answer)


# --- what the account lists -------------------------------------------------------------------


def listed(**more: object) -> dict[str, object]:
    return {
        "name": "release",
        "key": "f1",
        "token": f"{TOKEN[:8]}...{TOKEN[-4:]}",
        "expiry": "2027-01-20T23:30:00-05:00",
        "bypass_2fa": True,
        "readonly": False,
        "revoked": None,
        "permissions": [{"name": "package", "action": "write"}],
        "scopes": [{"type": "scope", "name": "@acme"}, {"type": "package", "name": "widget"}],
        **more,
    }


def page(*objects: object, next_page: bool = False) -> str:
    return json.dumps({"objects": objects, "urls": {"next": "/x"} if next_page else {}})


def describe(token: str = TOKEN) -> ListedToken | Unknown:
    return Registry().describe_token(SecretStr(token), SecretStr(SESSION))


def test_the_list_of_a_session_says_what_a_token_may_do(npm: responses.RequestsMock) -> None:
    other = listed(token="npm_zzzz...zzzz", name="other")
    npm.get(TOKENS, body=page(other, next_page=True))
    npm.get(TOKENS, body=page(listed()))
    assert describe() == ListedToken(
        name="release",
        key="f1",
        visible="npm_aB3a...3aB3",
        revoked=False,
        expires=date(2027, 1, 21),
        bypass_2fa=True,
        permission=TokenPermission.READ_WRITE,
        packages=("@acme/*", "widget"),
    )
    assert [call.request.headers["authorization"] for call in npm.calls] == [
        f"Bearer {SESSION}"
    ] * 2


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ((), "does not list it"),
        ((listed(token="npm_aB3a"),), "does not list it"),
        ((listed(token=TOKEN),), "does not list it"),
        ((listed(), listed(name="twin")), "several tokens"),
    ],
)
def test_a_token_that_is_not_found_for_certain_is_unknown(
    npm: responses.RequestsMock, objects: tuple[object, ...], words: str
) -> None:
    npm.get(TOKENS, body=page(*objects))
    found = describe()
    assert isinstance(found, Unknown)
    assert words in found.why


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_list_that_npm_does_not_give_is_unknown(npm: responses.RequestsMock, status: int) -> None:
    npm.get(TOKENS, status=status)
    found = Registry(sleep=lambda s: None).describe_token(SecretStr(TOKEN), SecretStr(SESSION))
    assert isinstance(found, Unknown)
    assert str(status) in found.why


def test_a_list_without_end_is_left_after_some_pages(npm: responses.RequestsMock) -> None:
    npm.get(TOKENS, body=page(listed(token="npm_zzzz...zzzz"), next_page=True))
    assert isinstance(describe(), Unknown)
    assert len(npm.calls) == 20
