"""What git takes back of the configuration files that earlier steps wrote."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, TokenState
from test_workflows.tree import run, workflow

LINE = "//registry.npmjs.org/:_authToken"
ENV = "\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}"
NO_REGISTRY = "          registry-url: https://registry.npmjs.org\n"


def is_there(between: str, path: str = ".npmrc", **others: object) -> bool:
    """Whether npm still finds the token that a step wrote before."""
    writes = f"- run: echo '{LINE}=${{NPM_TOKEN}}' >> {path}\n"
    release = workflow(f"{writes}{between}\n- run: npm publish{ENV}").replace(NO_REGISTRY, "")
    token = run(release, **others).token
    return isinstance(token, GivenToken) and token.state is TokenState.SECRET


@pytest.mark.parametrize(
    "between",
    ["- run: git clean -fdx", "- run: git clean -xdf", "- run: git clean -ffd",
     "- run: git clean --force", "- uses: actions/checkout@v5",
     "- uses: actions/checkout@v5\n  with: {clean: true}"],
)  # fmt: skip
def test_a_file_that_is_not_committed_goes(between):
    assert not is_there(between)


@pytest.mark.parametrize(
    "between",
    ["- run: git clean -n", "- run: git clean -fdx -e .npmrc", "- run: git clean -fX",
     "- run: git reset --hard", "- run: git status", "- run: cd src && git clean -fdx",
     "- uses: actions/checkout@v5\n  with: {clean: false}",
     "- uses: actions/checkout@v5\n  with: {path: other}"],
)  # fmt: skip
def test_a_file_that_git_does_not_look_at_stays(between):
    assert is_there(between)


@pytest.mark.parametrize("between", ["- run: git clean -fdx", "- uses: actions/checkout@v5"])
def test_the_users_own_file_is_none_of_the_workspace(between):
    assert is_there(between, "~/.npmrc")


def test_git_cleans_no_file_that_it_ignores_unless_it_is_told_to():
    ignores = {".gitignore": "node_modules\n.npmrc\n"}

    assert is_there("- run: git clean -fd", **ignores)
    assert not is_there("- run: git clean -fdx", **ignores)


@pytest.mark.parametrize(
    "between",
    ["- run: git reset --hard", "- run: git checkout .", "- run: git checkout -- .",
     "- run: git restore .", "- run: git checkout -f main", "- uses: actions/checkout@v5"],
)  # fmt: skip
def test_a_committed_file_is_as_it_was(between):
    committed = {".npmrc": "fund=false\n"}

    assert not is_there(between, **committed)
    assert is_there("- run: git clean -fdx", **committed)


def test_a_cleaning_that_may_be_passed_over_leaves_it_open():
    assert is_there("- run: git clean -fdx\n  if: false")
    assert not is_there("- run: git clean -fdx\n  if: vars.CLEAN")
