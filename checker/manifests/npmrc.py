"""Reads .npmrc, .yarnrc.yml and bunfig.toml: registries, options, and *that* a token is there.

No value of a credential leaves this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.facts import Place


class Held(StrEnum):
    """What stands where a configuration line should give a credential."""

    LITERAL = "literal"  # the credential itself
    VARIABLE = "variable"  # `${NAME}`
    PLACEHOLDER = "placeholder"  # setup-node's XXXXX-XXXXX-XXXXX-XXXXX
    EMPTY = "empty"
    EXPRESSION = "expression"  # text that is not known from here, such as `${{ secrets.X }}`


@dataclass(frozen=True)
class Credential:
    """One line that gives a credential for a registry.

    registry: `//host/path/` as npm keys it; None where the line holds for whatever registry is used.
    key: `_authToken`, `_auth`, `_password`, `npmAuthToken`, `npmAuthIdent`, `token`.
    variable: the environment variable of `Held.VARIABLE`. scope: yarn's `npmScopes` key, no `@`.
    """

    registry: str | None
    key: str
    held: Held
    variable: str | None
    scope: str | None
    place: Place


@dataclass(frozen=True)
class Setting:
    """One line that is no credential. key: lower case, as written. value: as written, unexpanded."""

    key: str
    value: str
    place: Place


@dataclass(frozen=True)
class Configuration:
    """What one configuration file says, in its order; of equal keys the last one counts."""

    settings: tuple[Setting, ...]
    credentials: tuple[Credential, ...]

    def value(self, key: str) -> str | None:
        """The value of `key` (`registry`, `@scope:registry`, `provenance`, `access`, `tag`)."""
        return {setting.key: setting.value for setting in self.settings}.get(key)

    def credential_for(self, registry: str) -> Credential | None:
        """The credential that npm sends to the registry of that URL: the longest path wins."""
        raise NotImplementedError(registry)


class NotAConfiguration(Exception):
    """The text cannot be read. The text of the exception is one sentence without a final stop."""


def parse_npmrc(text: str, path: str, first_line: int = 1) -> Configuration:
    """An .npmrc, or lines that a step writes into one. Any text has a reading."""
    raise NotImplementedError(text, path, first_line)


def parse_yarnrc(text: str, path: str) -> Configuration:
    """A .yarnrc.yml: `npmRegistryServer`, `npmPublishRegistry`, `npmPublishAccess`,
    `npmPublishProvenance`, as written; `npmScopes.<scope>.npmPublishRegistry` for a scope.

    Raises `NotAConfiguration`.
    """
    raise NotImplementedError(text, path)


def parse_bunfig(text: str, path: str) -> Configuration:
    """A bunfig.toml: `[install]` registry and scopes. Raises `NotAConfiguration`."""
    raise NotImplementedError(text, path)
