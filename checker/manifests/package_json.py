"""Reads one package.json as npm reads it: its fields as values, and the lines they stand on.

What npm makes of odd values follows its own reader, https://github.com/npm/package-json.
"""

from __future__ import annotations

import json
import re

from msgspec import Struct

from checker.facts import DevEngines, Package
from checker.knowledge.ranges import exact
from checker.manifests import dev_engines
from checker.manifests.json_lines import Json, NotJson, decode, lines, printable
from checker.manifests.json_lines import parse as parse_json

# Settings of release tools that may stand in a package.json of their user.
CONFIGURATION_KEYS = (
    "release",
    "release-it",
    "auto",
    "lerna",
    "nx",
    "np",
    "beachball",
    "napi",
    "changelog",
)

_DEPENDENCY_KINDS = (
    "devDependencies",
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
)

# encodeURIComponent leaves exactly these alone.
_NAME_PART = r"[A-Za-z0-9\-_.!~*'()]+"
_NAME = re.compile(rf"(?![._])(?:@{_NAME_PART}/(?!\.){_NAME_PART}|{_NAME_PART})", re.ASCII)
_REFUSED_NAMES = ("node_modules", "favicon.ico")


# What a finding of a package points at.
_POINTED_AT = frozenset({"name", "version", "private", "repository", "publishConfig"})


class NotAManifest(Exception):
    """The bytes are no package.json. The text is one sentence without a final stop."""


class Manifest(Struct, frozen=True):
    """One package.json.

    path: of the file; folder: where it stands ("" is the root).
    package: what would be published; None without a name that npm could publish.
    dependencies: name and range, of all four kinds, development first.
    dev_engines: `devEngines`; None when absent. dev_engines_node: its `runtime` for node.
    volta_extends: `volta.extends`, a path.
    configurations: the settings of release tools that live here (CONFIGURATION_KEYS), key and
        compact JSON text.
    publish_directory: `publishConfig.directory`, which pnpm, yarn and lerna publish instead.
    scope_registries: `publishConfig`'s `@scope:registry` entries, scope with `@` and URL.
    lines: key path (`version`, `scripts.build`, `publishConfig.access`) and 1-based line.
    """

    path: str
    folder: str
    package: Package | None
    scripts: tuple[tuple[str, str], ...]
    workspaces: tuple[str, ...]
    package_manager: str | None
    engines_node: str | None
    dev_engines: DevEngines | None
    dev_engines_node: str | None
    volta_node: str | None
    volta_npm: str | None
    volta_extends: str | None
    dependencies: tuple[tuple[str, str], ...]
    configurations: tuple[tuple[str, str], ...]
    publish_directory: str | None
    scope_registries: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, int], ...]

    def script(self, name: str) -> str | None:
        """The command of the script `name`; None when there is none."""
        return dict(self.scripts).get(name)

    def dependency(self, name: str) -> str | None:
        """The range asked for the package `name`, of whichever kind; None when there is none."""
        return dict(reversed(self.dependencies)).get(name)

    def configuration(self, name: str) -> str | None:
        """The JSON text under the top-level key `name`; None when there is none."""
        return dict(self.configurations).get(name)

    def line_of(self, key: str) -> int:
        """The line of `name`, `scripts.build`, ...; 1 when the key is not there."""
        return dict(self.lines).get(key, 1)

    def node_of_version_file(self) -> str | None:
        """What setup-node takes from `node-version-file: package.json`; None when nothing.

        https://github.com/actions/setup-node/blob/main/src/util.ts
        """
        return self.volta_node or self.dev_engines_node or self.engines_node


def parse(data: bytes, path: str) -> Manifest:
    """The package.json at `path`. Raises `NotAManifest`, and nothing else, on any bytes."""
    text = decode(data)
    try:
        root = parse_json(text)
    except NotJson as error:
        raise NotAManifest(str(error)) from error
    if not isinstance(root, dict):
        raise NotAManifest("it holds no JSON object")
    volta = _object(root.get("volta"))
    places = lines(text)
    publish = _object(root.get("publishConfig"))
    return Manifest(
        path=path,
        folder=path.rpartition("/")[0],
        package=_package(root, publish, path, places),
        scripts=_texts(root.get("scripts")),
        workspaces=_workspaces(root.get("workspaces")),
        package_manager=_text(root.get("packageManager")),
        engines_node=_text(_object(root.get("engines")).get("node")),
        dev_engines=(
            dev_engines.read(root["devEngines"], path, dict(places).get("devEngines", 1))
            if "devEngines" in root
            else None
        ),
        dev_engines_node=_runtime(_object(root.get("devEngines")).get("runtime")),
        volta_node=_text(volta.get("node")),
        volta_npm=_text(volta.get("npm")),
        volta_extends=_text(volta.get("extends")),
        dependencies=tuple(pair for kind in _DEPENDENCY_KINDS for pair in _texts(root.get(kind))),
        configurations=tuple(
            (key, json.dumps(root[key], separators=(",", ":")))
            for key in CONFIGURATION_KEYS
            if key in root
        ),
        publish_directory=_text(publish.get("directory")),
        scope_registries=tuple(
            (key.removesuffix(":registry"), value)
            for key, value in _texts(publish)
            if key.startswith("@") and key.endswith(":registry")
        ),
        lines=places,
    )


def _package(
    root: dict[str, Json],
    publish: dict[str, Json],
    path: str,
    places: tuple[tuple[str, int], ...],
) -> Package | None:
    name = (_text(root.get("name")) or "").strip()
    if not _NAME.fullmatch(name) or name.lower() in _REFUSED_NAMES:
        return None
    return Package(
        name=name,
        version=_version(root["version"]) if "version" in root else None,
        path=path,
        private=_truthy(root.get("private")),
        access=_text(publish.get("access")),
        tag=_text(publish.get("tag")),
        provenance=_switch(publish.get("provenance")),
        registry=_text(publish.get("registry")),
        repository=_repository(root),
        lines=tuple((key, line) for key, line in places if key in _POINTED_AT),
    )


def _version(value: Json) -> str:
    """The version as npm cleans it; what is no version stays as written, trimmed."""
    text = (_text(value) or "").strip()
    return exact(text) or text or json.dumps(value)


def _repository(root: dict[str, Json]) -> str | None:
    several = root.get("repositories")
    value = several[0] if isinstance(several, list) and several else root.get("repository")
    return _text(value) or _text(_object(value).get("url"))


def _workspaces(value: Json) -> tuple[str, ...]:
    patterns = _object(value).get("packages") if isinstance(value, dict) else value
    if isinstance(patterns, str):
        patterns = [patterns]
    if not isinstance(patterns, list):
        return ()
    return tuple(text for text in map(_text, patterns) if text)


def _runtime(value: Json) -> str | None:
    for entry in value if isinstance(value, list) else [value]:
        runtime = _object(entry)
        if (_text(runtime.get("name")) or "").lower() == "node" and runtime.get("version"):
            return _text(runtime["version"])
    return None


def _switch(value: Json) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def _truthy(value: Json) -> bool:
    """What JavaScript takes for true: also `"false"`, an empty list, an empty object."""
    return bool(value) or isinstance(value, list | dict)


def _text(value: Json) -> str | None:
    return printable(value) if isinstance(value, str) and value else None


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _texts(value: Json) -> tuple[tuple[str, str], ...]:
    return tuple(
        (printable(key), printable(text))
        for key, text in _object(value).items()
        if isinstance(text, str)
    )
