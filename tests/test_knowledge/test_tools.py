"""The tools' rows: whole, without gaps or doubles in their versions, and each with a source."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.facts import Unknown
from checker.knowledge.ranges import is_range
from checker.knowledge.tools import (
    TOOLS,
    Exchange,
    Tool,
    VersionFrom,
    package_of,
    rows,
    through,
    tool_row,
    tool_rows,
)

NAMES = sorted({row.name for row in TOOLS})
VERSIONS = [f"{major}.{minor}.0" for major in range(30) for minor in (0, 1, 3, 9, 10, 15)]


def row(name: str, version: str) -> Tool:
    found = tool_row(name, version)
    assert found is not None
    return found


# --- the table --------------------------------------------------------------------------------


def test_the_tools_of_the_report_s_contract_all_have_a_row() -> None:
    assert {
        "npm",
        "pnpm",
        "yarn",
        "bun",
        "lerna",
        "changesets",
        "semantic-release",
        "release-it",
        "nx",
        "rush",
        "auto",
        "np",
        "js-devtools/npm-publish",
    } <= set(NAMES)


def test_only_pnpm_of_any_version_passes_over_what_is_published_when_all_are_published() -> None:
    # https://pnpm.io/cli/publish, `--recursive`: those whose version the registry does not have.
    assert all(row("pnpm", version).recursive_skips_published for version in VERSIONS)
    others = {tool.name for tool in TOOLS if tool.recursive_skips_published}
    assert others == {"pnpm"}
    assert not any(row("pnpm", version).skips_published for version in VERSIONS)


def test_the_tools_that_pass_over_a_published_version_do_so_in_every_version() -> None:
    # A package manager does not: https://docs.npmjs.com/cli/v11/commands/npm-publish
    assert {tool.name for tool in TOOLS if tool.skips_published} == {
        "changesets",
        "js-devtools/npm-publish",
        "lerna",
        "lerna-lite",
        "napi",
        "nx",
        "publib",
        "release-plan",
        "rush",
    }
    assert all(row("changesets", version).skips_published for version in VERSIONS)
    assert all(row("js-devtools/npm-publish", version).skips_published for version in VERSIONS)


def test_what_raises_no_version_itself_publishes_the_one_that_stands_in_package_json() -> None:
    # changesets and release-plan raise versions in a pull request, before the release.
    assert {tool.name for tool in TOOLS if tool.version_from is VersionFrom.MANIFEST} == {
        *("bun", "npm", "pnpm", "yarn"),
        *("changesets", "js-devtools/npm-publish", "napi", "release-plan"),
    }
    assert all(
        row(name, version).version_from is VersionFrom.MANIFEST
        for name in ("changesets", "js-devtools/npm-publish", "pnpm", "yarn")
        for version in VERSIONS
    )


def by_row(fact: str, without: object) -> dict[str, object]:
    """What each row says of a fact, by its tool and versions, where it says anything of it."""
    said = ((tool, getattr(tool, fact)) for tool in TOOLS)
    return {f"{tool.name} {tool.versions}": value for tool, value in said if value != without}


def test_a_dry_run_has_the_flag_of_its_tool_and_some_tools_have_none() -> None:
    both = ("--dry-run", "-d")
    assert by_row("dry_run_flags", ("--dry-run",)) == {
        "auto *": both,
        "nx *": both,
        "release-it *": both,
        "semantic-release <25": both,
        "semantic-release >=25": both,
        "np <11": ("--preview",),
        "np >=11": ("--preview",),
        "yarn >=2": ("--dry-run", "-n"),
        "yarn <2": (),
        "beachball *": (),
        "changesets <3": (),
        "changesets >=3": (),
        "lerna *": (),
        "publib *": (),
        "rush *": (),
        "wasm-pack *": (),
    }


def test_two_tools_read_from_a_variable_that_they_are_to_pretend() -> None:
    assert by_row("dry_run_variables", ()) == {
        "nx *": ("NX_DRY_RUN",),
        "publib *": ("PUBLIB_DRYRUN",),
    }


def test_the_tools_that_always_name_a_tag_are_never_asked_for_one() -> None:
    assert set(by_row("names_tag", without=False)) == {
        *("beachball *", "changesets <3", "changesets >=3", "lerna *", "lerna-lite *", "nx *"),
        *("release-it *", "release-plan *", "semantic-release <25", "semantic-release >=25"),
    }


def test_since_when_what_uploads_by_itself_signs_provenance_as_npm_does() -> None:
    assert by_row("provenance_since", None) == {
        "yarn >=2": "4.9.0",
        "lerna *": "6.6.2",
        "lerna-lite *": "2.4.0",
        # Version 10 of @semantic-release/npm came with 21.
        "semantic-release <25": "21.0.0",
        "semantic-release >=25": "21.0.0",
        "js-devtools/npm-publish <4": "1.0.0",
    }


def test_semantic_release_comes_with_an_npm_of_its_own() -> None:
    assert by_row("bundled_npm", None) == {
        "semantic-release <25": "^10.9.3",
        "semantic-release >=25": "^11.6.2",
    }


def test_the_tools_that_end_at_once_on_an_older_node() -> None:
    assert by_row("nodes", ()) == {
        "pnpm >=11": (("11.x", ">=22.13"),),
        "semantic-release <25": (("22.x", "^18.17 || >=20.6.1"), (">=23", ">=20.8.1")),
        "semantic-release >=25": (("25.x", "^22.14.0 || >=24.10.0"),),
    }


def test_the_tools_that_read_no_npmrc_of_the_repository() -> None:
    assert set(by_row("reads_npmrc", without=True)) == {
        "yarn >=2",
        "js-devtools/npm-publish <4",
        "js-devtools/npm-publish >=4",
    }


def test_the_variables_from_which_a_tool_itself_reads_its_token() -> None:
    bun = ("BUN_CONFIG_TOKEN", "NPM_CONFIG_TOKEN", "npm_config_token")
    assert by_row("token_variables", ()) == {
        "yarn <2": ("YARN_AUTH_TOKEN", "NPM_AUTH_TOKEN"),
        "yarn >=2": ("YARN_NPM_AUTH_TOKEN", "YARN_NPM_AUTH_IDENT"),
        "bun <1.4.0": bun,
        "bun >=1.4.0 <1.4.4": bun,
        "bun >=1.4.4": bun,
        **dict.fromkeys(
            (
                *("semantic-release <25", "semantic-release >=25"),
                *("auto *", "publib *", "beachball *"),
            ),
            ("NPM_TOKEN",),
        ),
    }


def test_who_exchanges_the_id_token_where_npm_does_not_do_it_for_the_tool() -> None:
    assert by_row("exchange", Exchange.NPM) == {
        "npm *": Exchange.OWN,
        "pnpm >=11": Exchange.OWN,
        "yarn <2": Exchange.NEVER,
        "yarn >=2": Exchange.OWN,
        "bun <1.4.0": Exchange.NEVER,
        "bun >=1.4.0 <1.4.4": Exchange.NEVER,
        "bun >=1.4.4": Exchange.NEVER,
        "lerna *": Exchange.OWN,
        "lerna-lite *": Exchange.OWN,
        "changesets >=3": Exchange.UNKNOWN,
        "semantic-release <25": Exchange.OWN,
        "semantic-release >=25": Exchange.OWN,
        "auto *": Exchange.UNKNOWN,
        "np <11": Exchange.UNKNOWN,
        "np >=11": Exchange.UNKNOWN,
        "js-devtools/npm-publish <4": Exchange.OWN,
    }


def test_yarn_1_takes_its_token_from_two_variables_the_one_of_its_own_name_first() -> None:
    # `getToken` of https://github.com/yarnpkg/yarn/blob/v1.22.22/src/cli/commands/login.js
    assert row("yarn", "1.22.22").token_variables == ("YARN_AUTH_TOKEN", "NPM_AUTH_TOKEN")


def test_a_package_manager_publishes_the_version_that_stands_in_package_json() -> None:
    # https://docs.npmjs.com/cli/v11/configuring-npm/package-json: name and version are what counts.
    managers = [tool for tool in TOOLS if tool.name in {"npm", "pnpm", "yarn", "bun"}]
    assert {tool.version_from for tool in managers} == {VersionFrom.MANIFEST}


@pytest.mark.parametrize("name", NAMES)
def test_every_version_of_a_tool_has_exactly_one_row(name: str) -> None:
    for version in [*VERSIONS, "0.0.1", "11.0.0-rc.1", "25.0.0-beta.2", "999.0.0"]:
        assert len(tool_rows(name, (version,))) == 1, version


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: f"{tool.name} {tool.versions}")
def test_every_row_is_whole(tool: Tool) -> None:
    assert tool.source.startswith("https://")
    assert is_range(tool.versions)
    assert (tool.exchange is Exchange.OWN) == (tool.trusted_publishing_since is not None)
    assert tool.bundled_npm is None or is_range(tool.bundled_npm)
    assert not (tool.npmrc_first and not tool.reads_npmrc)
    assert set(tool.published_by) <= set(NAMES)
    assert all(flag.startswith("-") for flag in (*tool.dry_run_flags, *tool.token_flags))


def test_no_two_rows_are_the_same() -> None:
    assert all(one != other for one, other in combinations(TOOLS, 2))


def test_a_row_that_leaves_it_to_npm_does_so_for_every_manager_that_may_do_less() -> None:
    # yarn and lerna know no exchange in older versions: saying NPM there would promise too much.
    for tool in TOOLS:
        if {"yarn", "lerna"} & set(tool.published_by):
            assert tool.exchange is Exchange.UNKNOWN, tool


def test_a_tool_without_a_row_has_none_for_any_version() -> None:
    assert rows("no-such-tool") == ()
    assert tool_row("no-such-tool", "1.0.0") is None
    assert tool_rows("no-such-tool", Unknown("tool", "it is not known")) == ()


# --- the documented facts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("npm", "11.5.1"),
        ("pnpm", "11.0.0"),
        ("yarn", "4.10.0"),
        ("lerna", "9.0.0"),
        ("semantic-release", "25.0.0"),
        ("lerna-lite", "4.9.0"),
    ],
)
def test_since_when_a_tool_exchanges_by_itself(name: str, since: str) -> None:
    assert row(name, since).exchange is Exchange.OWN
    assert row(name, since).trusted_publishing_since == since


@pytest.mark.parametrize(
    ("name", "version"),
    [("pnpm", "10.34.9"), ("changesets", "2.31.1"), ("nx", "22.0.0"), ("release-it", "19.2.4")],
)
def test_these_exchange_through_the_npm_on_path(name: str, version: str) -> None:
    assert row(name, version).exchange is Exchange.NPM


@pytest.mark.parametrize(("name", "version"), [("yarn", "1.22.22"), ("bun", "1.4.5")])
def test_these_never_exchange(name: str, version: str) -> None:
    assert row(name, version).exchange is Exchange.NEVER


def test_only_yarn_lets_a_token_win() -> None:
    assert [(tool.name, tool.versions) for tool in TOOLS if tool.token_first] == [("yarn", ">=2")]


def test_from_when_versions_can_be_staged() -> None:
    assert row("npm", "12.2.0").staging_since == "11.15.0"
    assert row("pnpm", "11.0.0").staging_since == "11.3.0"
    assert row("pnpm", "10.34.9").staging_since is None


def test_only_bun_until_1_4_3_does_not_read_the_users_file_that_a_variable_names() -> None:
    # Tried with a loopback registry: 1.1.30, 1.2.23, 1.3.3, 1.3.14, 1.4.0 to 1.4.5.
    others = [(tool.name, tool.versions) for tool in TOOLS if not tool.reads_userconfig]
    assert others == [("bun", "<1.4.0"), ("bun", ">=1.4.0 <1.4.4")]


def test_where_a_token_comes_from_that_is_no_npmrc() -> None:
    assert row("semantic-release", "24.2.9").token_variables == ("NPM_TOKEN",)
    assert row("semantic-release", "24.2.9").npmrc_first
    assert row("yarn", "4.9.0").token_variables[0] == "YARN_NPM_AUTH_TOKEN"
    assert not row("yarn", "4.9.0").reads_npmrc
    assert row("yarn", "1.22.22").reads_npmrc
    assert "NPM_CONFIG_TOKEN" in row("bun", "1.4.5").token_variables
    assert not row("js-devtools/npm-publish", "4.1.5").reads_npmrc


def test_which_stop_without_a_token_though_npm_would_not() -> None:
    assert row("semantic-release", "24.2.9").requires_token
    assert not row("semantic-release", "25.0.9").requires_token
    assert row("js-devtools/npm-publish", "3.1.1").requires_token
    assert not row("js-devtools/npm-publish", "4.1.5").requires_token
    assert row("publib", "0.2.1061").trusted_publishing_switch == "NPM_TRUSTED_PUBLISHER"


def test_which_ask_npm_who_they_are() -> None:
    assert set(by_row("prechecks_whoami", without=False)) == {
        "release-it *",
        "np <11",
        "semantic-release <25",
    }


def test_where_the_version_comes_from() -> None:
    assert row("changesets", "2.31.1").version_from is VersionFrom.MANIFEST
    assert row("changesets", "2.31.1").skips_published
    assert row("semantic-release", "25.0.9").version_from is VersionFrom.COMPUTED
    assert row("npm", "11.5.1").version_from is VersionFrom.MANIFEST
    assert not row("npm", "11.5.1").skips_published


def test_the_package_that_a_lockfile_has_a_tool_under() -> None:
    assert package_of("changesets") == "@changesets/cli"
    assert package_of("rush") == "@microsoft/rush"
    assert row("yarn", "4.10.0").package == "@yarnpkg/cli"
    assert package_of("lerna") == "lerna"
    assert package_of("no-such-tool") == "no-such-tool"


# --- versions and managers --------------------------------------------------------------------


def test_unknown_versions_have_every_row() -> None:
    assert tool_rows("pnpm", Unknown("tool", "it is not known")) == rows("pnpm")
    assert tool_rows("pnpm", ()) == rows("pnpm")


def test_several_versions_have_each_of_their_rows() -> None:
    assert tool_rows("pnpm", ("10.34.9", "11.28.11")) == rows("pnpm")
    assert tool_rows("pnpm", ("10.0.0", "10.34.9")) == rows("pnpm")[:1]


def test_a_prerelease_belongs_to_the_row_of_its_release() -> None:
    assert row("pnpm", "11.0.0-rc.1") == row("pnpm", "11.0.0")


def test_through_pnpm_11_the_exchange_is_pnpm_s() -> None:
    found = through(row("changesets", "2.31.1"), row("pnpm", "11.28.11"), "11.28.11")
    assert found.name == "changesets"
    assert found.exchange is Exchange.OWN
    assert found.trusted_publishing_since == "0.0.0"
    assert found.skips_published
    assert found.published_by == ()


@pytest.mark.parametrize("version", ["12.0.0-rc.7", "11.3.0-beta.1"])
def test_a_prerelease_of_a_later_pnpm_exchanges_as_its_release_will(version: str) -> None:
    assert through(row("nx", "22.7.6"), row("pnpm", version), version).exchange is Exchange.OWN


def test_a_prerelease_before_the_first_pnpm_that_exchanges_promises_nothing() -> None:
    found = through(row("nx", "22.7.6"), row("pnpm", "11.0.0-rc.1"), "11.0.0-rc.1")
    assert found.exchange is Exchange.NEVER


def test_through_pnpm_10_the_exchange_is_npm_s() -> None:
    found = through(row("changesets", "2.31.1"), row("pnpm", "10.34.9"), "10.34.9")
    assert found.exchange is Exchange.NPM


def test_through_yarn_berry_the_token_wins_and_no_npmrc_is_read() -> None:
    found = through(row("changesets", "3.0.3"), row("yarn", "4.18.1"), "4.18.1")
    assert (found.exchange, found.token_first, found.reads_npmrc) == (Exchange.OWN, True, False)
    assert found.token_variables == ("YARN_NPM_AUTH_TOKEN", "YARN_NPM_AUTH_IDENT")


def test_through_an_older_yarn_there_is_no_exchange() -> None:
    found = through(row("changesets", "3.0.3"), row("yarn", "4.9.4"), "4.9.4")
    assert found.exchange is Exchange.NEVER
    assert found.trusted_publishing_since is None


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_name_and_version_have_an_answer(name: str, version: str) -> None:
    assert tool_row(name, version) is None or name in NAMES
    assert tool_row("npm", version) is not None


def test_a_refused_exchange_lets_every_tool_try_the_token_that_it_is_given() -> None:
    assert all(tool.falls_back for tool in TOOLS)


def test_which_tools_are_told_their_token_by_a_flag() -> None:
    assert by_row("token_flags", ()) == {
        "rush *": ("--npm-auth-token", "-n"),
        "beachball *": ("--token", "-n"),
        "js-devtools/npm-publish <4": ("--token",),
        "js-devtools/npm-publish >=4": ("--token",),
    }


@pytest.mark.parametrize(
    ("name", "version", "managers"),
    [
        ("changesets", "2.31.1", {"npm", "pnpm"}),
        ("changesets", "3.0.0", {"npm", "pnpm", "yarn"}),
        ("np", "10.3.0", {"npm", "pnpm", "yarn"}),
        ("np", "11.0.0", {"npm", "pnpm", "yarn"}),
        ("nx", "22.0.0", {"npm", "pnpm", "bun"}),
        ("rush", "5.150.0", {"npm", "pnpm"}),
        ("release-plan", "0.13.0", {"npm", "pnpm"}),
        ("auto", "11.3.0", {"npm", "lerna"}),
        ("release-it", "21.1.2", {"npm"}),
        ("pnpm", "10.34.9", {"npm"}),
        ("napi", "3.4.0", {"npm"}),
        ("publib", "0.2.1061", {"npm"}),
        ("wasm-pack", "0.13.1", {"npm"}),
        ("beachball", "2.60.0", {"npm"}),
        ("js-devtools/npm-publish", "4.1.5", {"npm"}),
        ("lerna", "9.0.7", set()),
        ("semantic-release", "25.0.9", set()),
    ],
)
def test_which_managers_a_tool_may_publish_with(
    name: str, version: str, managers: set[str]
) -> None:
    assert set(row(name, version).published_by) == managers


def test_a_tool_has_one_package_whatever_its_version() -> None:
    for name in NAMES:
        assert {tool.package for tool in rows(name) if tool.package} <= {package_of(name)}, name


def test_bun_asks_what_npm_asks_of_tags_and_versions_from_1_4_4_on() -> None:
    assert [row("bun", version).strict for version in ("1.3.14", "1.4.3", "1.4.4", "1.4.5")] == [
        False,
        False,
        True,
        True,
    ]
