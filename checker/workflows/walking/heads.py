"""What a run has checked out by the event that starts it: a branch, or a tag without one.

https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows: of a
`release` it is a tag, and of a `push` what the filters of the workflow let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from checker.workflows import ways
from checker.workflows.syntax.model import Workflow, strings
from checker.workflows.text import Hidden, Text
from checker.workflows.ways import Way

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


# The function and the contexts, in whatever case GitHub takes them.
_ON_A_TAG = re.compile(
    r"(?:startswith|contains)\(\s*github\.ref\s*,\s*'refs/tags[^']*'\s*\)"
    r"|github\.ref_type\s*==\s*'tag'",
    re.IGNORECASE,
)
_ON_A_BRANCH = re.compile(r"github\.ref\s*==\s*'refs/heads/(?P<name>[^']+)'", re.IGNORECASE)


def of_tests(tests: Iterable[str], way: Way) -> tuple[str, ...] | None:
    """As `of`, by what the conditions of a job and around its publish ask of the ref.

    tests: each without braces, all of which hold. way: of the publish inside the job.
    """
    turns = [turn for test in tests if test for turn in ways.of_condition(test)]
    asked = [turn.at for turn in (*turns, *way) if turn.arm]
    if any(_ON_A_TAG.fullmatch(part) for part in asked):
        return ()
    names = [match["name"] for part in asked if (match := _ON_A_BRANCH.fullmatch(part))]
    return tuple(names[:1]) or None


# For another event than a release `release.tag_name` is empty, and the event's own ref is taken.
_OF_THE_EVENT = frozenset({"github.ref", "github.ref_name", "github.event.tag_name"})
_BEFORE_IT = frozenset({"", "refs/tags/", "refs/heads/"})


def is_of_event(ref: Text) -> bool:
    """Whether a checkout's `ref` is what it checks out without one."""
    if not ref.parts:
        return True
    before, last = ref.start, ref.parts[-1]
    alone = len(ref.parts) == (2 if before else 1)
    return alone and before in _BEFORE_IT and last == Hidden(ref.why) and ref.why in _OF_THE_EVENT
