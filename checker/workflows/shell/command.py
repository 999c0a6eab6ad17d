"""The simple commands of a script, as its walk hands them out."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from checker.workflows.shell import strictness
from checker.workflows.shell.strictness import Strictness
from checker.workflows.text import Text
from checker.workflows.ways import Way


class Write(Struct, frozen=True):
    """A redirection: `>` or `>>` to the file `path`."""

    path: Text
    append: bool


class Command(Struct, frozen=True):
    """One simple command.

    words: the command name and its arguments. env: variables written before it. folder: where it
    runs, relative to the workspace, None when unknown. exported: the variables that it inherits.
    first, last: lines of the script, 0-based. input: what stands on its standard input, if written.
    way: the branches that it stands in, which may be passed over. tolerated: the script goes on
    where it fails. strict: whether this script is one that ends there. start: where the command
    begins in the script, in bytes.
    """

    words: tuple[Text, ...]
    env: Mapping[str, Text]
    exported: Mapping[str, Text]
    folder: str | None
    first: int
    last: int
    input: Text | None = None
    writes: tuple[Write, ...] = ()
    way: Way = ()
    tolerated: bool = False
    strict: Strictness = strictness.NOT_STRICT
    start: int = 0

    @property
    def certain(self) -> bool:
        """Whether it stands in no branch that may be passed over."""
        return not self.way
