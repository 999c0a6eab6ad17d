"""What npm lists goes into the config file; what the file said besides stays, comments too."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
import yaml

from checker.importing import CannotImport, WhichToken, import_facts
from checker.settings import BadInput

RULES = ("token-left-over",)

WHOLE_TOKEN = "npm_" + "aB3" * 12
TOKEN = {
    "key": "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
    "name": "release of widget",
    "token": "npm_aB3a...3aB3",
    "expiry": "2027-01-20T12:00:00.000Z",
    "bypass_2fa": True,
    "readonly": False,
    "cidr": None,
    "revoked": None,
    "created": "2026-10-25T12:00:00.000Z",
    "permissions": [{"name": "package", "action": "write"}],
    "scopes": [{"type": "package", "name": "widget"}, {"type": "scope", "name": "@acme"}],
}
TOKENS = json.dumps([TOKEN])

# As npm prints them: one object after the other, blank lines between, the package unnamed.
PUBLISHERS = """
{
  "id": "12345678-1234-1234-1234-123456789abc",
  "type": "github",
  "file": "release.yml",
  "repository": "acme/widget",
  "environment": "npm",
  "permissions": [
    "createStagedPackage",
    "createPackage"
  ]
}

{
  "type": "github",
  "file": "canary.yml",
  "repository": "acme/widget",
  "permissions": ["createPackage", "manageDistTags"]
}
"""


def imported(stdin: str, existing: str | None = None, **options: str) -> str:
    text = import_facts(stdin, existing, rules=RULES, **options)
    assert import_facts(stdin, text, rules=RULES, **options) == text, "a second import changes it"
    return text


def facts(text: str) -> object:
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # texts only


def because(stdin: str, existing: str | None = None, **options: str) -> str:
    with pytest.raises(CannotImport) as caught:
        import_facts(stdin, existing, rules=RULES, **options)
    return str(caught.value)


# --- from nothing -----------------------------------------------------------------------------


def test_a_token_becomes_declared_facts() -> None:
    assert imported(TOKENS) == dedent("""\
        # Declared from what npm lists; `npm-publish-preflight import` writes it anew.
        token:
          type: granular
          bypass-2fa: true
          permission: read-write
          expires: 2027-01-20
          packages: [widget, "@acme/*"]
        """)


def test_trusted_publishers_become_a_complete_list() -> None:
    assert imported(PUBLISHERS) == dedent("""\
        # Declared from what npm lists; `npm-publish-preflight import` writes it anew.
        trusted-publishers:
          - repository: acme/widget
            workflow: release.yml
            environment: npm
            allow: [publish, stage]
          - repository: acme/widget
            workflow: canary.yml
            allow: [publish]
        """)


def test_both_lists_may_come_at_once_and_in_the_form_of_the_registry() -> None:
    claims = {"repository": "acme/widget", "workflow_ref": {"file": "release.yml"}}
    answer = [{"type": "github", "claims": claims, "permissions": ["createPackage"]}]
    page = {"objects": [TOKEN], "total": 1, "urls": {}}
    found = facts(imported(json.dumps(answer) + json.dumps(page)))
    assert isinstance(found, dict)
    assert found["token"]["type"] == "granular"
    assert found["trusted-publishers"] == [
        {"repository": "acme/widget", "workflow": "release.yml", "allow": ["publish"]}
    ]


def test_the_facts_of_one_package_stand_under_its_name() -> None:
    text = imported(
        PUBLISHERS, "packages:\n  '@acme/core':\n    exists: true\n# end\n", package="@acme/new"
    )
    assert text.startswith("packages:\n  '@acme/core':\n    exists: true\n  \"@acme/new\":\n")
    assert text.endswith("# end\n")


def test_a_token_goes_under_the_name_of_its_secret() -> None:
    found = facts(imported(TOKENS, secret="NPM_TOKEN"))
    assert isinstance(found, dict)
    assert found["tokens"]["NPM_TOKEN"]["expires"] == "2027-01-20"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"permissions": [{"name": "package", "action": "read"}]}, {"permission": "read-only"}),
        ({"permissions": [{"name": "org", "action": "write"}]}, {"permission": "no-access"}),
        (
            {"permissions": [{"name": "package", "action": "write-stage-only"}]},
            {"permission": "stage-only"},
        ),
        ({"permissions": [{"name": "package", "action": "fly"}]}, {"permission": None}),
        ({"permissions": []}, {"permission": None}),
        ({"readonly": True}, {"permission": "read-only"}),
        ({"scopes": [{"type": "package", "name": "*"}]}, {"packages": "all"}),
        ({"scopes": [{"type": "org", "name": "acme"}]}, {"packages": None}),
        ({"scopes": [{"type": "galaxy", "name": "x"}]}, {"packages": None}),
        ({"scopes": [{"type": "package", "name": "@acme"}]}, {"packages": ["@acme/*"]}),
        ({"bypass_2fa": None}, {"bypass-2fa": None}),
        ({"bypass_2fa": False}, {"bypass-2fa": "false"}),
        ({"expiry": None}, {"expires": None}),
        ({"expiry": "soon"}, {"expires": None}),
        ({"expiry": "2027-01-20T23:30:00-05:00"}, {"expires": "2027-01-21"}),
    ],
)
def test_what_the_list_does_not_say_or_says_otherwise_is_left_out(
    change: dict[str, object], wanted: dict[str, object]
) -> None:
    found = facts(imported(json.dumps([{**TOKEN, **change}])))
    assert isinstance(found, dict)
    assert {key: found["token"].get(key) for key in wanted} == wanted


def test_a_publisher_of_another_provider_stands_in_the_list_and_matches_no_run() -> None:
    circle = {"id": "1", "type": "circleci", "orgId": "2"}
    gitlab = {
        "type": "gitlab",
        "claims": {"project_path": "g/p", "ci_config_ref_uri": {"file": "x.yml"}},
    }
    found = facts(imported(json.dumps([circle, gitlab])))
    assert found == {
        "trusted-publishers": [
            {"provider": "circleci", "repository": "unstated", "workflow": "unstated"},
            {"provider": "gitlab", "repository": "g/p", "workflow": "x.yml"},
        ]
    }


# --- which token ------------------------------------------------------------------------------

OTHER = {
    **TOKEN,
    "name": "docs",
    "key": "b1b2c3d4-0000",
    "token": "npm_zzzz...zzzz",
    "readonly": True,
}


def test_of_several_tokens_the_one_meant_must_be_named() -> None:
    with pytest.raises(WhichToken) as caught:
        import_facts(json.dumps([TOKEN, OTHER]), None, rules=RULES)
    assert caught.value.names == ("release of widget", "docs")


@pytest.mark.parametrize("name", ["docs", "b1b2c3d4", "npm_zzzz...zzzz"])
def test_it_is_named_by_name_by_id_or_by_what_npm_shows(name: str) -> None:
    found = facts(imported(json.dumps([TOKEN, OTHER]), token=name))
    assert isinstance(found, dict)
    assert found["token"]["permission"] == "read-only"


def test_a_revoked_token_is_not_meant_unless_named() -> None:
    revoked = {**OTHER, "revoked": "2026-10-01T00:00:00Z"}
    found = facts(imported(json.dumps([revoked, TOKEN])))
    assert isinstance(found, dict)
    assert found["token"]["permission"] == "read-write"
    assert "revoked" in because(json.dumps([revoked]))


def test_a_name_that_fits_none_or_two_is_told_with_what_there_is() -> None:
    assert "`release of widget`" in because(TOKENS, token="dcos")
    assert "Several" in because(json.dumps([TOKEN, TOKEN]), token="release of widget")


# --- into a file ------------------------------------------------------------------------------

FULL = """\
# what npmjs.com shows of us
publishing-access: 2fa-or-bypass-token   # or the other

