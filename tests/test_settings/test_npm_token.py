"""The npm token for inspection: where it comes from, and what is skipped."""

from __future__ import annotations

import pytest
from settings_world import TOKEN, load_from

OTHER = TOKEN[:-3] + "zzz"


def test_the_input_comes_before_the_environment() -> None:
    settings = load_from(inputs={"npm-token": TOKEN}, environ={"NODE_AUTH_TOKEN": OTHER})
    assert settings.npm_token is not None
    assert settings.npm_token.get_secret_value() == TOKEN


def test_node_auth_token_comes_before_npm_token() -> None:
    settings = load_from(environ={"NPM_TOKEN": OTHER, "NODE_AUTH_TOKEN": TOKEN})
    assert settings.npm_token is not None
    assert settings.npm_token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("XXXXX-XXXXX-XXXXX-XXXXX", "placeholder"),
        ("${NPM_TOKEN}", "name of a variable"),
        ("${{ secrets.NPM_TOKEN }}", "name of a variable"),
        ("$NPM_TOKEN", "name of a variable"),
    ],
)
def test_what_is_no_token_is_noted_and_skipped(value: str, word: str) -> None:
    settings = load_from(environ={"NODE_AUTH_TOKEN": value, "NPM_TOKEN": TOKEN})
    assert settings.npm_token is not None
    assert settings.npm_token.get_secret_value() == TOKEN
    (note,) = settings.notes
    assert "`NODE_AUTH_TOKEN`" in note
    assert word in note


def test_an_input_that_is_not_given_is_not_worth_a_note() -> None:
    settings = load_from(inputs={"npm-token": ""})
    assert (settings.npm_token, settings.notes) == (None, ())


def test_white_space_of_a_token_is_kept_for_its_inspection() -> None:
    settings = load_from(environ={"NODE_AUTH_TOKEN": f"{TOKEN}\n"})
    assert settings.npm_token is not None
    assert settings.npm_token.get_secret_value().endswith("\n")


def test_the_token_does_not_show_where_settings_are_shown() -> None:
    assert TOKEN not in repr(load_from(environ={"NODE_AUTH_TOKEN": TOKEN}))


def test_there_is_no_flag_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load_from(flags=["--npm-token", TOKEN])
    assert "unrecognized arguments" in capsys.readouterr().err
