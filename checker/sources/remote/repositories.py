"""What is asked of GitHub for an audit: the repositories of an owner, their trees and contents.

Requests are counted here. A repository costs its tree, one request, which costs nothing of the
hourly limit where nothing changed since it was last asked (304); where the tree has workflows,
what the reader wants of it comes next. Three ways lead to that:

- *blobs*, one request a file: six to sixty of them;
- *one tarball*, a single request, and the whole repository on the wire, tens of megabytes for ten
  kilobytes that are read. It is not true to the tree either: `git archive` leaves out what
  `.gitattributes` marks `export-ignore`, and `.github` is what people mark: a release would pass
  for none. It comes by a redirect to another host, and says nothing of its size beforehand;
- *GraphQL*, up to a hundred files by their hashes in one request, of one point, counted apart from
  the REST requests.

So: one tree, then a GraphQL query for what is read by name in every repository, and seldom another
for what those files lead to: REST requests, the scarcer ones, stay at one a repository. A file that
is large, and what GraphQL does not hand over byte for byte (it shows text only), comes as a blob.
Every content is held to its hash in the tree.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct, ValidationError, convert

from checker.files import Unreadable
from checker.sources.github import PAGE, REPOSITORY, Failed
from checker.sources.remote.api import Api
from checker.sources.remote.cache import Cache, Kept, git_sha
from checker.sources.remote.tree import Entry, Listing, RemoteFiles, listing

_SOMETHING_ELSE = "GitHub answers with something else than was asked for"
_MOST_PAGES = 5_000
# Of one query: GitHub gives it ten seconds, and text is escaped on the way.
_QUERY_FILES = 100
_QUERY_BYTES = 1 << 20
_LARGE = 1 << 18
_VISIBILITIES = frozenset({"public", "private", "internal"})


class Repository(Struct, frozen=True):
    """One repository as a listing shows it. language: the main one, "" where GitHub sees none."""

    full_name: str
    visibility: str | None
    archived: bool = False
    fork: bool = False
    language: str = ""
    topics: tuple[str, ...] = ()


class Repositories:
    """Asks through `api`, and keeps in `cache`. run: what was asked in it is not asked again."""

    def __init__(self, api: Api, cache: Cache, run: str) -> None:
        self._api, self._cache, self._run = api, cache, run

    # --- which there are ----------------------------------------------------------------------

    def of_owner(self, owner: str) -> Iterator[Repository]:
        """Every repository of an organisation or a user that the token may see. Raises `Failed`."""
        quoted = quote(owner, safe="")
        about, _ = self._asked(f"/users/{quoted}", _short_account, _Object)
        if about.get("type") == "Organization":
            path = f"/orgs/{quoted}/repos?type=all"
        elif self._is_self(about.get("login")):
            # Of another user, only what is public is shown by name.
            path = "/user/repos?affiliation=owner"
        else:
            path = f"/users/{quoted}/repos?type=owner"
        # In the order of names a repository that comes or goes moves no other off its page twice.
        beginnings: set[str] = set()
        for page in range(1, _MOST_PAGES + 1):
            page_path = f"{path}&sort=full_name&per_page={PAGE}&page={page}"
            lines, more = self._asked(page_path, _short_page, list[_Object])
            shown = [found for line in lines if (found := _repository(line)) is not None]
            yield from shown
            if not more:
                return
            beginning = shown[0].full_name if shown else ""
            if beginning in beginnings:
                raise Failed("GitHub hands out the same page of the list again and again")
            beginnings.add(beginning)

    def named(self, full_name: str) -> Repository:
        """One repository, in GitHub's spelling. Raises `Failed`."""
        told, _ = self._asked(f"/repos/{full_name}", _short_repository, _Object)
        found = _repository(told)
        if found is None:
            raise Failed(_SOMETHING_ELSE)
        return found

    def _is_self(self, login: object) -> bool:
        try:
            about, _ = self._asked("/user", _short_account, _Object)
        except Failed:
            # The token of a job or of an app is no user.
            return False
        return login is not None and about.get("login") == login

    # --- what is in them ----------------------------------------------------------------------

    def tree(self, full_name: str) -> Listing:
        """The tree of the default branch. Raises `Failed`; an empty repository has an empty one."""
        try:
            path = f"/repos/{full_name}/git/trees/HEAD?recursive=1"
            told, _ = self._asked(path, _short_tree, _Tree)
        except Failed as failure:
            if failure.status == 409:
                return Listing("", {}, complete=True)
            raise
        entries = {path: Entry(mode, sha, size) for path, mode, sha, size in told.entries}
        return Listing(told.sha, entries, told.complete)

    def bring(self, full_name: str, files: RemoteFiles, wanted: Iterable[Entry]) -> None:
        """Fetch contents into `files`, those that are kept without a request. Raises `Failed`."""
        lacking: dict[str, Entry] = {}
        for entry in wanted:
            if files.has(entry.sha):
                continue
            content = self._cache.content(entry.sha)
            if content is None:
                lacking[entry.sha] = entry
            else:
                files.put(entry.sha, content)
        small = [entry for entry in lacking.values() if entry.size <= _LARGE]
        for group in _groups(small):
            self._query(full_name, files, group)
        for entry in lacking.values():
            if not files.has(entry.sha):
                self._blob(full_name, files, entry)

    def bring_folders(
        self, full_name: str, files: RemoteFiles, folders: Mapping[str, Entry]
    ) -> None:
        """List folders of a tree that is too large for one answer. Raises `Failed`."""
        for folder, entry in folders.items():
            path = f"/repos/{full_name}/git/trees/{entry.sha}"
            lines, _ = self._asked(path, _short_folder, list[_Line])
            files.put_folder(folder, ((name, Entry(*rest)) for name, *rest in lines))

    def _query(self, full_name: str, files: RemoteFiles, group: list[Entry]) -> None:
        owner, _, name = full_name.partition("/")
        asked = " ".join(
            f'f{number}: object(oid: "{entry.sha}") {{ ... on Blob {{ text isTruncated }} }}'
            for number, entry in enumerate(group)
        )
        query = (
            "query($owner: String!, $name: String!)"
            f" {{ repository(owner: $owner, name: $name) {{ {asked} }} }}"
        )
        try:
            told = self._api.query(query, {"owner": owner, "name": name})
        except Failed:
            # A query can be too much for GitHub; what is left is asked for one by one.
            return
        found = told.get("repository") if isinstance(told, Mapping) else None
        for number, entry in enumerate(group):
            blob = found.get(f"f{number}") if isinstance(found, Mapping) else None
            text = blob.get("text") if isinstance(blob, Mapping) else None
            if isinstance(text, str):
                self._put(files, entry, text.encode("utf-8", "surrogatepass"))

    def _blob(self, full_name: str, files: RemoteFiles, entry: Entry) -> None:
        try:
            told = self._api.get(f"/repos/{full_name}/git/blobs/{entry.sha}").told
        except Failed as failure:
            if failure.status != 404:
                raise
            told = None
        content = _decoded(told)
        if content is None or not self._put(files, entry, content):
            files.put(entry.sha, Unreadable("GitHub does not hand out what the tree names"))

    def _put(self, files: RemoteFiles, entry: Entry, content: bytes) -> bool:
        if git_sha(content) != entry.sha:
            return False
        files.put(entry.sha, content)
        self._cache.keep_content(entry.sha, content)
        return True

    # --- asking -------------------------------------------------------------------------------

    def _asked(
        self, path: str, shortened: Callable[[object], object], kind: Any
    ) -> tuple[Any, bool]:
        """What GitHub says now, without asking where this run has asked; and if there is more.

        kind: the type of what is kept of an answer; what another program kept is asked for anew.
        """
        kept = self._cache.answer(path)
        told: Any = None
        if kept is not None:
            try:
                told = convert(kept.told, kind)
            except ValidationError:
                kept = None
        if kept is not None and kept.run == self._run:
            return told, kept.more
        answer = self._api.get(path, kept.etag if kept else None)
        if answer.status == 304 and kept is not None:
            kept = Kept(kept.etag, self._run, kept.told, kept.more)
        else:
            kept = Kept(answer.etag, self._run, shortened(answer.told), answer.more)
            told = convert(kept.told, kind)
        self._cache.keep_answer(path, kept)
        return told, kept.more


