"""Moves the publishing jobs of a repository to trusted publishing, one publish after the other.

A publish is moved by small edits, read again after each, and kept only if the judgement then says
that npm accepts it, given a matching trusted publisher, and no other publish is worse off.
Otherwise its files stay as they are, and a refusal says what a person does. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from checker.facts import Facts, Reading, Registry
from checker.files import Files, Unreadable
from checker.remedies.model import CannotEdit, FileChange, Fixes, Note, Refusal, Tree
from checker.remedies.move import Asked, Move, Target
from checker.report import Report

T = TypeVar("T", Refusal, Note)

# Every edit reads the whole repository again; no known one publishes in a tenth as many steps.
MAX_PUBLISHES = 100


def fix(
    files: Files,
    facts: Facts,
    report: Report,
    *,
    stage: bool,
    node: str | None = None,
    npm: str | None = None,
) -> Fixes:
    """What moves the publishes of `report` to trusted publishing, or with `stage` to staging.

    files: the repository that `facts` were read from. node, npm: what the jobs really have, where
    the user said so. A second run over its result changes nothing.
    """
    asked = Asked(facts, stage, node, npm)
    tree = Tree(files, {})
    reading = asked.read(tree)
    refusals: list[Refusal] = []
    notes: list[Note] = []
    for number, target in enumerate(tuple(_targets(report, reading))):
        if number >= MAX_PUBLISHES:
            why = f"More than {MAX_PUBLISHES} publishes are not changed in one go."
            refusals.append(
                Refusal(target.publish.place, why, "Change the others by hand, in the same way.")
            )
            break
        try:
            moved = Move(asked, tree, reading, target).run()
        except (CannotEdit, Unreadable) as error:
            by_hand = error.by_hand if isinstance(error, CannotEdit) else ""
            refusals.append(Refusal(target.publish.place, _sentence(str(error)), by_hand))
        else:
            if isinstance(moved, Refusal):
                refusals.append(moved)
                continue
            tree, reading = moved.tree, moved.reading
            notes += moved.notes
    return Fixes(tuple(_changes(files, tree)), _once(refusals), _once(notes))


def _targets(report: Report, reading: Reading) -> Iterator[Target]:
    """The publishes to npm's registry that the report judged, each found again in the reading."""
    wanted = {result.publish.place for result in report.publishes}
    seen: dict[tuple[str, str], int] = {}
    for publish in reading.publishes:
        key = (publish.place.path, publish.job)
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        to_npm = publish.registry in (Registry.NPMJS, Registry.UNKNOWN)
        if publish.place in wanted and to_npm and not publish.dry_run:
            yield Target(*key, ordinal, publish)


def _changes(files: Files, tree: Tree) -> Iterator[FileChange]:
    for path in sorted(tree.changed):
        before = files.read(path)
        if before is not None and before != tree.changed[path]:
            yield FileChange(path, before, tree.changed[path])


def _once(items: list[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
