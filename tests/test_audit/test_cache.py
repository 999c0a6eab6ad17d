"""What is kept on disk: for one token, for its owner, whole or not at all, and no credential."""

from __future__ import annotations

import os
import stat
import time
import tracemalloc
import zlib
from pathlib import Path
from typing import cast

import pytest

from checker.sources.remote.api import Answer, Api
from checker.sources.remote.cache import KEPT_DAYS, Cache, Kept, folder, git_sha
from checker.sources.remote.repositories import Repositories

API = "https://api.github.com"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_an_answer_comes_back_as_it_was(cache: Cache) -> None:
    kept = Kept('W/"1"', "run", {"entries": [["a", "100644", "f" * 40, 3]]}, more=True)
    cache.keep_answer("/orgs/acme/repos?page=1", kept)
    assert cache.answer("/orgs/acme/repos?page=1") == kept
    assert cache.answer("/orgs/acme/repos?page=2") is None


def test_a_content_is_found_by_the_name_that_git_gives_it(cache: Cache) -> None:
    content = b"name: Release\n"
    cache.keep_content(git_sha(content), content)
    assert cache.content(git_sha(content)) == content
    assert git_sha(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_a_content_that_was_changed_on_disk_is_none(cache: Cache, tmp_path: Path) -> None:
    sha = git_sha(b"good")
    cache.keep_content(sha, b"good")
    [path] = files(tmp_path)
    path.write_bytes(zlib.compress(b"evil"))
    assert cache.content(sha) is None
    path.write_bytes(b"garbage")
    assert cache.content(sha) is None


@pytest.mark.parametrize("damage", [b"", b"x", b"\x78\x9c\x03\x00\x00\x00\x00\x01"])
def test_an_answer_that_was_damaged_is_none(cache: Cache, tmp_path: Path, damage: bytes) -> None:
    cache.keep_answer("/a", Kept(None, "run", [1]))
    [path] = files(tmp_path)
    path.write_bytes(damage)
    assert cache.answer("/a") is None


@pytest.mark.parametrize(
    "content",
    [
        b"//registry.npmjs.org/:_authToken=npm_" + b"a1" * 18,
        b"env:\n  TOKEN: ghp_" + b"a1B2" * 9,
        b"//npm.acme.test/:_authToken=opaque-and-short",
        b"//npm.acme.test/:_password=c2VjcmV0",
        b"_auth = dXNlcjpwYXNz",
        b"npmAuthToken: 12345678-1234-1234-1234-123456789012",
    ],
)
def test_a_content_with_a_credential_in_it_is_not_kept(
    cache: Cache, tmp_path: Path, content: bytes
) -> None:
    cache.keep_content(git_sha(content), content)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "content", [b"//registry.npmjs.org/:_authToken=${NODE_AUTH_TOKEN}", b"uses: a/b@" + b"1f" * 20]
)
def test_a_content_that_names_a_variable_or_a_commit_is_kept(cache: Cache, content: bytes) -> None:
    cache.keep_content(git_sha(content), content)
    assert cache.content(git_sha(content)) == content


@pytest.mark.parametrize("name", ["../../../etc/x", "f" * 39, "F" * 40, "", "a/" + "f" * 38])
def test_only_gits_names_are_names_of_files(cache: Cache, tmp_path: Path, name: str) -> None:
    cache.keep_content(name, b"x")
    assert cache.content(name) is None
    assert files(tmp_path) == []


def test_only_the_owner_may_read_what_is_kept(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        root = folder({"XDG_CACHE_HOME": str(tmp_path)}, API, "ghp_1")
        assert root is not None
        Cache(root).keep_answer("/a", Kept(None, "run", 1))
    finally:
        os.umask(before)
    inside = list(tmp_path.rglob("*"))
    assert all(stat.S_IMODE(p.stat().st_mode) == (0o700 if p.is_dir() else 0o600) for p in inside)
    assert len(inside) == 6


def test_a_folder_that_others_may_read_is_closed_first(tmp_path: Path) -> None:
    (tmp_path / "npm-publish-preflight").mkdir(mode=0o755)
    assert folder({"XDG_CACHE_HOME": str(tmp_path)}, API, "ghp_1") is not None
    assert stat.S_IMODE((tmp_path / "npm-publish-preflight").stat().st_mode) == 0o700


def test_a_folder_that_is_a_link_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "npm-publish-preflight").symlink_to(tmp_path / "elsewhere")
    assert folder({"XDG_CACHE_HOME": str(tmp_path)}, API, "ghp_1") is None


def test_each_token_and_each_github_has_a_folder_of_its_own_that_does_not_name_it(
    tmp_path: Path,
) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    asked = [(API, "ghp_1"), (API, "ghp_2"), ("https://git.acme.test/api/v3", "ghp_1")]
    found = [folder(environ, url, token) for url, token in asked]
    assert len(set(found)) == 3
    assert not any("ghp" in str(each) for each in found)


