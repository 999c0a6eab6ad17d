"""npm's configuration as a step finds it: files, variables and flags in npm's order, as texts.

It answers which registry a package goes to and what stands where the token is looked for.
https://docs.npmjs.com/cli/v11/using-npm/config and npm-registry-fetch's lookup of credentials.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from checker.facts import GivenToken, Place, Registry, TokenState
from checker.knowledge.limits import NPM_REGISTRY, NPM_REGISTRY_HOST
from checker.knowledge.token_shape import may_be_token
from checker.workflows.text import Hidden, Text, hole, join, split, strip, text

UNKNOWN_KEY = "*"
HIDDEN_KEY = "?:_authToken"  # of a registry whose URL only a run knows
PLACEHOLDER = "XXXXX-XXXXX-XXXXX-XXXXX"
_CREDENTIALS = ("_authToken", "_auth", "_password")


class Line(Struct, frozen=True):
    """One `key=value` of a configuration file, and the lines that put it there."""

    key: str
    value: Text
    place: Place


def lines_of(content: Text, place: Place) -> tuple[Line, ...]:
    """The settings of an .npmrc's content. Keys with a hole in them are left out."""
    found = []
    for row in split(content, "\n"):
        bare = strip(row)
        if not bare.parts or bare.start[:1] in {"#", ";", "["}:
            continue
        key, *value = split(bare, "=", 1)
        name = strip(key).literal
        if name:
            found.append(
                Line(
                    name.strip("\"'"), _unquoted(strip(value[0] if value else text("true"))), place
                )
            )
    return tuple(found)


def file_lines(data: bytes, path: str) -> tuple[Line, ...]:
    """The settings of a checked-in .npmrc, each with its own line."""
    found: list[Line] = []
    for number, row in enumerate(data.decode(errors="replace").splitlines(), 1):
        found += lines_of(text(row), Place(path, number, number))
    return tuple(found)


def _unquoted(value: Text) -> Text:
    literal = value.literal
    if literal and len(literal) > 1 and literal[0] == literal[-1] and literal[0] in "\"'":
        return text(literal[1:-1])
    return value


_VARIABLE = re.compile(r"\$\{([^${}?-]+)(\?|-[^${}]*)?\}")


def expand(value: Text, env: Mapping[str, Text]) -> tuple[Text, tuple[str, ...]]:
    """`value` with npm's `${NAME}` filled in, and the names that nothing sets."""
    pieces: list[Text | str | Hidden] = []
    unset: list[str] = []
    for part in value.parts:
        if isinstance(part, Hidden):
            pieces.append(part)
            continue
        position = 0
        for match in _VARIABLE.finditer(part):
            pieces.append(part[position : match.start()])
            position = match.end()
            name, otherwise = match.group(1).rstrip(":"), match.group(2)
            known = env.get(name)
            if known is not None:
                pieces.append(known)
            elif otherwise is not None:
                pieces.append(otherwise[1:])
            else:
                unset.append(name)
                pieces.append(match.group())
        pieces.append(part[position:])
    return join(*pieces), tuple(unset)


def variables_of(value: Text) -> tuple[str, ...]:
    """The variables that npm fills into `value`."""
    return tuple(
        match.group(1).rstrip(":")
        for part in value.parts
        if isinstance(part, str)
        for match in _VARIABLE.finditer(part)
    )


class TokenLine(Struct, frozen=True):
    """A configuration line that gives a token. value: filled in; variables: that it names.

    overshadowed: a stronger file, of which the content is not known, may give another one.
    """

    given: GivenToken
    value: Text
    variables: tuple[str, ...]
    overshadowed: bool = False


