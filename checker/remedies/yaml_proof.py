"""The proof of a YAML edit: read again, the text says what it said, but for the one change."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

from checker.remedies.model import CannotEdit
from checker.remedies.yaml_text import Data, Path, YamlText, read, scalar

Words = Mapping[str, str]
DIFFERS = "the edit would change more than it should"


def proven(doc: YamlText, text: str, change: Callable[[Data], None]) -> str:
    """`text`, if it says what the old one says with that change. Raises `CannotEdit`."""
    wanted = copy.deepcopy(doc.data())
    change(wanted)
    if read(text).data() != wanted:
        raise CannotEdit(DIFFERS)
    return doc.whole(text)


def value_at(data: Data, path: Path) -> Data:
    """The value at `path`. Raises `CannotEdit`."""
    for part in path:
        inner: Data | None = None
        if isinstance(data, list) and isinstance(part, int):
            inner = data[part]
        elif isinstance(data, dict) and isinstance(part, str):
            inner = data.get(part)
        if inner is None:
            raise CannotEdit(DIFFERS)
        data = inner
    return data


def put(data: Data, path: Path, value: Data) -> None:
    """Sets the value at `path`, whose parent is a mapping. Raises `CannotEdit`."""
    parent = value_at(data, path[:-1])
    if not isinstance(parent, dict):
        raise CannotEdit(DIFFERS)
    parent[str(path[-1])] = value


def drop(data: Data, path: Path) -> None:
    """Takes out the value at `path`. Raises `CannotEdit`."""
    parent = value_at(data, path[:-1])
    if not isinstance(parent, dict):
        raise CannotEdit(DIFFERS)
    del parent[str(path[-1])]


def word(value: str) -> tuple[str, bool]:
    """A text as it is read back once `scalar` has written it."""
    return value, not scalar(value).startswith("'")


def words_of(words: Words) -> dict[str, Data]:
    """The same of a mapping of texts."""
    return {key: word(value) for key, value in words.items()}
