"""Reads one package.json as npm reads it: its fields as values, and the lines they stand on."""

from __future__ import annotations

from dataclasses import dataclass

from checker.facts import Package


class NotAManifest(Exception):
    """The bytes are no package.json. The text is one sentence without a final stop."""


@dataclass(frozen=True)
class Manifest:
    """One package.json.

    path: of the file; folder: where it stands ("" is the root).
    package: what would be published; None without a name, which npm cannot publish.
    dependencies: name and range, of all four kinds, development first.
    configurations: the settings of tools that live here (`release`, `release-it`, `lerna`,
        `auto`, `nx`, ...), name and compact JSON text.
    publish_directory: `publishConfig.directory`, which pnpm, yarn and lerna publish instead.
    scope_registries: `publishConfig`'s `@scope:registry` entries, scope and URL.
    lines: key path (`version`, `scripts.build`, `publishConfig.access`) and 1-based line.
    """

    path: str
    folder: str
    package: Package | None
    scripts: tuple[tuple[str, str], ...]
    workspaces: tuple[str, ...]
    package_manager: str | None
    engines_node: str | None
    volta_node: str | None
    volta_npm: str | None
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


def parse(data: bytes, path: str) -> Manifest:
    """The package.json at `path`. Raises `NotAManifest`, and nothing else, on any bytes."""
    raise NotImplementedError(data, path)
