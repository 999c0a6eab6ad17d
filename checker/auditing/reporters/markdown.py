"""An audit as Markdown for a job summary or an issue, bounded."""

from __future__ import annotations

from collections.abc import Iterator

from checker.auditing.reporters import rows
from checker.auditing.reporters.rows import Row
from checker.auditing.results import Results, summary
from checker.reporters import escape, markup
from checker.reporters.markup import ICONS, SUMMARY_BYTES

_LEFT_OUT_BYTES = 2_000


def render(results: Results, *, limit: int = SUMMARY_BYTES) -> Iterator[str]:
    """The page in at most `limit` bytes of UTF-8: the last rows, the least urgent, are left out."""
    numbers = summary(results)
    head = [f"## {ICONS[numbers.verdict]} {rows.headline(numbers)}", ""]
    head += [f"{markup.prose(rows.about(results))}.", ""]
    head += [line for aside in rows.asides(numbers) for line in (aside, "")]
    if numbers.turns:
        head += ["### When answers turn", ""]
        head += [markup.row(("Day", "Then", "Why", "Packages")), markup.row(["---"] * 4)]
        for turn in numbers.turns:
            names = ", ".join(map(markup.code, turn.packages))
            more = turn.count - len(turn.packages)
            head.append(
                markup.row(
                    (
                        str(turn.change.on),
                        f"{ICONS[turn.change.verdict]} {rows.word(turn.change.verdict)}",
                        markup.code(turn.change.rule) if turn.change.rule else "",
                        f"{names} and {more} more" if more else names,
                    )
                )
            )
        head.append("")
    room = limit - _LEFT_OUT_BYTES
    text = "".join(f"{escape.without_commands(line)}\n" for line in head)
    room -= len(text.encode())
    yield text
    yield from _table(results, room)


def _table(results: Results, room: int) -> Iterator[str]:
    heads = ("Verdict", "Repository", "Package", "Credential", "Turns", "Why", "Do")
    left_out = 0
    begun = False
    for row in rows.rows(results):
        text = f"{escape.without_commands(markup.row(_cells(row, results.scope.server)))}\n"
        room -= len(text.encode())
        if room < 0:
            left_out += 1
            continue
        if not begun:
            yield f"{markup.row(heads)}\n{markup.row(['---'] * len(heads))}\n"
            begun = True
        yield text
    if left_out:
        yield f"\n{left_out:,} more rows are left out here; the HTML report has all.\n"


def _cells(row: Row, server: str) -> tuple[str, ...]:
    return (
        f"{ICONS[row.verdict]} {rows.word(row.verdict)}",
        f"[{markup.code(row.repository)}]({server}/{row.repository})",
        markup.code(row.package) if row.package is not None else "",
        row.credential,
        markup.prose(rows.turn(row.turns)),
        markup.prose(row.why),
        markup.prose(row.do),
    )
