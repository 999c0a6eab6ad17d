"""What the jobs of a workflow wait for: their `needs`, and the needs of those."""

from __future__ import annotations

from checker.workflows.syntax.model import Job, Workflow, strings


def in_order(jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    """The jobs, each after those that it needs."""
    waits = {job.id: frozenset(strings(job.fields.get("needs"))) for job in jobs}
    done: list[Job] = []
    left = list(jobs)
    while left:
        names = {job.id for job in left}
        ready = {job.id for job in left if waits[job.id].isdisjoint(names)}
        if not ready:
            return (*done, *left)
        done += [job for job in left if job.id in ready]
        left = [job for job in left if job.id not in ready]
    return tuple(done)


def all_of(workflow: Workflow) -> dict[str, frozenset[str]]:
    """Of each job all that are done before it, those that its own `needs` wait for included."""
    found: dict[str, frozenset[str]] = {}
    for job in in_order(workflow.jobs):
        named = strings(job.fields.get("needs"))
        found[job.id] = frozenset(named).union(*(found.get(name, ()) for name in named))
    return found
