"""npm's configuration as a step finds it: files, variables and flags in npm's order, as texts.

It answers which registry a package goes to and what stands where the token is looked for.
https://docs.npmjs.com/cli/v11/using-npm/config and npm-registry-fetch's lookup of credentials.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import GivenToken, Place, Registry, TokenState
from checker.knowledge.limits import NPM_REGISTRY, NPM_REGISTRY_HOST, YARN_REGISTRY_HOST
from checker.knowledge.token_shape import may_be_token
from checker.workflows import ways
from checker.workflows.branches import either
from checker.workflows.text import EMPTY, Hidden, Text, hole, join, split, strip, text
from checker.workflows.ways import Way

UNKNOWN_KEY = "*"
HIDDEN_KEY = "?:_authToken"  # of a registry whose URL only a run knows
PLACEHOLDER = "XXXXX-XXXXX-XXXXX-XXXXX"
_CREDENTIALS = ("_authToken", "_auth", "_password")


class Line(Struct, frozen=True):
    """One `key=value` of a configuration file, and the lines that put it there.

    way: on which a run writes it. gone: on that way the key is taken away.
    """

    key: str
    value: Text
    place: Place
    way: Way = ()
    gone: bool = False


def seen_from(lines: tuple[Line, ...], mine: Way) -> tuple[Line, ...]:
    """The lines as one finds them who went `mine`: what may be one of several is hidden."""
    if not any(line.way for line in lines):
        return lines
    by_key: dict[str, list[Line]] = {}
    for line in lines:
        by_key.setdefault(line.key, []).append(line)
    found = (_one_of(key, written, mine) for key, written in by_key.items())
    return tuple(line for line in found if line is not None)


def _one_of(key: str, written: list[Line], mine: Way) -> Line | None:
    if not any(line.way for line in written):
        return written[-1]
    nothing = Line(key, EMPTY, written[-1].place, gone=True)
    entries = [((), nothing), *((line.way, line) for line in written)]
    lines, why = ways.possible(entries, mine)
    values = dict.fromkeys(None if line.gone else line.value for line in lines)
    first = next((line for line in lines if not line.gone), None)
    if first is None:
        return None
    if len(values) == 1:
        return replace(first, way=())
    hidden = either(why, tuple(values)).holes[0]
    # What a variable of one of them gives is not looked at.
    sure = all(value is not None and value.secrets for value in values)
    return replace(first, value=hole(replace(hidden, optional=not sure)), way=())


def written_on(way: Way, before: tuple[Line, ...], after: tuple[Line, ...]) -> tuple[Line, ...]:
    """A file after a write that only a run on this way does."""
    old = {id(line) for line in before}
    added = [replace(line, way=way) for line in after if id(line) not in old]
    left = {line.key for line in after}
    gone = [line for line in before if line.key not in left]
    places = {line.key: line.place for line in gone}
    taken = [Line(key, EMPTY, place, way, gone=True) for key, place in places.items()]
    return (*before, *taken, *added)


def lines_of(content: Text, place: Place) -> tuple[Line, ...]:
    """The settings of an .npmrc's content. Keys with a hole in them are left out."""
    rows = ((row, place) for row in split(content, "\n"))
    return tuple(_settings(rows))


def file_lines(data: bytes, path: str) -> tuple[Line, ...]:
    """The settings of a checked-in .npmrc, each with its own line."""
    rows = enumerate(re.split(r"\r\n?|\n", data.decode("utf-8-sig", errors="replace")), 1)
    return tuple(_settings((text(row), Place(path, number, number)) for number, row in rows))


def _settings(rows: Iterable[tuple[Text, Place]]) -> Iterator[Line]:
    for row, place in rows:
        bare = strip(row)
        if not bare.parts or bare.start[:1] in {"#", ";"}:
            continue
        if bare.start[:1] == "[":
            # What follows belongs to the section, and npm reads none.
            return
        key, *value = split(bare, "=", 1)
        name = strip(key).literal
        if name:
            plain = _plain(strip(value[0])) if value else text("true")
            yield Line(name.strip("\"'"), plain, place)


def _plain(value: Text) -> Text:
    """A value without its quotes, or without the remark behind it."""
    first, last = value.start[:1], value.parts[-1] if value.parts else ""
    if first and first in "\"'" and value.literal != first:
        if value.literal is not None and value.literal.endswith(first):
            return text(value.literal[1:-1])
        if isinstance(last, str) and last.endswith(first):
            return value
    return _without_remark(value)


