"""A git tree of GitHub's as files: what a checkout would show, and nothing outside of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from github_api import git
from github_api.git import Link, Submodule

from checker.auditing import survey
from checker.files import Unreadable
from checker.sources.checkout import Checkout
from checker.sources.remote.tree import Listing, RemoteFiles, listing
from checker.workflows.publishes import read

REPOS = Path(__file__).resolve().parents[1] / "repos"
FIELDS = ("path", "mode", "type", "sha", "size")


def told(lines: git.Lines, sha: str = "f" * 40, **more: object) -> dict[str, object]:
    """Lines as GitHub's API shows them."""
    shown = [dict(zip(FIELDS, line, strict=True)) for line in lines]
    return {"sha": sha, "tree": shown, "truncated": False, **more}


def tree_of(files: Mapping[str, git.Content]) -> tuple[Listing, git.Tree]:
    made = git.tree(files)
    found = listing(told(made.lines, made.sha))
    assert found is not None
    return found, made


def all_here(files: Mapping[str, git.Content]) -> RemoteFiles:
    """The tree with every content brought."""
    found, made = tree_of(files)
    remote = RemoteFiles(found)
    for sha, content in made.blobs.items():
        remote.put(sha, content)
    return remote


# --- the same as a checkout -------------------------------------------------------------------


def on_disk(root: Path) -> dict[str, git.Content]:
    found: dict[str, git.Content] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            content = Link(str(path.readlink())) if path.is_symlink() else path.read_bytes()
            found[path.relative_to(root).as_posix()] = content
    return found


def driven(root: Path) -> tuple[object, int]:
    """What is read of a folder as if it lay at GitHub, and in how many rounds it was brought."""
    found, made = tree_of(on_disk(root))
    remote = RemoteFiles(found)
    wanted = tuple(survey.read_everywhere(remote))
    for rounds in range(survey.MOST_ROUNDS):
        for entry in wanted:
            remote.put(entry.sha, made.blobs[entry.sha])
        reading = read(remote, today=date(2026, 11, 24), repository="acme/widget")
        wanted = tuple(remote.take_wanted().files.values())
        if not wanted:
            return reading, rounds + 1
    raise AssertionError(root)


def test_of_every_repository_of_the_rules_the_same_is_read_and_seldom_in_a_second_round() -> None:
    roots = sorted(path.parent for path in REPOS.glob("*/*/*/.github"))
    rounds = []
    for root in roots:
        remote, count = driven(root)
        local = read(Checkout(root), today=date(2026, 11, 24), repository="acme/widget")
        assert remote == local, root
        rounds.append(count)
    assert len(rounds) > 300
    assert rounds.count(1) / len(rounds) > 0.95
    assert max(rounds) == 2


def test_a_tree_lists_files_and_folders_as_a_checkout_does(tmp_path: Path) -> None:
    contents: dict[str, git.Content] = {
        "a/b/c.txt": b"c",
        "a/link": Link("b"),
        "node_modules/x/package.json": b"{}",
        "z.txt": b"z",
    }
    for path, content in contents.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            target.symlink_to(content.target)
        elif isinstance(content, bytes):
            target.write_bytes(content)
    here, there = Checkout(tmp_path), all_here(contents)
    for folder in ("", "a", "a/b", "a/link", "nowhere", "node_modules/x"):
        assert there.list(folder) == here.list(folder), folder
        assert there.folders(folder) == here.folders(folder), folder
    for path in ("z.txt", "a/link/c.txt", "nowhere", "", "a/../z.txt", "/z.txt", "z.txt/x"):
        assert there.read(path) == here.read(path), path
    for path in ("a", "a/b", "a/link"):
        for files in (here, there):
            with pytest.raises(Unreadable, match="no regular file"):
                files.read(path)


# --- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../outside", "deep/../../../outside", "../..", "", "a\0b"]
)
def test_a_link_out_of_the_tree_is_not_followed(target: str) -> None:
    files = all_here({"folder/link": Link(target), "outside": b"x"})
    with pytest.raises(Unreadable, match="out of the repository"):
        files.read("folder/link")


def test_a_link_inside_of_the_tree_is_read_through() -> None:
    files = all_here({"a/link": Link("../b/two"), "b/two": Link("three"), "b/three": b"3"})
    assert files.read("a/link") == b"3"


def test_a_link_to_a_folder_leads_to_its_files_and_is_not_walked_into() -> None:
    files = all_here({"alias": Link("real"), "real/file": b"1"})
    assert files.read("alias/file") == b"1"
    assert files.folders("") == ("real",)


def test_links_in_a_circle_end() -> None:
    with pytest.raises(Unreadable, match="back to itself"):
        all_here({"a": Link("b"), "b": Link("a")}).read("a")


