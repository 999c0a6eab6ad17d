"""Which version of a package stands in a folder's own `node_modules`, where its command is found.

Only what a lockfile shows there counts: a copy further down puts no command into `.bin`.
"""

from __future__ import annotations

from collections.abc import Mapping

from checker.facts import Unknown
from checker.files import Files, Unreadable
from checker.manifests import lockfiles
from checker.manifests.json_lines import NotJson, decode
from checker.manifests.package_json import NotAManifest
from checker.manifests.package_json import parse as parse_manifest

_NPM_LOCKS = ("npm-shrinkwrap.json", "package-lock.json")


def version(files: Files, folder: str, package: str) -> str | Unknown | None:
    """The exact version of `package` in `folder`/node_modules; None when it is not there.

    Unknown("npm", ...) where the manifest asks for it, or a lockfile holds it somewhere, and which
    one the folder has is not shown.
    """
    asked = _asks(files, folder, package)
    parent = folder
    while True:
        locked = _npm_lock(files, parent)
        if locked is not None:
            inside = folder[len(parent) :].strip("/")
            place = f"{inside}/node_modules/{package}".lstrip("/")
            found = _in_npm_lock(locked, place, package, at_root=not inside)
            return _not_locked(package) if found is None and asked else found
        if not parent:
            break
        parent = parent.rpartition("/")[0]
    held = lockfiles.locked_version(files, folder, package)
    if isinstance(held, Unknown):
        return Unknown("npm", held.why) if asked or "bun.lockb" in held.why else None
    if not held:
        return _not_locked(package) if asked else None
    if asked and len(held) == 1:
        return held[0]
    if asked or _hoists(files, folder):
        return Unknown("npm", f"whether `node_modules/.bin/{package}` is there is not shown")
    return None


def _asks(files: Files, folder: str, package: str) -> bool:
    path = f"{folder}/package.json" if folder else "package.json"
    try:
        data = files.read(path)
        return data is not None and parse_manifest(data, path).dependency(package) is not None
    except (Unreadable, NotAManifest):
        return False


def _not_locked(package: str) -> Unknown:
    return Unknown("npm", f"`{package}` is a dependency, and no lockfile says which version")


def _hoists(files: Files, folder: str) -> bool:
    """Whether the manager may lift what others depend on up to here; pnpm lifts nothing."""
    names = (f"{one}/pnpm-lock.yaml".lstrip("/") for one in {folder, ""})
    try:
        return all(files.read(name) is None for name in names)
    except Unreadable:
        return False


def _npm_lock(files: Files, folder: str) -> Mapping[str, object] | None:
    for name in _NPM_LOCKS:
        try:
            data = files.read(f"{folder}/{name}" if folder else name)
        except Unreadable:
            continue
        if data is None or len(data) > lockfiles.LONGEST:
            continue
        try:
            return lockfiles.npm_lock(decode(data))
        except NotJson:
            continue
    return None


def _in_npm_lock(
    root: Mapping[str, object], place: str, package: str, *, at_root: bool
) -> str | None:
    places = root.get("packages")
    if isinstance(places, dict):
        entry = places.get(place)
    else:
        listed = root.get("dependencies")
        entry = listed.get(package) if at_root and isinstance(listed, dict) else None
    written = entry.get("version") if isinstance(entry, dict) else None
    return written if isinstance(written, str) else None
