"""Workflow and action files as jobs and steps with places; nothing is evaluated here."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Place
from checker.workflows.syntax.document import (
    Broken,
    Mapping,
    Node,
    Scalar,
    Sequence,
    parse,
    plain_text,
)

MAX_JOBS = 256
MAX_STEPS = 1_000
# Since 2026-06-25 steps may run beside each other: a group of steps, and steps that only wait.
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
_GROUP = "parallel"
_ONLY_WAITS = frozenset({"wait", "wait-all", "cancel"})


class Step(Struct, frozen=True):
    """One step. fields: everything it says; at: the way to it from the list of steps.

    around: the conditions of the groups that it stands in. waits: the ids of the background steps
    that are waited for before it, `*` for all of them.
    """

    fields: Mapping
    path: str
    at: tuple[str | int, ...] = ()
    around: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def group(self) -> tuple[str | int, ...]:
        """The group of steps beside each other that it is one of; () for none."""
        return self.at[: self.at.index(_GROUP) + 1] if _GROUP in self.at else ()

    @property
    def is_background(self) -> bool:
        """Whether the steps after it do not wait for its end."""
        return bool(self.group) or self.text("background") == "true"

    def text(self, key: str) -> str | None:
        """The text under `key`; None when absent or no text."""
        return string(self.fields.get(key))

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """The mapping under `key` (`with`, `env`) as texts."""
        return pairs(self.fields.get(key))

    def place(self, key: str) -> Place:
        """The lines of `key` with its value, else of the whole step."""
        return place_of(self.path, self.fields, key)


class Job(Struct, frozen=True):
    """One job. uses: the workflow it calls, None for a job with steps of its own."""

    id: str
    fields: Mapping
    steps: tuple[Step, ...]
    path: str
    line: int

    @property
    def uses(self) -> str | None:
        """The called workflow."""
        return string(self.fields.get("uses"))

    def place(self, key: str | None = None) -> Place:
        """The lines of `key`, else the line of the job's id."""
        if key is not None and self.fields.get(key) is not None:
            return place_of(self.path, self.fields, key)
        return Place(self.path, self.line, self.line)


class Workflow(Struct, frozen=True):
    """One workflow file."""

    path: str
    fields: Mapping
    jobs: tuple[Job, ...]

    @property
    def events(self) -> tuple[str, ...]:
        """The names under `on`, in order."""
        on = self.fields.get("on")
        if isinstance(on, Scalar):
            return (on.value,) if on.value else ()
        if isinstance(on, Sequence):
            return tuple(item.value for item in on.items if isinstance(item, Scalar))
        if isinstance(on, Mapping):
            return tuple(key.value for key, _ in on.entries)
        return ()

    def event(self, name: str) -> Mapping | None:
        """What `on` says about the event `name`."""
        return child(child(self.fields, "on"), name)


class Action(Struct, frozen=True):
    """One action file. using: `composite`, `node24`, `docker`, …; steps: of a composite."""

    path: str
    fields: Mapping
    using: str
    steps: tuple[Step, ...]


def read_workflow(data: bytes, path: str) -> Workflow:
    """The workflow of a file's bytes. Raises `Broken` with the line that is at fault."""
    root = parse(data)
    if not isinstance(root, Mapping):
        raise Broken("the file is no mapping", root.line)
    jobs = root.get("jobs")
    if root.get("on") is None:
        raise Broken("the workflow has no `on`", root.line)
    if jobs is None or (isinstance(jobs, Scalar) and jobs.is_null):
        # GitHub starts no run of it, and says so at every push: it publishes nothing.
        return Workflow(path, root, ())
    if not isinstance(jobs, Mapping):
        raise Broken("`jobs` is no mapping", jobs.line)
    if len(jobs.entries) > MAX_JOBS:
        raise Broken(f"more than {MAX_JOBS} jobs", jobs.line)
    return Workflow(path, root, tuple(_job(key, node, path) for key, node in jobs.entries))


def read_action(data: bytes, path: str) -> Action:
    """The action of a file's bytes. Raises `Broken`."""
    root = parse(data)
    runs = child(root, "runs")
    if runs is None or not isinstance(root, Mapping):
        raise Broken("the action has no `runs`", root.line)
    using = (string(runs.get("using")) or "").lower()
    return Action(path, root, using, _steps(runs.get("steps"), path))


def _job(key: Scalar, node: Node, path: str) -> Job:
    if not isinstance(node, Mapping):
        raise Broken(f"the job `{key.value[:80]}` is no mapping", key.line)
    return Job(key.value, node, _steps(node.get("steps"), path), path, key.line)


def _steps(node: Node | None, path: str) -> tuple[Step, ...]:
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return ()
    if not isinstance(node, Sequence):
        raise Broken("`steps` is no list", node.line)
    steps: list[Step] = []
    waits: list[str] = []
    for number, item in enumerate(node.items):
        if not isinstance(item, Mapping):
            raise Broken("a step is no mapping", item.line)
        group = item.get(_GROUP)
        if isinstance(group, Sequence):
            inner = _steps(group, path)
            test = string(item.get("if"))
            around = (test,) if test else ()
            steps += (
                replace(
                    step,
                    at=(number, _GROUP, *step.at),
                    around=(*around, *step.around),
                    waits=(*waits, *step.waits),
                )
                for step in inner
            )
            waits.clear()
        elif not _ONLY_WAITS & item.by_key.keys():
            steps.append(Step(item, path, (number,), waits=tuple(waits)))
            waits.clear()
        else:
            waits += ("*",) if "wait-all" in item.by_key else strings(item.get("wait"))
        if len(steps) > MAX_STEPS:
            raise Broken(f"more than {MAX_STEPS} steps", node.line)
    return tuple(steps)


def string(node: Node | None) -> str | None:
    """The text of a scalar; None for anything else."""
    return plain_text(node) if isinstance(node, Scalar) else None


def child(node: Node | None, key: str) -> Mapping | None:
    """The mapping under `key` of a mapping; None for anything else."""
    found = node.get(key) if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else None


def pairs(node: Node | None) -> tuple[tuple[str, str], ...]:
    """A mapping of texts, other values left out."""
    if not isinstance(node, Mapping):
        return ()
    return tuple((k.value, plain_text(v)) for k, v in node.entries if isinstance(v, Scalar))


def strings(node: Node | None) -> tuple[str, ...]:
    """A text or a list of texts, as a tuple."""
    if isinstance(node, Scalar):
        return () if node.is_null else (plain_text(node),)
    if isinstance(node, Sequence):
        return tuple(plain_text(item) for item in node.items if isinstance(item, Scalar))
    return ()


def place_of(path: str, fields: Mapping, key: str) -> Place:
    """The lines of `key` with its value, else of the whole mapping."""
    name, value = fields.key(key), fields.get(key)
    if name is None or value is None:
        return Place(path, fields.line, fields.end_line)
    return Place(path, name.line, max(name.line, value.end_line))
