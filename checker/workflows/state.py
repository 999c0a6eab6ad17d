"""What a job has done so far: variables, written configuration, Node, tools, checkouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from msgspec import Struct
from msgspec.structs import replace as changed

from checker.facts import Place
from checker.workflows import config, paths, ways
from checker.workflows.branches import Written, and_then, value_of
from checker.workflows.config import Line
from checker.workflows.text import Text
from checker.workflows.ways import Way
from checker.workflows.yarn_config import Setting


class NodeChoice(Struct, frozen=True):
    """Where the job's Node comes from, and the lines that say so.

    spec: a version as setup-node takes it; None for the Node of the runner's image.
    unknown: why it cannot be known. way: on which a run chooses it.
    """

    place: Place
    spec: Text | None = None
    check_latest: bool = False
    unknown: str | None = None
    way: Way = ()


class Upgrade(Struct, frozen=True):
    """An npm put over the one that Node brings. way: on which a run installs it.

    tolerated: the job goes on where the install fails.
    """

    spec: Text
    way: Way = ()
    tolerated: bool = False


class Checkout(Struct, frozen=True):
    """A checkout. folder: where in the workspace; ours: whether it is this repository."""

    folder: str
    ours: bool


class Stash(Struct, frozen=True):
    """What `git stash` put away. files: lines of configuration files. way: on which a run does."""

    files: Mapping[str, tuple[Line, ...]]
    way: Way = ()


class Tracked(Struct, frozen=True):
    """A configuration file that the job gave to git.

    added: its lines in what is to be committed; None where it is not there. committed: those of the
    job's own commit; None for none. sure: whether each run does so.
    """

    added: tuple[Line, ...] | None = None
    committed: tuple[Line, ...] | None = None
    sure: bool = True


class Change(Struct, frozen=True):
    """What may have changed the manifests of a job. sure: the same words change them alike."""

    words: str
    sure: bool


@dataclass
class JobState:
    """The state of one job on one path, from step to step.

    env: variables that a step put into `GITHUB_ENV`. npmrc: lines that steps wrote, by path.
    userconfig: the path of the user's .npmrc. tools: what was installed, by name. upgrades: npm
    versions installed since Node was chosen. yarn: what `yarn config set` set, and on which way.
    written: manifests that a step wrote. version_changed: a step changes the version in the
    manifests; version: to what, as `npm version` takes it. path_under: the Node that was chosen
    when a step last put a folder before the others of `PATH`. names_changed: a program changed what
    a manifest calls its package, or whether it is published. brought: something other than a
    checkout may have brought files: an artifact, an action, a download. open_env, open_tools: what
    may stand in `env` and `tools` in place of what was written last, the oldest first; None for
    nothing. is_open: something was changed that a run may pass over. history: what may have changed
    the manifests, in order. stashed: what git put away and can bring back, the last one last.
    tracked: what it was told to keep, by path.
    head_moved: a step, and not the event alone, chose what is checked out, or git may not be there.
    uncommitted: files that a step surely changed and none committed since, and on which way; None
    where git may not be there, or not look at all files.
    """

    node: NodeChoice
    env: dict[str, Text] = field(default_factory=dict)
    npmrc: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    userconfig: str = f"{paths.HOME}/.npmrc"
    tools: dict[str, Text] = field(default_factory=dict)
    upgrades: list[Upgrade] = field(default_factory=list)
    checkouts: list[Checkout] = field(default_factory=list)
    head_moved: bool = False
    uncommitted: tuple[tuple[Way, str], ...] | None = ()
    brought: bool = False
    written: set[str] = field(default_factory=set)
    version_changed: bool = False
    version: str | None = None
    yarn: list[tuple[Way, Setting]] = field(default_factory=list)
    path_under: NodeChoice | None = None
    names_changed: bool = False
    is_open: bool = False
    history: tuple[Change, ...] = ()
    stashed: tuple[Stash, ...] = ()
    tracked: Mapping[str, Tracked] = field(default_factory=dict)
    open_env: dict[str, tuple[Written, ...]] = field(default_factory=dict)
    open_tools: dict[str, tuple[Written, ...]] = field(default_factory=dict)

    def seen_from(self, mine: Way) -> JobState:
        """The state as a step finds it to which a run comes on the way `mine`."""
        if not self.is_open:
            return self
        return replace(
            self,
            node=changed(self.node, way=_open(self.node.way, mine)),
            env=_seen(self.env, self.open_env, mine),
            npmrc={path: config.seen_from(lines, mine) for path, lines in self.npmrc.items()},
            tools=_seen(self.tools, self.open_tools, mine),
            upgrades=[
                changed(upgrade, way=rest)
                for upgrade in self.upgrades
                if (rest := ways.left(upgrade.way, mine)) is not None
            ],
            yarn=_seen_settings(self.yarn, mine),
        )

    def settle(self, done: frozenset[str]) -> None:
        """Takes what was written at these places as done for certain."""
        if not self.is_open:
            return
        self.node = changed(self.node, way=ways.without(self.node.way, done))
        self.upgrades = [changed(one, way=ways.without(one.way, done)) for one in self.upgrades]
        self.yarn = [(ways.without(way, done), setting) for way, setting in self.yarn]
        for known in (self.open_env, self.open_tools):
            for name, written in known.items():
                known[name] = tuple((ways.without(way, done), value) for way, value in written)
        for path, lines in self.npmrc.items():
            settled = (changed(line, way=ways.without(line.way, done)) for line in lines)
            self.npmrc[path] = tuple(settled)

    def forget(self, variable: str) -> None:
        """Takes a variable away."""
        self.env.pop(variable, None)
        self.open_env.pop(variable, None)

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


def noted(
    way: Way,
    before: dict[str, Text],
    after: dict[str, Text],
    known: dict[str, tuple[Written, ...]],
) -> None:
    """Notes in `known` what was written on `way`, by what stood there before and stands now."""
    for name, value in after.items():
        if before.get(name) is value:
            continue
        if not way:
            known.pop(name, None)
            continue
        earlier = known.get(name, (((), before.get(name)),))
        known[name] = and_then(earlier, (way, value))


def _seen(
    values: dict[str, Text], known: dict[str, tuple[Written, ...]], mine: Way
) -> dict[str, Text]:
    found = dict(values)
    for name, written in known.items():
        value = value_of(written, mine)
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found


def _seen_settings(settings: list[tuple[Way, Setting]], mine: Way) -> list[tuple[Way, Setting]]:
    by_keys: dict[tuple[str, ...], list[tuple[Way, Setting]]] = {}
    for way, setting in settings:
        by_keys.setdefault(setting[0], []).append((way, setting))
    found: list[tuple[Way, Setting]] = []
    for keys, written in by_keys.items():
        before: list[Written] = [((), None)]
        value = value_of((*before, *((way, setting[1]) for way, setting in written)), mine)
        if value is not None:
            found.append(((), (keys, value, written[-1][1][2])))
    return found


def _open(way: Way, mine: Way) -> Way:
    rest = ways.left(way, mine)
    return way if rest is None else rest
