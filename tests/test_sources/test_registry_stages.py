"""Which versions wait for approval, as far as a token may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import responses
from pydantic import SecretStr
from responses.matchers import query_param_matcher

from checker.sources.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGE = "https://registry.npmjs.org/-/stage"
TOKEN = "npm_" + "aB3" * 12
NAME = "@acme/widget"


@pytest.fixture
def npm() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def staged(token: str = TOKEN) -> tuple[str, ...]:
    (answer,) = Registry(sleep=lambda seconds: None).staged([NAME], SecretStr(token))
    assert answer[0] == NAME
    return answer[1]


def item(version: object, name: str = NAME, **more: object) -> dict[str, object]:
    return {"id": "1", "packageName": name, "version": version, "tag": "latest", **more}


def page(number: int) -> object:
    return query_param_matcher({"package": NAME, "page": str(number), "perPage": "100"})


def test_the_versions_that_wait_are_told_and_the_token_is_sent(
    npm: responses.RequestsMock,
) -> None:
    npm.get(STAGE, json={"items": [item("1.2.0"), item("1.3.0")]}, match=[page(0)])

    assert staged() == ("1.2.0", "1.3.0")
    assert npm.calls[0].request.headers["authorization"] == f"Bearer {TOKEN}"


def test_what_is_over_or_of_another_package_does_not_wait(npm: responses.RequestsMock) -> None:
    items = [
        item("1.0.0", status="approved"),
        item("1.1.0", status="pending"),
        item("9.0.0", name="@acme/other"),
        item(3),
        "text",
    ]
    npm.get(STAGE, json={"items": items})

    assert staged() == ("1.1.0",)


def test_a_full_page_has_another_behind_it(npm: responses.RequestsMock) -> None:
    npm.get(STAGE, json={"items": [item(f"1.0.{n}") for n in range(100)]}, match=[page(0)])
    npm.get(STAGE, json={"items": [item("2.0.0")]}, match=[page(1)])

    assert staged()[-1] == "2.0.0"


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_where_npm_does_not_tell_nothing_is_known_to_wait(
    npm: responses.RequestsMock, status: int
) -> None:
    npm.get(STAGE, status=status)

    assert staged() == ()


@pytest.mark.parametrize("body", ["", "[]", '{"items": 3}', "<html>"])
def test_an_answer_that_is_none_tells_nothing(npm: responses.RequestsMock, body: str) -> None:
    npm.get(STAGE, body=body)

    assert staged() == ()


def test_a_token_of_a_faulty_shape_is_not_sent() -> None:
    assert staged("not a token\n") == ()
