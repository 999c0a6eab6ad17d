"""The checkout on disk: what is listed and read, and that nothing leads out of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from checker.files import Unreadable
from checker.sources.checkout import MAX_BYTES, MAX_LOCKFILE_BYTES, Checkout

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository, beside a folder that is none of its business."""
    root = tmp_path / "repository"
    (root / ".github" / "workflows").mkdir(parents=True)
    (root / ".github" / "workflows" / "release.yml").write_text("on: push\n")
    (root / "packages" / "core").mkdir(parents=True)
    (root / "package.json").write_text("{}")
    (root / "packages" / "core" / "package.json").write_text('{"name": "core"}')
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    return root


def test_files_and_folders_are_listed_by_path_and_sorted(tree: Path) -> None:
    (tree / "README.md").write_text("")
    checkout = Checkout(tree)
    assert checkout.list("") == ("README.md", "package.json")
    assert checkout.folders("") == (".github", "packages")
    assert checkout.list(".github/workflows") == (".github/workflows/release.yml",)
    assert checkout.folders("packages") == ("packages/core",)


def test_a_folder_that_is_not_there_is_empty(tree: Path) -> None:
    checkout = Checkout(tree)
    assert checkout.list("nowhere") == ()
    assert checkout.folders("package.json") == ()


def test_gits_folder_and_installed_packages_are_not_walked(tree: Path) -> None:
    (tree / ".git").mkdir()
    (tree / "node_modules").mkdir()
    assert Checkout(tree).folders("") == (".github", "packages")


def test_a_file_is_read_and_an_absent_one_is_none(tree: Path) -> None:
    checkout = Checkout(tree)
    assert checkout.read("packages/core/package.json") == b'{"name": "core"}'
    assert checkout.read("packages/core/none.json") is None
    assert checkout.read("package.json/inside") is None
    assert checkout.read("x" * 5000) is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "..",
        "../outside/secret.txt",
        "packages/../package.json",
        "./package.json",
        "/etc/passwd",
        "packages//core",
        "a\0b",
        "\ud800",
    ],
)
def test_a_path_that_is_none_inside_the_tree_names_nothing(tree: Path, path: str) -> None:
    checkout = Checkout(tree)
    assert checkout.read(path) is None
    if path:
        assert checkout.list(path) == ()


# --- links ------------------------------------------------------------------------------------


def test_a_link_to_a_file_inside_the_tree_is_read(tree: Path) -> None:
    (tree / "link.json").symlink_to("packages/core/package.json")
    assert Checkout(tree).read("link.json") == b'{"name": "core"}'


@pytest.mark.parametrize("target", ["../outside/secret.txt", "/etc/passwd"])
def test_a_link_to_a_file_outside_is_listed_and_not_read(tree: Path, target: str) -> None:
    (tree / ".npmrc").symlink_to(target)
    checkout = Checkout(tree)
    assert ".npmrc" in checkout.list("")
    with pytest.raises(Unreadable, match="leads out of the repository"):
        checkout.read(".npmrc")


def test_a_linked_folder_outside_is_neither_walked_nor_read_through(tree: Path) -> None:
    (tree / "vendor").symlink_to("../outside")
    checkout = Checkout(tree)
    assert "vendor" not in checkout.folders("")
    assert checkout.list("vendor") == ()
    with pytest.raises(Unreadable, match="leads out of the repository"):
        checkout.read("vendor/secret.txt")


def test_a_linked_folder_inside_is_not_walked_so_that_walks_end(tree: Path) -> None:
    (tree / "packages" / "loop").symlink_to("..")
    checkout = Checkout(tree)
    assert checkout.folders("packages") == ("packages/core",)
    assert checkout.list("packages/loop") == ()


def test_a_link_that_leads_back_to_itself_is_unreadable(tree: Path) -> None:
    (tree / "a").symlink_to("b")
    (tree / "b").symlink_to("a")
    with pytest.raises(Unreadable, match="back to itself"):
        Checkout(tree).read("a")


def test_a_link_to_nothing_is_unreadable_and_not_absent(tree: Path) -> None:
    (tree / "release.yml").symlink_to("gone.yml")
    with pytest.raises(Unreadable, match="a link to nothing"):
        Checkout(tree).read("release.yml")


def test_a_root_that_is_itself_a_link_is_the_users_choice(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "here").symlink_to(tree)
    assert Checkout(tmp_path / "here").read("package.json") == b"{}"


@pytest.mark.parametrize("name", ["direct", "linked"])
def test_the_configuration_of_git_is_not_read_as_a_file_of_the_tree(tree: Path, name: str) -> None:
    (tree / ".git").mkdir()
    (tree / ".git" / "config").write_text("AUTHORIZATION: basic c2VjcmV0")
    (tree / "linked").symlink_to(".git/config")
    with pytest.raises(Unreadable, match="may hold credentials"):
        Checkout(tree).read({"direct": ".git/config", "linked": "linked"}[name])


# --- what is no ordinary file -----------------------------------------------------------------


def test_a_file_beyond_the_limit_is_unreadable(tree: Path) -> None:
    (tree / "big.js").write_bytes(b"x" * MAX_BYTES)
    assert Checkout(tree).read("big.js") == b"x" * MAX_BYTES
    (tree / "big.js").write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(Unreadable, match="larger than 1 MiB"):
        Checkout(tree).read("big.js")


def test_a_lockfile_may_be_larger(tree: Path) -> None:
    with (tree / "package-lock.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert len(Checkout(tree).read("package-lock.json") or b"") == MAX_BYTES + 1
    with (tree / "package-lock.json").open("wb") as file:
        file.truncate(MAX_LOCKFILE_BYTES + 1)
    with pytest.raises(Unreadable, match="larger than 32 MiB"):
        Checkout(tree).read("package-lock.json")


def test_a_pipe_does_not_keep_the_reader_waiting(tree: Path) -> None:
    os.mkfifo(tree / "pipe.yml")
    with pytest.raises(Unreadable, match="no regular file"):
        Checkout(tree).read("pipe.yml")


def test_a_folder_is_not_read_as_a_file(tree: Path) -> None:
    with pytest.raises(Unreadable, match="no regular file"):
        Checkout(tree).read("packages")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_unreadable(tree: Path) -> None:
    (tree / "package.json").chmod(0)
    with pytest.raises(Unreadable, match="no permission"):
        Checkout(tree).read("package.json")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_a_folder_that_may_not_be_listed_is_not_taken_for_empty(tree: Path) -> None:
    (tree / ".github").chmod(0)
    with pytest.raises(Unreadable, match="no permission"):
        Checkout(tree).list(".github/workflows")


def test_a_name_that_is_no_text_is_left_out(tree: Path) -> None:
    (tree / os.fsdecode(b"\xff.yml")).write_text("")
    assert Checkout(tree).list("") == ("package.json",)
