"""The repository's name, from the text of git's configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.sources.checkout import git_remote
from checker.sources.git_config import origin_url, repository_of

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://github.com/Acme/widget.git\n'


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Acme/widget",
        "https://github.com/Acme/widget.git",
        "https://github.com/Acme/widget/",
        "https://someone:secret@github.com/Acme/widget.git",
        "http://www.github.com/Acme/widget",
        "git@github.com:Acme/widget.git",
        "github.com:Acme/widget",
        "ssh://git@github.com/Acme/widget.git",
        "ssh://git@github.com:22/Acme/widget",
        "ssh://git@ssh.github.com:443/Acme/widget.git",
        "git://github.com/Acme/widget.git",
    ],
)
def test_every_form_of_an_address_on_github_names_the_repository(url: str) -> None:
    assert repository_of(url) == "Acme/widget"


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.com/acme/widget.git",
        "https://github.com.example.org/acme/widget",
        "https://example.org/github.com/acme/widget",
        "git@github.example.org:acme/widget.git",
        "https://github.com/acme",
        "https://github.com/acme/widget/tree/main",
        "../widget",
        "/srv/git/acme/widget.git",
        "",
    ],
)
def test_an_address_elsewhere_names_none(url: str) -> None:
    assert repository_of(url) is None


def test_a_dot_within_the_name_is_kept() -> None:
    assert repository_of("git@github.com:acme/widget.js.git") == "acme/widget.js"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ('[remote "origin"]\n url = a\n', "a"),
        ('[Remote "origin"]\nURL="a b" ; said\n', "a b"),
        ('[remote "origin"] url = a # said\n', "a"),
        ('[remote "origin"]\n url = a\n url = b\n', "b"),
        ('[remote "fork"]\n url = a\n', None),
        ('[remote "origin"]\n pushurl = a\n[branch "main"]\n url = b\n', None),
        ('# [remote "origin"]\n url = a\n', None),
        ("", None),
    ],
)
def test_the_address_is_that_of_origin(text: str, url: str | None) -> None:
    assert origin_url(text) == url


def test_a_checkout_has_the_name_of_its_remote(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(CONFIG)
    assert git_remote(tmp_path) == "Acme/widget"


def test_a_folder_without_git_has_no_name(tmp_path: Path) -> None:
    assert git_remote(tmp_path) is None
    (tmp_path / ".git").mkdir()
    assert git_remote(tmp_path) is None


@pytest.mark.parametrize("how", ["a worktree's pointer", "a linked folder", "a linked file"])
def test_a_configuration_outside_is_not_followed(tmp_path: Path, how: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "config").write_text(CONFIG)
    root = tmp_path / "repository"
    root.mkdir()
    if how == "a worktree's pointer":
        (root / ".git").write_text(f"gitdir: {elsewhere}\n")
    elif how == "a linked folder":
        (root / ".git").symlink_to(elsewhere)
    else:
        (root / ".git").mkdir()
        (root / ".git" / "config").symlink_to(elsewhere / "config")
    assert git_remote(root) is None


def test_a_pointer_to_a_folder_inside_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "config").write_text(CONFIG)
    (tmp_path / ".git").write_text("gitdir: real\n")
    assert git_remote(tmp_path) == "Acme/widget"


def test_bytes_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"\xff\xfe\0" + CONFIG.encode())
    assert git_remote(tmp_path) == "Acme/widget"
