"""Takes back the wish for provenance where npm would refuse it; trusted publishing adds its own."""

from __future__ import annotations

import re

from checker.facts import Package, Publish, Unknown
from checker.remedies import json_edits, yaml_edits, yaml_removals
from checker.remedies.model import CannotEdit, Tree
from checker.remedies.sites import Site
from checker.remedies.verdict import Answer
from checker.workflows.syntax.model import child

BY_ITSELF = (
    "Provenance is no longer asked for: from a public repository trusted publishing adds it by"
    " itself, and from a private one npm refuses it."
)
BY_HAND = "Take `--provenance` out of the publish command, or set `NPM_CONFIG_PROVENANCE: false`."

_RULES = frozenset({"provenance-from-private-repository", "provenance-needs-public-access"})
_FLAG = re.compile(r"[ \t]+--provenance(?:=true|[ \t]+true)?(?![\w=-])")
_VARIABLE = "NPM_CONFIG_PROVENANCE"


def is_in_the_way(answer: Answer) -> bool:
    """Whether the wish is refused, or would be if the repository were private."""
    hidden = any(question.fact == "visibility" for question in answer.questions)
    return hidden or _is_refused(answer)


def _is_refused(answer: Answer) -> bool:
    return bool(answer.rules & _RULES)


def drop(tree: Tree, site: Site, publish: Publish, answer: Answer) -> Tree:
    """Without the flag, variable, input or setting that asks for it.

    The same tree where nothing does and a private repository is only feared. Raises `CannotEdit`.
    """
    before = tree
    tree = _without_flag(tree, site, publish)
    tree = _without_variables(tree, site)
    for package in _packages(publish):
        if package.provenance is True:
            path = package.path
            text = json_edits.remove_value(tree.text(path), ("publishConfig", "provenance"))
            tree = tree.with_text(path, text)
    if tree is before and _is_refused(answer):
        raise CannotEdit("what asks for provenance stands in no place that is changed", BY_HAND)
    return tree


def _packages(publish: Publish) -> tuple[Package, ...]:
    found = (run.packages for run in publish.runs if not isinstance(run.packages, Unknown))
    return tuple(dict.fromkeys(package for packages in found for package in packages))


def _without_flag(tree: Tree, site: Site, publish: Publish) -> Tree:
    script = site.step.text("run")
    if script is None or not _FLAG.search(script):
        return tree
    lines = (publish.place.line, publish.place.end_line)
    path = (*site.step_path(site.index), "run")
    text = yaml_edits.substitute(tree.text(site.file), path, lines, _FLAG, "")
    return tree.with_text(site.file, text)


def _without_variables(tree: Tree, site: Site) -> Tree:
    places = (
        (site.step.fields, (*site.step_path(site.index), "with"), "provenance"),
        (site.step.fields, (*site.step_path(site.index), "env"), _VARIABLE),
        (site.job.fields, (*site.path, "env"), _VARIABLE),
        (site.workflow.fields, ("env",), _VARIABLE),
    )
    for fields, path, name in places:
        node = child(fields, str(path[-1]))
        for key, _ in node.entries if node is not None else ():
            if key.value.upper() == name.upper():
                text = yaml_removals.remove_entry(tree.text(site.file), (*path, key.value))
                tree = tree.with_text(site.file, text)
    return tree
