"""Which Node and npm a publishing step may have: every possible world, or why it is unknown."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from checker.facts import Place, Runtime, Unknown
from checker.knowledge import ranges, runtimes
from checker.workflows.repository import Repository
from checker.workflows.state import NodeChoice, Upgrade
from checker.workflows.text import Text, text

MAX_WORLDS = 1_024
MAX_UPGRADES = 4

# One repository asks for the same few versions again and again.
_node_versions = functools.lru_cache(maxsize=256)(runtimes.node_versions)
_npm_versions = functools.lru_cache(maxsize=256)(runtimes.npm_versions)
_image_node = functools.lru_cache(maxsize=64)(runtimes.image_node)


class Resolved(Struct, frozen=True):
    """The answer. node, npm: as the report shows them, one value a leg."""

    node: tuple[str, ...] | Unknown
    npm: tuple[str, ...] | Unknown
    runtimes: tuple[Runtime, ...] | Unknown
    place: Place


def resolve(
    repository: Repository,
    choice: NodeChoice,
    upgrades: tuple[Upgrade, ...],
    labels: tuple[str, ...] | Unknown,
    hosted: bool | Unknown,
    run_with: str | None = None,
) -> Resolved:
    """The worlds of one step. run_with: the npm that the command itself names (`npx npm@11`).

    Conditions of the publishing step itself are taken out of choice and upgrades already.
    """
    nodes, shown = _nodes(repository, choice, labels, hosted)
    if isinstance(nodes, Unknown):
        return _without_node(repository, choice, nodes, run_with)
    said = _said_npms(repository)
    if said:
        return _with_said_npms(repository, choice, nodes[-1], shown, said)
    worlds: dict[Runtime, None] = {}
    for node in nodes[:MAX_WORLDS]:
        for done in _ways(upgrades):
            world = _world(repository, node, done, run_with)
            if isinstance(world, Unknown):
                return Resolved(shown, world, world, choice.place)
            worlds[world] = None
    npms = ranges.oldest_first(world.npm for world in worlds if world.npm)
    return Resolved(shown, (" || ".join(npms),) if npms else (), tuple(worlds), choice.place)


def _said_npms(repository: Repository) -> tuple[str, ...]:
    """Every npm that the option's range allows: it says what is there, not what to install."""
    wanted = repository.npm
    if wanted is None or ranges.exact(wanted) is not None or not ranges.is_range(wanted):
        return ()
    return _npms_within(wanted, repository.today)


@functools.lru_cache(maxsize=64)
def _npms_within(wanted: str, today: date) -> tuple[str, ...]:
    allowed = (row.version for row in runtimes.NPM_RELEASES if row.day <= today)
    return ranges.oldest_first(npm for npm in allowed if ranges.satisfies(npm, wanted))


def _with_said_npms(
    repository: Repository,
    choice: NodeChoice,
    node: str,
    shown: tuple[str, ...] | Unknown,
    said: tuple[str, ...],
) -> Resolved:
    """The worlds where npm is said: of the Nodes the newest stands for all."""
    running = tuple(npm for npm in said if runtimes.npm_runs_on(npm, node) is not False)
    worlds = tuple(Runtime(node, npm) for npm in running or said)
    return Resolved(shown, (repository.npm or "",), worlds, choice.place)


def _ways(upgrades: tuple[Upgrade, ...]) -> Iterator[tuple[Upgrade, ...]]:
    """The upgrades that may have been done: each that is not certain may be left out."""
    ways: list[tuple[Upgrade, ...]] = [()]
    for upgrade in upgrades[-MAX_UPGRADES:]:
        done = [(*way, upgrade) for way in ways]
        ways = [*ways, *done] if upgrade.way else done
    yield from ways


def _without_node(
    repository: Repository, choice: NodeChoice, why: Unknown, run_with: str | None
) -> Resolved:
    said = _said_npms(repository)
    if said:
        worlds = tuple(Runtime(None, npm) for npm in said)
        return Resolved(why, (repository.npm or "",), worlds, choice.place)
    exact = ranges.exact(repository.npm or run_with or "")
    if exact is not None:
        return Resolved(why, (exact,), (Runtime(None, exact),), choice.place)
    unknown = Unknown("npm", why.why)
    return Resolved(why, unknown, why, choice.place)


