"""An option has up to three spellings: flag before input before file before default."""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import date, timedelta

import pytest
from settings_world import faults_of, load_from

from checker.facts import Access, TokenType, Unknown
from checker.settings import OPTIONS, FailOn, Format, Ignored, Probe, add_options

TOKEN_TYPE = "token-type: granular\n"


def test_without_any_input_every_fact_is_unknown_under_its_option() -> None:
    settings = load_from()
    for name, option in OPTIONS.items():
        value = getattr(settings, name.replace("-", "_"))
        assert value == option.default
        if option.may_be_unknown:
            assert isinstance(value, Unknown)
            assert value.fact == name


def test_the_config_file_beats_the_default() -> None:
    assert load_from(TOKEN_TYPE).token_type is TokenType.GRANULAR


def test_an_action_input_beats_the_config_file() -> None:
    settings = load_from(TOKEN_TYPE, inputs={"token-type": "session"})
    assert settings.token_type is TokenType.SESSION


def test_a_flag_beats_an_action_input() -> None:
    settings = load_from(
        TOKEN_TYPE, inputs={"token-type": "session"}, flags=["--token-type", "none"]
    )
    assert settings.token_type is TokenType.NONE


def test_the_runner_keeps_the_hyphens_of_an_inputs_name() -> None:
    settings = load_from(environ={"INPUT_TOKEN-TYPE": "session", "INPUT_TOKEN_TYPE": "none"})
    assert settings.token_type is TokenType.SESSION


def test_an_empty_action_input_is_absent() -> None:
    settings = load_from(TOKEN_TYPE, inputs={"token-type": "", "fail-on": " \n "})
    assert settings.token_type is TokenType.GRANULAR
    assert settings.fail_on is FailOn.ERROR


def test_a_list_comes_from_a_repeated_flag_from_lines_of_an_input_and_from_a_yaml_list() -> None:
    wanted = ("@acme/a", "@acme/b")
    assert load_from(flags=["--package", "@acme/a", "--package", "@acme/b"]).package == wanted
    assert load_from(inputs={"package": "@acme/a\n\n  @acme/b\n"}).package == wanted
    assert load_from("package:\n- '@acme/a'\n- '@acme/b'\n").package == wanted


def test_a_higher_list_replaces_a_lower_one() -> None:
    settings = load_from("job: [a, b]\n", flags=["--job", "c"])
    assert settings.job == ("c",)


def test_a_single_value_is_a_list_of_one() -> None:
    assert load_from("workflow: release.yml\n").workflow == ("release.yml",)


def test_a_workflow_may_be_selected_by_its_path_too() -> None:
    settings = load_from(flags=["--workflow", ".github/workflows/release.yml"])
    assert settings.workflow == ("release.yml",)


def test_the_word_unknown_takes_back_what_is_declared_below() -> None:
    settings = load_from(
        "publishing-access: 2fa-disallow-tokens\n", flags=["--publishing-access", "unknown"]
    )
    assert isinstance(settings.publishing_access, Unknown)


def test_switches_are_given_without_a_value_and_can_be_switched_off() -> None:
    assert load_from(flags=["--offline"]).offline is True
    assert load_from(inputs={"offline": "true"}, flags=["--no-offline"]).offline is False
    assert load_from(inputs={"fail-on-unknown": "True"}).fail_on_unknown is True


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "'true'"])
def test_a_truth_value_is_read_as_yaml_and_github_read_it(text: str) -> None:
    assert load_from(f"bypass-2fa: {text}\n").bypass_2fa is True


@pytest.mark.parametrize("text", ["yes", "on", "1", "y"])
def test_other_words_for_true_are_not_guessed(text: str) -> None:
    (fault,) = faults_of(f"bypass-2fa: {text}\n")
    assert "`true` or `false`" in fault.text


def test_the_probe_runs_by_itself_unless_told() -> None:
    assert load_from().probe is Probe.AUTO
    assert load_from(flags=["--probe", "off"]).probe is Probe.OFF


def test_no_config_file_names_where_a_credential_goes() -> None:
    (fault,) = faults_of("registry: https://registry.example.org/\n")
    assert "may not stand in a config file" in fault.text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://registry.example.org", "https://registry.example.org/"),
        ("HTTPS://Registry.Example.org:8443/npm/", "https://registry.example.org:8443/npm/"),
        ("http://127.0.0.1:4873", "http://127.0.0.1:4873/"),
        ("http://localhost:4873/", "http://localhost:4873/"),
        ("http://[::1]:4873/", "http://[::1]:4873/"),
    ],
)
def test_a_registry_is_an_https_address_or_this_machine(text: str, wanted: str) -> None:
    assert load_from(inputs={"registry": text}).registry == wanted


