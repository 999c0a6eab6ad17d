"""justfiles to the shell text of their recipes; nothing is looked up here.

https://just.systems/man/en/, tried with just 1.59.0: each line is run by a shell of its own in the
folder of the file, what is needed comes before it, and what stands behind `&&` after it.
"""

from __future__ import annotations

import functools
import re
from collections import deque
from collections.abc import Iterator

from checker.workflows.shell.tasks import Call, Parameter, Task, TaskFile

NAMES = ("justfile", ".justfile", "Justfile", "JUSTFILE")
_NAME = r"[A-Za-z_][\w-]*"
_QUOTED = r""""(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`"""
_PARAMETER = (
    rf"(?P<rest>[+*])?\$?(?P<name>{_NAME})(?:\s*=\s*(?P<default>{_QUOTED}|\([^)]*\)|[\w./-]+))?"
)
_PLAIN = re.sub(r"\?P<\w+>", "?:", _PARAMETER)
_HEADER = re.compile(rf"@?(?P<name>{_NAME})(?P<given>(?:\s+{_PLAIN})*)\s*:(?!=)(?P<needs>.*)")
_SETS = re.compile(rf"(?P<export>export\s+)?(?P<name>{_NAME})\s*:=\s*(?P<value>.*)")
_ALIAS = re.compile(rf"alias\s+(?P<name>{_NAME})\s*:=\s*(?P<task>[\w:-]+)")
_SETTING = re.compile(r"set\s+(?P<name>[\w-]+)(?:\s*:=\s*(?P<value>.*))?")
_IMPORT = re.compile(r"import\??\s+(?P<path>\"[^\"]*\"|'[^']*')")
_NEED = re.compile(r"&&|\(\s*(?P<called>[\w:-]+)(?P<words>[^()]*)\)|(?P<name>[A-Za-z_][\w:-]*)")
_WORD = re.compile(rf"{_QUOTED}|[^\s'\"`]+")
_ATTRIBUTE = re.compile(r"\[(?P<inside>.*)\]\s*(?:#.*)?")
_SCRIPT = re.compile(r"\bscript\b(?:\s*\(\s*['\"](?P<program>[^'\"]+))?")
_FOLDER = re.compile(r"\bworking-directory\b\s*[(:]\s*['\"](?P<path>[^'\"]*)")
_SHELLS = re.compile(r"\[\s*['\"](?:\S*/)?(?:ba|z|da)?sh['\"]")


@functools.lru_cache(maxsize=64)
def parse(source: str) -> TaskFile:
    """The recipes and variables of a justfile; `is_open` where more may stand in it."""
    tasks: dict[str, Task] = {}
    variables: dict[str, str] = {}
    exports, includes = set[str](), list[tuple[str, str, str]]()
    aliases: dict[str, str] = {}
    default: str | None = None
    is_open, exports_all, folder = False, False, None
    attributes = ""
    rows = deque(source.splitlines())
    while rows:
        row = rows.popleft().rstrip()
        if not row or row.startswith("#"):
            continue
        attribute = _ATTRIBUTE.fullmatch(row)
        if attribute:
            attributes += f" {attribute['inside']},"
            continue
        if alias := _ALIAS.match(row):
            aliases[alias["name"]] = alias["task"]
        elif setting := _SETTING.match(row):
            value = setting["value"] or "true"
            is_open |= setting["name"] == "shell" and not _SHELLS.match(value)
            exports_all |= setting["name"] == "export" and value != "false"
            if setting["name"] == "working-directory":
                folder = unquoted(value)
        elif found := _IMPORT.match(row):
            includes.append(("", unquoted(found["path"]) or "?", ""))
        elif (variable := _SETS.match(row)) is not None:
            variables[variable["name"]] = variable["value"]
            if variable["export"]:
                exports.add(variable["name"])
        elif header := _HEADER.fullmatch(row):
            body = list(_body(rows))
            if not _is_for_windows(attributes):
                task = _task(header, body, attributes, folder)
                tasks.setdefault(task.name, task)
                if default is None or re.search(r"\bdefault\b", attributes):
                    default = task.name
        else:
            is_open = True
        attributes = ""
    tasks.update({name: tasks[task] for name, task in aliases.items() if task in tasks})
    named = frozenset(variables) if exports_all else frozenset(exports)
    written = tuple(variables.items())
    return TaskFile(tasks, written, named, (), default, tuple(includes), is_open)


def _is_for_windows(attributes: str) -> bool:
    words = set(re.findall(r"[\w-]+", attributes))
    return bool(words & {"windows", "macos"}) and not words & {"unix", "linux"}


def _body(rows: deque[str]) -> Iterator[str]:
    """The rows of a recipe, which stand further in than its name."""
    while rows and (not rows[0].strip() or rows[0][:1] in {" ", "\t"}):
        yield rows.popleft()


def _task(header: re.Match[str], body: list[str], attributes: str, folder: str | None) -> Task:
    script = _SCRIPT.search(attributes)
    lines = _outdented(body)
    first = next((line for line in lines if line), "")
    whole = first.startswith("#!") or script is not None
    if script is not None:
        lines = [f"#!/usr/bin/env {script['program'] or 'sh'}", *lines]
    text = "\n".join(lines).strip("\n")
    steps = (text,) if whole else tuple(_lines(text))
    before, after = _needs(header["needs"])
    own = _FOLDER.search(attributes)
    if own is not None:
        folder = own["path"]
    elif re.search(r"\bno-cd\b", attributes):
        folder = None
    else:
        folder = folder or "."
    parameters = tuple(
        Parameter(one["name"], _default(one), one["rest"] is not None)
        for one in re.finditer(_PARAMETER, header["given"])
    )
    return Task(header["name"], (*before, *steps, *after), parameters, folder=folder, whole=whole)


def _default(parameter: re.Match[str]) -> str | None:
    return "''" if parameter["rest"] == "*" else parameter["default"]


def _outdented(body: list[str]) -> list[str]:
    first = next((row for row in body if row.strip()), "")
    depth = len(first) - len(first.lstrip())
    return [row[depth:] if not row[:depth].strip() else row.lstrip() for row in body]


def _lines(text: str) -> Iterator[str]:
    for row in text.replace("\\\n", " ").splitlines():
        bare = row.strip().lstrip("@-")
        if bare and not bare.startswith("#"):
            yield bare


def _needs(written: str) -> tuple[list[Call], list[Call]]:
    """The recipes before a recipe, and those after it."""
    before, after = list[Call](), list[Call]()
    kept = before
    for need in _NEED.finditer(written.partition("#")[0]):
        if need.group() == "&&":
            kept = after
        elif need["name"]:
            kept.append(Call(need["name"]))
        else:
            words = tuple(word.group() for word in _WORD.finditer(need["words"]))
            kept.append(Call(need["called"], words))
    return before, after


def unquoted(value: str) -> str | None:
    """The text of a string; None for any other expression."""
    bare = value.strip()
    if re.fullmatch(r"'[^']*'", bare):
        return bare[1:-1]
    if re.fullmatch(r'"(?:\\.|[^"\\])*"', bare):
        return re.sub(r"\\(.)", r"\1", bare[1:-1])
    return None
