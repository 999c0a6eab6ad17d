"""Gives a job `id-token: write`, and takes nothing away that it has."""

from __future__ import annotations

from checker.facts import Place, Publish
from checker.remedies import grants, yaml_edits
from checker.remedies.model import CannotEdit, Tree
from checker.remedies.sites import JobSite, job_at
from checker.workflows.syntax.document import Mapping, Scalar

ID_TOKEN = {"id-token": "write"}
BY_HAND = (
    "Give the job these permissions, and beside them whatever else it uses its token for:\n\n"
    "```yaml\npermissions:\n  contents: read\n  id-token: write\n```"
)


def grant(tree: Tree, place: Place, publishes: tuple[Publish, ...]) -> Tree:
    """The tree in which the job at `place` may ask for an id-token.

    publishes: all of the repository. Raises `CannotEdit`, `Unreadable`.
    """
    site = job_at(tree, place)
    try:
        text = _granted(tree, tree.text(site.file), site, publishes)
    except CannotEdit as error:
        why = f"job `{site.job.id}` is not given `id-token: write`: {error}"
        raise CannotEdit(why, error.by_hand or BY_HAND) from None
    return tree.with_text(site.file, text)


def _granted(tree: Tree, text: str, site: JobSite, publishes: tuple[Publish, ...]) -> str:
    node = site.job.fields.get("permissions")
    path = (*site.path, "permissions")
    # GitHub starts no run of which a called workflow asks for more than its caller grants.
    asked = grants.asked(tree, site.job)
    if node is None:
        own = grants.needed(tree, site, publishes)
        words = {**own, **grants.more(asked, own), **ID_TOKEN}
        after = "uses" if site.job.uses is not None else "runs-on"
        return yaml_edits.add_mapping(text, site.path, "permissions", words, after)
    if isinstance(node, Scalar):
        own = grants.written(node) or {}
        words = {**own, **grants.more(asked, own), **ID_TOKEN}
        return yaml_edits.replace_by_mapping(text, path, words)
    lacking = grants.more(asked, grants.written(node) or {}) if asked else {}
    for scope, level in {**lacking, **ID_TOKEN}.items():
        if isinstance(node, Mapping) and node.get(scope) is not None:
            text = yaml_edits.replace_word(text, (*path, scope), level)
        else:
            text = yaml_edits.add_word(text, path, scope, level)
    return text
