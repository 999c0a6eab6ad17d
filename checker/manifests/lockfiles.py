"""Reads which version of a tool a lockfile holds; the text of a lockfile goes no further."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping

from checker.facts import Unknown
from checker.files import Files, Unreadable
from checker.knowledge.ranges import exact, oldest_first
from checker.manifests.json_lines import Json, NotJson, decode
from checker.manifests.json_lines import parse as parse_json
from checker.manifests.package_json import Manifest, NotAManifest
from checker.manifests.package_json import parse as parse_manifest
from checker.manifests.plain_yaml import Mapping as Listed
from checker.manifests.plain_yaml import NotYaml
from checker.manifests.plain_yaml import read as read_yaml

LONGEST = 20_000_000

_MANAGER = re.compile(r"(?P<name>[a-z]+)@(?P<version>[^+\s]+)(?:\+\S*)?", re.ASCII)


def locked_version(files: Files, folder: str, package: str) -> tuple[str, ...] | Unknown:
    """The exact versions of `package` that an install in `folder` may give, oldest first.

    The nearest lockfile counts, from `folder` up to the root. Several versions where the lockfile
    cannot say which of them a command in `folder` would run. () when `package` is neither locked
    nor asked for. Unknown("tool", ...) when a range is asked for and nothing locks it.
    """
    found = _nearest_lockfile(files, folder)
    if isinstance(found, Unknown):
        return found
    asked = asked_range(files, folder, package)
    if found is not None:
        root, name, text = found
        inside = folder[len(root) :].removeprefix("/")
        versions = _READERS[name](text, inside, package, asked)
        if isinstance(versions, Unknown):
            return versions
        known = oldest_first(v for v in map(exact, versions) if v is not None)
        if known:
            return known
    if asked is None:
        return ()
    plain = exact(asked)
    if plain is not None:
        return (plain,)
    return Unknown("tool", f"`{package}` is asked for as `{asked[:60]}` and no lockfile holds it")


def asked_range(files: Files, folder: str, package: str) -> str | None:
    """The range that the nearest package.json naming `package` asks for; None when none does."""
    for manifest in _manifests_upwards(files, folder):
        asked = manifest.dependency(package)
        if asked is not None:
            return asked.removeprefix("npm:")
    return None


def package_manager(field: str) -> tuple[str, str] | None:
    """`packageManager: pnpm@10.4.1+sha512…` as name and exact version; None for any other text."""
    match = _MANAGER.fullmatch(field.strip())
    version = exact(match["version"]) if match else None
    return (match["name"], version) if match and version else None


# --- where they are ---------------------------------------------------------------------------


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def _manifests_upwards(files: Files, folder: str) -> Iterator[Manifest]:
    for one in _upwards(folder):
        path = _join(one, "package.json")
        try:
            data = files.read(path)
            if data is not None:
                yield parse_manifest(data, path)
        except (Unreadable, NotAManifest):
            continue


def _nearest_lockfile(files: Files, folder: str) -> tuple[str, str, str] | Unknown | None:
    """Its folder, name and text."""
    for one in _upwards(folder):
        for name in _READERS:
            path = _join(one, name)
            try:
                data = files.read(path)
            except Unreadable as error:
                return Unknown("tool", f"{path} cannot be read: {error}")
            if data is not None and len(data) > LONGEST:
                return Unknown("tool", f"{path} is too large to be read")
            if data is not None:
                return one, name, decode(data).replace("\r\n", "\n")
    return None


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


# --- npm --------------------------------------------------------------------------------------


# Every workspace asks the same lockfile.
@functools.lru_cache(maxsize=2)
def npm_lock(text: str) -> Mapping[str, Json]:
    """The document of a package-lock.json; {} where it is no object. Raises `NotJson`."""
    root = parse_json(text)
    return root if isinstance(root, dict) else {}


def _npm(text: str, folder: str, package: str, _: str | None) -> tuple[str, ...] | Unknown:
    """package-lock.json of npm 5 and later: what Node would find from `folder`, else any."""
    try:
        root = npm_lock(text)
    except NotJson as error:
        return Unknown("tool", f"the package-lock.json cannot be read: {error}")
    places = root.get("packages")
    if isinstance(places, dict):
        for one in _upwards(folder):
            entry = places.get(_join(one, f"node_modules/{package}"))
            if isinstance(entry, dict) and isinstance(entry.get("version"), str):
                return (str(entry["version"]),)
        suffix = f"/node_modules/{package}"
        return tuple(
            str(entry["version"])
            for place, entry in places.items()
            if place.endswith(suffix) and isinstance(entry, dict) and "version" in entry
        )
    hoisted = root.get("dependencies")
    entry = hoisted.get(package) if isinstance(hoisted, dict) else None
    if isinstance(entry, dict) and isinstance(entry.get("version"), str):
        return (str(entry["version"]),)
    return ()


# --- pnpm -------------------------------------------------------------------------------------


def _pnpm(text: str, folder: str, package: str, _: str | None) -> tuple[str, ...] | Unknown:
    """pnpm-lock.yaml of lockfile versions 5 to 9: the importer's own version, else any."""
    sections = _sections(text)
    try:
        importers = _importers(sections.get("importers", ""))
        if importers is None:
            alone = "".join(sections.get(kind, "") for kind in _PNPM_KINDS)
            document = read_yaml(alone)
            candidates = [document] if isinstance(document, Listed) else []
        else:
            found = [importers.get(one or ".") for one in _upwards(folder)]
            candidates = [one for one in found if isinstance(one, Listed)]
    except NotYaml as error:
        return Unknown("tool", f"the pnpm-lock.yaml cannot be read: {error}")
    for importer in candidates:
        for kind in _PNPM_KINDS:
            version = _pnpm_version(importer.get(kind), package)
            if version is not None:
                return (version,)
    # `lerna@9.0.0`, `/lerna@9.0.0`, `/lerna/9.0.0`, with `_peer` or `(peer)` behind.
    named = re.compile(rf"^ {{2}}'?/?{re.escape(package)}[@/]([^\s:'(_]*)", re.MULTILINE)
    return tuple(dict.fromkeys(named.findall(sections.get("packages", ""))))


