"""The text of a Dockerfile: what building it runs, and what a container of it starts.

https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

from msgspec import Struct

_INSTRUCTION = re.compile(r"(?P<name>[A-Za-z]+)\s+(?:--[\w-]+(?:=\S+)?\s+)*(?P<rest>.*)", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*['\"]?(?P<end>\w+)['\"]?")


class Dockerfile(Struct, frozen=True):
    """runs: each `RUN`, as shell text. entry, command: the words of `ENTRYPOINT` and of `CMD`."""

    runs: tuple[str, ...]
    entry: tuple[str, ...]
    command: tuple[str, ...]


def parse(source: str) -> Dockerfile:
    """A Dockerfile as it is built; of `ENTRYPOINT` and `CMD` the last ones count."""
    runs: list[str] = []
    entry: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    for name, rest in _instructions(source):
        if name == "RUN":
            words = _listed(rest)
            runs.append(rest if words is None else shlex.join(words))
        elif name == "ENTRYPOINT":
            entry, command = _words(rest), ()
        elif name == "CMD":
            command = _words(rest)
    return Dockerfile(tuple(runs), entry, command)


def _instructions(source: str) -> Iterator[tuple[str, str]]:
    rows = iter(source.splitlines())
    for row in rows:
        text = row.strip()
        while text.endswith("\\"):
            text = text[:-1] + " " + _next(rows)
        found = _INSTRUCTION.fullmatch(text)
        if found is None or text.startswith("#"):
            continue
        rest, heredoc = found["rest"], _HEREDOC.search(found["rest"])
        if heredoc is not None:
            body = []
            for inner in rows:
                if inner.strip() == heredoc["end"]:
                    break
                body.append(inner)
            bare = rest[: heredoc.start()].strip()
            rest = "\n".join(
                (*([rest] if bare else []), *body, *([heredoc["end"]] if bare else []))
            )
        yield found["name"].upper(), rest


def _next(rows: Iterator[str]) -> str:
    """The row that a continued one goes on with; remarks between them are passed over."""
    return next((row.strip() for row in rows if not row.lstrip().startswith("#")), "")


def _listed(written: str) -> tuple[str, ...] | None:
    """The words of `["npm", "publish"]`; None where it is shell text."""
    if not written.startswith("["):
        return None
    try:
        words = json.loads(written)
    except (ValueError, RecursionError):
        return None
    known = isinstance(words, list) and all(isinstance(word, str) for word in words)
    return tuple(words) if known else None


def _words(written: str) -> tuple[str, ...]:
    words = _listed(written)
    return ("sh", "-c", written) if words is None else words
