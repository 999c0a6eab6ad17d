"""Configuration of yarn from version 2 on, as npm's lines: the registry, and what gives its token.

https://yarnpkg.com/configuration/yarnrc: no .npmrc is read, and a scope has settings of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from checker.facts import Place
from checker.knowledge.limits import (
    NPM_REGISTRY,
    NPM_REGISTRY_HOST,
    YARN_REGISTRY,
    YARN_REGISTRY_HOST,
)
from checker.workflows.config import Line
from checker.workflows.syntax.document import Broken, Mapping, Node, Scalar, parse
from checker.workflows.text import Text, text

FILE = ".yarnrc.yml"
Setting = tuple[tuple[str, ...], Text, Place]


def file_settings(content: bytes, path: str) -> tuple[Setting, ...]:
    """The settings of a .yarnrc.yml by their key paths; () where it is no YAML."""
    try:
        root = parse(content)
    except Broken:
        return ()
    return tuple(_flat(root, (), path))


def _flat(node: Node, keys: tuple[str, ...], path: str) -> Iterator[Setting]:
    if isinstance(node, Mapping) and len(keys) < 4:
        for key, item in node.entries:
            yield from _flat(item, (*keys, key.value), path)
    elif isinstance(node, Scalar) and keys:
        yield keys, text(node.value), Place(path, node.line, node.end_line)


def key_path(key: str) -> tuple[str, ...]:
    """`npmRegistries["//host"].npmAuthToken` as its parts."""
    found = re.findall(r"""\[["']([^"']+)["']\]|([^.\[\]]+)""", key)
    return tuple(quoted or plain for quoted, plain in found)


def lines(settings: Iterable[Setting]) -> tuple[Line, ...]:
    """The settings as npm would write them; of equal keys the last one counts."""
    known = {keys: (value, place) for keys, value, place in settings}
    found: list[Line] = []
    scopes = {keys[1] for keys in known if keys[0] == "npmScopes" and len(keys) == 3}
    server = _registry(known, ())
    if server is not None:
        found.append(Line("registry", *server))
    _token(found, known.get(("npmAuthToken",)), server)
    for scope in sorted(scopes):
        own = _registry(known, ("npmScopes", scope))
        if own is not None:
            found.append(Line(f"@{scope}:registry", *own))
        _token(found, known.get(("npmScopes", scope, "npmAuthToken")), own or server)
    for keys, (value, place) in known.items():
        if keys[0] == "npmRegistries" and keys[-1] == "npmAuthToken" and len(keys) == 3:
            host = re.sub(r"^\w+:", "", keys[1]).rstrip("/")
            host = host.replace(YARN_REGISTRY_HOST, NPM_REGISTRY_HOST)
            found.append(Line(f"{host}/:_authToken", value, place))
    return tuple(found)


_Known = dict[tuple[str, ...], tuple[Text, Place]]


def _registry(known: _Known, above: tuple[str, ...]) -> tuple[Text, Place] | None:
    found = known.get((*above, "npmPublishRegistry")) or known.get((*above, "npmRegistryServer"))
    return found and (as_npms(found[0]), found[1])


def as_npms(registry: Text) -> Text:
    """A registry, npm's for yarn's own name of it, which is what yarn publishes to by default.

    https://yarnpkg.com/configuration/yarnrc#npmRegistryServer
    """
    named = (registry.literal or "").rstrip("/") == YARN_REGISTRY
    return text(NPM_REGISTRY) if named else registry


def _token(
    found: list[Line], token: tuple[Text, Place] | None, server: tuple[Text, Place] | None
) -> None:
    if token is None:
        return
    url = NPM_REGISTRY if server is None else server[0].literal
    if url is not None:
        host = re.sub(r"^\w+:", "", url).rstrip("/")
        found.append(Line(f"{host}/:_authToken", *token))


def version_of_path(content: str) -> str | None:
    """The version in `yarnPath: .yarn/releases/yarn-4.5.0.cjs`."""
    match = re.search(r"^yarnPath:.*yarn-(\d+\.\d+\.\d+[\w.-]*)\.c?js", content, re.MULTILINE)
    return match.group(1) if match else None
