"""Gives a publishing job an npm that is new enough: Node 24, or an npm installed over Node's own.

Every way is a small edit; which of them suffices, the reader of workflows says afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from checker.remedies import yaml_edits
from checker.remedies.model import CannotEdit, Tree
from checker.remedies.sites import Steps
from checker.workflows.syntax.model import Step

NODE = "24"
NPM = "11"
UPGRADE = f"npm install -g npm@{NPM}"
WHOLE_JOB = (
    f"Node {NODE} now runs every step of the job, its build and tests too. If they need another"
    " one, publish in a job of its own."
)

_SETUP_NODE = "actions/setup-node"
_LITERAL_NODE = re.compile(r"v?(\d{1,3})(?:\.(?:\d{1,4}|x|\*)){0,2}|lts/[\w*]{1,20}")
_INSTALL = re.compile(
    r"(?P<head>\bnpm\s+(?:install|i|add)\b[^\n;&|]*?\bnpm@)(?P<spec>[\w.^~<>=*-]+)(?P<end>['\"]?)"
)
_GLOBAL = re.compile(r"\s(?:-g|--global|--location=global)\b")

Way = Callable[[Tree, Steps], Tree]


def ways(site: Steps) -> Iterator[tuple[Way, ...]]:
    """What may be tried, the best first; each is a sequence of edits."""
    node = _node_step(site) is not None
    upgrade = _upgrade_step(site) is not None
    if node:
        yield (raise_node,)
    if upgrade:
        yield (raise_upgrade,)
    if node and upgrade:
        yield (raise_node, raise_upgrade)
    yield (add_upgrade,)
    if node:
        yield (raise_node, add_upgrade)


def raise_node(tree: Tree, site: Steps) -> Tree:
    """Sets `node-version` of the job's setup-node step."""
    index = _node_step(site)
    if index is None:
        raise CannotEdit("no setup-node step names a Node version")
    path = (*site.step_path(index), "with", "node-version")
    return tree.with_text(site.file, yaml_edits.replace_word(tree.text(site.file), path, NODE))


def raise_upgrade(tree: Tree, site: Steps) -> Tree:
    """Sets the version of the npm that a step of the job installs."""
    index = _upgrade_step(site)
    if index is None:
        raise CannotEdit("no step of the job installs npm")
    step = site.steps[index]
    lines = (step.fields.line, step.fields.end_line)
    path = (*site.step_path(index), "run")
    text = yaml_edits.substitute(
        tree.text(site.file), path, lines, _INSTALL, rf"\g<head>{NPM}\g<end>"
    )
    return tree.with_text(site.file, text)


def add_upgrade(tree: Tree, site: Steps) -> Tree:
    """Adds a step that installs npm, behind the job's last setup-node before the publish.

    Before a publish that runs on a condition it stands right there, on the same one: other legs
    of the job may have a Node that cannot run that npm.
    """
    after = site.index - 1
    text, path = tree.text(site.file), site.path
    more = ("shell: bash",) if site.names_shell else ()
    if site.step.text("if") is not None:
        same = yaml_edits.written(text, (*site.step_path(site.index), "if"))
        more = (f"if: {same}", *more)
    else:
        for index, step in enumerate(site.steps[: site.index]):
            if _uses(step) == _SETUP_NODE:
                after = index
    if after < 0:
        raise CannotEdit("no step stands before the publish")
    behind = site.steps[after].at[0]
    if behind == site.step.at[0]:
        raise CannotEdit("the publish runs beside other steps, in one `parallel` group")
    new = yaml_edits.insert_item(text, path, int(behind), f"run: {UPGRADE}", *more)
    return tree.with_text(site.file, new)


def _node_step(site: Steps) -> int | None:
    """The last setup-node step before the publish, if it names a version that may be raised."""
    for index in reversed(range(site.index)):
        step = site.steps[index]
        if _uses(step) == _SETUP_NODE:
            given = dict(step.pairs("with")).get("node-version", "")
            found = _LITERAL_NODE.fullmatch(given)
            older = found is not None and int(found[1] or 0) <= int(NODE)
            return index if older and given != NODE else None
    return None


def _upgrade_step(site: Steps) -> int | None:
    """The last step before the publish, or the publishing one, that installs a stated npm."""
    for index in reversed(range(site.index + 1)):
        script = site.steps[index].text("run") or ""
        found = _INSTALL.search(script)
        if found is not None and _GLOBAL.search(found["head"] + " "):
            return index
    return None


def _uses(step: Step) -> str:
    return (step.text("uses") or "").partition("@")[0].lower()
