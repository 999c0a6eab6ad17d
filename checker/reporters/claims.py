"""The table of a run's claims as harmless cells, and in one line; no layout here."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from checker.report import ClaimRow
from checker.reporters import escape

_HEADS = ("this run", "declared", "last publish")
NOT_KNOWN = "–"
NONE = "(none)"


class Row(Struct, frozen=True):
    """One row. values: one a head, None where nothing is known, "" where there is none."""

    field: str
    values: tuple[str | None, ...]
    differs: bool
    note: str


class Table(Struct, frozen=True):
    """heads: of the values. A column in which nothing is known is left out."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]


def table(rows: Sequence[ClaimRow]) -> Table:
    """The rows with the columns that say something."""
    columns = [at for at in range(len(_HEADS)) if any(_values(row)[at] is not None for row in rows)]
    return Table(
        tuple(_HEADS[at] for at in columns),
        tuple(
            Row(
                escape.name(row.field),
                tuple(_harmless(_values(row)[at]) for at in columns),
                row.differs,
                escape.sentence(row.note),
            )
            for row in rows
        ),
    )


def differing(rows: Sequence[ClaimRow]) -> str:
    """The fields that differ, in one line; "" where none does.

    "workflow is `release.yml`, declared `publish.yml`, last publish `publish.yml`".
    """
    return "; ".join(_in_words(row) for row in rows if row.differs)


def _in_words(row: ClaimRow) -> str:
    others = zip(_HEADS[1:], _values(row)[1:], strict=True)
    parts = [f"{escape.name(row.field)} is {_shown(row.this_run)}"]
    parts += [f"{head} {_shown(value)}" for head, value in others if value is not None]
    return ", ".join(parts)


def _shown(value: str | None) -> str:
    if value is None:
        return "not known"
    return f"`{escape.name(value)}`" if value else "none"


def _harmless(value: str | None) -> str | None:
    return None if value is None else escape.name(value)


def _values(row: ClaimRow) -> tuple[str | None, ...]:
    return row.this_run, row.declared, row.last_publish