def _without_remark(value: Text) -> Text:
    pieces: list[str | Hidden] = []
    for part in value.parts:
        remark = _REMARK.search(part) if isinstance(part, str) else None
        if isinstance(part, str) and remark is not None:
            pieces.append(part[: remark.start()])
            break
        pieces.append(part)
    return strip(join(*pieces))


_REMARK = re.compile(r"(?<!\\)[;#]")


class Filling(Struct, frozen=True):
    """What a tool makes of `${NAME?}` and of `${NAME-text}`; None where that is not known.

    optional: without the variable, the first is empty, and not a variable called `NAME?`. defaults:
    without the variable, the second is the text, and not a variable called `NAME-text`.
    """

    optional: bool | None = None
    defaults: bool | None = None


NOT_KNOWN = Filling()

# @npmcli/config's lib/env-replace.js; 11.5.2 does not know the question mark yet.
NPM_WITH_OPTIONAL_VARIABLES = "11.6.0"

_VARIABLE = re.compile(r"\$\{(?P<name>[^${}?:-]+)(?P<rest>\?|:?-[^${}]*)?\}")


def expand(value: Text, env: Mapping[str, Text], filling: Filling) -> tuple[Text, tuple[str, ...]]:
    """`value` with its `${NAME}` filled in, and the names that nothing sets."""
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
            filled = _filled(match, env, filling)
            if filled is None:
                unset.append(match["name"])
            pieces.append(match.group() if filled is None else filled)
        pieces.append(part[position:])
    return join(*pieces), tuple(unset)


def _filled(
    match: re.Match[str], env: Mapping[str, Text], filling: Filling
) -> Text | Hidden | None:
    """What stands for one `${…}`; None where it stays as it is written."""
    known, rest = env.get(match["name"]), match["rest"] or ""
    if not rest:
        return known
    understood = filling.optional if rest == "?" else filling.defaults
    if understood is None:
        secrets = known.secrets if known is not None else ()
        return Hidden(f"`{match.group()}`", secrets, optional=True)
    if not understood:
        return None
    if known is not None and (known.parts or not rest.startswith(":")):
        return known
    return text("" if rest == "?" else rest.partition("-")[2])


def variables_of(value: Text) -> tuple[str, ...]:
    """The variables that npm fills into `value`."""
    return tuple(
        match["name"]
        for part in value.parts
        if isinstance(part, str)
        for match in _VARIABLE.finditer(part)
    )


class TokenLine(Struct, frozen=True):
    """A configuration line that gives a token. value: filled in; variables: that it names.

    overshadowed: a stronger file, of which the content is not known, may give another one. basic:
    it is a user's name and password.
    """

    given: GivenToken
    value: Text
    variables: tuple[str, ...]
    overshadowed: bool = False
    basic: bool = False


