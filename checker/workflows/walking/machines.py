"""What a job says of where it runs: its runner, its container, its environment."""

from __future__ import annotations

from checker.facts import Unknown
from checker.knowledge import runners
from checker.workflows import scope
from checker.workflows.scope import Scope
from checker.workflows.state import NodeChoice
from checker.workflows.syntax.document import Mapping as Node
from checker.workflows.syntax.model import Job, child, pairs, string
from checker.workflows.syntax.values import Array, Object, as_text, why
from checker.workflows.text import Text
from checker.workflows.walking import node_choice


def runner(job: Job, here: Scope) -> tuple[tuple[str, ...] | Unknown, bool | Unknown]:
    """The labels of the runner that a job asks for, and whether GitHub hosts it."""
    node = job.fields.get("runs-on")
    value = scope.node_value(node, here)
    group = isinstance(value, Object)
    if isinstance(value, Object):
        value = value.get("labels")
    items = value.items if isinstance(value, Array) else (value,)
    labels = []
    for item in items:
        label = as_text(item).literal
        if label is None:
            unknown = Unknown("runs_on", f"`runs-on` is `${{{{ {why(item)} }}}}`")
            return unknown, unknown
        if label:
            labels.append(label)
    if group:
        unknown = Unknown("runs_on", "the job runs on a group of runners, which may be of any kind")
        return tuple(labels) or unknown, False if "self-hosted" in labels else unknown
    return tuple(labels), runners.hosted(tuple(labels))


def os(labels: tuple[str, ...] | Unknown) -> str | None:
    """The system of these labels, as `runner.os` names it; None where they do not say."""
    first = labels[0].lower() if isinstance(labels, tuple) and labels else ""
    for word, name in (("ubuntu", "Linux"), ("windows", "Windows"), ("macos", "macOS")):
        if first.startswith(word):
            return name
    return None


def environment(job: Job, here: Scope) -> str | Unknown | None:
    """The environment of a job; None where it has none."""
    node = job.fields.get("environment")
    written = string(node.get("name")) if isinstance(node, Node) else string(node)
    if written is None:
        return None
    value = here.text(written)
    if value.literal is None:
        return Unknown("environment", f"`environment` is `${{{{ {value.why} }}}}`")
    return value.literal or None


def node(job: Job, here: Scope) -> NodeChoice:
    """The Node that a job starts with: that of its container, or of its runner's image."""
    container = job.fields.get("container")
    image = string(container.get("image")) if isinstance(container, Node) else string(container)
    if image:
        return node_choice.container(here.text(image), job.place("container"))
    return NodeChoice(job.place())


def of_container(job: Job, here: Scope) -> dict[str, Text]:
    """The variables that a job's container starts with; those of the job come after them."""
    container = child(job.fields, "container")
    given = pairs(container.get("env")) if container is not None else ()
    return {key: here.text(value) for key, value in given}
