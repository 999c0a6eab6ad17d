"""Finds the packages of a repository: workspaces of every package manager, else a bounded walk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from posixpath import normpath

import bracex
from msgspec import Struct

from checker.facts import Unknown
from checker.files import Files, Unreadable
from checker.manifests.json_lines import NotJson, decode
from checker.manifests.json_lines import parse as parse_json
from checker.manifests.package_json import Manifest, NotAManifest
from checker.manifests.package_json import parse as parse_manifest
from checker.manifests.plain_yaml import Listing, Mapping, NotYaml, Text
from checker.manifests.plain_yaml import read as read_yaml

MOST_FOLDERS = 20_000
MOST_PATTERNS = 500
LONGEST_PATTERN = 500
MOST_GLOBSTARS = 4  # of one pattern: every one more multiplies the ways to match a deep path
DEEPEST = 40

MANIFEST = "package.json"

# Where no list of workspaces is, a package.json in one of these is hardly a package to publish.
_NOT_WALKED = frozenset(
    {
        "__fixtures__",
        "__mocks__",
        "__tests__",
        "bower_components",
        "example",
        "examples",
        "fixture",
        "fixtures",
        "test",
        "testdata",
        "tests",
        "vendor",
    }
)

_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[\]}])', re.DOTALL)
_MAGIC = re.compile(r"[*?\[\]\\!()|+@{}]")
_LEADING = re.compile(r"^(?:\.?/+)+")


class Kind(StrEnum):
    """Whose list of workspaces is read."""

    NPM = "npm"  # package.json `workspaces`: npm, yarn and bun
    PNPM = "pnpm"  # pnpm-workspace.yaml; `pnpm -r` takes the root's own package too
    LERNA = "lerna"  # lerna.json `packages`, else the package manager's
    RUSH = "rush"  # rush.json `projects` that rush publishes


class Packages(Struct, frozen=True):
    """Every package.json of a repository that was read.

    unread: path and reason (one sentence without a final stop) of those that could not be.
    complete: False when a limit on files or depth was reached.
    """

    manifests: tuple[Manifest, ...]
    unread: tuple[tuple[str, str], ...]
    complete: bool


def members(files: Files, root: str, kind: Kind | None = None) -> tuple[str, ...] | Unknown:
    """Paths of the package.json files of the workspaces below the folder `root`, without its own.

    kind: None takes the first list there is: pnpm, npm, lerna, rush. () when there is none.
    """
    kinds = (kind,) if kind else (Kind.PNPM, Kind.NPM, Kind.LERNA, Kind.RUSH)
    try:
        for one in kinds:
            listed = _LISTS[one](files, root)
            if listed is not None:
                return listed
    except _NotListed as problem:
        return Unknown("packages", str(problem))
    return ()


def all_packages(files: Files) -> Packages:
    """The root's package.json and those of all workspaces; without workspaces, of every folder."""
    paths: set[str] = {MANIFEST} if MANIFEST in files.list("") else set()
    unread: list[tuple[str, str]] = []
    complete = True
    for kind in Kind:
        listed = members(files, "", kind)
        if isinstance(listed, Unknown):
            unread.append((MANIFEST if kind is Kind.NPM else _FILES[kind], listed.why))
            complete = False
        else:
            paths.update(listed)
    if paths <= {MANIFEST}:
        try:
            paths.update(_walk(files, "", lambda _: True, skip=_NOT_WALKED))
        except _NotListed:
            complete = False
    return _read_all(files, sorted(paths), unread, complete=complete)


class _NotListed(Exception):
    """The workspaces cannot be told. The text is one sentence without a final stop."""


_FILES = {
    Kind.NPM: MANIFEST,
    Kind.PNPM: "pnpm-workspace.yaml",
    Kind.LERNA: "lerna.json",
    Kind.RUSH: "rush.json",
}


# --- the lists --------------------------------------------------------------------------------


