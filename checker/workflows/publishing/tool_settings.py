"""Configuration files of release tools: whether they publish to npm at all, and from where."""

from __future__ import annotations

import json
import re

from msgspec.structs import replace

from checker.workflows.command_lines.effects import Publishes
from checker.workflows.publishing import semantic_release
from checker.workflows.repository import Repository
from checker.workflows.syntax.document import Broken, Mapping, Node, Scalar, Sequence, parse
from checker.workflows.syntax.model import string
from checker.workflows.text import text

_FILES: dict[str, tuple[str, ...]] = {
    "semantic-release": (".releaserc", ".releaserc.json", ".releaserc.yaml", ".releaserc.yml"),
    "release-it": (".release-it.json", ".release-it.yaml", ".release-it.yml", ".release-it.toml"),
    "auto": (".autorc", ".autorc.json"),
    "lerna": ("lerna.json",),
    "np": (".np-config.json",),
    "beachball": (".beachballrc", ".beachballrc.json", ".beachballrc.yaml", ".beachballrc.yml"),
}
_PROGRAMS: dict[str, tuple[str, ...]] = {
    "semantic-release": tuple(
        f"{name}.{end}"
        for name in ("release.config", ".releaserc")
        for end in ("js", "cjs", "mjs", "ts", "mts")
    ),
    "release-it": tuple(f".release-it.{end}" for end in ("js", "cjs", "mjs", "ts")),
    "auto": ("auto.config.js", "auto.config.ts"),
    "np": (".np-config.js", ".np-config.cjs", ".np-config.mjs"),
    "beachball": ("beachball.config.js", "beachball.config.cjs", ".beachballrc.js"),
}
_KEYS = {
    "semantic-release": "release",
    "release-it": "release-it",
    "auto": "auto",
    "np": "np",
    "beachball": "beachball",
}


def applied(repository: Repository, publish: Publishes, tree: str) -> Publishes | None:
    """`publish` as the tool's settings have it; None where they keep it from publishing to npm."""
    if publish.tool not in _FILES:
        return publish
    flags = publish.flags
    settings = settings_of(repository, publish, tree)
    source = None if settings is not None else program_of(repository, publish.tool, tree)
    if publish.tool == "semantic-release":
        return semantic_release.applied(repository, publish, settings, source, tree)
    if publish.tool == "release-it":
        off = any(
            name in flags
            and flags[name].literal in ("true" if name.startswith("no-") else "false",)
            for name in ("no-npm", "npm", "no-npm.publish", "npm.publish")
        )
        own = None if off else _release_it(repository, publish, settings, source, tree)
        return own or _by_plugin(publish, settings)
    if publish.tool == "auto":
        return publish if _auto(settings, source) else None
    if publish.tool in {"np", "beachball"}:
        return _plain(publish, settings, source)
    return _lerna(publish, settings)


def settings_of(repository: Repository, publish: Publishes, tree: str) -> Mapping | None:
    """The settings of the tool that a file shows, of those that its command line leaves."""
    tool = publish.tool
    named = publish.flags.get("config") if tool == "release-it" else None
    own = named.literal if named is not None else None
    for folder in dict.fromkeys((tree, "")):
        for name in _FILES[tool] if own is None else (own.removeprefix("./"),):
            content = repository.read(f"{folder}/{name}" if folder else name)
            if content is not None:
                return _mapping(_toml(content) if name.endswith(".toml") else content)
        manifest = repository.manifest(folder)
        written = manifest.configuration(_KEYS[tool]) if manifest and tool in _KEYS else None
        if written is not None:
            return _mapping(written.encode())
    return None


def _toml(content: bytes) -> bytes:
    """TOML as the JSON of the same values; nothing for what is none."""
    import tomllib

    try:
        return json.dumps(tomllib.loads(content.decode()), default=str).encode()
    except (ValueError, RecursionError):
        return b""


def _mapping(content: bytes) -> Mapping | None:
    try:
        root = parse(content)
    except Broken:
        return None
    return root if isinstance(root, Mapping) else None


def program_of(repository: Repository, tool: str, tree: str) -> str | None:
    """The text of the program that gives the tool its settings; None without one."""
    for folder in dict.fromkeys((tree, "")):
        for name in _PROGRAMS.get(tool, ()):
            source = repository.script(f"{folder}/{name}" if folder else name)
            if source is not None:
                return source
    return None


