"""Gives a job `id-token: write`, and takes nothing away that it has."""

from __future__ import annotations

from checker.facts import Place, Publish
from checker.remedies import grants, yaml_edits
from checker.remedies.model import CannotEdit, Tree
from checker.remedies.sites import JobSite, job_at
from checker.workflows.document import Mapping, Scalar

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
        raise CannotEdit(why, BY_HAND) from None
    return tree.with_text(site.file, text)


def _granted(tree: Tree, text: str, site: JobSite, publishes: tuple[Publish, ...]) -> str:
    node = site.job.fields.get("permissions")
    path = (*site.path, "permissions")
    if node is None:
        words = {**grants.needed(tree, site, publishes), **ID_TOKEN}
        after = "uses" if site.job.uses is not None else "runs-on"
        return yaml_edits.add_mapping(text, site.path, "permissions", words, after)
    if isinstance(node, Scalar):
        return yaml_edits.replace_by_mapping(
            text, path, {**(grants.written(node) or {}), **ID_TOKEN}
        )
    if isinstance(node, Mapping) and node.get("id-token") is not None:
        return yaml_edits.replace_word(text, (*path, "id-token"), "write")
    return yaml_edits.add_word(text, path, "id-token", "write")
