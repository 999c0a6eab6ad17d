"""What a run has checked out by the event that starts it: a branch, or a tag without one.

https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows: of a
`release` it is a tag, and of a `push` what the filters of the workflow let through.
"""

from __future__ import annotations

from checker.workflows.syntax.model import Workflow, strings

_TAGS = ("tags", "tags-ignore")
_BRANCHES = ("branches", "branches-ignore")
_PATTERN = frozenset("*?+[]!()\\")


def of(workflow: Workflow, event: str) -> tuple[str, ...] | None:
    """The branches, one of which it is; () where it is on no branch, None where it is not known."""
    if event == "release":
        return ()
    if event != "push":
        return None
    filters = workflow.event(event)
    tags = any(filters is not None and filters.get(key) is not None for key in _TAGS)
    branches = any(filters is not None and filters.get(key) is not None for key in _BRANCHES)
    if tags and not branches:
        return ()
    names = strings(filters.get("branches")) if filters is not None and not tags else ()
    if not names or any(_PATTERN.intersection(name) for name in names):
        return None
    return names