def _of_npm(files: Files, root: str) -> tuple[str, ...] | None:
    path = _join(root, MANIFEST)
    data = _data(files, path)
    if data is None:
        return None
    try:
        manifest = parse_manifest(data, path)
    except NotAManifest as error:
        raise _NotListed(f"{path} cannot be read: {error}") from error
    return _matching(files, root, manifest.workspaces) if manifest.workspaces else None


def _of_pnpm(files: Files, root: str) -> tuple[str, ...] | None:
    path = _join(root, _FILES[Kind.PNPM])
    data = _data(files, path)
    if data is None:
        return None
    try:
        document = read_yaml(decode(data))
    except NotYaml as error:
        raise _NotListed(f"{path} cannot be read: {error}") from error
    listed = document.get("packages") if isinstance(document, Mapping) else None
    if not isinstance(listed, Listing):
        return ()  # a file of settings only: the root is the one package
    return _matching(files, root, tuple(n.value for n in listed.items if isinstance(n, Text)))


def _of_lerna(files: Files, root: str) -> tuple[str, ...] | None:
    path = _join(root, _FILES[Kind.LERNA])
    data = _data(files, path)
    if data is None:
        return None
    value = _json_with_comments(path, data)
    patterns = value.get("packages") if isinstance(value, dict) else None
    if isinstance(patterns, list):
        return _matching(files, root, tuple(p for p in patterns if isinstance(p, str)))
    pnpm = _of_pnpm(files, root)
    return pnpm if pnpm is not None else _of_npm(files, root) or ()


def _of_rush(files: Files, root: str) -> tuple[str, ...] | None:
    path = _join(root, _FILES[Kind.RUSH])
    data = _data(files, path)
    if data is None:
        return None
    value = _json_with_comments(path, data)
    projects = value.get("projects") if isinstance(value, dict) else None
    found: list[str] = []
    for project in projects if isinstance(projects, list) else []:
        if not isinstance(project, dict) or not isinstance(project.get("projectFolder"), str):
            continue
        if project.get("shouldPublish") is True or project.get("versionPolicyName"):
            folder = _inside(root, str(project["projectFolder"]))
            if folder is not None and _has_manifest(files, folder):
                found.append(_join(folder, MANIFEST))
    return tuple(sorted(set(found)))


_LISTS = {
    Kind.NPM: _of_npm,
    Kind.PNPM: _of_pnpm,
    Kind.LERNA: _of_lerna,
    Kind.RUSH: _of_rush,
}


# --- patterns ---------------------------------------------------------------------------------


