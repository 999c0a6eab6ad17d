"""One id-token, one exchange a package, as npm asks for it; what comes back is masked and gone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import responses
from loopback_server import Server, drips, says, serving
from registry_documents import id_token

from checker.facts import Command, ExchangeAnswer
from checker.sources.identity import NoIdToken
from checker.sources.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

EXCHANGE = "https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/"
ID_TOKEN = id_token(
    repository="acme/widget",
    workflow_ref="acme/widget/.github/workflows/release.yml@refs/heads/main",
    event_name="push",
)
CLAIMS = (("repository", "acme/widget"), ("workflow", "release.yml"), ("event_name", "push"))
TOKEN = "npm_" + "aB3" * 12
GRANTED = {
    "token_type": "oidc",
    "token": TOKEN,
    "created": "2026-11-24T10:00:00.000Z",
    "expires": "2026-11-24T11:00:00.000Z",
}


@pytest.fixture
def npm() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def exchange(
    *names: str, masked: list[str] | None = None, command: Command = Command.PUBLISH
) -> dict[str, ExchangeAnswer]:
    registry = Registry(sleep=lambda seconds: None)
    mask = (masked if masked is not None else []).append
    return dict(registry.exchange(names, lambda audience: ID_TOKEN, mask, command=command))


def test_201_says_that_a_trusted_publisher_matches_and_how_long_the_token_would_live(
    npm: responses.RequestsMock,
) -> None:
    npm.post(f"{EXCHANGE}widget", status=201, json=GRANTED)
    assert exchange("widget")["widget"] == ExchangeAnswer(
        status=201,
        why="a trusted publisher of the package matches this run",
        claims=CLAIMS,
        expires=datetime(2026, 11, 24, 11, tzinfo=UTC),
    )


def test_both_tokens_are_masked_the_id_token_first_and_kept_nowhere(
    npm: responses.RequestsMock,
) -> None:
    masked: list[str] = []
    npm.post(f"{EXCHANGE}widget", status=201, json=GRANTED)
    answers = exchange("widget", masked=masked)
    assert masked == [ID_TOKEN, TOKEN]
    assert not any(secret in repr(answers) for secret in masked)


def test_it_is_asked_as_npm_asks(npm: responses.RequestsMock) -> None:
    npm.post(f"{EXCHANGE}widget", status=404)
    exchange("widget")
    (call,) = npm.calls
    sent = {name.lower(): value for name, value in call.request.headers.items()}
    agent = sent.pop("user-agent")
    assert re.fullmatch(
        r"npm/11\.\d+\.\d+ node/v\d+\.\d+\.\d+ \w+ \w+ workspaces/false ci/github-actions/dotcom",
        agent,
    )
    assert sent == {
        "authorization": f"Bearer {ID_TOKEN}",
        "npm-command": "publish",
        "npm-auth-type": "web",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        "content-length": "0",
    }
    assert call.request.body is None


def test_for_a_staged_publish_it_says_so(npm: responses.RequestsMock) -> None:
    npm.post(f"{EXCHANGE}widget", status=404)
    exchange("widget", command=Command.STAGE)
    assert npm.calls[0].request.headers["npm-command"] == "stage"


def test_the_slash_of_a_scoped_name_is_escaped_and_nothing_else(
    npm: responses.RequestsMock,
) -> None:
    npm.post(re.compile(".*"), status=404)
    exchange("@acme/core")
    assert npm.calls[0].request.url == f"{EXCHANGE}@acme%2Fcore"


def test_the_id_token_is_made_for_the_host_of_the_registry() -> None:
    audiences: list[str] = []

    def source(audience: str) -> str:
        audiences.append(audience)
        raise NoIdToken("there is none")

    for url in ("https://registry.npmjs.org/", "https://Registry.Example.org:8443/npm/"):
        Registry(url).exchange(["widget"], source, audiences.append)
    assert audiences == ["npm:registry.npmjs.org", "npm:registry.example.org"]


def test_one_id_token_serves_every_package(npm: responses.RequestsMock) -> None:
    npm.post(re.compile(".*"), status=404)
    made: list[str] = []

    def source(audience: str) -> str:
        made.append(audience)
        return ID_TOKEN

    answers = Registry().exchange(["a", "b", "c"], source, lambda secret: None)
    assert [(name, answer.status) for name, answer in answers] == [("a", 404)] + [
        (name, 404) for name in "bc"
    ]
    assert len(made) == 1


def test_without_an_id_token_nothing_is_asked_and_the_reason_is_told() -> None:
    def source(audience: str) -> str:
        raise NoIdToken("act offers no id-token")

    with responses.RequestsMock():  # which fails on any request
        answers = Registry().exchange(["a", "b"], source, lambda secret: None)
    assert answers == tuple(
        (name, ExchangeAnswer(None, "act offers no id-token", (), None)) for name in "ab"
    )


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "malformed"),
        (401, "does not accept the id-token"),
        (403, "forbids"),
        (404, "no trusted publisher"),
        (418, "answers 418"),
        (500, "fails with status 500"),
        (502, "fails with status 502"),
    ],
)
def test_each_refusal_has_its_own_words(
    npm: responses.RequestsMock, status: int, words: str
) -> None:
    npm.post(f"{EXCHANGE}widget", status=status, json={"message": f"echo {ID_TOKEN}"})
    answer = exchange("widget")["widget"]
    assert (answer.status, answer.claims, answer.expires) == (status, CLAIMS, None)
    assert words in answer.why
    assert ID_TOKEN not in repr(answer)


def test_a_failure_that_may_have_made_a_token_is_not_asked_for_again(
    npm: responses.RequestsMock,
) -> None:
    npm.post(f"{EXCHANGE}widget", status=500)
    exchange("widget")
    assert len(npm.calls) == 1


def test_a_connection_that_breaks_after_the_question_is_not_asked_again() -> None:
    with serving(says(b"")) as server:
        answers = Registry(server.url, seconds=3).exchange(
            ["widget"], lambda audience: ID_TOKEN, lambda secret: None
        )
        assert len(server.heads) == 1
    assert answers[0][1].status is None
    assert "breaks off" in answers[0][1].why


def test_a_registry_that_was_too_busy_is_asked_again(npm: responses.RequestsMock) -> None:
    npm.post(f"{EXCHANGE}widget", status=429, headers={"retry-after": "1"})
    npm.post(f"{EXCHANGE}widget", status=201, json=GRANTED)
    assert exchange("widget")["widget"].status == 201


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, "<html>"),
        (201, "{}"),
        (201, "[]"),
        (201, '{"token": 7}'),
        (201, '{"token": ""}'),
        (201, '{"token": "a"}'),
        (201, '{"token": "npm_1234567890\\n::set-output name=x::y"}'),
        (201, '{"token": "npm_12345678 90"}'),
        (201, '{"token": "' + "x" * 10_000 + '"}'),
        (201, "[" * 60_000),
        (201, " " * 200_000),
        (200, '{"token": "npm_1234567890"}'),
        (204, ""),
    ],
)
def test_what_npm_would_never_answer_proves_nothing(
    npm: responses.RequestsMock, status: int, body: str
) -> None:
    masked: list[str] = []
    npm.post(f"{EXCHANGE}widget", status=status, body=body)
    answer = exchange("widget", masked=masked)["widget"]
    assert (answer.status, answer.expires) == (None, None)
    assert answer.why
    assert masked == [ID_TOKEN]


@pytest.mark.parametrize("expires", [None, 5, "soon", "0001-01-01T00:00:00+23:00"])
def test_an_expiry_that_cannot_be_read_is_left_out(
    npm: responses.RequestsMock, expires: object
) -> None:
    npm.post(f"{EXCHANGE}widget", status=201, json={**GRANTED, "expires": expires})
    answer = exchange("widget")["widget"]
    assert (answer.status, answer.expires) == (201, None)


def test_a_redirect_gets_no_credential_not_even_on_the_same_host(
    npm: responses.RequestsMock,
) -> None:
    for to in ("/elsewhere", "https://hostile.example/"):
        npm.post(f"{EXCHANGE}widget", status=307, headers={"location": to})
        answer = exchange("widget")["widget"]
        assert answer.status is None
        assert "no credential is sent on" in answer.why
    assert len(npm.calls) == 2


def test_a_slow_registry_meets_the_deadline_and_a_late_token_is_not_printed() -> None:
    masked: list[str] = []

    def answer(server: Server, connection: object) -> None:
        drips(b"HTTP/1.1 201 Created\r\n\r\n{", every=0.05)(server, connection)  # type: ignore[arg-type]  # a socket

    with serving(answer) as server:
        answers = Registry(server.url, seconds=0.5).exchange(
            ["a", "b"], lambda audience: ID_TOKEN, masked.append
        )
    assert [answer.status for _, answer in answers] == [None, None]
    assert masked == [ID_TOKEN]


def test_a_name_that_npm_cannot_have_gets_no_credential() -> None:
    with responses.RequestsMock():
        answers = exchange("../../../-/whoami", "a?b")
    assert {answer.status for answer in answers.values()} == {None}
