"""What a failure is in words: the vocabulary of a diagnosis, and how each kind of it is worded.

How a log is read is not decided here, nor how a diagnosis is printed.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from checker.diagnosis import log_blocks
from checker.diagnosis.log_blocks import Block
from checker.diagnosis.log_lines import LogLine
from checker.knowledge.error_model import Cause, Clue, ErrorText, likeliest_first
from checker.knowledge.limits import NPM_REGISTRY_HOST
from checker.knowledge.token_shape import looks_like_secret
from checker.report import Evidence

_TEXT_SHOWN = 500
_WORDS_OF_A_CODE = 4  # "npm error code E404"
_NPMS_HOSTS = (NPM_REGISTRY_HOST, "npmjs.com", "yarnpkg.com")


class Sighting(Struct, frozen=True):
    """A line that bears a cause out. text: harmless to show."""

    line: int
    says: str
    text: str


class LikelyCause(Struct, frozen=True):
    """One cause. rule: the id whose page explains it, None where none does.

    seen: what points at it in this log; empty where the error usually comes from it, no more.
    """

    rule: str | None
    why: str
    evidence: Evidence
    seen: tuple[Sighting, ...]


class Diagnosis(Struct, frozen=True):
    """One failure, for all the packages and lines that show it.

    error: the name of the known text; None where the text is not known. lines: 1-based, the first
    `MAX_LINES` of `count`. text: the telling line, without anything that looks like a secret.
    causes: likeliest first. look: what to look at next.
    """

    error: str | None
    tool: str
    lines: tuple[int, ...]
    count: int
    text: str
    packages: tuple[str, ...]
    shows: str
    causes: tuple[LikelyCause, ...]
    look: str
    source: str | None


def names_a_cause(diagnoses: Iterable[Diagnosis]) -> bool:
    """Whether at least one failure has a cause by name."""
    return any(one.causes for one in diagnoses)


def of_known_text(
    block: Block, row: ErrorText, package: str | None, sightings: dict[Clue, Sighting]
) -> Diagnosis:
    """The diagnosis of an error whose text is known. sightings: the clues that bear on it."""
    telling = _telling(block, row)
    url = log_blocks.address(block.text)
    if url and not log_blocks.host(url).endswith(_NPMS_HOSTS):
        return _elsewhere(row, telling)
    causes = likeliest_first(row.causes, frozenset(sightings))
    return Diagnosis(
        row.id,
        row.tool,
        (telling.number,),
        1,
        _shown(telling.text),
        (package,) if package and not looks_like_secret(package) else (),
        row.shows,
        tuple(_likely(cause, sightings) for cause in causes),
        row.look,
        row.source,
    )


def _likely(cause: Cause, sightings: dict[Clue, Sighting]) -> LikelyCause:
    telling = cause.shown_by | cause.hinted_by
    seen = sorted(
        (seen for clue, seen in sightings.items() if clue in telling), key=lambda one: one.line
    )
    return LikelyCause(cause.rule, cause.why, cause.evidence, tuple(seen))


def _telling(block: Block, row: ErrorText) -> LogLine:
    """The line of the block that says most of the known text."""
    low = block.text.lower()
    parts = next(parts for parts in row.says if all(part in low for part in parts))
    return max(block.lines, key=lambda line: sum(part in line.text.lower() for part in parts))


def _elsewhere(row: ErrorText, telling: LogLine) -> Diagnosis:
    return Diagnosis(
        "other-registry",
        row.tool,
        (telling.number,),
        1,
        _shown(telling.text),
        (),
        "The request went to another registry than npm's public one, whose rules this program does"
        " not know.",
        (),
        "If npm's public registry was meant, look at `registry-url`, `.npmrc` and `publishConfig`.",
        None,
    )


def unknown(lines: list[LogLine]) -> Diagnosis:
    """A failure whose text is not known."""
    telling = next((one for one in lines if not _says_only_a_code(one.text)), lines[0])
    return Diagnosis(
        None,
        "",
        (lines[0].number,),
        1,
        _shown(telling.text),
        (),
        "This failed, and its text is not one that this program knows.",
        (),
        "Read the lines around it. Whether npm would take the publish, `check` tells from the"
        " repository.",
        None,
    )


def _says_only_a_code(text: str) -> bool:
    return log_blocks.error_code(text) is not None and len(text.split()) <= _WORDS_OF_A_CODE


def cut(lines: int, limit: int) -> Diagnosis:
    """The beginning of the log was not read. lines: how many of it."""
    return Diagnosis(
        None,
        "",
        (1,),
        1,
        f"(lines 1 to {lines})",
        (),
        f"The log is longer than {limit:,} characters, so its beginning was not read.",
        (),
        "Give the log of the failing job or step alone.",
        None,
    )


def sighting(clue: Clue, line: LogLine) -> Sighting:
    """A clue and the line that holds it."""
    return Sighting(line.number, clue.value, _shown(line.text))


def _shown(text: str) -> str:
    """A line to show: no word with the shape of a credential, or nothing where one might stay."""
    words = text[:_TEXT_SHOWN].split(" ")
    hidden = " ".join("***" if looks_like_secret(word) else word for word in words).strip()
    return "(a line with a value that looks like a secret)" if looks_like_secret(hidden) else hidden
