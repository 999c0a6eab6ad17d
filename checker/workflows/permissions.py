"""Effective `id-token` permission of a job: workflow, job, and what a caller grants."""

from __future__ import annotations

from msgspec import Struct

from checker.facts import Place
from checker.workflows.document import Mapping, Node, Scalar
from checker.workflows.model import Job, Workflow, string


class Grant(Struct, frozen=True):
    """Whether the id-token may be written, and the lines to change where it may not.

    exceeds: the job asks for more than its caller grants, so that GitHub does not start the run.
    """

    id_token: bool
    place: Place
    exceeds: bool = False


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
    own = declared(job.fields.get("permissions"))
    if own is None:
        own = declared(workflow.fields.get("permissions"))
    place = job.place("permissions")
    if caller is None:
        return Grant(bool(own), place)
    if own is None:
        return Grant(caller.id_token, place if caller.id_token else caller.place)
    if own and not caller.id_token:
        return Grant(False, caller.place, exceeds=True)
    return Grant(own, place)
