"""Remote actions and workflows, whose code cannot be read from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from checker.workflows.expressions import Value
from checker.workflows.model import Job
from checker.workflows.permissions import Grant
from checker.workflows.scope import Scope
from checker.workflows.text import Text

if TYPE_CHECKING:
    from checker.workflows.jobs import Caller, Jobs
    from checker.workflows.walk import Frame, Walk


def use(walk: Walk, frame: Frame, uses: str, given: Mapping[str, Text], speaks: str = "") -> None:
    """A step with an action that is not known."""


def missing(walk: Walk, frame: Frame, uses: str) -> None:
    """A local action that is not in the tree."""


def call(
    jobs: Jobs,
    job: Job,
    caller: Caller,
    uses: str,
    given: Mapping[str, Value],
    secrets: Mapping[str, Value] | None,
    grant: Grant,
    matrix: tuple[tuple[str, str], ...],
    here: Scope,
) -> None:
    """A job that calls a workflow of another repository."""
