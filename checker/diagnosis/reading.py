"""What made a release fail, read from its log: pure, the text in, the causes out.

The error texts and what can be behind them are `checker.knowledge.errors`; nothing is printed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from checker.diagnosis import log_blocks, log_lines
from checker.diagnosis.log_blocks import Block
from checker.diagnosis.log_lines import LogLine
from checker.diagnosis.model import Diagnosis, Sighting, cut, of_known_text, sighting, unknown
from checker.knowledge import errors, log_clues
from checker.knowledge.error_model import EXCHANGED, Clue, ErrorText

MAX_DIAGNOSES = 50
MAX_LINES = 20
MAX_PACKAGES = 200
_MAX_SIGHTINGS = 2_000
_MAX_ERRORS = 2_000  # errors looked at in one log; the rest of a longer list says nothing new

_NPMS_TOOLS = frozenset({"npm", "npm's registry"})
_REFUSALS = frozenset({Clue.EXCHANGE_404, Clue.EXCHANGE_401, Clue.EXCHANGE_FAILED})

_NEW_STEP = "##[group]Run "
_FAILED_STEP = "##[error]"
# No script has such a line: the end of the header was lost, as in a part of a log that was copied.
_WRITTEN = re.compile(
    r"##\[error\]|npm (?:error|err!|notice|warn|verbose|http) |lerna err! |\W{0,3}YN00\d\d\b", re.I
)
_PUBLISHED = re.compile(r"^\+ (?:@[\w.~-]{1,214}/)?[\w.~-]{1,214}@\d")
_FAILURE = re.compile(
    r"^\W{0,12}(?:error\b|fatal:|usage error:|err_[a-z]|uncaught |unhandled )"
    r"|[\u2716\u2718] |\bfailed with errors\b|semanticreleaseerror",
    re.IGNORECASE,
)
_EXIT_CODE = re.compile(r"process completed with exit code|the operation was canceled", re.I)


def diagnose(text: str, limit: int = log_lines.TEXT_LIMIT) -> tuple[Diagnosis, ...]:
    """The failures in the text of a log, in their order; empty where none is seen.

    Of a text longer than `limit` characters the end is read, and a diagnosis says so.
    """
    begins = log_lines.beginning(text, limit)
    found = _read(log_lines.split(text, begins))
    return (cut(text.count("\n", 0, begins), limit), *found) if begins else found


def diagnose_lines(lines: Iterable[str]) -> tuple[Diagnosis, ...]:
    """The same for lines that arrive one by one; memory does not grow with their number."""
    return _read(log_lines.numbered(lines))


def _read(lines: Iterable[LogLine]) -> tuple[Diagnosis, ...]:
    reading = _Reading()
    for line in lines:
        reading.feed(line)
    return reading.end()


@dataclass
class _Step:
    """What has been seen of the step that is being read."""

    clues: dict[tuple[Clue, str | None], Sighting] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    package: str | None = None
    failed: bool = False
    published: bool = False
    known: int = 0
    minor: list[tuple[Block, ErrorText]] = field(default_factory=list)
    not_known: list[Block] = field(default_factory=list)
    hint: LogLine | None = None
    last: LogLine | None = None


@dataclass
class _Gathered:
    """A diagnosis that more lines may join."""

    first: Diagnosis
    lines: list[int]
    packages: dict[str, None]
    count: int

    def whole(self) -> Diagnosis:
        return replace(
            self.first,
            lines=tuple(sorted(self.lines)),
            packages=tuple(self.packages),
            count=self.count,
        )


class _Reading:
    """A log being read line by line; what it holds is bounded."""

    def __init__(self) -> None:
        self.step = _Step()
        self.at: tuple[str, str] = ("", "")
        self.npm: tuple[Clue, Sighting] | None = None
        self.header = False
        self.github = False
        self.errors = 0
        self.gathered: dict[object, _Gathered] = {}

    def feed(self, line: LogLine) -> None:
        """Read one line."""
        self.github = self.github or line.stamped or line.text.startswith("##[")
        if (line.job, line.step) != self.at:
            self._next_step()
            if line.job != self.at[0]:
                self.npm = None
            self.at = (line.job, line.step)
        if line.text.startswith(_NEW_STEP):
            self._next_step()
            self.header = True
        elif line.text.startswith("##[endgroup]"):
            self.header = False
        elif self.header and not _WRITTEN.match(line.text):
            self._header(line)
        elif line.text.strip():
            self.header = False
            self._output(line)

    def end(self) -> tuple[Diagnosis, ...]:
        """What was found, in the order of the log."""
        self._next_step()
        found = sorted((one.whole() for one in self.gathered.values()), key=lambda one: one.lines)
        return tuple(found)

    # --- lines ------------------------------------------------------------------------------

    def _header(self, line: LogLine) -> None:
        """The script and variables of a step, as GitHub prints them before it runs."""
        self._token(line)
        if log_clues.changes_npm(line.text):
            self.npm = None

    def _token(self, line: LogLine) -> None:
        found = log_clues.token_clue(line.text)
        if found:
            self._sight(found, None, line)

    def _output(self, line: LogLine) -> None:
        low = line.text.lower()
        self._clues(line, low)
        step = self.step
        if line.text.startswith(_FAILED_STEP):
            step.failed = True
            line = LogLine(line.number, line.text.removeprefix(_FAILED_STEP), line.job, line.step)
            if _EXIT_CODE.search(low):
                step.hint = step.hint or step.last or line
                return
            step.hint = step.hint or line
        step.last = line
        step.published = step.published or _PUBLISHED.match(line.text) is not None
        family = log_blocks.family(line.text, low)
        if family:
            self._add(family, line, low)
        elif not log_blocks.is_chatter(line.text):
            self._loose(line, low)

    def _clues(self, line: LogLine, low: str) -> None:
        step = self.step
        begun = log_blocks.package_begun(line.text)
        if begun:
            step.package = begun
        found = log_clues.clue(low)
        if found in EXCHANGED or found is Clue.PACKAGE_NOT_FOUND:
            named = log_blocks.package_of(line.text)
            if found in EXCHANGED:
                step.package = named or step.package
                self._sight(found, step.package, line)
            elif named:
                self._sight(found, named, line)
        elif found:
            self._sight(found, None, line)
        version = log_clues.npm_clue(line.text)
        if version:
            self.npm = (version, sighting(version, line))
        self._token(line)

    def _sight(self, clue: Clue, package: str | None, line: LogLine) -> None:
        if len(self.step.clues) < _MAX_SIGHTINGS:
            self.step.clues.setdefault((clue, package), sighting(clue, line))

    # --- blocks -----------------------------------------------------------------------------

    def _add(self, family: str, line: LogLine, low: str) -> None:
        block = self.step.blocks.get(family)
        if block and not block.takes(line, low):
            self._close(family)
            block = None
        if block is None:
            block = self.step.blocks[family] = Block(family, self.step.package)
        block.lines.append(line)

    def _loose(self, line: LogLine, low: str) -> None:
        block = self.step.blocks.get("")
        if block and block.continued_by(line):
            block.lines.append(line)
            return
        self._close("")
        if errors.recognised(low):
            self.step.blocks[""] = Block("", self.step.package, [line])
        elif self.step.hint is None and _FAILURE.search(line.text):
            self.step.hint = line

    def _close(self, family: str) -> None:
        block = self.step.blocks.pop(family, None)
        self.errors += block is not None
        if block is None or self.errors > _MAX_ERRORS:
            return
        row = errors.recognised(block.text.lower())
        if row is None:
            self._not_known(block)
        elif row.minor:
            if len(self.step.minor) < MAX_DIAGNOSES:
                self.step.minor.append((block, row))
        else:
            self.step.known += 1
            self._gather(self._diagnosis(block, row))

    def _not_known(self, block: Block) -> None:
        code = log_blocks.error_code(block.text)
        is_wrapper = code is None or code == "ELIFECYCLE" or not code.startswith("E")
        if is_wrapper:
            self.step.hint = self.step.hint or block.lines[0]
        elif len(self.step.not_known) < MAX_DIAGNOSES:
            self.step.not_known.append(block)

    # --- steps ------------------------------------------------------------------------------

    def _next_step(self) -> None:
        for family in tuple(self.step.blocks):
            self._close(family)
        step = self.step
        if step.failed or not (self.github or step.published):
            if not step.known:
                for block, row in step.minor:
                    self._gather(self._diagnosis(block, row))
            for block in step.not_known:
                self._gather(unknown(block.lines))
            if step.hint and not (step.known or step.minor or step.not_known):
                self._gather(unknown([step.hint]))
        self.step = _Step()
        self.header = False

    def _gather(self, one: Diagnosis) -> None:
        key = (one.error, tuple((c.rule, c.why) for c in one.causes), one.error or one.text)
        known = self.gathered.get(key)
        if known is None:
            if len(self.gathered) < MAX_DIAGNOSES:
                packages = dict.fromkeys(one.packages)
                self.gathered[key] = _Gathered(one, list(one.lines), packages, 1)
            return
        known.count += 1
        # A block of many lines ends later than a single line that begins after it.
        known.first = min(known.first, one, key=lambda each: each.lines)
        if len(known.lines) < MAX_LINES:
            known.lines += one.lines
        if len(known.packages) < MAX_PACKAGES:
            known.packages.update(dict.fromkeys(one.packages))

    # --- clues ------------------------------------------------------------------------------

    def _diagnosis(self, block: Block, row: ErrorText) -> Diagnosis:
        package = log_blocks.package_of(block.text) or block.package
        return of_known_text(block, row, package, self._sightings(package, row))

    def _sightings(self, package: str | None, row: ErrorText) -> dict[Clue, Sighting]:
        """The clues that bear on this error: those of its own package, or of none."""
        found = {
            clue: seen
            for (clue, whose), seen in self.step.clues.items()
            if whose is None or package is None or whose == package
        }
        if package is None and _REFUSALS & found.keys():
            found.pop(Clue.EXCHANGE_ACCEPTED, None)
        # A tool that made the exchange, or makes its own, does not depend on the job's npm.
        if self.npm and row.tool in _NPMS_TOOLS and not EXCHANGED & found.keys():
            found[self.npm[0]] = self.npm[1]
            if self.npm[0] is Clue.NPM_NEW_ENOUGH and Clue.VERBOSE in found:
                untried = Clue.EXCHANGE_NOT_TRIED
                found[untried] = replace(found[Clue.VERBOSE], says=untried.value)
        return found
