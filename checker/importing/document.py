"""A config file while it is changed: its text and what the text means, always together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from checker.importing import config_edits
from checker.importing.config_edits import Value
from checker.remedies.model import CannotEdit
from checker.remedies.yaml_text import Path


class Document(Struct, frozen=True):
    """text: of the file. meaning: texts, lists and dicts, as the file's reader must find them.

    removed: the lines that went with an entry. Every change may raise `CannotEdit`.
    """

    text: str
    meaning: object
    removed: str = ""

    def at(self, path: Path) -> object:
        """What stands at `path`; None where nothing does."""
        value = self.meaning
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int):
                value = value[step]
            else:
                return None
        return value

    def put(self, path: Path, value: Value) -> Document:
        """With `value` at `path`; the same where it stands there already."""
        current, wanted = self.at(path), as_text(value)
        if current == wanted or [current] == wanted:
            return self
        try:
            return self.replace(path, value)
        except CannotEdit:
            if not isinstance(value, list) or not isinstance(current, list):
                raise
        return self._item_by_item(path, value)

    def replace(self, path: Path, value: Value) -> Document:
        """With `value` at `path`, as a whole."""
        return self._now(config_edits.put(self.text, path, value), path, as_text(value))

    def append(self, path: Path, item: Value) -> Document:
        """With one more item in the list at `path`."""
        items = [*self._items(path), as_text(item)]
        return self._now(config_edits.append(self.text, path, item), path, items)

    def without(self, path: Path, index: int) -> Document:
        """Without an item of the list at `path`."""
        items = self._items(path)
        text, went = config_edits.remove(self.text, (*path, index))
        meaning = _set(self.meaning, path, items[:index] + items[index + 1 :])
        return Document(text, meaning, self.removed + went)

    def _item_by_item(self, path: Path, value: list[Value]) -> Document:
        document = self
        wanted = [as_text(item) for item in value]
        for item, text in zip(value, wanted, strict=True):
            if text not in document._items(path):
                document = document.append(path, item)
        for index in reversed(range(len(document._items(path)))):
            if document._items(path)[index] not in wanted:
                document = document.without(path, index)
        return document

    def _items(self, path: Path) -> list[object]:
        found = self.at(path)
        return found if isinstance(found, list) else []

    def _now(self, text: str, path: Path, value: object) -> Document:
        return Document(text, _set(self.meaning, path, value), self.removed)


def as_text(value: Value) -> object:
    """The value as the file's reader sees it: numbers, dates and truths are texts there."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, Mapping):
        return {key: as_text(inner) for key, inner in value.items()}
    return value


def _set(value: object, path: Path, new: object) -> object:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, int):
        return [*value[:step], _set(value[step], rest, new), *value[step + 1 :]]
    stated = value if isinstance(value, dict) else {}
    return {**stated, step: _set(stated.get(step), rest, new)}