def _release_it(
    repository: Repository,
    publish: Publishes,
    settings: Mapping | None,
    source: str | None,
    tree: str,
) -> Publishes | None:
    manifest = repository.manifest(tree)
    if manifest is not None and manifest.package is not None and manifest.package.private:
        return None
    flag = publish.flags.get("npm.skipChecks")
    if flag is not None and flag.literal != "false":
        publish = replace(publish, skips_prechecks=True)
    if source is not None:
        off = re.search(r"\bnpm['\"]?\s*:\s*(?:false|\{[^}]*\bpublish['\"]?\s*:\s*false)", source)
        skips = re.search(r"\bskipChecks['\"]?\s*:\s*true", source)
        path = re.search(r"\bpublishPath['\"]?\s*:\s*['\"`]([^'\"`$]+)['\"`]", source)
        if off:
            return None
        publish = replace(publish, skips_prechecks=publish.skips_prechecks or bool(skips))
        return _from_folder(publish, path[1] if path else None)
    npm = settings.get("npm") if settings is not None else None
    if isinstance(npm, Scalar) and npm.value == "false":
        return None
    if isinstance(npm, Mapping):
        if string(npm.get("publish")) == "false":
            return None
        if string(npm.get("skipChecks")) == "true":
            publish = replace(publish, skips_prechecks=True)
        return _from_folder(publish, string(npm.get("publishPath")))
    return publish


# https://github.com/release-it-plugins/workspaces and others of its kind
_PUBLISHING_PLUGIN = re.compile(r"\b(?:workspaces?|pnpm|yarn|npm|monorepo)\b")


def _by_plugin(publish: Publishes, settings: Mapping | None) -> Publishes | None:
    """The publish of a plugin of release-it, which its own `npm` has nothing to do with."""
    plugins = settings.get("plugins") if settings is not None else None
    for name in plugins.by_key if isinstance(plugins, Mapping) else ():
        if _PUBLISHING_PLUGIN.search(name):
            return Publishes(
                "unknown",
                publish.command,
                unseen=f"the plugin `{name[:60]}` of release-it",
                dry_run=publish.dry_run,
            )
    return None


def _plain(publish: Publishes, settings: Mapping | None, source: str | None) -> Publishes | None:
    """np's and beachball's: `publish`, `registry`, and the folder `contents` of np.

    https://github.com/sindresorhus/np#config, https://microsoft.github.io/beachball/overview/configuration.html
    """
    said = {key: _said(key, settings, source) for key in ("publish", "registry", "contents")}
    if said["publish"] == "false" and "publish" not in publish.flags:
        return None
    registry = said["registry"]
    if registry and publish.tool == "beachball" and "registry" not in publish.flags:
        publish = replace(publish, flags={**publish.flags, "registry": text(registry)})
    named = publish.flags.get("contents")
    contents = named.literal if named is not None else said["contents"]
    return _from_folder(publish, contents) if publish.tool == "np" else publish


def _said(key: str, settings: Mapping | None, source: str | None) -> str | None:
    if source is None:
        return string(settings.get(key)) if settings is not None else None
    found = re.search(rf"\b{key}['\"]?\s*:\s*(?:['\"`]([^'\"`$]+)['\"`]|(\w+))", source)
    return (found[1] or found[2]) if found else None


def _from_folder(publish: Publishes, folder: str | None) -> Publishes:
    root = semantic_release.as_path(folder or ".")
    return publish if root == "." else replace(publish, target=text(root))


def _auto(settings: Mapping | None, source: str | None) -> bool:
    if source is not None:
        return not re.search(r"\bplugins\b", source) or bool(re.search(r"['\"]npm['\"]", source))
    listed = settings.get("plugins") if settings is not None else None
    if not isinstance(listed, Sequence):
        return True
    return any(semantic_release.plugin(node)[0] == "npm" for node in listed.items)


def _lerna(publish: Publishes, settings: Mapping | None) -> Publishes:
    """`lerna.json` may name the registry under `command.publish`."""
    node: Node | None = settings
    for key in ("command", "publish", "registry"):
        node = node.get(key) if isinstance(node, Mapping) else None
    url = string(node)
    if url and "registry" not in publish.flags:
        return replace(publish, flags={**publish.flags, "registry": text(url)})
    return publish
