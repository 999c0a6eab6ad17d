"""What edits for one publish do to the others: none may lose what it publishes with."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from checker.facts import Facts, GivenToken, Place, Publish, Reading, Run, TokenState, Unknown
from checker.remedies import verdict

_NOWHERE = Place("", 0, 0)
_REAL = (TokenState.SECRET, TokenState.LITERAL)


def robbed(facts: Facts, before: Reading, after: Reading, mine: Publish) -> Publish | None:
    """Another publish than `mine` that may lose its token and needs it; None when all is well."""
    for old, new in _pairs(before, after):
        if new != mine and _certainty(new) < _certainty(old) and not _is_good(facts, after, new):
            return new
    return None


def broken(facts: Facts, before: Reading, after: Reading) -> Publish | None:
    """A publish that trusted publishing served and no longer does; None when all is well."""
    for old, new in _pairs(before, after):
        if _is_good(facts, before, old) and not _is_good(facts, after, new):
            return new
    return None


def harder_to_read(before: Reading, after: Reading) -> bool:
    """Whether anything is published, or cannot be read, that was not so before."""
    known = {(p.rule, p.place.path, p.why) for p in before.problems}
    new = any((p.rule, p.place.path, p.why) not in known for p in after.problems)
    return new or len(before.publishes) != len(after.publishes)


def _pairs(before: Reading, after: Reading) -> Iterator[tuple[Publish, Publish]]:
    """Those that differ in more than lines; no edit adds a publish or changes their order."""
    for old, new in zip(before.publishes, after.publishes, strict=False):
        if _apart_from_lines(old) != _apart_from_lines(new):
            yield old, new


def _apart_from_lines(publish: Publish) -> Publish:
    return replace(publish, place=_NOWHERE, runs=tuple(map(_placeless, publish.runs)))


def _placeless(run: Run) -> Run:
    token = replace(run.token, place=_NOWHERE) if isinstance(run.token, GivenToken) else run.token
    return replace(run, permissions_place=_NOWHERE, runtime_place=_NOWHERE, token=token)


def _is_good(facts: Facts, reading: Reading, publish: Publish) -> bool:
    return verdict.of(replace(facts, reading=reading), publish).is_good


def _certainty(publish: Publish) -> int:
    """How sure it is that a token reaches the publish: 2 for certain, 0 for not."""
    return max(
        1 if isinstance(run.token, Unknown) else 2 * _is_real(run.token) for run in publish.runs
    )


def _is_real(token: GivenToken | None) -> bool:
    return token is not None and token.state in _REAL
