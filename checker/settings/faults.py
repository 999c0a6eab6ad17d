"""What is wrong with a user's input, in words: faults, the exception that carries them, spelling.

Nothing here reads or validates anything.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from msgspec import Struct

from checker.knowledge.token_shape import looks_like_secret

_SHOWN_LENGTH = 60
_SHOWN_FAULTS = 50


class Fault(Struct, frozen=True):
    """One thing wrong with the input.

    path, line: of the config file, None for flags and action inputs; `path` is relative to the
        repository root where the file lies in it. key: the option, `--flag`, or key in the file.
    text: whole sentences; never a value with a token's shape.
    """

    path: str | None
    line: int | None
    key: str | None
    text: str

    def __str__(self) -> str:
        """The fault on one line, its place first, as compilers do."""
        if self.path is None:
            return self.text
        return f"{self.path}: {self.text}" if self.line is None else self._placed()

    def _placed(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class BadInput(Exception):
    """The input cannot be used; the program ends with exit code 2 and prints this text."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in self.faults[:_SHOWN_FAULTS]]
        if len(self.faults) > _SHOWN_FAULTS:
            lines.append(f"… and {len(self.faults) - _SHOWN_FAULTS} more")
        super().__init__("\n".join(lines))


class Misfit(ValueError):
    """A value that an option does not take.

    why: a clause that follows "`key` is `value`; ". allowed: where to look for a near spelling.
    given: the part of the value that is wrong, None for the whole.
    """

    def __init__(self, why: str, allowed: tuple[str, ...] = (), given: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.allowed = allowed
        self.given = given


def shown(value: str) -> str:
    """A user's text in code quotes: cut, without control characters, never a secret."""
    # Beyond what is shown as far as a token reaches that begins in it.
    head = value[: _SHOWN_LENGTH + 400]
    if looks_like_secret(head):
        return "(not shown: it has the shape of a token)"
    head = head[:_SHOWN_LENGTH].replace("`", "'")
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in head)
    return f"`{clean}{'…' if len(value) > _SHOWN_LENGTH else ''}`"


def listed(values: Iterable[str], last: str = "or") -> str:
    """`a`, `b` or `c`."""
    quoted = [f"`{value}`" for value in values]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def did_you_mean(given: str, allowed: Iterable[str]) -> str:
    """A sentence with the nearest spelling, a space before it; "" when none is near."""
    lower = {value.lower(): value for value in allowed}
    text = given.lower().replace("_", "-")
    near = difflib.get_close_matches(text[:100], lower, n=1, cutoff=0.6)
    if not near:
        near = [value for value in lower if len(text) > 3 and value.endswith(f"-{text}")][:1]
    return f" Did you mean `{lower[near[0]]}`?" if near else ""
