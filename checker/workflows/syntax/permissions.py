"""Effective permissions of a job: workflow, job, and what a caller grants.

Of `id-token` alone a publish turns on more than whether GitHub starts the run. What it compares:
https://github.com/actions/runner/blob/main/src/Sdk/WorkflowParser/Conversion/PermissionsHelper.cs
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from collections.abc import Mapping as Levels

from msgspec import Struct

from checker.facts import Place
from checker.workflows.syntax.document import Mapping, Node, Scalar
from checker.workflows.syntax.model import Job, Workflow, string


class Grant(Struct, frozen=True):
    """Whether the id-token may be written, and the lines to change where it may not.

    exceeds: the job asks for more than its caller grants, so that GitHub does not start the run.
    levels: what is granted by name, `*` for every other name; None where the repository's settings
    decide.
    """

    id_token: bool
    place: Place
    exceeds: bool = False
    levels: Levels[str, str] | None = None


def declared(node: Node | None) -> bool | None:
    """What one `permissions` says of `id-token`; None when it says nothing at all."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return node.value == "write-all"
    if isinstance(node, Mapping):
        return string(node.get("id-token")) == "write"
    return False


def of_job(workflow: Workflow, job: Job, caller: Grant | None) -> Grant:
    """The grant of a job. caller: of the job that calls its workflow, None in an entry workflow.

    A job's `permissions` replaces the workflow's. Undeclared, an entry workflow never has
    `id-token`, and a called one has what its caller has; a callee never has more than that.
    """
    node = job.fields.get("permissions")
    if declared(node) is None:
        node = workflow.fields.get("permissions")
    own, levels = declared(node), _levels(node)
    place = job.place("permissions")
    if caller is None:
        return Grant(bool(own), place, levels=levels)
    if own is None:
        there = place if caller.id_token else caller.place
        return Grant(caller.id_token, there, levels=caller.levels)
    if own and not caller.id_token:
        return Grant(False, caller.place, exceeds=True, levels=levels)
    return Grant(own, place, levels=levels)


_RANKS = {"none": 0, "read": 1, "write": 2}


def _levels(node: Node | None) -> Levels[str, str] | None:
    """Each name with its level, `*` for the others; None where nothing readable is declared."""
    if isinstance(node, Mapping):
        named = {key.value: string(value) or "none" for key, value in node.entries}
        return {"*": "none", **named}
    if isinstance(node, Scalar) and node.value in {"read-all", "write-all"}:
        return {"*": node.value.partition("-")[0]}
    return None


def beyond(
    callee: Workflow, caller: Grant, publishing: Container[str]
) -> Iterator[tuple[Place, str]]:
    """What a called workflow or a job of it asks for and its caller does not grant: where, what.

    The file's own `permissions` count even where every job has some. GitHub then starts no job of
    the run. publishing: the jobs of whose `id-token` another rule tells, where it matters.
    """
    spared = any(job.id in publishing for job in callee.jobs)
    wanted = [(callee.fields.get("permissions"), spared)]
    wanted += [(job.fields.get("permissions"), job.id in publishing) for job in callee.jobs]
    for node, publishes in wanted:
        asked = _levels(node)
        if node is None or asked is None or caller.levels is None:
            continue
        for name, level in asked.items():
            granted = caller.levels.get(name, caller.levels["*"])
            if name == "id-token" and publishes:
                continue
            if _RANKS.get(level, 0) > _RANKS.get(granted, 2):
                words = f"{level}-all" if name == "*" else f"{name}: {level}"
                yield Place(callee.path, node.line, node.line), words
                break