@pytest.mark.parametrize(
    "text",
    [
        "http://registry.example.org/",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "ftp://registry.example.org/",
        "registry.example.org",
        "https://",
        "https://registry.example.org/?to=x",
        "https://registry.example.org:port/",
        "https://registry.example.org\\@elsewhere.example/",
        "https://[::1/",
        "https://registry.example.org/n\u00e4he/",
        "https://registry.example.org/\x07npm/",
        "https://registry.example.org/npm\\packages/",
    ],
)
def test_no_credential_goes_to_any_other_address(text: str) -> None:
    (fault,) = faults_of(flags=["--registry", text])
    assert fault.key == "--registry"


def test_an_address_that_carries_a_credential_is_refused_and_not_shown() -> None:
    (fault,) = faults_of(flags=["--registry", "https://me:open-sesame@registry.example.org/"])
    assert "a credential may not stand in it" in fault.text
    assert "open-sesame" not in fault.text


def test_today_is_a_day_or_days_ahead() -> None:
    assert load_from().today is None
    assert load_from(flags=["--today", "2027-02-01"]).today == date(2027, 2, 1)
    assert load_from(flags=["--today", "+30d"]).today == timedelta(days=30)


@pytest.mark.parametrize(
    "text", ["tomorrow", "30d", "+30", "20270201", "2027-W05-1", "2027-02-30", "9999-12-31"]
)
def test_any_other_today_is_refused(text: str) -> None:
    (fault,) = faults_of(flags=["--today", text])
    assert "`+30d`" in fault.text


def test_the_token_covers_all_or_names_and_scopes() -> None:
    assert load_from("token-packages: all\n").token_packages == ("*",)
    assert load_from("token-packages: ['@acme/*', widget]\n").token_packages == (
        "@acme/*",
        "widget",
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [("'*'", "write `all`"), ("'@acme'", "write `@acme/*`"), ("[all, widget]", "stands alone")],
)
def test_another_way_to_cover_packages_is_refused_with_what_to_write(text: str, hint: str) -> None:
    (fault,) = faults_of(f"token-packages: {text}\n")
    assert hint in fault.text


def test_an_empty_list_of_covered_packages_is_refused() -> None:
    (fault,) = faults_of("token-packages: []\n")
    assert "is an empty list" in fault.text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("22.10", "22.10"), ("20", "20"), ("v24.1.0", "24.1.0"), ("'>=22'", ">=22")],
)
def test_a_version_is_taken_as_it_is_written(text: str, wanted: str) -> None:
    assert load_from(f"node-version: {text}\n").node_version == wanted


@pytest.mark.parametrize("text", ["lts/*", "latest", "banana"])
def test_a_name_of_versions_is_no_version(text: str) -> None:
    (fault,) = faults_of(inputs={"npm-version": text})
    assert fault.key == "input npm-version"


def test_a_rule_is_ignored_with_a_reason_in_every_spelling() -> None:
    wanted = (Ignored("token-left-over", "it goes in March"),)
    assert load_from(flags=["--ignore", "token-left-over=it goes in March"]).ignore == wanted
    assert load_from(inputs={"ignore": "token-left-over = it goes in March"}).ignore == wanted
    assert load_from("ignore:\n- token-left-over: it goes in March\n").ignore == wanted


def test_a_rule_is_not_ignored_without_a_reason() -> None:
    (fault,) = faults_of(flags=["--ignore", "token-left-over"])
    assert "needs its reason" in fault.text


def test_an_ignored_rule_must_exist() -> None:
    (fault,) = faults_of(flags=["--ignore", "token-leftover=x"])
    assert "Did you mean `token-left-over`?" in fault.text


def test_faults_of_flags_inputs_and_file_come_together() -> None:
    faults = faults_of(
        "token-type: granluar\n", flags=["--format", "xml"], inputs={"fail-on": "eror"}
    )
    assert [fault.key for fault in faults] == ["--format", "input fail-on", "token-type"]
    assert "Did you mean `error`?" in faults[1].text
    assert "Did you mean `granular`?" in faults[2].text


def test_a_fault_names_the_allowed_values() -> None:
    (fault,) = faults_of(flags=["--publishing-access", "open"])
    for access in Access:
        assert f"`{access}`" in fault.text


def test_every_format_that_works_is_offered_and_no_other() -> None:
    assert [f.value for f in Format] == [
        "auto",
        "plain",
        "github",
        "markdown",
        "json",
        "sarif",
    ]


def test_every_option_but_the_tokens_has_a_flag_that_help_describes() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    add_options(parser)
    flags = {flag for action in parser._actions for flag in action.option_strings}
    assert {f"--{name}" for name in OPTIONS} - flags == {"--npm-token", "--github-token"}
    assert all(action.help for action in parser._actions)
    assert "--bypass-2fa true|false" in parser.format_help()


def test_help_needs_neither_pydantic_nor_yaml() -> None:
    code = (
        "import argparse, sys; from checker.settings import add_options; "
        "add_options(argparse.ArgumentParser()); "
        "print(sorted({'pydantic', 'pydantic_settings', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
