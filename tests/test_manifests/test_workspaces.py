"""Which packages a repository holds, as each package manager lists them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.facts import Unknown
from checker.files import Files, MemoryFiles, Unreadable
from checker.manifests.workspaces import Kind, all_packages, members


def tree(*paths: str, **texts: str) -> MemoryFiles:
    """Empty packages at `paths`; `texts` by file name (`package_json`, `pnpm`, `lerna`, `rush`)."""
    names = {
        "package_json": "package.json",
        "pnpm": "pnpm-workspace.yaml",
        "lerna": "lerna.json",
        "rush": "rush.json",
    }
    content = dict.fromkeys(paths, b'{"name": "x"}')
    content.update({names[key]: text.encode() for key, text in texts.items()})
    return MemoryFiles(content)


PACKAGES = (
    "packages/core/package.json",
    "packages/cli/package.json",
    "packages/cli/node_modules/dep/package.json",
    "packages/cli/templates/app/package.json",
    "apps/site/package.json",
)


def test_a_star_takes_the_folders_of_one_level() -> None:
    files = tree(*PACKAGES, package_json='{"workspaces": ["packages/*"]}')
    assert members(files, "") == ("packages/cli/package.json", "packages/core/package.json")


def test_two_stars_take_every_level_but_never_what_is_installed() -> None:
    files = tree(*PACKAGES, package_json='{"workspaces": ["packages/**"]}')
    assert members(files, "") == (
        "packages/cli/package.json",
        "packages/cli/templates/app/package.json",
        "packages/core/package.json",
    )


@pytest.mark.parametrize(
    "workspaces",
    [
        {"packages": ["packages/core"]},
        ["./packages/core"],
        ["packages/core/"],
        ["/packages/core"],
        ["packages/{core,docs}"],
        ["packages/*", "!packages/cli"],
        ["packages/c[o]re"],
    ],
)
def test_one_package_can_be_named_in_many_ways(workspaces: object) -> None:
    files = tree(*PACKAGES, package_json=json.dumps({"workspaces": workspaces}))
    assert members(files, "") == ("packages/core/package.json",)


def test_a_later_pattern_brings_back_what_an_earlier_one_took_away() -> None:
    patterns = ["packages/*", "!packages/cli", "packages/cli"]
    files = tree(*PACKAGES, package_json=json.dumps({"workspaces": patterns}))
    assert members(files, "") == ("packages/cli/package.json", "packages/core/package.json")


def test_a_folder_without_a_manifest_is_no_workspace() -> None:
    files = MemoryFiles(
        {"package.json": b'{"workspaces": ["packages/*"]}', "packages/docs/readme.md": b""}
    )
    assert members(files, "") == ()


def test_pnpm_s_list_comes_before_npm_s() -> None:
    files = tree(
        *PACKAGES,
        package_json='{"workspaces": ["packages/*"]}',
        pnpm="packages:\n  - 'apps/*'\n",
    )
    assert members(files, "") == ("apps/site/package.json",)
    assert members(files, "", Kind.NPM) == (
        "packages/cli/package.json",
        "packages/core/package.json",
    )


def test_a_pnpm_file_of_settings_only_has_no_workspaces() -> None:
    files = tree(*PACKAGES, package_json="{}", pnpm="catalog:\n  react: ^19\n")
    assert members(files, "", Kind.PNPM) == ()


def test_lerna_s_own_list() -> None:
    files = tree(*PACKAGES, package_json="{}", lerna='{"packages": ["apps/*"] /* ours */}')
    assert members(files, "") == ("apps/site/package.json",)


def test_lerna_without_a_list_takes_the_package_manager_s() -> None:
    files = tree(*PACKAGES, package_json='{"workspaces": ["apps/*"]}', lerna='{"npmClient": "npm"}')
    assert members(files, "", Kind.LERNA) == ("apps/site/package.json",)


def test_rush_publishes_the_projects_that_say_so() -> None:
    rush = """{
      // the projects
      "projects": [
        {"packageName": "core", "projectFolder": "packages/core", "shouldPublish": true},
        {"packageName": "cli", "projectFolder": "packages/cli", "versionPolicyName": "main"},
        {"packageName": "site", "projectFolder": "apps/site"},
        {"packageName": "out", "projectFolder": "../out", "shouldPublish": true},
      ],
    }"""
    assert members(tree(*PACKAGES, rush=rush), "") == (
        "packages/cli/package.json",
        "packages/core/package.json",
    )


def test_workspaces_below_a_folder() -> None:
    files = MemoryFiles(
        {
            "js/package.json": b'{"workspaces": ["packages/*"]}',
            "js/packages/core/package.json": b"{}",
            "packages/other/package.json": b"{}",
        }
    )
    assert members(files, "js") == ("js/packages/core/package.json",)
    assert members(files, "") == ()


@pytest.mark.parametrize(
    "texts",
    [
        {"package_json": "{"},
        {"package_json": "{}", "pnpm": "packages: ["},
        {"package_json": "{}", "lerna": "{"},
        {"package_json": '{"workspaces": ["{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"]}'},
        {"package_json": '{"workspaces": ["**/a/**/b/**/c/**/d/**/e"]}'},
    ],
)
def test_a_list_that_cannot_be_read_leaves_the_packages_unknown(texts: dict[str, str]) -> None:
    answer = members(tree(*PACKAGES, **texts), "")
    assert isinstance(answer, Unknown)
    assert answer.fact == "packages"


class _Broken(MemoryFiles):
    def read(self, path: str) -> bytes | None:
        if path.endswith("package.json"):
            raise Unreadable("it is a link out of the tree")
        return super().read(path)


def test_a_manifest_that_cannot_be_opened_is_named_with_its_reason() -> None:
    files: Files = _Broken({"package.json": b"{}", "packages/core/package.json": b"{}"})
    assert isinstance(members(files, ""), Unknown)
    found = all_packages(files)
    assert not found.complete
    assert ("packages/core/package.json", "it is a link out of the tree") in found.unread


def test_all_packages_are_the_root_and_its_workspaces() -> None:
    files = tree(*PACKAGES, package_json='{"name": "root", "workspaces": ["packages/*"]}')
    found = all_packages(files)
    assert [manifest.path for manifest in found.manifests] == [
        "package.json",
        "packages/cli/package.json",
        "packages/core/package.json",
    ]
    assert found.complete
    assert found.unread == ()


def test_without_workspaces_every_folder_is_looked_into_but_for_tests_and_installed_ones() -> None:
    files = tree(*PACKAGES, "test/fixture/package.json", ".github/x/package.json")
    assert [manifest.path for manifest in all_packages(files).manifests] == [
        "apps/site/package.json",
        "packages/cli/package.json",
        "packages/cli/templates/app/package.json",
        "packages/core/package.json",
    ]


def test_a_tree_that_is_too_deep_is_not_complete() -> None:
    files = MemoryFiles({"/".join(["d"] * 60) + "/package.json": b"{}"})
    assert not all_packages(files).complete


_SEGMENT = st.sampled_from(["a", "b", "*", "**", "!a", "{a,b}", "..", ".", "?", "[a]", "@(a)", ""])


@given(st.lists(st.lists(_SEGMENT, max_size=6).map("/".join), max_size=5))
def test_any_patterns_have_an_answer_within_the_tree(patterns: list[str]) -> None:
    files = tree(
        "a/package.json",
        "a/b/package.json",
        "b/node_modules/a/package.json",
        package_json=json.dumps({"workspaces": patterns}),
    )
    answer = members(files, "")
    if not isinstance(answer, Unknown):
        assert set(answer) <= {"a/package.json", "a/b/package.json"}


@given(st.binary(max_size=200), st.sampled_from(["pnpm-workspace.yaml", "lerna.json", "rush.json"]))
def test_any_bytes_as_a_list_have_an_answer(data: bytes, name: str) -> None:
    answer = members(MemoryFiles({name: data, "a/package.json": b"{}"}), "")
    assert isinstance(answer, Unknown) or set(answer) <= {"a/package.json"}
