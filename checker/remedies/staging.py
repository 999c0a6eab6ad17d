"""Turns `npm publish` into `npm stage publish`, where the command stands in the step itself."""

from __future__ import annotations

import re

from checker.facts import Publish
from checker.remedies import yaml_edits
from checker.remedies.model import CannotEdit, Tree
from checker.remedies.sites import Site

BY_HAND = (
    "Publish with `npm stage publish` (npm 11.15 or newer) in a step of the workflow, after the"
    " version has been set."
)

_PUBLISH = re.compile(r"(?<![\w./-])(?P<tool>p?npm)(?P<gap>[ \t]+)publish(?![\w-])")
_STAGING_TOOLS = ("npm", "pnpm")


def stage(tree: Tree, site: Site, publish: Publish) -> Tree:
    """With the staging command. Raises `CannotEdit`, `Unreadable`."""
    if publish.tool not in _STAGING_TOOLS:
        raise CannotEdit(f"`{publish.tool}` has no command that stages", BY_HAND)
    if publish.via not in (("run",), ("reusable",)) or site.step.text("run") is None:
        raise CannotEdit("the publish command does not stand in the step itself", BY_HAND)
    lines = (publish.place.line, publish.place.end_line)
    path = (*site.step_path(site.index), "run")
    by = r"\g<tool>\g<gap>stage publish"
    try:
        text = yaml_edits.substitute(tree.text(site.file), path, lines, _PUBLISH, by)
    except CannotEdit as error:
        raise CannotEdit(str(error), BY_HAND) from None
    return tree.with_text(site.file, text)