token:
  # the one of the release
  type: granular        # since 2025
  expires: 2026-12-01   # soon!
  bypass-2fa: unknown
  packages: ["@acme/*"] # all of them
  # end of the token

trusted-publishers:
  # the release
  - repository: acme/widget
    workflow: release.yml   # entry
    environment: npm
    allow: publish          # at first
    published: true
  - {repository: acme/old, workflow: old.yml}
  # end of the publishers
fail-on: warning # strict
# end"""


def test_values_change_where_they_stand_and_comments_stay() -> None:
    assert (
        imported(TOKENS + PUBLISHERS, FULL)
        == """\
# what npmjs.com shows of us
publishing-access: 2fa-or-bypass-token   # or the other

token:
  # the one of the release
  type: granular        # since 2025
  expires: 2027-01-20   # soon!
  bypass-2fa: true
  packages: [widget, "@acme/*"] # all of them
  permission: read-write
  # end of the token

trusted-publishers:
  # the release
  - repository: acme/widget
    workflow: release.yml   # entry
    environment: npm
    allow: [publish, stage]          # at first
    published: true
  - repository: acme/widget
    workflow: canary.yml
    allow: [publish]
  # end of the publishers
fail-on: warning # strict
# end"""
    )


@pytest.mark.parametrize(
    ("existing", "wanted"),
    [
        ("token-type: unknown # x\nfail-on: never\n", "token-type: granular # x\nfail-on: never\n"),
        ("token: {type: granular}  # x\n", "token: {type: granular, bypass-2fa: true"),
        ("token: {}\n", "token: {type: granular, "),
        ("tokens:\n  NPM_TOKEN: {}\n", "tokens:\n  NPM_TOKEN: {type: granular, "),
        (
            "tokens:\n  NPM_TOKEN:\n    type: unknown\n",
            "tokens:\n  NPM_TOKEN:\n    type: granular\n",
        ),
        ("{fail-on: never}\n", "{fail-on: never, token: {type: granular, "),
        ("fail-on: never", "fail-on: never\ntoken:\n  type: granular\n"),
        ("# only this", "# only this\ntoken:\n  type: granular\n"),
        ("---\nfail-on: never\n", "---\nfail-on: never\ntoken:\n"),
        ("fail-on: never\r\n", "fail-on: never\r\ntoken:\r\n  type: granular\r\n"),
        ("\ufefffail-on: never\n", "fail-on: never\ntoken:\n"),
        (
            "token:\n  packages:\n  - '@acme/*' # x\n  - old\n  # y\nfail-on: never\n",
            "token:\n  packages:\n  - '@acme/*' # x\n  - widget\n  type: granular\n",
        ),
        ("token:\n    type: granular\n\n\nfail-on: never\n", "token:\n    type: granular\n    byp"),
    ],
)
def test_a_file_keeps_its_own_way_of_writing(existing: str, wanted: str) -> None:
    text = imported(TOKENS, existing)
    assert text.removeprefix("\ufeff").startswith(wanted)
    assert [line for line in existing.splitlines() if line.startswith("#")] == [
        line for line in text.splitlines() if line.startswith("#")
    ]


