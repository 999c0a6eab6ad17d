"""What a fix leaves to a person, as plain text; what it holds from files is not yet escaped."""

from __future__ import annotations

from textwrap import indent

from checker.facts import Place
from checker.remedies.model import Fixes


def text(fixes: Fixes) -> str:
    """Refusals, then notes, each at its place; empty where nothing is left."""
    parts = [
        f"{_at(one.place)}: not changed. {one.why}\n{indent(one.by_hand, '    ')}".rstrip()
        for one in fixes.refusals
    ]
    parts += [f"{_at(one.place)}: {one.text}" for one in fixes.notes]
    return "".join(f"{part}\n" for part in parts)


def _at(place: Place) -> str:
    return f"{place.path}:{place.line}"
