"""`repository` in every spelling, against what npm's own `hosted-git-info` 9 makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.manifests.repository_url import canonical


@pytest.mark.parametrize(
    "written",
    [
        "Acme/widget",
        "Acme/widget#main",
        "Acme/widget.git",
        "github:Acme/widget",
        "github:Acme/widget#next",
        "github:user:secret@Acme/widget",
        "https://github.com/Acme/widget",
        "https://github.com/Acme/widget/",
        "https://github.com/Acme/widget.git",
        "https://github.com/Acme/widget.git/",
        "https://github.com/Acme/widget#readme",
        "https://github.com/Acme/widget.git#semver:^1.0",
        "https://github.com/Acme/widget/tree/main/packages/core",
        "https://github.com:443/Acme/widget",
        "https://GitHub.com/Acme/widget",
        "https://www.github.com/Acme/widget",
        "https://user:secret@github.com/Acme/widget.git",
        " https://github.com/Acme/widget ",
        "http://github.com/Acme/widget",
        "git://github.com/Acme/widget.git",
        "git+https://github.com/Acme/widget.git",
        "git+https://git@github.com/Acme/widget.git",
        "git+ssh://git@github.com/Acme/widget.git",
        "git+ssh://git@github.com:Acme/widget.git",
        "ssh://git@github.com/Acme/widget.git",
        "ssh://git@github.com:Acme/widget.git",
        "git@github.com:Acme/widget.git",
        "git@github.com/Acme/widget.git",
    ],
)
def test_every_spelling_of_a_github_repository_is_one(written: str) -> None:
    assert canonical(written) == "https://github.com/Acme/widget"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("gitlab:acme/widget", "https://gitlab.com/acme/widget"),
        ("https://gitlab.com/group/sub/widget.git", "https://gitlab.com/group/sub/widget"),
        ("bitbucket:acme/widget", "https://bitbucket.org/acme/widget"),
        ("https://bitbucket.org/acme/widget/src", "https://bitbucket.org/acme/widget"),
        ("gist:0123abc", "https://gist.github.com/0123abc"),
        ("gist:acme/0123abc", "https://gist.github.com/0123abc"),
        ("https://gist.github.com/acme/0123abc", "https://gist.github.com/0123abc"),
    ],
)
def test_other_hosts_are_spelled_alike(written: str, meant: str) -> None:
    assert canonical(written) == meant


def test_case_is_kept_since_npm_compares_it() -> None:
    assert canonical("acme/Widget") != canonical("Acme/widget")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "widget",
        "github.com/Acme/widget",
        "https://github.com/Acme",
        "https://github.com//widget",
        "https://github.com/Acme/widget/blob/main/README.md",
        "https://gitlab.com/acme/widget/-/tree/main",
        "https://github.example.com/Acme/widget",
        "git+http://github.com/Acme/widget",
        "git@example.com:Acme/widget.git",
        "./Acme/widget",
        "/Acme/widget",
        "@acme/widget",
        "Acme/widget/core",
        "Acme/",
        "GitHub:Acme/widget",
        "https://github.com/Acme/../widget",
        "file:../widget",
    ],
)
def test_what_npm_does_not_understand_names_no_repository(written: str) -> None:
    assert canonical(written) is None


@given(st.text(max_size=120))
def test_any_text_has_an_answer(written: str) -> None:
    answer = canonical(written)
    assert answer is None or answer.startswith("https://")


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,20}/[A-Za-z0-9_]{1,20}", fullmatch=True))
def test_spelling_twice_changes_nothing(written: str) -> None:
    once = canonical(written)
    assert once is not None
    assert canonical(once) == once
    assert canonical(f"git+{once}.git") == once
