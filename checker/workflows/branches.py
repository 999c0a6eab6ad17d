"""What a shell knows after a branch: what every way through it leaves, and what may be either.

Values only; which ways there are is told by `shell`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from checker.workflows import ways
from checker.workflows.text import EMPTY, Hidden, Text, hole
from checker.workflows.ways import Way

MAX_WRITES = 64

Written: TypeAlias = tuple[Way, Text | None]


class Variables(Struct, frozen=True):
    """The variables of a shell at one moment.

    folder: where it stands, None when unknown. lists: the items of its arrays, where known.
    """

    exported: Mapping[str, Text]
    local: Mapping[str, Text]
    folder: str | None
    lists: Mapping[str, tuple[Text, ...]]


def joined(ways: Iterable[Variables]) -> Variables:
    """The variables after several ways, of which a run takes one that is not known.

    A folder that they do not share is not known any more.
    """
    first, *others = ways
    if all(other == first for other in others):
        return first
    all_of = (first, *others)
    exported = dict.fromkeys(name for way in all_of for name in way.exported)
    local = dict.fromkeys(name for way in all_of for name in way.local)
    folder = first.folder if all(way.folder == first.folder for way in others) else None
    return Variables(
        dict(_values(exported, [{**way.local, **way.exported} for way in all_of])),
        dict(_values((n for n in local if n not in exported), [way.local for way in all_of])),
        folder,
        {
            name: items
            for name, items in first.lists.items()
            if all(way.lists.get(name) == items for way in others)
        },
    )


def _values(names: Iterable[str], ways: Iterable[Mapping[str, Text]]) -> Iterator[tuple[str, Text]]:
    for name in names:
        values = dict.fromkeys(way.get(name) for way in ways)
        only = next(iter(values))
        known = only if len(values) == 1 else None
        yield name, known if known is not None else either(f"`${name}`", tuple(values))


def either(why: str, values: tuple[Text | None, ...]) -> Text:
    """One of several texts; None stands for a variable that is not set. why: what decides."""
    texts = tuple(EMPTY if value is None else value for value in values)
    listed = [_choices(value) for value in texts]
    secrets = tuple(dict.fromkeys(secret for value in texts for secret in value.secrets))
    # A way on which another text stands where a secret stood gives no token either.
    optional = any(_may_be_empty(value) or (secrets and not value.secrets) for value in texts)
    choices = dict.fromkeys(choice for known in listed for choice in known) if all(listed) else ()
    return hole(Hidden(why, secrets, optional, tuple(choices)))


def and_then(earlier: tuple[Written, ...], written: Written) -> tuple[Written, ...]:
    """The writes to one name with another one after them; of very many the last are kept."""
    if not written[0]:
        return (written,)
    return (*earlier[:1], *(*earlier[1:], written)[-MAX_WRITES:])


def value_of(written: tuple[Written, ...], mine: Way) -> Text | None:
    """What of several writes one finds who went `mine`: hidden where it may be one of some."""
    possible, why = ways.possible(written, mine)
    values = tuple(dict.fromkeys(possible))
    return either(why, values) if len(values) > 1 else next(iter(values), None)


def _choices(value: Text) -> tuple[str, ...]:
    if value.literal is not None:
        return (value.literal,)
    return value.holes[0].choices if len(value.parts) == 1 else ()


def _may_be_empty(value: Text) -> bool:
    return all(isinstance(part, Hidden) and part.optional for part in value.parts)