def _groups(entries: list[Entry]) -> Iterator[list[Entry]]:
    """The entries in queries of a bounded number and size."""
    group: list[Entry] = []
    size = 0
    for entry in entries:
        if group and (len(group) == _QUERY_FILES or size + entry.size > _QUERY_BYTES):
            yield group
            group, size = [], 0
        group.append(entry)
        size += entry.size
    if group:
        yield group


def _repository(line: object) -> Repository | None:
    if not isinstance(line, Mapping):
        return None
    name, visibility = line.get("full_name"), line.get("visibility")
    if not isinstance(name, str) or not REPOSITORY.fullmatch(name) or ".." in name.split("/"):
        return None
    if not isinstance(visibility, str) or visibility not in _VISIBILITIES:
        private = line.get("private")
        visibility = None if private is None else "private" if private else "public"
    language, topics = line.get("language"), line.get("topics")
    return Repository(
        full_name=name,
        visibility=visibility,
        archived=line.get("archived") is True,
        fork=line.get("fork") is True,
        language=language if isinstance(language, str) else "",
        topics=tuple(t for t in topics if isinstance(t, str)) if isinstance(topics, list) else (),
    )


# What is kept of an answer, and what an answer must be to be kept.

_Object = dict[str, Any]
_Line = tuple[str, str, str, int]  # path, mode, sha, size


class _Tree(Struct, frozen=True):
    sha: str
    complete: bool
    entries: list[_Line]


_FIELDS = ("full_name", "visibility", "private", "archived", "fork", "language", "topics")


def _short_account(told: object) -> object:
    return {key: _mapping(told).get(key) for key in ("type", "login")}


def _short_repository(told: object) -> object:
    return {key: _mapping(told).get(key) for key in _FIELDS}


def _short_page(told: object) -> object:
    if not isinstance(told, list):
        raise Failed(_SOMETHING_ELSE)
    return [_short_repository(line) for line in told]


def _short_tree(told: object) -> object:
    found = _listing(told)
    # What is cut is read folder by folder from its root, and the part is of no use.
    entries = _lines(found.entries) if found.complete else []
    return {"sha": found.sha, "complete": found.complete, "entries": entries}


def _short_folder(told: object) -> object:
    return _lines(_listing(told).entries)


def _lines(entries: Mapping[str, Entry]) -> list[list[object]]:
    return [[path, entry.mode, entry.sha, entry.size] for path, entry in entries.items()]


def _listing(told: object) -> Listing:
    found = listing(told)
    if found is None:
        raise Failed(_SOMETHING_ELSE)
    return found


def _mapping(told: object) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise Failed(_SOMETHING_ELSE)
    return told


def _decoded(told: object) -> bytes | None:
    if not isinstance(told, Mapping) or told.get("encoding") != "base64":
        return None
    try:
        return base64.b64decode(told.get("content", ""), validate=False)
    except (binascii.Error, TypeError, ValueError):
        return None
