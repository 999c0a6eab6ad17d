"""Where a publishing step stands in its workflow file, and which job a finding points at."""

from __future__ import annotations

import re

from msgspec import Struct

from checker.facts import Place, Publish
from checker.remedies.model import CannotEdit, Tree
from checker.remedies.yaml_text import Path
from checker.workflows import paths
from checker.workflows.syntax.document import Broken
from checker.workflows.syntax.model import Job, Step, Workflow, read_action, read_workflow

FOLDER = ".github/workflows"
_PUBLISHES = re.compile(r"\bpublish\b")


class JobSite(Struct, frozen=True):
    """A job of a workflow file."""

    workflow: Workflow
    job: Job

    @property
    def file(self) -> str:
        """The workflow file."""
        return self.workflow.path

    @property
    def path(self) -> Path:
        """The way to the job in its file."""
        return ("jobs", self.job.id)


class Steps(Struct, frozen=True):
    """A list of steps in a file, and one of them. path: the way to the list. index: from 0.

    names_shell: whether every `run` must name its shell, as in an action.
    """

    file: str
    path: Path
    steps: tuple[Step, ...]
    index: int
    names_shell: bool = False

    @property
    def step(self) -> Step:
        """The step."""
        return self.steps[self.index]

    def step_path(self, index: int) -> Path:
        """The way to one of the steps."""
        return (*self.path, *self.steps[index].at)


class Site(JobSite, frozen=True):
    """A step of a job. index: which one, from 0."""

    index: int

    @property
    def step(self) -> Step:
        """The step."""
        return self.job.steps[self.index]

    @property
    def steps_path(self) -> Path:
        """The way to the job's list of steps."""
        return (*self.path, "steps")

    def step_path(self, index: int) -> Path:
        """The way to one step of the job."""
        return (*self.steps_path, *self.job.steps[index].at)

    @property
    def steps(self) -> Steps:
        """The job's steps."""
        return Steps(self.file, self.steps_path, self.job.steps, self.index)


def workflow(tree: Tree, path: str) -> Workflow:
    """The workflow of a file. Raises `CannotEdit`, `Unreadable`."""
    content = tree.read(path)
    if content is None or not path.startswith(f"{FOLDER}/"):
        raise CannotEdit(f"`{path}` is no workflow of this repository")
    try:
        return read_workflow(content, path)
    except Broken as error:
        raise CannotEdit(f"`{path}` cannot be read: {error}") from None


def job_at(tree: Tree, place: Place) -> JobSite:
    """The job on whose lines `place` is. Raises `CannotEdit`, `Unreadable`."""
    found = workflow(tree, place.path)
    for job in found.jobs:
        if job.line <= place.line <= max(job.line, job.fields.end_line):
            return JobSite(found, job)
    raise CannotEdit("the job to change is not found")


def of_publish(tree: Tree, publish: Publish) -> Site:
    """Where a publish stands. Raises `CannotEdit`, `Unreadable`."""
    found = workflow(tree, publish.place.path)
    for job in found.jobs:
        if job.id != publish.job:
            continue
        for index, step in enumerate(job.steps):
            if step.fields.line <= publish.place.line <= step.fields.end_line:
                return Site(found, job, index)
    raise CannotEdit("the publishing step stands in another file")


def in_action(tree: Tree, site: Site) -> Steps | None:
    """The steps of the local action that the step is; None where they, or the one, do not show."""
    uses = site.step.text("uses") or ""
    folder = paths.resolve("", uses) if uses.startswith("./") else None
    for file in (f"{folder}/action.yml", f"{folder}/action.yaml") if folder else ():
        content = tree.read(file)
        if content is None:
            continue
        try:
            steps = read_action(content, file).steps
        except Broken:
            return None
        found = [number for number, step in enumerate(steps) if _PUBLISHES.search(_all_of(step))]
        if len(found) == 1:
            return Steps(file, ("runs", "steps"), steps, found[0], names_shell=True)
    return None


def _all_of(step: Step) -> str:
    return f"{step.text('run') or ''}\n{step.text('uses') or ''}"


def workflow_paths(tree: Tree) -> tuple[str, ...]:
    """Every workflow file."""
    return tuple(path for path in tree.list(FOLDER) if path.endswith((".yml", ".yaml")))
