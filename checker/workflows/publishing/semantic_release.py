"""Which of semantic-release's plugins publish to npm, and from which folders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from checker.workflows import paths
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.repository import Repository
from checker.workflows.syntax.document import Broken, Mapping, Node, Scalar, Sequence, parse
from checker.workflows.syntax.model import string, strings
from checker.workflows.text import Hidden, Text, hole, text

NPM_PLUGIN = "@semantic-release/npm"


def applied(
    repository: Repository,
    publish: Publishes,
    settings: Mapping | None,
    source: str | None,
    tree: str,
) -> Publishes | None:
    """The npm plugin is among the defaults; a list of plugins without it publishes nothing.

    It publishes the folder of its `pkgRoot`, and never a private package.
    https://github.com/semantic-release/npm
    """
    if settings is not None and string(settings.get("dryRun")) == "true":
        publish = replace(publish, dry_run=True)
    named = publish.flags.get("plugins")
    if named is not None:
        settings, source = _with_plugins(settings, named), None
    elif source is None and _listed(settings) is None:
        shared = _shared(publish, settings)
        base = next((b for one in shared if (b := _local(repository, tree, one))), None)
        if base is not None:
            settings = base
        elif shared:
            why = f"`{shared[0][:60]}`, whose settings semantic-release takes, decides"
            publish = replace(publish, unsure=publish.unsure or why)
    written = dict.fromkeys(_roots_of(settings) if source is None else _roots_in(source))
    if publish.every:
        return publish if written else _by_another(publish, settings)
    roots = [root for root in written if not _is_private(repository, tree, root)]
    if not roots:
        return _by_another(publish, settings)
    if roots == ["."]:
        return publish
    several = hole(Hidden("one of several folders, each the `pkgRoot` of a plugin"))
    hidden = hole(Hidden("the folder that a program gives for `pkgRoot`"))
    only = hidden if roots[0] is None else text(roots[0])
    return replace(publish, target=several if len(roots) > 1 else only)


def _with_plugins(settings: Mapping | None, named: Text) -> Mapping:
    """The settings with the plugins of `--plugins`, which take the place of theirs."""
    own = dict(settings.by_key) if settings is not None else {}
    return Mapping({**own, "plugins": (Scalar("plugins", "", 1, 1), _list(named))}, 1, 1)


def _list(named: Text) -> Node:
    """A list as the command line has it, by commas, or as an action's input has it, in JSON."""
    written = (named.literal or NPM_PLUGIN).strip()
    if written.startswith("["):
        try:
            return parse(written.encode())
        except Broken:
            return Sequence((Scalar(NPM_PLUGIN, "", 1, 1),), 1, 1)
    names = re.split(r"[\s,]+", written)
    return Sequence(tuple(Scalar(name, '"', 1, 1) for name in names if name), 1, 1)


def _shared(publish: Publishes, settings: Mapping | None) -> tuple[str, ...]:
    """The configurations that the settings extend: names of packages, and paths."""
    named = publish.flags.get("extends")
    if named is not None:
        return tuple(re.split(r"[\s,]+", named.literal or named.why))
    return strings(settings.get("extends")) if settings is not None else ()


def _local(repository: Repository, tree: str, name: str) -> Mapping | None:
    """The configuration at a path of the tree; None for a package's, and for a program."""
    path = paths.resolve(tree, name) if name.startswith(".") else None
    for ending in ("", ".json", ".yaml", ".yml") if path is not None else ():
        content = repository.peek(f"{path}{ending}")
        try:
            root = parse(content) if content is not None else None
        except Broken:
            root = None
        if isinstance(root, Mapping):
            return root
    return None


def _by_another(publish: Publishes, settings: Mapping | None) -> Publishes | None:
    """The publish of a plugin that hands it to another manager; None where no plugin does."""
    for name, _ in map(plugin, _listed(settings) or ()):
        if name not in _OTHER_PLUGINS and _OF_MANAGERS.search(name):
            return Publishes(
                "unknown",
                publish.command,
                unseen=f"the plugin `{name[:60]}` of semantic-release",
                dry_run=publish.dry_run,
            )
    return None


def plugin(node: Node) -> tuple[str, Mapping | None]:
    """A plugin's name and options, written as a name or as a pair; "" where neither is."""
    if isinstance(node, Sequence) and node.items:
        options = node.items[1] if len(node.items) > 1 else None
        return string(node.items[0]) or "", options if isinstance(options, Mapping) else None
    if isinstance(node, Mapping):
        return string(node.get("path")) or "", node
    return string(node) or "", None


def _is_private(repository: Repository, tree: str, root: str | None) -> bool:
    folder = None if root is None else paths.resolve(tree, root)
    if folder is None or folder.startswith("/"):
        return False
    manifest = repository.manifest(folder)
    return manifest is not None and manifest.package is not None and manifest.package.private


def _roots_of(settings: Mapping | None) -> Iterator[str]:
    """The folders from which the plugins publish; what stands above them is for all of them."""
    listed = _listed(settings)
    if listed is None:
        yield from _root_of(settings, None)
        return
    for name, options in map(plugin, listed):
        if name == NPM_PLUGIN:
            yield from _root_of(settings, options)
        elif name not in _OTHER_PLUGINS and "npm" in name:
            yield "."


def _listed(settings: Mapping | None) -> tuple[Node, ...] | None:
    """The plugins that the settings list; None where the defaults hold.

    `publish` lists those of one step, as all settings did before version 15.
    """
    for key in ("plugins", "publish") if settings is not None else ():
        listed = settings.get(key) if settings is not None else None
        if isinstance(listed, Sequence):
            return listed.items
    return None


def _root_of(settings: Mapping | None, options: Mapping | None) -> Iterator[str]:
    publishes, root = (
        next((said for where in (options, settings) if where and (said := where.get(key))), None)
        for key in ("npmPublish", "pkgRoot")
    )
    if string(publishes) != "false":
        yield as_path(string(root) or ".")


def _roots_in(source: str) -> Iterator[str | None]:
    """The folders that a program names, whichever of its plugins publishes."""
    plugins, count = re.search(r"\bplugins\b", source), source.count(NPM_PLUGIN)
    if plugins and not count and "extends" not in source:
        return
    silent = len(re.findall(r"\bnpmPublish['\"]?\s*:\s*false", source))
    if silent and silent >= count:
        return
    named = re.findall(r"\bpkgRoot\b(?:['\"]?\s*:\s*['\"`]([^'\"`$]+)['\"`])?", source)
    yield from (as_path(root) if root else None for root in named)
    if count > len(named) + silent or not named:
        yield "."


def as_path(folder: str) -> str:
    """A folder as a path that npm takes for no package's name."""
    plain = folder.rstrip("/")
    return "." if plain in {"", "."} else plain if plain[:1] in "./" else f"./{plain}"


_OF_MANAGERS = re.compile(r"\b(?:yarn|lerna|bun|monorepo|workspaces?)\b")
_OTHER_PLUGINS = frozenset(
    {
        "@semantic-release/commit-analyzer",
        "@semantic-release/release-notes-generator",
        "@semantic-release/changelog",
        "@semantic-release/git",
        "@semantic-release/github",
        "@semantic-release/exec",
    }
)