def test_a_link_to_nothing_is_told_apart_from_no_file() -> None:
    files = all_here({"a": Link("b")})
    with pytest.raises(Unreadable, match="to nothing"):
        files.read("a")
    assert files.read("b") is None


def test_a_link_into_gits_own_folder_is_not_followed() -> None:
    with pytest.raises(Unreadable, match="git's own folder"):
        all_here({"a": Link(".git/config")}).read("a")


def test_a_submodule_is_an_empty_folder() -> None:
    files = all_here({"inner": Submodule(), "a": b"a"})
    assert files.folders("") == ("inner",)
    assert (files.list("inner"), files.read("inner/package.json")) == ((), None)


# --- hostile and odd trees --------------------------------------------------------------------


@pytest.mark.parametrize("path", ["../up", "a/../../up", ".git/config", "a//b", "/abs", ".GIT/x"])
def test_a_name_that_git_would_never_give_is_left_out(path: str) -> None:
    lines = [(path, "100644", "blob", "1" * 40, 1), ("good", "100644", "blob", "2" * 40, 1)]
    found = listing(told(lines))
    assert found is not None
    assert list(found.entries) == ["good"]


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"sha": 1, "tree": []}, {"sha": "f" * 40, "tree": {}}]
)
def test_something_else_than_a_tree_is_none(answer: object) -> None:
    assert listing(answer) is None


@pytest.mark.parametrize(
    "line",
    [
        1,
        {"path": 2, "mode": "100644", "sha": "1" * 40},
        {"path": "a"},
        {"path": "a", "mode": "100644", "sha": '1") { id } #'},
        {"path": "a", "mode": "100644", "sha": "../../../user"},
    ],
)
def test_a_line_that_is_none_makes_the_tree_none(line: object) -> None:
    # What it stands for might be the workflow that publishes.
    assert listing({"sha": "f" * 40, "tree": [line], "truncated": False}) is None


def test_a_tree_that_leaves_out_a_folder_is_not_taken_for_a_whole_one() -> None:
    lines = [
        (".github", "040000", "tree", "1" * 40, 0),
        (".github/dependabot.yml", "100644", "blob", "3" * 40, 1),
        (".github/workflows/release.yml", "100644", "blob", "2" * 40, 1),
    ]
    found = listing(told(lines))
    assert found is not None
    assert not found.complete


def test_an_answer_that_was_not_recursive_is_not_taken_for_a_whole_tree() -> None:
    # PyGithub follows the redirect of a renamed repository without the query.
    made = git.tree({".github/workflows/release.yml": b"on: push", "README.md": b""})
    found = listing(told(made.folders[made.sha], made.sha))
    assert found is not None
    assert not found.complete


def test_a_tree_that_says_so_is_cut() -> None:
    made = git.tree({"a": b""})
    found = listing(told(made.lines, truncated=True))
    assert found is not None
    assert not found.complete


def test_a_file_that_is_too_large_is_not_asked_for() -> None:
    lines = [("package.json", "100644", "blob", "1" * 40, (1 << 20) + 1)]
    found = listing(told(lines))
    assert found is not None
    files = RemoteFiles(found)
    with pytest.raises(Unreadable, match="larger than 1 MiB"):
        files.read("package.json")
    assert not files.wanted


def test_what_a_repository_may_bring_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.sources.remote.tree.MOST_BYTES", 10)
    files = all_here({"a": b"1234567890", "b": b"2"})
    with pytest.raises(Unreadable, match="would have to be read"):
        [files.read(path) for path in ("a", "b")]


# --- folder by folder -------------------------------------------------------------------------


def test_a_tree_that_is_cut_is_listed_folder_by_folder() -> None:
    made = git.tree({"a/b/c": b"c", "d": b"d"})
    files = RemoteFiles(Listing(made.sha, {}, complete=False))
    for _ in range(3):
        files.list("a/b")
        for folder, entry in files.take_wanted().folders.items():
            lines = made.folders[entry.sha]
            found = listing(told(lines, entry.sha))
            assert found is not None
            files.put_folder(folder, found.entries.items())
    assert not files.wanted
    assert files.list("a/b") == ("a/b/c",)
    assert files.read("d") is None
    assert list(files.wanted.files) == ["d"]


def test_what_is_not_brought_when_all_is_settled_is_unreadable_and_not_absent() -> None:
    found, _ = tree_of({"a": b"a"})
    files = RemoteFiles(found)
    assert files.read("a") is None
    files.settled = True
    with pytest.raises(Unreadable):
        files.read("a")
    cut = RemoteFiles(Listing("f" * 40, {}, complete=False))
    cut.settled = True
    with pytest.raises(Unreadable, match="folder by folder"):
        cut.list("")
