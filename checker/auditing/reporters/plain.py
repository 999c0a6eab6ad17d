"""An audit as a table for terminals and logs."""

from __future__ import annotations

from collections.abc import Iterator

from checker.auditing.reporters import rows
from checker.auditing.reporters.rows import Row
from checker.auditing.results import Results, summary
from checker.reporters import escape

_HEADS = ("VERDICT", "REPOSITORY", "PACKAGE", "CREDENTIAL", "TURNS", "WHY")
# A longer cell pushes its row aside rather than every other one.
_WIDEST = (10, 40, 34, 20, 46)


def render(results: Results) -> Iterator[str]:
    """The table, worst first, what to do under each row, and the sum in the last line."""
    widths = _widths(results)
    numbers = summary(results)
    if sum(numbers.packages.values()) + numbers.failures:
        yield _line(_HEADS, widths)
    for row in rows.rows(results):
        yield _line(_cells(row), widths)
        if row.do:
            yield _safe(f"{'':{widths[0]}}  → {escape.sentence(row.do)}")
    yield "\n"
    if numbers.turns:
        yield "When answers turn\n"
    for turn in numbers.turns:
        names = ", ".join(escape.name(name) for name in turn.packages)
        more = f" and {turn.count - len(turn.packages)} more" * (turn.count > len(turn.packages))
        yield _safe(f"  {rows.turn(turn.change)}: {names}{more}")
    if numbers.turns:
        yield "\n"
    for aside in rows.asides(numbers):
        yield f"{aside}\n"
    yield _safe(rows.about(results))
    yield _safe(rows.headline(numbers))


def _cells(row: Row) -> tuple[str, ...]:
    package = row.package
    return (
        rows.word(row.verdict),
        escape.name(row.repository),
        escape.name(package) if package is not None else "-",
        row.credential or "-",
        rows.turn(row.turns) or "-",
        escape.sentence(row.why),
    )


def _widths(results: Results) -> tuple[int, ...]:
    widths = [len(head) for head in _HEADS[:-1]]
    for row in rows.rows(results):
        for at, (cell, most) in enumerate(zip(_cells(row), _WIDEST, strict=False)):
            widths[at] = max(widths[at], min(len(cell), most))
    return tuple(widths)


def _line(cells: tuple[str, ...], widths: tuple[int, ...]) -> str:
    padded = (f"{cell:{width}}" for cell, width in zip(cells, widths, strict=False))
    return _safe("  ".join((*padded, cells[-1])).rstrip())


def _safe(text: str) -> str:
    return escape.without_commands(text) + "\n"
