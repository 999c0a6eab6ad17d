"""What each package ends up with: its own statement before the top level, a flag before both."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from settings_world import declared_by

from checker.facts import Access, Allow, Place, TokenPermission, TokenType, Unknown
from checker.settings import CONFIG_PATH

TOP = """\
publishing-access: 2fa-or-bypass-token
token:
  type: granular
  bypass-2fa: true
  packages: all
trusted-publishers:
- repository: acme/widget
  workflow: release.yml
  environment: npm
  allow: stage
  created: 2026-11-10
  published: false
packages:
  '@acme/core':
    publishing-access: 2fa-disallow-tokens
    token:
      bypass-2fa: false
    exists: true
  '@acme/new':
    exists: false
    trusted-publishers: []
"""


def test_what_is_not_declared_is_unknown_under_its_own_name() -> None:
    facts = declared_by("job: x\n")
    unknown = (facts.access, facts.account_2fa, facts.exists, facts.publishers, facts.token.type)
    assert [u.fact for u in unknown if isinstance(u, Unknown)] == [
        "publishing-access",
        "account-2fa",
        "exists",
        "trusted-publishers",
        "token-type",
    ]


def test_the_top_level_is_true_of_a_package_that_the_file_does_not_name() -> None:
    facts = declared_by(TOP)
    assert facts.access is Access.TWO_FACTOR_OR_BYPASS_TOKEN
    assert facts.token.type is TokenType.GRANULAR
    assert facts.token.packages == ("*",)
    assert isinstance(facts.exists, Unknown)


def test_a_package_overrides_the_top_level_fact_by_fact() -> None:
    facts = declared_by(TOP, "@acme/core")
    assert facts.access is Access.TWO_FACTOR_DISALLOW_TOKENS
    assert (facts.token.type, facts.token.bypass_2fa) == (TokenType.GRANULAR, False)
    assert facts.exists is True
    assert facts.publishers == declared_by(TOP).publishers


def test_an_empty_list_of_publishers_says_that_there_is_none() -> None:
    assert declared_by(TOP, "@acme/new").publishers == ()


def test_a_package_may_take_a_fact_back() -> None:
    facts = declared_by(
        "token-type: granular\npackages:\n  widget:\n    token-type: unknown\n", "widget"
    )
    assert isinstance(facts.token.type, Unknown)


def test_a_publisher_carries_all_its_facts_and_its_lines() -> None:
    publishers = declared_by(TOP).publishers
    assert isinstance(publishers, tuple)
    (publisher,) = publishers
    assert publisher.provider == "github"
    assert (publisher.repository, publisher.workflow) == ("acme/widget", "release.yml")
    assert publisher.environment == "npm"
    assert publisher.allow == frozenset({Allow.STAGE})
    assert (publisher.created, publisher.published) == (date(2026, 11, 10), False)
    assert publisher.place == Place(CONFIG_PATH, 7, 12)


def test_what_a_publisher_does_not_say_is_unknown() -> None:
    publishers = declared_by("trusted-publishers: [{repository: a/b, workflow: c.yml}]").publishers
    assert isinstance(publishers, tuple)
    assert isinstance(publishers[0].allow, Unknown)
    assert isinstance(publishers[0].published, Unknown)
    assert (publishers[0].created, publishers[0].environment) == (None, None)


@pytest.mark.parametrize(
    "text", ["2026-11-10T09:30:00Z", "2026-11-10 09:30:00", "'2026-11-10T10:30:00+01:00'"]
)
def test_a_timestamp_is_a_moment_in_utc(text: str) -> None:
    config = f"trusted-publishers:\n- {{repository: a/b, workflow: c.yml, created: {text}}}\n"
    publishers = declared_by(config.replace("'", '"')).publishers
    assert isinstance(publishers, tuple)
    assert publishers[0].created == datetime(2026, 11, 10, 9, 30, tzinfo=UTC)


def test_another_providers_entry_is_kept_as_it_is_written() -> None:
    config = "trusted-publishers:\n- {provider: gitlab, repository: a/b/c, workflow: .gitlab-ci}\n"
    publishers = declared_by(config).publishers
    assert isinstance(publishers, tuple)
    assert (publishers[0].provider, publishers[0].repository) == ("gitlab", "a/b/c")


def test_the_tokens_place_is_where_it_is_declared() -> None:
    assert declared_by(TOP).token.place == Place(CONFIG_PATH, 2, 5)
    assert declared_by(TOP, "@acme/core").token.place == Place(CONFIG_PATH, 16, 17)
    assert declared_by("job: x\nbypass-2fa: true\n").token.place == Place(CONFIG_PATH, 2, 2)


# --- several tokens ---------------------------------------------------------------------------

TOKENS = """\
tokens:
  NPM_TOKEN: {type: granular, bypass-2fa: true}
  STAGE_TOKEN: {type: granular, permission: stage-only}
packages:
  widget:
    tokens:
      NPM_TOKEN: {bypass-2fa: false}
  gadget:
    token: {type: session}
"""


def test_each_secret_has_its_own_facts_and_the_single_token_none() -> None:
    facts = declared_by(TOKENS)
    tokens = dict(facts.tokens)
    assert tokens["NPM_TOKEN"].bypass_2fa is True
    assert tokens["STAGE_TOKEN"].permission is TokenPermission.STAGE_ONLY
    assert isinstance(tokens["STAGE_TOKEN"].bypass_2fa, Unknown)
    assert isinstance(facts.token.type, Unknown)
    assert tokens["NPM_TOKEN"].place == Place(CONFIG_PATH, 2, 2)


def test_a_package_overrides_a_secrets_facts_one_by_one() -> None:
    tokens = dict(declared_by(TOKENS, "widget").tokens)
    assert (tokens["NPM_TOKEN"].type, tokens["NPM_TOKEN"].bypass_2fa) == (TokenType.GRANULAR, False)
    assert tokens["STAGE_TOKEN"].permission is TokenPermission.STAGE_ONLY


def test_a_package_with_one_token_is_not_judged_by_the_top_levels_several() -> None:
    facts = declared_by(TOKENS, "gadget")
    assert facts.token.type is TokenType.SESSION
    assert facts.tokens == ()


# --- flags ------------------------------------------------------------------------------------


def test_a_flag_speaks_for_every_package() -> None:
    flags = ["--bypass-2fa", "true", "--publishing-access", "legacy-none"]
    facts = declared_by(TOP, "@acme/core", flags=flags)
    assert facts.token.bypass_2fa is True
    assert facts.access is Access.LEGACY_NONE


def test_a_flag_speaks_for_every_token() -> None:
    tokens = dict(declared_by(TOKENS, "widget", flags=["--token-type", "none"]).tokens)
    assert {token.type for token in tokens.values()} == {TokenType.NONE}
    assert tokens["NPM_TOKEN"].bypass_2fa is False
