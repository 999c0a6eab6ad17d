"""What a fix leaves to a person, as plain text; what it holds from files is not yet escaped."""

from __future__ import annotations

from textwrap import indent

from checker.facts import Place
from checker.remedies.model import FileChange, Fixes, Refusal
from checker.report import Report

# What may publish and was not seen, so that it was not moved either.
_UNSEEN = frozenset({"workflow-unreadable", "reading-limit-reached", "credential-without-publish"})


def unseen(report: Report) -> tuple[Refusal, ...]:
    """What could not be read of the repository, each with what a person does about it."""
    return tuple(
        Refusal(one.place, one.message, one.fix)
        for one in report.findings
        if one.rule in _UNSEEN and one.place is not None and one.suppressed is None
    )


def unshown(change: FileChange, line: int) -> Refusal:
    """What is said in place of a diff that would show a credential. line: of the credential."""
    why = "Its diff is not shown: what looks like a credential stands beside the change."
    by_hand = (
        "Revoke it and take it out, or run this with `--write`, which shows nothing of a file."
    )
    return Refusal(Place(change.path, line, line), why, by_hand)


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
