"""bunfig.toml as lines of settings, and those as npm's lines: the registry and its token.

https://bun.com/docs/runtime/bunfig#install-registry, and seen with bun 1.1.30 to 1.4.5 before a
registry of the same machine: a value that is `$NAME` and nothing else is that variable's; what the
project says of a registry or a scope replaces all that the file of the home says of it; a package
whose scope has a registry of its own finds that one's token and no other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from checker.facts import Place
from checker.knowledge.limits import NPM_REGISTRY
from checker.workflows import config
from checker.workflows.config import Line
from checker.workflows.text import Hidden, Text, hole, join, text

FILE = "bunfig.toml"
HOME_FILE = ".bunfig.toml"
_REGISTRY = "install.registry"
_SCOPES = "install.scopes."
_KEYS = ("url", "token", "username", "password")
# A hole's place in the text that is read as TOML, of characters that no file has.
_HOLE = re.compile("\ue000(\\d{1,6})\ue001")
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")


def is_one(path: str) -> bool:
    """Whether a path is that of a bunfig.toml, be it a project's or a home's."""
    return path.rpartition("/")[2] in {FILE, HOME_FILE}


def lines_of(content: Text, place: Place) -> tuple[Line, ...]:
    """What the content of a file says of registries: `install.registry.token`, and its like."""
    holes: list[Hidden] = []
    source = ""
    for part in content.parts:
        if isinstance(part, Hidden):
            source += f"\ue000{len(holes)}\ue001"
            holes.append(part)
        else:
            source += part
    try:
        install = tomllib.loads(source).get("install", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        return config.unknown_content("a bunfig.toml that is no TOML", place)
    return tuple(
        Line(key, _with_holes(value, holes), place)
        for key, value in _settings(install if isinstance(install, dict) else {})
    )


def file_lines(data: bytes, path: str) -> tuple[Line, ...]:
    """The settings of a checked-in file, each with the line that its value first stands in."""
    source = data.decode("utf-8-sig", errors="replace")
    rows = source.splitlines()
    found: list[Line] = []
    for line in lines_of(text(source), Place(path, 1, 1)):
        value = line.value.literal or "\n"
        at = next((number for number, row in enumerate(rows, 1) if value in row), 1)
        found.append(Line(line.key, line.value, Place(path, at, at)))
    return tuple(found)


def key_of(scope: str) -> str:
    """The key under which a file has the registry of a scope; of none, "", the default one's."""
    return f"{_SCOPES}@{scope.removeprefix('@')}" if scope else _REGISTRY


def _settings(install: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    yield from _registry(_REGISTRY, install.get("registry"))
    scopes = install.get("scopes")
    for scope, given in scopes.items() if isinstance(scopes, dict) else ():
        yield from _registry(key_of(scope), given)


def _registry(key: str, given: object) -> Iterator[tuple[str, str]]:
    named = given if isinstance(given, dict) else {"url": given}
    for name in _KEYS:
        value = named.get(name)
        if isinstance(value, str):
            yield f"{key}.{name}", value


def _with_holes(value: str, holes: list[Hidden]) -> Text:
    pieces = _HOLE.split(value)
    return join(*(holes[int(one)] if at % 2 else one for at, one in enumerate(pieces)))


def as_npms(
    project: tuple[Line, ...], home: tuple[Line, ...], scope: str, env: Mapping[str, Text]
) -> tuple[Line, ...]:
    """The settings for a package, as npm would write them.

    scope: `@acme`, "" for a package without one. env: the variables of the command.
    """
    if any(line.key == config.UNKNOWN_KEY for line in project):
        return project
    default = _of(project, home, _REGISTRY)
    own = _of(project, home, key_of(scope)) if scope else {}
    server = own.get("url") or default.get("url")
    address = text(NPM_REGISTRY) if server is None else _filled(server.value, env)
    found = [line for line in home if line.key == config.UNKNOWN_KEY and not (own or default)]
    bare, credentials = _apart(address)
    if server is not None:
        key = f"{scope}:registry" if own.get("url") else "registry"
        found.append(Line(key, bare, server.place))
    host = "?" if bare.literal is None else re.sub(r"^\w+:", "", bare.literal).rstrip("/") + "/"
    given = own or default
    if "token" in given:
        token = given["token"]
        found.append(Line(f"{host}:_authToken", _as_npms(token.value), token.place))
    elif server is not None and credentials is not None and server in given.values():
        key, value = credentials
        found.append(Line(f"{host}:{key}", value, server.place))
    elif "password" in given:
        password = given["password"]
        found.append(Line(f"{host}:_password", _as_npms(password.value), password.place))
    return tuple(found)


def scopes_of(*files: tuple[Line, ...]) -> frozenset[str]:
    """The scopes that files name, each `@acme`."""
    keys = (line.key for lines in files for line in lines if line.key.startswith(_SCOPES))
    return frozenset(key.removeprefix(_SCOPES).rpartition(".")[0] for key in keys)


def _of(project: tuple[Line, ...], home: tuple[Line, ...], key: str) -> dict[str, Line]:
    for lines in (project, home):
        found = {
            line.key.rpartition(".")[2]: line
            for line in lines
            if line.key.rpartition(".")[0] == key
        }
        if found:
            return found
    return {}


def _filled(value: Text, env: Mapping[str, Text]) -> Text:
    named = _VARIABLE.fullmatch(value.literal or "")
    return env.get(named[1], value) if named else value


def _as_npms(value: Text) -> Text:
    """A credential in npm's spelling: its `${NAME}` is bun's `$NAME`, and bun fills no other in."""
    literal = value.literal or ""
    named = _VARIABLE.fullmatch(literal)
    if named:
        return text(f"${{{named[1]}}}")
    return hole(Hidden(f"`{literal}`", optional=True)) if "${" in value.shown else value


def _apart(address: Text) -> tuple[Text, tuple[str, Text] | None]:
    """A registry without the credentials in it, and those: npm's key and its value."""
    literal = address.literal
    if literal is None:
        return address, None
    try:
        parts = urlsplit(literal)
        user, password = parts.username, parts.password
    except ValueError:
        return address, None
    if user is None and password is None:
        return address, None
    bare = text(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
    if user:
        return bare, ("_password", text(password or ""))
    return bare, ("_authToken", text(password or ""))
