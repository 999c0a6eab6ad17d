"""What a job has done so far: variables, written configuration, Node, tools, checkouts."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct

from checker.facts import Place
from checker.workflows import paths
from checker.workflows.config import Line
from checker.workflows.text import Text
from checker.workflows.yarn_config import Setting


class NodeChoice(Struct, frozen=True):
    """Where the job's Node comes from, and the lines that say so.

    spec: a version as setup-node takes it; None for the Node of the runner's image.
    unknown: why it cannot be known. when: the conditions of the step that chose it.
    """

    place: Place
    spec: Text | None = None
    check_latest: bool = False
    unknown: str | None = None
    when: tuple[str, ...] = ()


class Upgrade(Struct, frozen=True):
    """An npm put over the one that Node brings. maybe: the command may be passed over.

    when: the conditions of its step. tolerated: the job goes on where the install fails.
    """

    spec: Text
    maybe: bool = False
    when: tuple[str, ...] = ()
    tolerated: bool = False


class Checkout(Struct, frozen=True):
    """A checkout. folder: where in the workspace; ours: whether it is this repository."""

    folder: str
    ours: bool


@dataclass
class JobState:
    """The state of one job on one path, from step to step.

    env: variables that a step put into `GITHUB_ENV`. npmrc: lines that steps wrote, by path.
    userconfig: the path of the user's .npmrc. tools: what was installed, by name. upgrades: npm
    versions installed since Node was chosen. yarn: what `yarn config set` set. written: manifests
    that a step wrote. version_changed: a step changes the version in the manifests; version: to
    what, as `npm version` takes it. path_under: the Node that was chosen when a step last put a
    folder before the others of `PATH`. names_changed: a program changed what a manifest calls its
    package, or whether it is published. brought: something other than a checkout may have brought
    files: an artifact, an action, a download.
    """

    node: NodeChoice
    env: dict[str, Text] = field(default_factory=dict)
    npmrc: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    userconfig: str = f"{paths.HOME}/.npmrc"
    tools: dict[str, Text] = field(default_factory=dict)
    upgrades: list[Upgrade] = field(default_factory=list)
    checkouts: list[Checkout] = field(default_factory=list)
    brought: bool = False
    written: set[str] = field(default_factory=set)
    version_changed: bool = False
    version: str | None = None
    yarn: list[Setting] = field(default_factory=list)
    path_under: NodeChoice | None = None
    names_changed: bool = False

    def in_tree(self, folder: str) -> str | None:
        """A folder of the workspace as one of the repository; None when it is no part of it."""
        if folder.startswith("/") or folder.startswith(".."):
            return None
        best: Checkout | None = None
        for checkout in self.checkouts:
            inside = folder == checkout.folder or folder.startswith(checkout.folder + "/")
            if (inside or not checkout.folder) and (
                best is None or len(checkout.folder) >= len(best.folder)
            ):
                best = checkout
        if best is None:
            # A job that checks nothing out may get its files from elsewhere: take them to be ours.
            return None if self.checkouts else folder
        if not best.ours:
            return None
        return folder[len(best.folder) :].lstrip("/") if best.folder else folder
