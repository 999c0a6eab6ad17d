"""What becomes of an .npmrc that a job gives to git: added to the next commit, or committed."""

from __future__ import annotations

import pytest

from checker.facts import Unknown
from test_workflows.test_discards import is_there, token_after

COMMITTED = {".npmrc": "fund=false\n"}


def after(*commands: str) -> str:
    return "- run: |\n" + "".join(f"    {command}\n" for command in commands)


@pytest.mark.parametrize(
    "add", ["git add .npmrc", "git add -A", "git add .", "git add --all", "git add :/"]
)
def test_an_added_file_is_none_that_git_cleans(add):
    assert is_there(after(add, "git clean -fdx"))
    assert not is_there(after("git clean -fdx"))


@pytest.mark.parametrize(
    "add", ["git add package.json", "git add -u", "git add -n .npmrc", "git -c a=b add docs"]
)
def test_a_file_that_is_not_added_is_cleaned_away(add):
    assert not is_there(after(add, "git clean -fdx"))


@pytest.mark.parametrize(
    "takes",
    [
        "git stash",
        "git stash -u",
        "git reset --hard",
        "git reset --hard HEAD",
        "git checkout -f main",
    ],
)
def test_an_added_file_goes_with_a_stash_and_a_hard_reset(takes):
    assert not is_there(after("git add .npmrc", takes))
    assert not is_there(after("git add .npmrc", takes), **COMMITTED)


@pytest.mark.parametrize(
    "keeps", ["git stash -k", "git checkout .", "git restore .", "git stash --keep-index"]
)
def test_an_added_file_stays_where_git_goes_by_its_index(keeps):
    assert is_there(after("git add .npmrc", keeps))
    assert is_there(after("git add .npmrc", keeps), **COMMITTED)


def test_what_was_stashed_of_an_added_file_comes_back():
    assert is_there(after("git add .npmrc", "git stash", "git pull", "git stash pop"))


TAKES = ["git clean -fdx", "git stash", "git stash -u", "git reset --hard", "git checkout .",
         "git restore ."]  # fmt: skip


@pytest.mark.parametrize("takes", TAKES)
@pytest.mark.parametrize(
    "commit", ["git commit -m x", "git commit -am x", "git commit --amend --no-edit"]
)
def test_an_added_and_committed_file_outlives_it_all(takes, commit):
    assert is_there(after("git add .npmrc", commit, takes))


@pytest.mark.parametrize("takes", TAKES)
@pytest.mark.parametrize(
    "commit", ["git commit -am x", "git commit -a -m x", "git commit --all -m x"]
)
def test_a_file_of_the_repository_needs_no_addition_where_everything_is_committed(takes, commit):
    assert is_there(after(commit, takes), **COMMITTED)


def test_a_commit_takes_no_file_that_git_does_not_know():
    assert not is_there(after("git commit -am x", "git clean -fdx"))
    assert not is_there(after("git commit -m data", "git reset --hard"), **COMMITTED)


def test_an_ignored_file_is_added_where_git_is_forced_to():
    ignores = {".gitignore": ".npmrc\n"}

    assert not is_there(after("git add .", "git clean -fdx"), **ignores)
    assert is_there(after("git add -f .npmrc", "git clean -fdx"), **ignores)


@pytest.mark.parametrize(
    ("keeps", "takes"),
    [
        (["if [ -f a ]; then git add .npmrc; fi"], "git clean -fdx"),
        (["git add -p"], "git clean -fdx"),
        (["git add '*rc'"], "git clean -fdx"),
        (["git add $FILES"], "git clean -fdx"),
        (["git add .npmrc", "git reset"], "git clean -fdx"),
        (["git add .npmrc", "git restore --staged ."], "git clean -fdx"),
        (["git add .npmrc", "git stash -S"], "git status"),
        (["git add .npmrc", "git commit -m x"], "git reset --hard HEAD~1"),
        (["git add .npmrc", "git commit -m x"], "git reset --hard origin/main"),
        (["git add .npmrc", "git commit -m x"], "git checkout main"),
    ],
)
def test_whether_the_file_is_left_may_be_open(keeps, takes):
    assert isinstance(token_after(after(*keeps, takes)), Unknown)


def test_another_checkout_has_no_commit_of_the_job():
    between = after("git add .npmrc", "git commit -m x") + "- uses: actions/checkout@v5"

    assert isinstance(token_after(between), Unknown)
    assert not is_there(after("git add .npmrc") + "- uses: actions/checkout@v5")
