"""The plainest of sed's commands, `s/this/that/`: whether it changes a text for certain.

https://www.gnu.org/software/sed/manual/html_node/The-_0022s_0022-Command.html. An expression that
means anything else to sed than to Python is left alone, and one that could take long.
"""

from __future__ import annotations

import re

from msgspec import Struct

_COMMAND = re.compile(r"s(?P<mark>[/|#,@])(?P<old>[^\n]+)(?P=mark)(?P<new>[^\n]*)(?P=mark)g?")
_SAME_TO_BOTH = re.compile(r"(?:[\w\s\":,@/.*^$\[\]-]|\\\.)+", re.ASCII)
_MOST_STARS = 2
_LONGEST_LINE = 500


class Substitution(Struct, frozen=True):
    """`new` in place of each `old`, a regular expression."""

    old: str
    new: str

    def changes(self, text: str) -> bool:
        """Whether a line of the text becomes another."""
        old = re.compile(self.old)
        rows = (row for row in text.splitlines() if len(row) <= _LONGEST_LINE)
        return any(old.sub(lambda _: self.new, row) != row for row in rows)


def read(command: str) -> Substitution | None:
    """The substitution that a command is; None where it is another, or may mean another."""
    match = _COMMAND.fullmatch(command)
    if match is None or any(match["mark"] in part for part in (match["old"], match["new"])):
        return None
    old, new = match["old"], match["new"]
    if (
        _SAME_TO_BOTH.fullmatch(old) is None
        or old.count("*") > _MOST_STARS
        or {"&", "\\"} & set(new)
    ):
        return None
    try:
        re.compile(old)
    except re.error:
        return None
    return Substitution(old, new)