_PNPM_KINDS = ("devDependencies", "dependencies", "optionalDependencies")


def _pnpm_version(listed: object, package: str) -> str | None:
    if not isinstance(listed, Listed):
        return None
    entry = listed.get(package)
    written = entry.text("version") if isinstance(entry, Listed) else listed.text(package)
    if written is None:
        return None
    without_peers = re.split(r"[(_]", written, maxsplit=1)[0]
    return without_peers.rpartition("/")[2].rpartition("@")[2]


@functools.lru_cache(maxsize=2)
def _importers(section: str) -> Listed | None:
    document = read_yaml(section) if section else None
    inner = document.get("importers") if isinstance(document, Listed) else None
    return inner if isinstance(inner, Listed) else None


@functools.lru_cache(maxsize=2)
def _sections(text: str) -> dict[str, str]:
    """The text of every top-level key, so that only what is asked for is parsed."""
    starts = list(re.finditer(r"^([A-Za-z]+):", text, re.MULTILINE))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {m[1]: text[m.start() : end] for m, end in zip(starts, ends, strict=False)}


# --- yarn -------------------------------------------------------------------------------------

_YARN_ENTRY = re.compile(
    r'^(?P<keys>[^\s#][^\n]*):\n(?:[ \t][^\n]*\n)*?[ \t]+version:?[ ]+"?(?P<version>[^"\s]+)"?',
    re.MULTILINE,
)


def _yarn(text: str, _: str, package: str, asked: str | None) -> tuple[str, ...]:
    """yarn.lock of yarn 1 and berry: the version of the asked range, else any."""
    found: list[str] = []
    for match in _YARN_ENTRY.finditer(text + "\n"):
        keys = [key.strip().strip('"') for key in match["keys"].split(",")]
        ranges = {
            key[len(package) + 1 :].removeprefix("npm:")
            for key in keys
            if key.startswith(f"{package}@") and "@workspace:" not in key
        }
        if asked is not None and asked in ranges:
            return (match["version"],)
        if ranges:
            found.append(match["version"])
    return tuple(found)


# --- bun --------------------------------------------------------------------------------------


def _bun(text: str, _: str, package: str, __: str | None) -> tuple[str, ...]:
    """bun.lock: the hoisted version, else any."""
    name = re.escape(package)
    entry = re.compile(rf'"(?P<key>(?:[^"\s]+/)?{name})":\s*\["{name}@(?P<version>[^"\s]+)"')
    found = [(match["key"], match["version"]) for match in entry.finditer(text)]
    hoisted = [version for key, version in found if key == package]
    return tuple(hoisted or (version for _, version in found))


def _bun_binary(_: str, __: str, package: str, ___: str | None) -> Unknown:
    return Unknown("tool", f"which `{package}` a bun.lockb holds cannot be read")


_READERS: dict[str, Callable[[str, str, str, str | None], tuple[str, ...] | Unknown]] = {
    "npm-shrinkwrap.json": _npm,
    "package-lock.json": _npm,
    "pnpm-lock.yaml": _pnpm,
    "yarn.lock": _yarn,
    "bun.lock": _bun,
    "bun.lockb": _bun_binary,
}
