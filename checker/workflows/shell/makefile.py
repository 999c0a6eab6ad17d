"""Makefiles to the shell text of their targets; nothing is looked up here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

NAMES = ("GNUmakefile", "makefile", "Makefile")
MAX_TARGETS = 200
_RULE = re.compile(
    r"^(?P<names>[^\s:#=][^:#=]*?)\s*::?(?!=)\s*(?P<needs>[^=#;]*)(?:;(?P<first>.*))?$"
)
_VARIABLE = re.compile(
    r"^(?:export\s+)?(?P<name>[A-Za-z_][\w-]*)\s*(?:\?|::?|\+)?=\s*(?P<value>.*)$"
)


class Makefile(Struct, frozen=True):
    """targets: name, prerequisites and recipe lines. variables: as written, in order."""

    targets: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    variables: tuple[tuple[str, str], ...]

    @property
    def default(self) -> tuple[str, ...]:
        """The target of a bare `make`."""
        return tuple(name for name, _, _ in self.targets if not name.startswith("."))[:1]

    def recipes(self, target: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The recipes of `target`, those that it needs first."""
        yield from self._recipes(target, set())

    def _recipes(self, target: str, seen: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        if target in seen or len(seen) > MAX_TARGETS:
            return
        seen.add(target)
        for name, needs, recipe in self.targets:
            if name != target and not _matches(name, target):
                continue
            for need in needs:
                yield from self._recipes(need, seen)
            if recipe:
                yield target, recipe


def _matches(pattern: str, target: str) -> bool:
    if "%" not in pattern:
        return False
    head, _, tail = pattern.partition("%")
    return target.startswith(head) and target.endswith(tail) and len(target) > len(head + tail)


def parse(source: str) -> Makefile:
    """The rules and variables of a Makefile; what is not understood is left out."""
    targets: list[tuple[str, tuple[str, ...], list[str]]] = []
    variables: list[tuple[str, str]] = []
    current: list[list[str]] = []
    for row in source.replace("\\\n", " ").splitlines():
        if row.startswith("\t"):
            line = _recipe(row)
            for recipe in current:
                if line:
                    recipe.append(line)
            continue
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        variable = _VARIABLE.match(row)
        if variable:
            variables.append((variable["name"], _shell(variable["value"].strip())))
            continue
        rule = _RULE.match(row)
        if rule is None:
            continue
        current = []
        for name in rule["names"].split():
            recipe = [_recipe(rule["first"])] if rule["first"] else []
            targets.append((name, tuple(rule["needs"].split()), recipe))
            current.append(recipe)
    done = tuple((name, needs, tuple(recipe)) for name, needs, recipe in targets)
    return Makefile(done, tuple(variables))


def _recipe(row: str) -> str:
    return _shell(row.strip().lstrip("@-+ "))


def _shell(value: str) -> str:
    """make's `$(NAME)` as the shell's `${NAME}`, `$$` as `$`, `$(MAKE)` as `make`."""
    value = re.sub(r"\$[({]MAKE[)}]", "make", value)
    value = re.sub(r"(?<!\$)\$\(([A-Za-z_][\w-]*)\)", r"${\1}", value)
    value = re.sub(r"(?<!\$)\$\(shell ([^)]*)\)", r"$(\1)", value)
    return value.replace("$$", "$")
