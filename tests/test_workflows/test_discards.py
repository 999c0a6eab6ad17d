"""What git takes back of the configuration files that earlier steps wrote."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, TokenState, Unknown
from test_workflows.tree import run, workflow

LINE = "//registry.npmjs.org/:_authToken"
ENV = "\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}"
NO_REGISTRY = "          registry-url: https://registry.npmjs.org\n"


def token_after(
    between: str, path: str = ".npmrc", **others: object
) -> GivenToken | Unknown | None:
    """What npm finds of the token that a step wrote before."""
    writes = f"- run: echo '{LINE}=${{NPM_TOKEN}}' >> {path}\n"
    release = workflow(f"{writes}{between}\n- run: npm publish{ENV}").replace(NO_REGISTRY, "")
    return run(release, **others).token


def is_there(between: str, path: str = ".npmrc", **others: object) -> bool:
    """Whether npm still finds the token that a step wrote before."""
    token = token_after(between, path, **others)
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


@pytest.mark.parametrize(
    "between",
    ["git stash -u", "git stash --include-untracked", "git stash push -u", "git stash -a",
     "git stash --all", "git stash save -u before", "git stash push -um before", "git stash -uk",
     "git -c user.name=bot stash -u", "git stash push -u -m 'the .npmrc'",
     "git stash push -u -- .npmrc", "git stash push -u .", "mkdir -p a && cd a && git stash -u"],
)  # fmt: skip
def test_a_file_that_is_not_committed_is_put_away_with_its_token(between):
    assert not is_there(f"- run: {between}")


@pytest.mark.parametrize(
    "between",
    ["git stash", "git stash push", "git stash -m u", "git stash push -u -- docs",
     "git stash push -um before docs", "git stash list", "git stash create", "git stash -p -u",
     "git stash -S", "cd a && git stash push -u ."],
)  # fmt: skip
def test_a_file_that_is_not_put_away_keeps_its_token(between):
    assert is_there(f"- run: {between}")


def test_an_ignored_file_is_put_away_with_all_the_others_alone():
    ignores = {".gitignore": ".npmrc\n"}

    assert is_there("- run: git stash -u", **ignores)
    assert not is_there("- run: git stash -a", **ignores)


@pytest.mark.parametrize("between", ["git stash", "git stash -u", "git stash -a", "git stash save"])
def test_what_is_put_away_of_a_committed_file_is_what_the_job_wrote(between):
    assert not is_there(f"- run: {between}", **{".npmrc": "fund=false\n"})


@pytest.mark.parametrize("between", ["git stash -u", "git stash -a"])
def test_git_puts_nothing_away_that_lies_in_the_users_home(between):
    assert is_there(f"- run: {between}", "~/.npmrc")


@pytest.mark.parametrize("back", ["git stash pop", "git stash apply", "git stash pop --index"])
def test_what_is_brought_back_is_there(back):
    assert is_there(f"- run: git stash -u && git pull --rebase && {back}")
    assert is_there(f"- run: git stash && git pull && {back}", **{".npmrc": "fund=false\n"})


@pytest.mark.parametrize(
    "between",
    ["git stash -u && git stash pop && git stash -u",
     "git stash -u && git stash drop",
     "git stash pop && git stash -u"],
)  # fmt: skip
def test_what_is_not_brought_back_in_the_end_is_not_there(between):
    assert not is_there(f"- run: {between}")


@pytest.mark.parametrize(
    "between",
    ["git stash -u && git stash -u && git stash pop",
     "git stash -u && if [ -f a ]; then git stash pop; fi",
     "if [ -f a ]; then git stash -u; fi && git stash pop",
     "git stash -u && echo fund=false > .npmrc && git stash pop",
     "git stash -u && (git stash pop || true)"],
)  # fmt: skip
def test_whether_it_is_brought_back_may_be_open(between):
    assert isinstance(token_after(f"- run: {between}"), Unknown)
