"""What bun publish reads beside npm's configuration files: bunfig.toml, where and in which order.

Seen with bun 1.1.30, 1.2.23, 1.3.3 to 1.3.14 and 1.4.0 to 1.4.5.
"""

from __future__ import annotations

from msgspec.structs import replace

from checker.facts import Place, Unknown
from checker.knowledge.tools import Tool
from checker.manifests.workspaces import Kind
from checker.workflows import bun_config, config, paths
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.config import Config, Line, TokenLine
from checker.workflows.publishing import configuration, projects
from checker.workflows.publishing.packages import Chosen
from checker.workflows.publishing.situation import Situation
from checker.workflows.repository import Repository
from checker.workflows.state import JobState
from checker.workflows.text import Text

_KEY = "install.registry.token"


def with_it(
    npms: Config,
    repository: Repository,
    state: JobState,
    publish: Publishes,
    situation: Situation,
    rows: tuple[Tool, ...],
    picked: tuple[Chosen, ...] | Unknown,
) -> Config:
    """The configuration with that of bun, where a tool of `rows` reads it; else as it was."""
    readers = [row for row in rows if _KEY in row.configuration_tokens]
    if not readers:
        return npms
    home = _of_home(repository, state, situation)
    names = () if isinstance(picked, Unknown) else [one.package.name for one in picked]
    scopes = {name.partition("/")[0] if name.startswith("@") else "" for name in names}
    variants: list[tuple[Config, Text, TokenLine | None]] = []
    for row in readers:
        project = _of_project(repository, state, publish, situation, root=row.configuration_first)
        named = scopes & bun_config.scopes_of(project, home) if scopes else {""}
        if (not scopes and bun_config.scopes_of(project, home)) or (named and len(scopes) > 1):
            return _hidden(npms, "which scope of bunfig.toml the package has", situation.place)
        scope = next(iter(scopes), "")
        lines = bun_config.as_npms(project, home, scope, situation.env)
        around = npms if row.reads_userconfig else npms.at_home
        layers = (lines, *around.layers) if row.configuration_first else (*around.layers, lines)
        found = replace(around, layers=layers, home=layers[-1])
        if row.reads_userconfig:
            found = replace(found, home=npms.home)
        found = replace(
            found, scoped=bool(scope) and found.from_files(f"{scope}:registry") is not None
        )
        address = found.registry(names[0] if names else "")
        variants.append((found, address, found.token(address)))
    first, *others = variants
    if any(other[1:] != first[1:] or other[0].scoped != first[0].scoped for other in others):
        return _hidden(
            npms, "what bun reads in `bunfig.toml` turns on its version", situation.place
        )
    return first[0]


def _hidden(npms: Config, why: str, place: Place) -> Config:
    return replace(npms, layers=(config.unknown_content(why, place), *npms.layers))


def _of_project(
    repository: Repository, state: JobState, publish: Publishes, situation: Situation, *, root: bool
) -> tuple[Line, ...]:
    """The lines of the project's file. root: of the root of the workspaces that it is in."""
    named = publish.flags.get("config")
    folder = situation.folder
    if named is not None or folder is None:
        path = paths.resolve(folder, named.literal) if named and named.literal else None
        if path is None:
            return config.unknown_content("the bunfig.toml that is read", situation.place)
        return _lines(repository, state, path)
    tree = state.in_tree(folder)
    if root and tree:
        own = repository.prefix(tree)
        above = projects.root_above(repository, own, Kind.NPM) if own else None
        depth = folder[: len(folder) - len(tree)].rstrip("/")
        if above is not None:
            folder = "/".join(part for part in (depth, above) if part)
    return _lines(repository, state, f"{folder}/{bun_config.FILE}" if folder else bun_config.FILE)


def _of_home(repository: Repository, state: JobState, situation: Situation) -> tuple[Line, ...]:
    """The lines of the file of the home, which is not looked at where `XDG_CONFIG_HOME` is set."""
    xdg = situation.env.get("XDG_CONFIG_HOME")
    path = f"{paths.HOME}/{bun_config.HOME_FILE}"
    if xdg is not None and xdg.literal:
        return _lines(repository, state, f"{xdg.literal.rstrip('/')}/{bun_config.HOME_FILE}")
    if state.npmrc.get(path):
        # The images of GitHub's Linux runners set that variable, and others do not.
        why = "whether bun reads `~/.bunfig.toml` turns on `XDG_CONFIG_HOME`"
        return config.unknown_content(why, situation.place)
    return ()


def _lines(repository: Repository, state: JobState, path: str) -> tuple[Line, ...]:
    return configuration.file_lines(repository, state, path)
