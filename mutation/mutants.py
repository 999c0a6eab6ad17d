"""Mutants of one module: cosmic-ray's operators for code, and four of our own for tables of rows.

A mutant is the module's text with one change of one place. Words that people read (texts with
a blank in them, addresses, docstrings) and annotations are not mutated: they decide nothing.
"""

from __future__ import annotations

import ast
import importlib
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

# Of cosmic-ray's operators those that make a plausible mistake; the others are killed by anything.
_OPERATORS = (
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    *("ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceUnaryOperator_Delete_Not"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"),
    *("NumberReplacer", "ExceptionReplacer"),
    *(f"ReplaceComparisonOperator_{pair}" for pair in (
        "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is",
        "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_GtE", "GtE_Lt", "Gt_LtE", "LtE_Gt",
    )),
    *(f"ReplaceBinaryOperator_{pair}" for pair in (
        "Add_Sub", "Sub_Add", "BitOr_BitAnd", "BitAnd_BitOr", "Mul_Add", "Sub_Mul",
    )),
)  # fmt: skip

Change = Callable[[], str]


@dataclass(frozen=True)
class Mutant:
    """path: of the module. lines: those of the statement that is changed. source: all of it."""

    path: str
    line: int
    lines: tuple[int, ...]
    operator: str
    source: str

    @property
    def name(self) -> str:
        """The changed line and what became of it; says the mutant to a reader."""
        before = Path(self.path).read_text(encoding="utf-8").splitlines()
        after = self.source.splitlines()
        at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
        return f"{self.path}:{at + 1} {self.operator}: {before[at].strip()} -> {after[at].strip()}"


def of_module(path: str, one_in: int, seed: int) -> tuple[int, list[Mutant]]:
    """How many places of a module can be changed, and the mutants of one in so many of them.

    Those that do not compile, that change what is not run, or that another equals are left out.
    """
    source = Path(path).read_text(encoding="utf-8")
    tree = ast.parse(source)
    places = sorted((*_cosmic(source), *_own(path, source, tree)), key=lambda place: place[:2])
    chance = random.Random(f"{seed} {path}")  # noqa: S311
    found: list[Mutant] = []
    seen = {_meaning(source)}
    for line, operator, change in chance.sample(places, -(-len(places) // one_in)):
        changed = change()
        meaning = _meaning(changed)
        if meaning and meaning not in seen:
            seen.add(meaning)
            found.append(Mutant(path, line, _statement(tree, line), operator, changed))
    return len(places), sorted(found, key=lambda mutant: (mutant.line, mutant.operator))


def _meaning(source: str) -> str:
    """What two texts have in common that run the same; empty where it does not compile."""
    try:
        tree = ast.parse(source)
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            # The size of a cache, and whether what nobody changes is frozen, decide nothing.
            node.decorator_list = [getattr(one, "func", one) for one in node.decorator_list]
            if isinstance(node, ast.ClassDef):
                node.keywords = [one for one in node.keywords if one.arg != "frozen"]
            if isinstance(node, ast.FunctionDef):
                node.returns = None
    return ast.dump(tree)


def _statement(tree: ast.Module, line: int) -> tuple[int, ...]:
    """The lines of the innermost statement at `line`; of one with a body, its head."""
    best: range = range(line, line + 1)
    smallest = None
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or not node.lineno <= line <= (node.end_lineno or 0):
            continue
        size = (node.end_lineno or 0) - node.lineno
        if smallest is None or size <= smallest:
            smallest = size
            body = getattr(node, "body", None)
            end = body[0].lineno if body else (node.end_lineno or 0) + 1
            best = range(node.lineno, max(end, node.lineno + 1))
    return tuple(best)


def _cosmic(source: str) -> Iterator[tuple[int, str, Change]]:
    nodes = tuple(ast_nodes(get_ast(source)))
    for name in _OPERATORS:
        operator = get_operator(f"core/{name}")()
        starts = [start for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, (line, _) in enumerate(starts):
            yield line, name, partial(_applied, source, operator, occurrence)


def _applied(source: str, operator: Operator, occurrence: int) -> str:
    return mutate_code(source, operator, occurrence) or source


# --- tables -----------------------------------------------------------------------------------


def _own(path: str, source: str, tree: ast.Module) -> Iterator[tuple[int, str, Change]]:
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    skipped = set(_not_mutated(tree))
    data = source.encode()
    starts = [0]
    for row in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))

    def spliced(first: ast.expr, last: ast.expr, new: str) -> Change:
        begin = starts[first.lineno - 1] + first.col_offset
        end = starts[last.end_lineno - 1] + last.end_col_offset
        kept = b"\n" * data[begin:end].count(b"\n")
        return lambda: (data[:begin] + new.encode() + kept + data[end:]).decode()

    for node in ast.walk(tree):
        if node in skipped:
            continue
        match node:
            case ast.Tuple(elts=elts, ctx=ast.Load()) | ast.List(elts=elts) | ast.Set(elts=elts):
                for one in elts:
                    if not isinstance(one, ast.Starred) and not _is_prose(one):
                        yield one.lineno, "DropElement", spliced(one, one, "*()")
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    if key is not None:
                        yield key.lineno, "DropEntry", spliced(key, value, "**{}")
            case ast.Constant(value=str() as word) if word and not _is_prose(node):
                yield node.lineno, "AnotherWord", spliced(node, node, repr(f"{word}x"))
            case ast.Attribute(value=ast.Name(id=owner), attr=attr):
                other = _other_member(getattr(module, owner, None), attr)
                if other:
                    yield node.lineno, "AnotherMember", spliced(node, node, f"{owner}.{other}")
            case ast.Expr(value=ast.Yield() | ast.YieldFrom() as value):
                yield node.lineno, "DropYield", spliced(value, value, "yield from ()")
            case _:
                continue


def _is_prose(node: ast.expr) -> bool:
    """Whether it is a text for people: one with a blank in it, or an address."""
    written = node.value if isinstance(node, ast.Constant) else None
    return isinstance(written, str) and re.search(r"\s|^https?:", written) is not None


def _not_mutated(tree: ast.Module) -> Iterator[ast.AST]:
    """Docstrings, annotations, parts of f-strings, names of types."""
    for node in ast.walk(tree):
        hidden: list[ast.AST | None] = []
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0] if node.body else None
            hidden.append(first.value if isinstance(first, ast.Expr) else None)
        if isinstance(node, ast.FunctionDef):
            hidden.append(node.returns)
        if isinstance(node, ast.AnnAssign | ast.arg):
            hidden.append(node.annotation)
        if isinstance(node, ast.Subscript):
            hidden.append(node.slice)
        if isinstance(node, ast.JoinedStr):
            hidden.append(node)
        for one in filter(None, hidden):
            yield from ast.walk(one)


def _other_member(owner: object, name: str) -> str | None:
    if not isinstance(owner, type) or not issubclass(owner, Enum):
        return None
    names = list(owner.__members__)
    return names[(names.index(name) + 1) % len(names)] if name in names else None