class Config(Struct, frozen=True):
    """Everything that npm reads when it publishes, the strongest first.

    flags: of the command line. env: the step's variables. layers: configuration files, project
    before user. own: they are the tool's own files and not npm's.
    """

    flags: Mapping[str, Text]
    env: Mapping[str, Text]
    layers: tuple[tuple[Line, ...], ...]
    own: bool = False

    def setting(self, key: str, manifest: Mapping[str, str] | None = None) -> Text | None:
        """The value of a setting; None when nothing sets it.

        manifest: `publishConfig` settings, which stand between flags and variables.
        """
        if key in self.flags:
            return self.flags[key]
        if manifest and key in manifest:
            return text(manifest[key])
        return self.variable(key) or self.from_files(key)

    def variable(self, key: str) -> Text | None:
        """The value of `NPM_CONFIG_<KEY>`; an empty one counts as not set."""
        wanted = "npm_config_" + key.lower().replace("-", "_")
        for name, value in self.env.items():
            if name.lower().replace("-", "_") == wanted and value.parts:
                return value
        return None

    def from_files(self, key: str) -> Text | None:
        """The value of a setting in the configuration files."""
        for layer in self.layers:
            for line in reversed(layer):
                if line.key == key:
                    return expand(line.value, self.env)[0]
        return None

    def registry(self, name: str, manifest: Mapping[str, str] | None = None) -> Text:
        """The registry URL for the package `name`: its scope's before the general one."""
        if name.startswith("@"):
            scoped = self.setting(name.split("/")[0] + ":registry", manifest)
            if scoped is not None and scoped.parts:
                return scoped
        return self.setting("registry", manifest) or text(NPM_REGISTRY)

    def token(self, registry: Text) -> TokenLine | None:
        """What stands where npm looks for the token of `registry`; None when no line does."""
        found = self._token_line(registry)
        if found is None:
            return None
        value, unset = expand(found.value, self.env)
        state = given(value, unset, found.place)
        names = variables_of(found.value)
        return TokenLine(state, value, names, self.is_overshadowed(found))

    @property
    def is_hidden(self) -> bool:
        """Whether a step writes a configuration file whose content is not known."""
        return any(line.key == UNKNOWN_KEY for layer in self.layers for line in layer)

    def is_overshadowed(self, line: Line) -> bool:
        """Whether a file that npm reads before that of `line` has a content that is not known."""
        for layer in self.layers:
            if line in layer:
                return False
            if any(one.key == UNKNOWN_KEY for one in layer):
                return True
        return False

    def _token_line(self, registry: Text) -> Line | None:
        literal = registry.literal
        keys = (HIDDEN_KEY,) if literal is None else tuple(_token_keys(literal))
        for key in keys:
            if key in self.flags:
                return Line(key, self.flags[key], Place("", 0, 0))
            for name, value in self.env.items():
                if name.lower() == f"npm_config_{key}".lower():
                    return Line(key, value, Place("", 0, 0))
            for layer in self.layers:
                for line in reversed(layer):
                    if line.key.lower() == key.lower():
                        return line
        return None

    def read_variables(self) -> frozenset[str]:
        """Variables that some credential line reads."""
        return frozenset(
            name
            for layer in self.layers
            for line in layer
            if line.key.endswith(_CREDENTIALS)
            for name in variables_of(line.value)
        )


def _token_keys(registry: str) -> Iterator[str]:
    """`//host/path/:_authToken`, the longest path first, as npm looks for it."""
    address = _address(registry)
    if address is None:
        return
    base = f"//{address.netloc}{address.path}".rstrip("/")
    while len(base) > 2:
        for credential in _CREDENTIALS:
            yield f"{base}/:{credential}"
            yield f"{base}:{credential}"
        base = base.rpartition("/")[0].rstrip("/")


def given(value: Text, unset: tuple[str, ...], place: Place) -> GivenToken:
    """The token that a value is."""
    if any(isinstance(part, str) and _surrounds(part) for part in value.parts) and value.holes:
        return GivenToken(TokenState.MALFORMED, value.secrets, place)
    if unset:
        return GivenToken(TokenState.UNSET_VARIABLE, (), place)
    literal = value.literal
    if literal is None:
        return GivenToken(TokenState.SECRET, value.secrets, place)
    if not literal.strip():
        return GivenToken(TokenState.EMPTY, (), place)
    if literal == PLACEHOLDER:
        return GivenToken(TokenState.PLACEHOLDER, (), place)
    state = TokenState.LITERAL if may_be_token(literal.strip()) else TokenState.MALFORMED
    return GivenToken(state, (), place)


def _surrounds(part: str) -> bool:
    """Whether text beside a secret spoils it: `Bearer …`. Quotes are for others to take off."""
    return part.strip().strip("\"'").strip() not in {"", "npm_"}


def registry_kind(registry: Text) -> Registry:
    """Which registry a URL is."""
    literal = registry.literal
    address = None if literal is None else _address(literal)
    if address is None:
        return Registry.UNKNOWN
    host = (address.hostname or "").lower()
    if host == NPM_REGISTRY_HOST:
        # Another scheme, port or path is no door of npm's that anybody has described.
        return Registry.NPMJS if _is_plain(address) else Registry.UNKNOWN
    if host == "npm.pkg.github.com" or host.startswith("npm.pkg."):
        return Registry.GITHUB_PACKAGES
    return Registry.OTHER if host else Registry.UNKNOWN


def _address(written: str) -> SplitResult | None:
    """A URL in its parts; None where it is none: `https://[`, a port that is no number."""
    try:
        address = urlsplit(written if "//" in written else f"//{written}")
        _ = address.port, address.hostname
    except ValueError:
        return None
    return address


def _is_plain(address: SplitResult) -> bool:
    door = (address.scheme or "https", address.port or 443, address.path.strip("/"))
    return door == ("https", 443, "") and address.username is None


def unknown_content(reason: str, place: Place) -> tuple[Line, ...]:
    """The lines of a file whose content only a run knows."""
    return (Line(UNKNOWN_KEY, hole(Hidden(reason)), place),)