def _nodes(
    repository: Repository,
    choice: NodeChoice,
    labels: tuple[str, ...] | Unknown,
    hosted: bool | Unknown,
) -> tuple[tuple[str, ...] | Unknown, tuple[str, ...] | Unknown]:
    """Every exact Node, and how the report shows it."""
    found: tuple[str, ...] | Unknown
    on_hosted = hosted is True
    spec: str | None = None
    if repository.node is not None:
        spec = repository.node
    elif choice.way:
        found = Unknown("node", f"the step that sets Node up turns on {choice.way[0].said}")
        return found, found
    elif choice.unknown is not None:
        found = Unknown("node", choice.unknown)
        return found, found
    elif choice.spec is not None:
        spec = choice.spec.literal
        if spec is None:
            found = Unknown("node", f"the Node version is {choice.spec.said}")
            return found, found
    if spec is None:
        found = _image(repository, labels, hosted)
        return found, (found if isinstance(found, Unknown) else (" || ".join(found),))
    spec = spec.strip()
    # The option says what is there: any release of its range. A workflow asks for one of them.
    asked = repository.node is None
    found = _node_versions(
        spec,
        repository.today,
        check_latest=asked and choice.check_latest,
        hosted=asked and on_hosted,
    )
    if isinstance(found, Unknown):
        return found, found
    as_written = spec if ranges.is_range(spec) and spec else " || ".join(found)
    return found, (as_written.removeprefix("v"),)


def _image(
    repository: Repository, labels: tuple[str, ...] | Unknown, hosted: bool | Unknown
) -> tuple[str, ...] | Unknown:
    if isinstance(labels, Unknown) or hosted is not True or len(labels) != 1:
        return Unknown("node", "no step installs Node, and what the runner has is not known")
    return _image_node(labels[0], repository.today)


def _world(
    repository: Repository, node: str, upgrades: tuple[Upgrade, ...], run_with: str | None
) -> Runtime | Unknown:
    wanted = repository.npm or run_with
    if wanted is not None:
        found = _npm_versions(wanted, repository.today, node)
        if isinstance(found, Unknown):
            return found
        if repository.npm is None and runtimes.npm_runs_on(found[-1], node) is False:
            # npx only warns of that, and npm then tries; what it comes to nobody says.
            why = f"npm {found[-1]}, which the command brings, is not made for Node {node}"
            return Unknown("npm", why)
        return Runtime(node, found[-1])
    npm: str | Unknown = runtimes.bundled_npm(node)
    for upgrade in upgrades:
        spec = upgrade.spec.literal
        if spec is None:
            npm = Unknown("npm", f"the npm that a step installs is {upgrade.spec.said}")
            continue
        found = _npm_versions(spec, repository.today, node)
        if isinstance(found, Unknown):
            npm = found
            continue
        runs = runtimes.npm_runs_on(found[-1], node)
        if runs is False and upgrade.tolerated:
            continue
        if runs is False:
            before = npm if isinstance(npm, str) else None
            return Runtime(node, before, failed_upgrade=found[-1])
        npm = found[-1] if runs is True else Unknown("npm", runs.why)
    return npm if isinstance(npm, Unknown) else Runtime(node, npm)


# --- files that name a version --------------------------------------------------------------------

_TOOL_LINE = re.compile(r"^(?:nodejs|node)\s+v?(\S+)", re.MULTILINE)


def from_file(repository: Repository, path: str) -> Text | None:
    """The version in a `node-version-file`; None when the file does not say one."""
    content = repository.script(path)
    if content is None:
        return None
    if path.rpartition("/")[2] == "package.json":
        return _from_manifest(content)
    if path.endswith(".tool-versions"):
        match = _TOOL_LINE.search(content)
        return text(match.group(1)) if match else None
    if path.endswith(".toml"):
        match = re.search(r'^node(?:js)?\s*=\s*"v?([^"]+)"', content, re.MULTILINE)
        return text(match.group(1)) if match else None
    rows = [row.split("#")[0].strip() for row in content.splitlines()]
    first = next((row for row in rows if row), None)
    return text(first.removeprefix("v") if first[:2] != "v" else first) if first else None


def _from_manifest(content: str) -> Text | None:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    candidates: list[object] = []
    for section, key in (("volta", "node"), ("engines", "node")):
        part = data.get(section)
        candidates.append(part.get(key) if isinstance(part, dict) else None)
    dev = data.get("devEngines")
    wanted = dev.get("runtime") if isinstance(dev, dict) else None
    for runtime in wanted if isinstance(wanted, list) else [wanted]:
        if isinstance(runtime, dict) and runtime.get("name") == "node":
            candidates.insert(1, runtime.get("version"))
    found = next((item for item in candidates if isinstance(item, str) and item), None)
    return text(found) if found else None