def test_a_blank_line_that_ends_a_mapping_still_ends_it() -> None:
    text = imported(TOKENS, "token:\n  type: >-\n    granular\n\nfail-on: never\n")
    assert text.startswith("token:\n  type: >-\n    granular\n  bypass-2fa: true\n")
    assert text.endswith("\n\nfail-on: never\n")


@pytest.mark.parametrize(
    "existing",
    [
        "trusted-publishers: unknown\n",
        "trusted-publishers: []\n",
        "trusted-publishers: [] # none\nfail-on: never\n",
        "trusted-publishers:\n- repository: acme/widget\n  workflow: canary.yml\n",
        "trusted-publishers:\n- repository: acme/x\n  workflow: x.yml\n# end\nfail-on: never\n",
        "trusted-publishers: [{repository: acme/widget, workflow: canary.yml}]\n",
        "trusted-publishers:\n  -\n    repository: acme/widget\n    workflow: canary.yml\n",
        "trusted-publishers:\n- {repository: acme/widget, workflow: canary.yml, published: true}\n",
    ],
)
def test_the_list_of_publishers_is_npms_whatever_stood_there(existing: str) -> None:
    found = facts(imported(PUBLISHERS, existing))
    assert isinstance(found, dict)
    workflows = {entry["workflow"]: entry["allow"] for entry in found["trusted-publishers"]}
    assert workflows == {"release.yml": ["publish", "stage"], "canary.yml": ["publish"]}
    assert ("fail-on" in found) == ("fail-on" in existing)


def test_an_entry_that_stays_keeps_what_is_said_of_its_age() -> None:
    existing = (
        "trusted-publishers:\n- repository: acme/widget\n  workflow: canary.yml\n"
        "  created: 2026-11-20\n"
    )
    assert "created: 2026-11-20" in imported(PUBLISHERS, existing)


@pytest.mark.parametrize(
    "existing",
    [
        "trusted-publishers: &all\n- {repository: a/b, workflow: c.yml}\n"
        "packages: {x: {trusted-publishers: *all}}\n",
        "token: &one {type: granular}\npackages:\n  x:\n    token: *one\n",
        "trusted-publishers: [\n  # why\n  {repository: a/b, workflow: c.yml},\n]\n",
    ],
)
def test_a_form_that_cannot_be_edited_without_loss_is_left_and_the_lines_are_shown(
    existing: str,
) -> None:
    why = because(TOKENS + PUBLISHERS, existing)
    assert "Write it by hand" in why
    assert "token:\n  type: granular\n" in why
    assert "  - repository: acme/widget\n" in why


