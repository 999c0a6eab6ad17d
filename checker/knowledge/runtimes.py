"""Releases of Node and npm with their days: what a version written in a workflow means on a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checker.facts import Unknown


@dataclass(frozen=True)
class NodeRelease:
    """One release of Node. day: of the release. npm: the npm inside it."""

    version: str
    day: date
    npm: str


@dataclass(frozen=True)
class NpmRelease:
    """One release of npm. node: its `engines.node`, an npm range."""

    version: str
    day: date
    node: str


NODE_RELEASES: tuple[NodeRelease, ...] = ()
NPM_RELEASES: tuple[NpmRelease, ...] = ()


def node_versions(
    spec: str, today: date, *, check_latest: bool = False, hosted: bool = True
) -> tuple[str, ...] | Unknown:
    """Every exact Node that setup-node's `node-version: spec` may give on `today`, oldest first.

    An exact version gives itself, known or not.
    """
    raise NotImplementedError(spec, today, check_latest, hosted)


def bundled_npm(node: str) -> str | Unknown:
    """The npm inside the exact Node version `node` (a leading `v` is allowed)."""
    raise NotImplementedError(node)


def npm_versions(spec: str, today: date, node: str) -> tuple[str, ...] | Unknown:
    """What `npm install -g npm@spec` installs on `today` under that Node; `spec` "" is a bare `npm`.

    Whether that npm then runs on that Node is `npm_runs_on`.
    """
    raise NotImplementedError(spec, today, node)


def npm_runs_on(npm: str, node: str) -> bool | Unknown:
    """Whether `npm install -g npm@npm` succeeds under that Node: npm holds to its own engines."""
    raise NotImplementedError(npm, node)


def image_node(label: str, today: date) -> tuple[str, ...] | Unknown:
    """The Node on PATH of a GitHub-hosted runner image without setup-node, oldest first."""
    raise NotImplementedError(label, today)
