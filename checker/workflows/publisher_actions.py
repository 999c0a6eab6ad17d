"""Actions that publish to npm, one row an action: which tool they are and how inputs steer them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.workflows.document import Mapping
from checker.workflows.text import Text

if TYPE_CHECKING:
    from checker.workflows.walk import Frame, Walk


def use(walk: Walk, frame: Frame, name: str, major: int | None, given: dict[str, Text]) -> bool:
    """Does a step with a publishing action; False when `name` is none."""
    return False


def own_action(fields: Mapping) -> str | None:
    """The publishing action that a repository's own action file is; None for any other."""
    return None