class Config(Struct, frozen=True):
    """Everything that npm reads when it publishes, the strongest first.

    flags: of the command line. env: the step's variables. layers: configuration files, project
    before user. own: they are the tool's own files and not npm's. filling: of its variables. home:
    what the last of the layers is for who reads the user's file of the home alone. scoped: the
    files name a registry for the package's scope, with which bun takes no token from a variable.
    """

    flags: Mapping[str, Text]
    env: Mapping[str, Text]
    layers: tuple[tuple[Line, ...], ...]
    own: bool = False
    filling: Filling = NOT_KNOWN
    home: tuple[Line, ...] = ()
    scoped: bool = False

    @property
    def at_home(self) -> Config:
        """It for who does not look at the variable that names the user's file."""
        return replace(self, layers=(*self.layers[:-1], self.home))

    def setting(self, key: str, manifest: Mapping[str, str] | None = None) -> Text | None:
        """The value of a setting; None when nothing sets it.

        manifest: `publishConfig` settings, which stand between flags and variables.
        """
        if key in self.flags:
            return self.flags[key]
        if manifest and key in manifest:
            return text(manifest[key])
        return self.variable(key) or self.from_files(key)

    def is_on(self, key: str) -> bool:
        """Whether a switch is on: a number by its value, and any word but two is on."""
        setting = self.setting(key)
        literal = None if setting is None else setting.literal
        if literal is None:
            return False
        return literal not in {"", "false", "null"} and literal.strip("0") != ""

    def listed(self, key: str) -> tuple[Text, ...]:
        """The values of a setting that may stand several times, as in `key[]=value`."""
        if key in self.flags:
            return (self.flags[key],)
        given = self.variable(key)
        if given is not None:
            return tuple(value for value in split(given, "\n\n") if value.parts)
        for layer in self.layers:
            values = [line.value for line in layer if line.key in {key, f"{key}[]"}]
            if values:
                return tuple(expand(value, self.env, self.filling)[0] for value in values)
        return ()

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
                    return expand(line.value, self.env, self.filling)[0]
        return None

    def registry(self, name: str, manifest: Mapping[str, str] | None = None) -> Text:
        """The registry URL for the package `name`: its scope's before the general one."""
        if name.startswith("@"):
            scoped = self.setting(name.split("/")[0] + ":registry", manifest)
            if scoped is not None and scoped.parts:
                return scoped
        found = self.setting("registry", manifest)
        if found is None or self._may_only_be_npm(found):
            return text(NPM_REGISTRY)
        return found

    def _may_only_be_npm(self, address: Text) -> bool:
        """Whether every registry that an address may be is npm's, as it is without any."""
        choices = address.holes[0].choices if len(address.parts) == 1 and address.holes else ()
        lines = (line for layer in self.layers for line in layer if line.key == "registry")
        written = [choice for choice in choices if choice]
        for line in lines if "" in choices else ():
            holes = line.value.holes
            literal = line.value.literal
            written += [literal or "?"] if literal is not None or not holes else holes[0].choices
        return bool(choices) and all(
            registry_kind(text(one)) is Registry.NPMJS for one in written if one
        )

    def token(self, registry: Text, *, loose: bool = False) -> TokenLine | None:
        """What stands where npm looks for the token of `registry`; None when no line does.

        loose: without the slash before the colon, where npm does not look and others may.
        """
        found = self._token_line(registry, loose=loose)
        if found is None:
            return None
        value, unset = expand(found.value, self.env, self.filling)
        state = given(value, unset, found.place)
        names = variables_of(found.value)
        basic = not found.key.endswith(_CREDENTIALS[0])
        return TokenLine(state, value, names, self.is_overshadowed(found), basic)

    @property
    def is_hidden(self) -> bool:
        """Whether a step writes a configuration file whose content is not known."""
        return any(line.key == UNKNOWN_KEY for layer in self.layers for line in layer)

    @property
    def hidden_by(self) -> str:
        """What hides the content of such a file; "" where there is none."""
        lines = (line for layer in self.layers for line in layer if line.key == UNKNOWN_KEY)
        return next((line.value.why for line in lines), "")

    def is_overshadowed(self, line: Line) -> bool:
        """Whether a file that npm reads before that of `line` has a content that is not known."""
        for layer in self.layers:
            if line in layer:
                return False
            if any(one.key == UNKNOWN_KEY for one in layer):
                return True
        return False

    def _token_line(self, registry: Text, *, loose: bool) -> Line | None:
        literal = registry.literal
        keys = (HIDDEN_KEY,) if literal is None else tuple(_token_keys(literal, loose=loose))
        for key in keys:
            if key in self.flags:
                return Line(key, self.flags[key], Place("", 0, 0))
            for name, value in self.env.items():
                if value.parts and name[:11].lower() == "npm_config_" and name[11:] == key:
                    return Line(key, value, Place("", 0, 0))
            for layer in self.layers:
                for line in reversed(layer):
                    if line.key == key or self._is_filled(line.key, key):
                        return line
        return None

    def _is_filled(self, written: str, key: str) -> bool:
        return "${" in written and expand(text(written), self.env, self.filling)[0] == text(key)

    def read_variables(self) -> frozenset[str]:
        """Variables that some credential line reads."""
        return frozenset(
            name
            for layer in self.layers
            for line in layer
            if line.key.endswith(_CREDENTIALS)
            for name in variables_of(line.value)
        )


def _token_keys(registry: str, *, loose: bool) -> Iterator[str]:
    """`//host/path/:_authToken`, the longest path first. npm takes it to the letter."""
    address = _address(registry)
    if address is None:
        return
    base = f"//{address.netloc.lower().removesuffix(':443')}{address.path}".rstrip("/")
    while len(base) > 2:
        for credential in _CREDENTIALS:
            yield f"{base}:{credential}" if loose else f"{base}/:{credential}"
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
    if host == YARN_REGISTRY_HOST:
        return Registry.UNKNOWN
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