def test_without_a_home_nothing_is_kept_and_nothing_fails() -> None:
    assert folder({}, API, "ghp_1") is None
    assert folder({"XDG_CACHE_HOME": "relative/path"}, API, "ghp_1") is None
    cache = Cache(None)
    cache.keep_answer("/a", Kept(None, "run", 1))
    assert (cache.answer("/a"), cache.content("f" * 40)) == (None, None)
    cache.forget_old()


def test_what_cannot_be_written_costs_requests_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file where a folder should be")
    cache = Cache(tmp_path)
    cache.keep_answer("/a", Kept(None, "run", 1))
    assert cache.root is None


def test_what_was_not_looked_at_for_long_is_deleted(cache: Cache, tmp_path: Path) -> None:
    cache.keep_answer("/old", Kept(None, "run", 1))
    [old] = files(tmp_path)
    cache.keep_answer("/new", Kept(None, "run", 1))
    long_ago = time.time() - (KEPT_DAYS + 1) * 86_400
    os.utime(old, (long_ago, long_ago))
    cache.forget_old()
    assert (cache.answer("/old"), cache.answer("/new")) == (None, Kept(None, "run", 1))


# --- what somebody else put there -------------------------------------------------------------


def test_the_answer_to_another_question_is_none(cache: Cache, tmp_path: Path) -> None:
    cache.keep_answer("/repos/acme/good", Kept("1", "run", {"full_name": "acme/good"}))
    [good] = files(tmp_path)
    cache.keep_answer("/repos/acme/bad", Kept("1", "run", {"full_name": "acme/bad"}))
    [bad] = [path for path in files(tmp_path) if path != good]
    good.replace(bad)
    assert cache.answer("/repos/acme/bad") is None


@pytest.mark.parametrize(
    "kept",
    [
        "[]",
        '{"path": "/a", "etag": "1", "run": "run"}',
        '{"path": "/a", "etag": 5, "run": "run", "told": 1, "more": false}',
        '{"path": "/a", "etag": "x\\r\\nhost: evil.test", "run": "r", "told": 1, "more": false}',
        '{"path": "/a", "etag": "1", "run": [], "told": 1, "more": false}',
        '{"path": "/a", "etag": "1", "run": "run", "told": ' + "[" * 200_000,
    ],
)
def test_an_answer_of_other_kinds_is_none(cache: Cache, tmp_path: Path, kept: str) -> None:
    cache.keep_answer("/a", Kept(None, "run", [1]))
    [path] = files(tmp_path)
    path.write_bytes(zlib.compress(kept.encode()))
    assert cache.answer("/a") is None


def test_what_unpacks_to_more_than_is_ever_kept_is_none(cache: Cache, tmp_path: Path) -> None:
    sha = git_sha(b"good")
    cache.keep_content(sha, b"good")
    [path] = files(tmp_path)
    path.write_bytes(zlib.compress(bytes(200 << 20)))
    tracemalloc.start()
    try:
        assert cache.content(sha) is None
        assert tracemalloc.get_traced_memory()[1] < 150 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_only_a_file_is_read(cache: Cache, tmp_path: Path) -> None:
    sha = git_sha(b"good")
    cache.keep_content(sha, b"good")
    [path] = files(tmp_path)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert cache.content(sha) is None
    path.unlink()
    os.mkfifo(path)
    assert cache.content(sha) is None


def test_an_answer_with_a_credential_in_it_is_not_kept(cache: Cache, tmp_path: Path) -> None:
    token = "npm_" + "a1" * 18
    cache.keep_answer("/a", Kept(None, "run", {"entries": [[token, "100644", "f" * 40, 3]]}))
    assert files(tmp_path) == []


class _Silent:
    """GitHub's API that answers every question with one thing."""

    def __init__(self, told: object) -> None:
        self.told, self.asked = told, 0

    def get(self, path: str, etag: str | None = None) -> Answer:
        self.asked += 1
        return Answer(200, '"1"', self.told)


@pytest.mark.parametrize(
    "told", [5, [], {"sha": "1"}, {"sha": 1, "complete": True, "entries": []},
             {"sha": "1", "complete": True, "entries": [["a", "100644", 5, 1]]},
             {"sha": "1", "complete": True, "entries": "abc"}],
)  # fmt: skip
def test_a_tree_that_another_program_kept_is_asked_for_anew(cache: Cache, told: object) -> None:
    path = "/repos/acme/widget/git/trees/HEAD?recursive=1"
    cache.keep_answer(path, Kept('"1"', "run", told))
    api = _Silent({"sha": "f" * 40, "tree": [], "truncated": False})
    tree = Repositories(cast("Api", api), cache, "run").tree("acme/widget")
    assert (tree.sha, api.asked) == ("f" * 40, 1)
