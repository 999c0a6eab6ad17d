"""Strings that the files show only in part: literal pieces and holes that only a run fills.

Values only; how they come about stands in `expressions` and `shell`.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Hidden(Struct, frozen=True):
    """A piece of text that the files do not show.

    why: what hides it, to go into a sentence ("`vars.RUNNER`"). secrets: the names behind
    `secrets.X` that may stand in it. optional: the files show a way on which it is empty.
    choices: every text that it may be, when the files list them; () otherwise. unset: the name of a
    shell variable that nothing seen sets.
    """

    why: str
    secrets: tuple[str, ...] = ()
    optional: bool = False
    choices: tuple[str, ...] = ()
    unset: str | None = None


Part = str | Hidden


class Text(Struct, frozen=True):
    """A string in pieces; no two literal pieces touch and none is empty."""

    parts: tuple[Part, ...]

    @property
    def literal(self) -> str | None:
        """The whole string when no piece is hidden, else None."""
        if not self.parts:
            return ""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        return None

    @property
    def shown(self) -> str:
        """The string with every hole left out; to look for words in it."""
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def start(self) -> str:
        """The literal text before the first hole."""
        first = self.parts[0] if self.parts else ""
        return first if isinstance(first, str) else ""

    @property
    def holes(self) -> tuple[Hidden, ...]:
        """The hidden pieces, in order."""
        return tuple(part for part in self.parts if isinstance(part, Hidden))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the secrets that may stand in it, each once, in order."""
        return tuple(dict.fromkeys(name for hole in self.holes for name in hole.secrets))

    @property
    def why(self) -> str:
        """What hides the first hole; "" when nothing is hidden."""
        return self.holes[0].why if self.holes else ""

    @property
    def said(self) -> str:
        """The same, marked as a name where it does not mark one itself."""
        return f"`{self.why}`" if self.why and "`" not in self.why else self.why


EMPTY = Text(())


def text(value: str) -> Text:
    """`value` as a text without holes."""
    return Text((value,)) if value else EMPTY


def hole(hidden: Hidden) -> Text:
    """A text that is one hole."""
    return Text((hidden,))


def join(*pieces: Text | str | Hidden) -> Text:
    """The pieces one after the other."""
    parts: list[Part] = []
    for piece in pieces:
        for part in piece.parts if isinstance(piece, Text) else (piece,):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
    return Text(tuple(parts))


# Beyond it, texts made of texts could double until no memory is left. A system passes no argument
# and no variable that is longer: MAX_ARG_STRLEN in https://man7.org/linux/man-pages/man2/execve.2.html
MAX_VALUE = 1 << 17
_OF_A_HOLE = 32


def size(value: Text) -> int:
    """What a text takes, in characters; each hole counts as some."""
    return sum(len(part) if isinstance(part, str) else _OF_A_HOLE for part in value.parts)


def bounded(value: Text, most: int = MAX_VALUE) -> Text:
    """`value`, or a hole with its secrets where it is larger than a value can be."""
    return value if size(value) <= most else too_long(value)


def joined(pieces: Iterable[Text | str]) -> Text:
    """The pieces one after the other; a hole where they are larger than a value can be."""
    texts = [text(piece) if isinstance(piece, str) else piece for piece in pieces]
    if sum(map(size, texts)) <= MAX_VALUE:
        return join(*texts)
    return too_long(*texts)


def too_long(*values: Text) -> Text:
    """A hole in place of values that are too long to be read."""
    names = dict.fromkeys(name for value in values for name in value.secrets)
    return hole(Hidden("a value that is too long to be read here", tuple(names)))


def split(value: Text, separator: str, maximum: int = -1) -> tuple[Text, ...]:
    """`value` cut at every `separator` that its literal pieces show, as `str.split` cuts."""
    rows: list[list[Part]] = [[]]
    for part in value.parts:
        if isinstance(part, Hidden):
            rows[-1].append(part)
            continue
        left = -1 if maximum < 0 else maximum - (len(rows) - 1)
        first, *others = part.split(separator, left)
        rows[-1].append(first)
        rows.extend([other] for other in others)
    return tuple(join(*row) for row in rows)


def strip(value: Text) -> Text:
    """`value` without white space at its literal ends."""
    parts = list(value.parts)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return join(*parts)
