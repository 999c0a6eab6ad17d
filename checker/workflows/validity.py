"""What GitHub refuses a whole workflow file for, as far as the file alone shows it for certain.

Only rules that have stood for years: a key that is not known here may be a new one of GitHub's.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.facts import Place
from checker.workflows import expressions
from checker.workflows.document import Mapping, Node, Scalar, Sequence
from checker.workflows.model import Job, Step, Workflow, string, strings

_JOB_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_GRANTS = frozenset({"read", "write", "none"})
_ALL = frozenset({"read-all", "write-all"})


def faults(workflow: Workflow) -> Iterator[tuple[Place, str]]:
    """Each fault of the file: where, and a clause of what GitHub will not take."""
    yield from _permissions(workflow.path, workflow.fields)
    ids = {job.id for job in workflow.jobs}
    for job in workflow.jobs:
        yield from _job(job, ids)
    if _turns_in_a_circle(workflow.jobs):
        yield (
            Place(workflow.path, workflow.fields.line, workflow.fields.line),
            "`needs` is a circle",
        )
    yield from _expressions(workflow.path, workflow.fields)


def _job(job: Job, ids: set[str]) -> Iterator[tuple[Place, str]]:
    if not _JOB_ID.fullmatch(job.id):
        yield job.place(), "a job's id is letters, digits, `-` and `_`"
    if job.uses is None and job.fields.get("runs-on") is None:
        yield job.place(), f"the job `{job.id[:80]}` has no `runs-on`"
    for needed in strings(job.fields.get("needs")):
        if needed not in ids and "${{" not in needed:
            yield job.place("needs"), "a job needs one that the file does not have"
    yield from _permissions(job.path, job.fields)
    for step in job.steps:
        yield from _step(step)


def _step(step: Step) -> Iterator[tuple[Place, str]]:
    run, uses = step.fields.get("run"), step.fields.get("uses")
    if (run is None) == (uses is None):
        both = "both `run` and `uses`" if run is not None else "neither `run` nor `uses`"
        yield Place(step.path, step.fields.line, step.fields.line), f"a step has {both}"


def _permissions(path: str, fields: Mapping) -> Iterator[tuple[Place, str]]:
    node = fields.get("permissions")
    place = Place(path, node.line if node else 1, node.line if node else 1)
    if isinstance(node, Mapping):
        if any((string(value) or "none") not in _GRANTS for _, value in node.entries):
            yield place, "a permission is `read`, `write` or `none`"
    elif isinstance(node, Sequence) or (isinstance(node, Scalar) and node.value not in _ALL | {""}):
        yield place, "`permissions` is a mapping, `read-all` or `write-all`"


def _turns_in_a_circle(jobs: tuple[Job, ...]) -> bool:
    left = {job.id: set(strings(job.fields.get("needs"))) for job in jobs}
    while ready := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in ready:
            del left[name]
    return bool(left)


def _expressions(path: str, root: Mapping) -> Iterator[tuple[Place, str]]:
    queue: list[tuple[str, Node]] = [("", root)]
    while queue:
        key, node = queue.pop()
        if isinstance(node, Mapping):
            queue += [(name, value) for name, (_, value) in node.by_key.items()]
        elif isinstance(node, Sequence):
            queue += [("", item) for item in node.items]
        elif ("${{" in node.value or key == "if") and not expressions.is_valid(
            node.value, bare=key == "if"
        ):
            yield Place(path, node.line, node.end_line), "an expression in it is none"
