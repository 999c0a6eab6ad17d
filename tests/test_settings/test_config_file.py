"""Where the config file lies, what it may hold, and every fault of it at once with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from settings_world import TOKEN, faults_of, load_from, the_fault

from checker.facts import TokenType, Unknown
from checker.settings import CONFIG_PATH, BadInput


def test_without_a_file_nothing_is_declared() -> None:
    assert load_from().config is None


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "~\n", "{}\n"])
def test_a_file_without_keys_declares_nothing(text: str) -> None:
    settings = load_from(text)
    assert settings.config == CONFIG_PATH
    assert isinstance(settings.token_type, Unknown)


def test_a_named_file_is_read_instead_of_the_usual_one() -> None:
    settings = load_from(
        "token-type: none\n",
        flags=["--config", "ci/npm.yml"],
        files={"ci/npm.yml": "token-type: granular\n"},
    )
    assert settings.config == "ci/npm.yml"
    assert settings.token_type is TokenType.GRANULAR


def test_a_named_file_that_is_missing_is_a_fault() -> None:
    (fault,) = faults_of("token-type: none\n", flags=["--config", "ci/npm.yml"])
    assert fault.text == "The config file `ci/npm.yml` does not exist."


def test_a_named_file_outside_of_the_repository_is_read_where_it_lies() -> None:
    settings = load_from(
        flags=["--config", "/etc/acme/npm.yml"],
        elsewhere={Path("/etc/acme"): {"npm.yml": b"token-type: session\n"}},
    )
    assert settings.config == "/etc/acme/npm.yml"
    assert settings.token_type is TokenType.SESSION


def test_a_named_file_is_relative_to_the_working_directory_and_shown_relative_to_the_root() -> None:
    settings = load_from(
        flags=["--config", "clone/ci/npm.yml"],
        files={"ci/npm.yml": "token-type: session\n"},
        root=Path("clone"),
    )
    assert settings.config == "ci/npm.yml"
    assert settings.token_type is TokenType.SESSION


def test_token_facts_may_stand_under_token() -> None:
    settings = load_from("token:\n  type: granular\n  bypass-2fa: true\n  expires: 2027-01-20\n")
    assert settings.token_type is TokenType.GRANULAR
    assert settings.bypass_2fa is True
    assert str(settings.token_expires) == "2027-01-20"


def test_a_quoted_day_is_the_same_day() -> None:
    unquoted, quoted = (
        load_from("token-expires: 2027-01-20"),
        load_from("token-expires: '2027-01-20'"),
    )
    assert unquoted.token_expires == quoted.token_expires


def test_one_fact_may_stand_flat_and_another_under_token() -> None:
    settings = load_from("token-type: granular\ntoken:\n  bypass-2fa: false\n")
    assert (settings.token_type, settings.bypass_2fa) == (TokenType.GRANULAR, False)


def test_a_shared_list_may_be_an_alias() -> None:
    settings = load_from("package: &mine [a, b]\nworkflow: *mine\n")
    assert settings.workflow == ("a", "b")


# --- faults -----------------------------------------------------------------------------------


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    faults = faults_of(
        "publishing-acces: legacy-none\n"
        "token:\n"
        "  type: granluar\n"
        "  bypass-2fa: yes\n"
        "node-version: banana\n"
        "ignore:\n"
        "- token-lef-over: soon\n"
        "packages:\n"
        "  '@acme/a':\n"
        "    exists: maybe\n"
        "node-version: '20'\n"
    )
    assert [(fault.line, fault.key) for fault in faults] == [
        (1, "publishing-acces"),
        (3, "type"),
        (4, "bypass-2fa"),
        (5, "node-version"),
        (7, "ignore"),
        (10, "exists"),
        (11, "node-version"),
    ]
    assert {fault.path for fault in faults} == {CONFIG_PATH}


def test_the_text_of_a_fault_begins_with_its_place() -> None:
    with pytest.raises(BadInput) as caught:
        load_from("\ntoken-type: granluar\n")
    assert str(caught.value).startswith(f"{CONFIG_PATH}:2: `token-type` is `granluar`; it takes ")


def test_a_misspelt_key_gets_its_nearest_spelling_and_the_known_ones() -> None:
    text = the_fault("publishing_access: legacy-none\n").text
    assert "Did you mean `publishing-access`?" in text
    assert "`trusted-publishers`" in text


def test_a_misspelt_key_of_a_token_is_compared_with_the_keys_of_a_token() -> None:
    text = the_fault("token:\n  expire: 2027-01-20\n").text
    assert "`token.expire`" in text
    assert "Did you mean `expires`?" in text
    assert "`node-version`" not in text


def test_a_key_stands_once() -> None:
    fault = the_fault("token-type: none\njob: x\ntoken-type: session\n")
    assert (fault.line, fault.text) == (3, "`token-type` stands twice; line 1 has it too.")


@pytest.mark.parametrize(
    "key", ["config", "npm-token", "github-token", "offline", "today", "format", "output"]
)
def test_what_a_checkout_may_not_decide_has_no_key(key: str) -> None:
    fault = the_fault(f"{key}: x\n")
    assert "may not stand in a config file" in fault.text


@pytest.mark.parametrize("key", ["sarif", "verdict"])
def test_an_option_that_does_nothing_is_no_key(key: str) -> None:
    assert "is no known key" in the_fault(f"{key}: x\n").text


def test_both_spellings_of_one_fact_are_a_fault() -> None:
    fault = the_fault("token:\n  type: none\ntoken-type: none\n")
    assert fault.line == 3
    assert "line 2; keep one of them" in fault.text


def test_both_spellings_of_one_fact_are_a_fault_within_a_package_too() -> None:
    fault = the_fault(
        "packages:\n  widget:\n    bypass-2fa: true\n    token:\n      bypass-2fa: true\n"
    )
    assert (fault.line, fault.key) == (3, "bypass-2fa")


@pytest.mark.parametrize("single", ["token-type: none\n", "token: {type: none}\n"])
def test_one_token_and_several_are_not_declared_side_by_side(single: str) -> None:
    fault = the_fault(f"{single}tokens:\n  NPM_TOKEN: {{type: granular}}\n")
    assert "`tokens`, at line 2, of several" in fault.text


def test_a_value_with_the_shape_of_a_token_is_never_shown() -> None:
    config = (
        f"token-type: {TOKEN}\n"
        f"npm-token: {TOKEN}\n"
        f"{TOKEN}: x\n"
        f"tokens:\n  {TOKEN}x y:\n    type: none\n"
        f"trusted-publishers: [{{repository: {TOKEN}, workflow: {TOKEN}}}]\n"
        f"packages: {{'{TOKEN}/{TOKEN}/x': {{'{TOKEN}': 1}}}}\n"
    )
    with pytest.raises(BadInput) as caught:
        load_from(config)
    shown = str(caught.value) + repr(caught.value.faults)
    assert len(caught.value.faults) >= 7
    assert TOKEN not in shown
    assert "has the shape of a token" in shown


def test_a_token_behind_the_part_that_is_shown_hides_that_part_too() -> None:
    assert "has the shape of a token" in the_fault(f"token-type: {'x ' * 27}{TOKEN}\n").text


def test_a_huge_value_is_refused_at_once() -> None:
    fault = the_fault(f"node-version: {'1' * 900_000}\n")
    assert "longer than 1000 characters" in fault.text
    assert len(fault.text) < 300


def test_control_characters_of_a_file_reach_no_terminal() -> None:
    fault = the_fault('token-type: "\\e[31mred\\u202e"\n')
    assert "\x1b" not in fault.text
    assert "\u202e" not in fault.text


def test_a_key_without_a_value_is_a_fault_and_not_an_empty_list() -> None:
    fault = the_fault("trusted-publishers:\ntoken-type: none\n")
    assert "`trusted-publishers` is empty; " in fault.text


def test_a_list_where_one_value_belongs_is_a_fault() -> None:
    assert "is a list; it takes one value" in the_fault("token-type: [none]\n").text


def test_a_mapping_where_one_value_belongs_is_a_fault() -> None:
    assert "is a mapping; it takes one value" in the_fault("node-version: {a: b}\n").text


def test_a_value_where_a_mapping_belongs_is_a_fault() -> None:
    assert "it takes `key: value` lines" in the_fault("token: granular\n").text


def test_a_fact_of_one_package_has_no_place_at_the_top() -> None:
    assert "put it under `packages`" in the_fault("exists: false\n").text


def test_an_option_for_all_has_no_place_in_a_package() -> None:
    fault = the_fault("packages:\n  widget:\n    fail-on: never\n")
    assert "move it to the top level" in fault.text


def test_a_package_is_named_as_npm_names_it() -> None:
    assert "no name that fits" in the_fault("packages:\n  '@acme':\n    exists: true\n").text


def test_a_secret_is_named_as_github_names_it() -> None:
    fault = the_fault("tokens:\n  secrets.NPM_TOKEN: {type: none}\n")
    assert "`NPM_TOKEN`" in fault.text


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a: [\n", 2, "not valid YAML"),
        ("token-type: none\nb: c: d\n", 2, "not valid YAML"),
        ("- a\n- b\n", 1, "`key: value` lines"),
        ("just text\n", 1, "`key: value` lines"),
        ("job: x\n---\njob: y\n", 2, "more than one document"),
        ("job: !!python/object/apply:os.getcwd []\n", 1, "YAML tag"),
        ("job: *nowhere\n", 1, "alias"),
        ("job: &a [*a]\n", 1, "alias"),
        ("? [a]\n: b\n", 1, "a key is a list"),
        ("job: " + "[" * 200 + "]" * 200, 1, "nested deeper"),
    ],
)
def test_a_file_that_is_no_such_yaml_says_where_and_why(text: str, line: int, why: str) -> None:
    fault = the_fault(text)
    assert fault.line == line
    assert why in fault.text


def test_a_file_that_is_not_text_says_so() -> None:
    fault = the_fault(b"job: x\nworkflow: \xff\n")
    assert (fault.line, "not UTF-8" in fault.text) == (2, True)


def test_aliases_cannot_blow_a_small_file_up() -> None:
    layers = ["job: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "aliases followed" in the_fault("\n".join(layers)).text


# --- trusted publishers -----------------------------------------------------------------------

PUBLISHER = "trusted-publishers:\n- repository: acme/widget\n  workflow: release.yml\n"


@pytest.mark.parametrize(
    ("entry", "key", "hint"),
    [
        ("workflow: .github/workflows/release.yml", "workflow", "write `release.yml`"),
        ("workflow: release", "workflow", "`release.yml`"),
        ("repository: https://github.com/acme/widget.git", "repository", "write `acme/widget`"),
        ("repository: git@github.com:acme/widget.git", "repository", "write `acme/widget`"),
        ("repository: widget", "repository", "`owner/name`"),
        ("allow: []", "allow", "is an empty list; it takes `publish` or `stage`"),
        ("allow: [publish, staged]", "allow", "Did you mean `stage`?"),
        ("provider: GitHub", "provider", "Did you mean `github`?"),
        ("published: never", "published", "`true` or `false`"),
        ("created: yesterday", "created", "timestamp"),
        ("environment: ''", "environment", "it takes"),
        ("branch: main", "branch", "is no known key"),
    ],
)
def test_an_entry_says_what_npms_website_asks_for(entry: str, key: str, hint: str) -> None:
    name = entry.split(":")[0]
    kept = [line for line in PUBLISHER.splitlines() if f"{name}:" not in line]
    config = "\n".join(kept) + "\n"
    if name == "repository":
        config = config.replace("  workflow", "- workflow", 1)
    fault = the_fault(config + f"  {entry}\n")
    assert fault.key == key
    assert hint in fault.text


def test_an_entry_needs_repository_and_workflow() -> None:
    faults = faults_of("trusted-publishers:\n- environment: npm\n")
    assert [(fault.line, fault.key) for fault in faults] == [(2, "repository"), (2, "workflow")]


def test_publishers_are_a_list() -> None:
    fault = the_fault("trusted-publishers:\n  repository: acme/widget\n")
    assert "it takes a list" in fault.text
