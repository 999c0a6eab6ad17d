"""What the remedies answer with: changed files, notes, and what a person must do. Values only."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from checker.facts import Place
from checker.files import Files


class CannotEdit(Exception):
    """An edit is not certain to do what it should. The text is one sentence without a final stop.

    by_hand: what a person does instead, "" where the sentence says it all.
    """

    def __init__(self, why: str, by_hand: str = "") -> None:
        super().__init__(why)
        self.by_hand = by_hand


class FileChange(Struct, frozen=True):
    """One file, before and after. path: relative to the repository root, with `/`."""

    path: str
    before: bytes
    after: bytes


class Refusal(Struct, frozen=True):
    """What was not done. why: one sentence. by_hand: what a person does instead (Markdown)."""

    place: Place
    why: str
    by_hand: str


class Note(Struct, frozen=True):
    """What a person should know of a change, or of something that was left. text: sentences.

    place: the publish that it is about, or the lines of another file, as before the changes.
    """

    place: Place
    text: str


class Fixes(Struct, frozen=True):
    """The whole answer. changes: sorted by path, every one of them differs; places: as before."""

    changes: tuple[FileChange, ...]
    refusals: tuple[Refusal, ...]
    notes: tuple[Note, ...]


class Tree(Struct, frozen=True):
    """A tree of files with some of them changed; itself a `Files`, and never changed in place."""

    files: Files
    changed: Mapping[str, bytes]

    def list(self, folder: str) -> tuple[str, ...]:
        """See `Files.list`."""
        return self.files.list(folder)

    def folders(self, folder: str) -> tuple[str, ...]:
        """See `Files.folders`."""
        return self.files.folders(folder)

    def read(self, path: str) -> bytes | None:
        """See `Files.read`."""
        return self.changed[path] if path in self.changed else self.files.read(path)

    def text(self, path: str) -> str:
        """The text of a file, its byte-order mark included. Raises `CannotEdit`, `Unreadable`."""
        content = self.read(path)
        if content is None:
            raise CannotEdit(f"`{path}` is not there")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise CannotEdit(f"`{path}` is not UTF-8 text") from None

    def with_text(self, path: str, text: str) -> Tree:
        """The tree in which the file holds `text`."""
        return Tree(self.files, {**self.changed, path: text.encode("utf-8")})