def test_a_file_with_faults_is_not_touched() -> None:
    with pytest.raises(BadInput) as caught:
        import_facts(TOKENS, "token-tpye: granular\n", rules=RULES)
    assert "token-type" in str(caught.value)


def test_a_file_that_speaks_of_several_secrets_must_be_told_which() -> None:
    existing = "tokens:\n  A: {type: granular}\n  B: {type: granular}\n"
    assert "`A`, `B`" in because(TOKENS, existing)
    found = facts(imported(TOKENS, existing, secret="B"))
    assert isinstance(found, dict)
    assert found["tokens"]["A"] == {"type": "granular"}


def test_a_secret_is_not_named_beside_the_facts_of_a_single_token() -> None:
    assert "`tokens`" in because(TOKENS, "token: {type: granular}\n", secret="NPM_TOKEN")
    assert "`tokens`" in because(TOKENS, "token-type: granular\n", secret="NPM_TOKEN")


@pytest.mark.parametrize(
    ("option", "value"), [("secret", "a b"), ("package", "a b"), ("package", "")]
)
def test_a_name_that_is_none_is_refused(option: str, value: str) -> None:
    assert f"--{option}" in because(TOKENS, **{option: value})


# --- what is no list of npm's -----------------------------------------------------------------


@pytest.mark.parametrize("stdin", ["", " \n", "[]", "{}", '{"objects": []}'])
def test_an_empty_list_says_how_to_declare_that_there_is_none(stdin: str) -> None:
    why = because(stdin)
    assert "trusted-publishers: []" in why or "no output of" in why


@pytest.mark.parametrize(
    "stdin",
    [
        "Token npm_aB3a… with id a1b2c3 created 2026-10-25",
        "[" * 100_000,
        '{"a":' * 100_000,
        '[{"token": ',
        "[1, 2]",
        '[[{"token": "x"}]]',
        "null",
        '{"name": "widget", "version": "1.0.0"}',
        "9" * 5000,
    ],
)
def test_anything_else_is_told_and_not_echoed(stdin: str) -> None:
    why = because(stdin)
    assert "What came on stdin" in why
    assert "npm_aB3a" not in why


def test_an_error_of_npms_is_told() -> None:
    assert "an error" in because('{"error": {"code": "E401", "summary": "Unable"}}')


def test_a_list_that_is_too_long_is_not_read() -> None:
    assert "longer" in because(" " * 9_000_000)


@pytest.mark.parametrize(
    "publisher",
    [
        {"type": "github", "repository": "acme", "file": "release.yml"},
        {"type": "github", "repository": "acme/widget", "file": "x/release.yml"},
        {"type": "github"},
        {"type": "githbu", "repository": "acme/widget", "file": "release.yml"},
    ],
)
def test_a_publisher_that_no_config_file_takes_is_told(publisher: object) -> None:
    assert "fits in no config file" in because(json.dumps(publisher))


# --- secrets ----------------------------------------------------------------------------------


def test_a_list_that_shows_whole_tokens_puts_none_into_the_file_or_a_text() -> None:
    text = imported(json.dumps([{**TOKEN, "token": WHOLE_TOKEN}]))
    assert WHOLE_TOKEN not in text
    named = [{**TOKEN, "name": WHOLE_TOKEN, "key": None, "token": WHOLE_TOKEN}] * 2
    assert WHOLE_TOKEN not in because(json.dumps(named))
    assert WHOLE_TOKEN not in because(json.dumps(named), token="other")


@pytest.mark.parametrize("where", ["repository", "file", "environment"])
def test_a_token_in_a_place_of_a_name_is_not_written(where: str) -> None:
    publisher = {"type": "github", "repository": "a/b", "file": "c.yml", where: WHOLE_TOKEN}
    why = because(json.dumps(publisher))
    assert "the shape of a token" in why
    assert WHOLE_TOKEN not in why


def test_a_hostile_name_adds_no_line_to_the_file() -> None:
    publisher = {"type": "github", "repository": "a/b", "file": "c.yml", "environment": 'x: {"y'}
    found = facts(imported(json.dumps(publisher)))
    assert found == {
        "trusted-publishers": [{"repository": "a/b", "workflow": "c.yml", "environment": 'x: {"y'}]
    }
    lines = {**publisher, "environment": "x\nfail-on: never"}
    assert "fail-on" not in imported(json.dumps(lines))
