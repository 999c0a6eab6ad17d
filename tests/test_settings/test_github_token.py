"""The token for GitHub's API: where it comes from, and that it shows nowhere."""

from __future__ import annotations

import pytest
from settings_world import load_from

TOKEN = "ghs_" + "a1B2" * 9
OTHER = "ghs_" + "c3D4" * 9


def test_the_input_comes_before_the_environment() -> None:
    settings = load_from(inputs={"github-token": f" {TOKEN}\n"}, environ={"GITHUB_TOKEN": OTHER})
    assert settings.github_token is not None
    assert settings.github_token.get_secret_value() == TOKEN


def test_an_input_that_is_not_given_leaves_the_environments() -> None:
    settings = load_from(inputs={"github-token": ""}, environ={"GITHUB_TOKEN": OTHER})
    assert settings.github_token is not None
    assert settings.github_token.get_secret_value() == OTHER


def test_without_either_there_is_none() -> None:
    assert load_from().github_token is None


def test_the_token_does_not_show_where_settings_are_shown() -> None:
    assert TOKEN not in repr(load_from(environ={"GITHUB_TOKEN": TOKEN}))


def test_there_is_no_flag_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load_from(flags=["--github-token", TOKEN])
