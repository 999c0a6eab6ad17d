"""Which files of the repository may read a variable, besides the workflow that sets it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.facts import Publish
from checker.files import Unreadable
from checker.manifests import workspaces
from checker.remedies.model import Tree
from checker.workflows import paths
from checker.workflows.model import Step

_DIRECT = frozenset({"run", "uses", "reusable"})
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_YARN = ".yarnrc.yml"
_WORD = re.compile(r"[\w./@-]{1,200}")
MAX_FILES = 200


def naming(tree: Tree, step: Step, publish: Publish, name: str, *, outside: bool) -> str | None:
    """What may read the variable `name`, for a sentence; None when nothing does.

    outside: the variable reaches other steps than the publishing one.
    """
    variable = re.compile(rf"\b{re.escape(name)}\b")
    # Without a default an unset variable ends every command of yarn.
    if re.search(rf"\$\{{{re.escape(name)}\}}", _text(tree, _YARN)):
        return f"`{_YARN}`"
    if outside and any(variable.search(_text(tree, path)) for path in _npmrcs(tree)):
        return "`.npmrc`"
    if set(publish.via) <= _DIRECT:
        return None
    found = False
    for path in _run_by(tree, step):
        found = True
        if variable.search(_text(tree, path)):
            return f"`{path}`"
    for manifest in workspaces.all_packages(tree).manifests:
        if any(variable.search(command) for _, command in manifest.scripts):
            return f"a script of `{manifest.path}`"
    return None if found or "script-file" not in publish.via else "a script"


def _npmrcs(tree: Tree) -> Iterator[str]:
    yield ".npmrc"
    for manifest in workspaces.all_packages(tree).manifests[:MAX_FILES]:
        if manifest.folder:
            yield f"{manifest.folder}/.npmrc"


def _run_by(tree: Tree, step: Step) -> Iterator[str]:
    """The files that a step and the package scripts name, and what they may name themselves."""
    sources = [step.text("run") or "", step.text("working-directory") or ""]
    for manifest in workspaces.all_packages(tree).manifests:
        sources += [command for _, command in manifest.scripts]
    uses = step.text("uses") or ""
    if uses.startswith("./"):
        folder = paths.resolve("", uses)
        sources += [f"{folder}/action.yml", f"{folder}/action.yaml"]
    seen: dict[str, None] = dict.fromkeys(path for path in _MAKEFILES if _text(tree, path))
    queue = [*seen]
    while sources or queue:
        text = sources.pop() if sources else _text(tree, queue.pop())
        for word in _WORD.findall(text):
            path = paths.resolve("", word)
            if path and path not in seen and len(seen) < MAX_FILES and _text(tree, path):
                seen[path] = None
                queue.append(path)
    yield from seen


def _text(tree: Tree, path: str) -> str:
    try:
        content = tree.read(path)
    except Unreadable:
        return ""
    return content.decode("utf-8", errors="replace") if content is not None else ""
