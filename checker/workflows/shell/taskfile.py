"""Taskfiles of go-task to the shell text of their tasks; nothing is looked up here.

https://taskfile.dev/docs/reference/schema, tried with 3.54.0: each command is run by a shell of its
own in the folder of the file or of `dir`, what stands in `deps` comes before it.
"""

from __future__ import annotations

import functools
import re

from checker.workflows.shell.tasks import Call, Task, TaskFile
from checker.workflows.syntax.document import Broken, Mapping, Node, Scalar, Sequence, parse
from checker.workflows.syntax.model import pairs, string, strings

NAMES = tuple(
    f"{name}{middle}.{end}"
    for middle in ("", ".dist")
    for name in ("Taskfile", "taskfile")
    for end in ("yml", "yaml")
)
# A value of these only a run finds.
COMPUTED = "{{ `sh` }}"
_DECIDES = re.compile(r"\{\{-?\s*(?:if|range|with|else|end|template|block|define)\b")


@functools.lru_cache(maxsize=64)
def parsed(content: bytes) -> TaskFile | None:
    """The tasks and variables of a Taskfile; None where it is none."""
    try:
        root = parse(content)
    except Broken:
        return None
    if not isinstance(root, Mapping):
        return None
    tasks: dict[str, Task] = {}
    for key, node in entries(root.get("tasks")):
        task = _task(key, node)
        for name in (key, *strings(node.get("aliases") if isinstance(node, Mapping) else None)):
            tasks.setdefault(name, task)
    includes, is_open = list[tuple[str, str, str]](), False
    for key, node in entries(root.get("includes")):
        path = string(node) if isinstance(node, Scalar) else string(child_of(node, "taskfile"))
        prefix = "" if string(child_of(node, "flatten")) == "true" else f"{key}:"
        if path is None or "://" in path or "{{" in path or path.endswith(".git"):
            is_open = True
        else:
            includes.append((prefix, path, string(child_of(node, "dir")) or ""))
    return TaskFile(
        tasks,
        _variables(root.get("vars")),
        env=_variables(root.get("env")),
        default="default",
        includes=tuple(includes),
        is_open=is_open or _DECIDES.search(content.decode(errors="replace")) is not None,
    )


def entries(node: Node | None) -> list[tuple[str, Node]]:
    """Keys and nodes of a mapping; none of anything else."""
    return [(key.value, one) for key, one in node.entries] if isinstance(node, Mapping) else []


def child_of(node: Node | None, key: str) -> Node | None:
    """The node under `key` of a mapping; None for anything else."""
    return node.get(key) if isinstance(node, Mapping) else None


def _task(name: str, node: Node) -> Task:
    if not isinstance(node, Mapping):
        return Task(name, tuple(_steps(node)), folder=".")
    steps = [Call(call.task, variables=call.variables) for call in _calls(node.get("deps"))]
    asked = next((key for key in ("status", "if") if node.get(key) is not None), None)
    return Task(
        name,
        (*steps, *_steps(node.get("cmds") or node.get("cmd"))),
        variables=_variables(node.get("vars")),
        env=_variables(node.get("env")),
        folder=string(node.get("dir")) or ".",
        unsure=f"`{asked}` of the task `{name[:80]}` decides" if asked else None,
    )


def _calls(node: Node | None) -> list[Call]:
    items = node.items if isinstance(node, Sequence) else ()
    return [call for item in items for call in _call(item)]


def _call(item: Node) -> list[Call]:
    name = string(item) if isinstance(item, Scalar) else string(child_of(item, "task"))
    return [Call(name, variables=_variables(child_of(item, "vars")))] if name else []


def _steps(node: Node | None) -> list[str | Call]:
    """The commands in their order, those that are put off at the end."""
    items = node.items if isinstance(node, Sequence) else (node,) if node is not None else ()
    done, last = list[str | Call](), list[str | Call]()
    for item in items:
        if isinstance(item, Scalar):
            done.append(string(item) or "")
            continue
        later = child_of(item, "defer")
        if later is not None:
            command = string(later)
            last[:0] = [command] if command else _call(later)
            continue
        command = string(child_of(item, "cmd"))
        done += [command] if command else _call(item)
    return done + last


def _variables(node: Node | None) -> tuple[tuple[str, str], ...]:
    plain = dict(pairs(node))
    return tuple((key, plain.get(key, COMPUTED)) for key, _ in entries(node))