class _Patterns:
    """A list of globs over folders, `!` taking away, as npm and pnpm read it."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        wanted: list[str] = []
        unwanted: list[str] = []
        for pattern in patterns:
            bare = pattern.lstrip("!")
            negated = (len(pattern) - len(bare)) % 2 == 1
            expanded = [_plain(one) for one in _braces(bare)]
            if len(wanted) + len(unwanted) + len(expanded) > MOST_PATTERNS:
                raise _NotListed(f"its workspaces are more than {MOST_PATTERNS} patterns")
            if not negated:
                # A later pattern brings back what an earlier one took away.
                unwanted = [no for no in unwanted if no not in expanded]
            (unwanted if negated else wanted).extend(expanded)
        self._wanted = tuple(wanted)
        self._unwanted = tuple(unwanted)
        self._segments = tuple(tuple(pattern.split("/")) for pattern in wanted)

    def match(self, folder: str) -> bool:
        """Whether the folder (relative, not empty) is a workspace."""
        return _matches(folder, self._wanted) and not _matches(folder, self._unwanted)

    def may_lead_to(self, folder: str) -> bool:
        """Whether the folder or any folder inside it may be a workspace."""
        parts = folder.split("/")
        return any(_leads(segments, parts) for segments in self._segments)


def _matching(files: Files, root: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    wanted = _Patterns(patterns)
    start = len(root) + 1 if root else 0
    return tuple(
        path
        for path in _walk(files, root, lambda folder: wanted.may_lead_to(folder[start:]))
        if path != _join(root, MANIFEST) and wanted.match(path[start:].rpartition("/")[0])
    )


def _braces(pattern: str) -> list[str]:
    if len(pattern) > LONGEST_PATTERN or pattern.count("**") > MOST_GLOBSTARS:
        raise _NotListed(f"the pattern `{pattern[:60]}` is too long to be looked up")
    if "{" not in pattern:
        return [pattern]
    try:
        return bracex.expand(pattern, keep_escapes=True, limit=MOST_PATTERNS)
    except bracex.ExpansionLimitException as error:
        raise _NotListed(f"`{pattern[:60]}` stands for more than {MOST_PATTERNS} paths") from error


def _plain(pattern: str) -> str:
    slashes = _LEADING.sub("", pattern.replace("\\", "/"))
    return re.sub(r"/+", "/", slashes).removesuffix("/")


def _matches(folder: str, patterns: tuple[str, ...]) -> bool:
    from wcmatch import glob

    return bool(patterns) and glob.globmatch(folder, patterns, flags=glob.GLOBSTAR)


def _leads(segments: tuple[str, ...], parts: list[str]) -> bool:
    if len(parts) > len(segments) and not any("**" in segment for segment in segments):
        return False
    for segment, part in zip(segments, parts, strict=False):
        if "**" in segment:
            return True
        if not _is_named(part, segment):
            return False
    return len(segments) >= len(parts)


def _is_named(part: str, segment: str) -> bool:
    """Whether a folder's name is that of a pattern; most patterns name theirs letter by letter."""
    if not _MAGIC.search(segment):
        return part == segment
    from wcmatch import glob

    return bool(glob.globmatch(part, segment))


# --- the tree ---------------------------------------------------------------------------------


def _walk(
    files: Files,
    root: str,
    descend: Callable[[str], bool],
    skip: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Paths of every package.json from `root` down, never of what was installed there."""
    waiting = [root]
    seen = 0
    while waiting:
        folder = waiting.pop()
        seen += 1
        if seen > MOST_FOLDERS:
            raise _NotListed(f"it has more than {MOST_FOLDERS} folders")
        if _has_manifest(files, folder):
            yield _join(folder, MANIFEST)
        inner = [path for path in files.folders(folder) if _is_walked(path, skip) and descend(path)]
        if inner and inner[0].count("/") - root.count("/") >= DEEPEST:
            raise _NotListed(f"its folders are nested more than {DEEPEST} deep")
        waiting.extend(reversed(inner))


def _is_walked(path: str, skip: frozenset[str]) -> bool:
    name = path.rpartition("/")[2]
    return name != "node_modules" and not name.startswith(".") and name not in skip


def _read_all(
    files: Files, paths: list[str], unread: list[tuple[str, str]], *, complete: bool
) -> Packages:
    manifests: list[Manifest] = []
    for path in paths:
        try:
            data = files.read(path)
            if data is not None:
                manifests.append(parse_manifest(data, path))
        except (Unreadable, NotAManifest) as error:
            unread.append((path, str(error)))
    return Packages(tuple(manifests), tuple(unread), complete)


def _data(files: Files, path: str) -> bytes | None:
    try:
        return files.read(path)
    except Unreadable as error:
        raise _NotListed(f"{path} cannot be read: {error}") from error


def _json_with_comments(path: str, data: bytes) -> object:
    text = _COMMENT.sub(lambda match: match[1] or "", decode(data))
    try:
        return parse_json(text)
    except NotJson as error:
        raise _NotListed(f"{path} cannot be read: {error}") from error


def _has_manifest(files: Files, folder: str) -> bool:
    return _join(folder, MANIFEST) in files.list(folder)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _inside(root: str, folder: str) -> str | None:
    """The folder as a path from the repository's root; None when it leads out of `root`."""
    path = normpath(folder.replace("\\", "/"))
    if path.startswith(("/", "..")) or path == ".":
        return None
    return _join(root, path)
