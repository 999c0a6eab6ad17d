"""The plain-text cases of `npm_says/`: what a block may say, and how files of them are read.

Reading only: nothing here knows npm's rules or the program that is judged against them. The format
is described in `npm_says/README.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Final, TypeVar

from npm_says_values import (
    GivenToken,
    Publisher,
    Undeclared,
    WrongError,
    as_answers,
    as_choice,
    as_day,
    as_publishers,
    as_rules,
    as_token,
    as_url,
    as_version,
    either,
    near,
    one_of,
    or_none,
    or_undeclared,
    spread,
)

from checker.facts import Access, AccountTwoFactor, Command
from checker.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_T = TypeVar("_T")
_D = TypeVar("_D")


@dataclass(frozen=True)
class Case:
    """One sentence of npm's, and what npm then answers to one publish.

    number: of the block in its file, from 1. variant: the values that set this case apart from the
    others of the same block. answers: any of them is right. because: of each inner tuple at least
    one rule is reported. unknowns: of each inner tuple at least one fact is named.
    """

    file: str
    line: int
    number: int
    variant: tuple[str, ...]
    says: str
    source: str
    on: date
    answers: frozenset[Verdict]
    because: tuple[tuple[str, ...], ...]
    not_because: tuple[str, ...]
    unknowns: tuple[tuple[str, ...], ...]
    package: str
    version: str
    private: bool
    repository_url: str | None
    publish_access: str | None
    tag: str | None
    provenance: bool | None
    visibility: str
    exists: bool | Undeclared
    access: Access | Undeclared
    account: AccountTwoFactor | Undeclared
    token: GivenToken | None
    publishers: tuple[Publisher, ...] | Undeclared
    id_token: bool
    npm: str
    node: str
    event: str
    hosted: bool
    environment: str | None
    command: Command
    interactive: bool

    @property
    def id(self) -> str:
        """A short name for the test of the block: file, number and the sentence's first words."""
        words = re.sub(r"[^a-z0-9]+", "-", self.says.lower()).strip("-").split("-")[:8]
        return f"{self.file.removesuffix('.txt')}-{self.number:02}-{'-'.join(words)}"


class MalformedError(Exception):
    """A case cannot be read; the text names file, line and fault, one a line."""


_OBLIGATORY: Final = ("npm says", "source", "on", "command", "npm answers")
_KEYS: Final = (
    *_OBLIGATORY,
    *("because", "not because", "unknowns", "package", "version", "private", "repository-url"),
    *("publish-access", "tag", "provenance", "visibility", "exists", "access", "account-2fa"),
    *("token", "publisher", "id-token", "npm", "node", "event", "runner", "environment"),
    "interactive",
)


class _Block:
    """The `key: value` lines of one case, and the faults found while reading them."""

    def __init__(self, file: str, line: int) -> None:
        self.file, self.line = file, line
        self.lines: dict[str, tuple[int, str]] = {}
        self.faults: list[str] = []

    def fault(self, line: int, text: str) -> None:
        self.faults.append(f"{self.file}:{line}: {text}")

    def add(self, number: int, text: str) -> None:
        key, colon, value = text.partition(":")
        key, value = key.strip(), value.strip()
        if not colon or not value:
            self.fault(number, f"`{text}` is not `key: value`")
        elif key not in _KEYS:
            self.fault(number, f"unknown key `{key}`{near(key, _KEYS)}")
        elif key in self.lines:
            self.fault(number, f"`{key}` is there twice")
        else:
            self.lines[key] = (number, value)

    def read(self, key: str, read: Callable[[str], _T], default: _D) -> _T | _D:
        number, value = self.lines.get(key, (self.line, None))
        if value is None:
            return default
        try:
            return read(value)
        except WrongError as wrong:
            self.fault(number, f"{key}: {wrong}")
            return default


def _cases(block: _Block, number: int) -> Iterator[Case]:
    """One case for every combination of the values that the block gives to a key."""
    for key in _OBLIGATORY:
        if key not in block.lines:
            block.fault(block.line, f"`{key}` is missing")
    given = {key: spread(key, value) for key, (_, value) in block.lines.items()}
    several = tuple(key for key, values in given.items() if len(values) > 1)
    for values in product(*given.values()):
        chosen = dict(zip(given, values, strict=True))
        for key, value in chosen.items():
            block.lines[key] = (block.lines[key][0], value)
        yield _case(block, number, tuple(chosen[key] for key in several))


def _case(block: _Block, number: int, variant: tuple[str, ...]) -> Case:
    read = block.read
    on = read("on", as_day, date.min + timedelta(days=99))
    return Case(
        file=block.file,
        line=block.line,
        number=number,
        variant=variant,
        says=read("npm says", str, ""),
        source=read("source", as_url, ""),
        on=on,
        answers=read("npm answers", as_answers, frozenset()),
        because=read("because", as_rules, ()),
        not_because=tuple(rule for group in read("not because", as_rules, ()) for rule in group),
        unknowns=read("unknowns", as_rules, ()),
        package=read("package", str, "@acme/widget"),
        version=read("version", as_version, "1.2.3"),
        private=read("private", either("yes", "no"), False),
        repository_url=read("repository-url", or_none, "git+https://github.com/acme/widget.git"),
        publish_access=read("publish-access", lambda w: one_of(w, ("public", "restricted")), None),
        tag=read("tag", str, None),
        provenance=read("provenance", either("asked", "off"), None),
        visibility=read("visibility", lambda w: one_of(w, ("public", "private")), "public"),
        exists=read("exists", or_undeclared(either("yes", "no")), True),
        access=read("access", or_undeclared(as_choice(Access)), Access.TWO_FACTOR_OR_BYPASS_TOKEN),
        account=read(
            "account-2fa",
            or_undeclared(as_choice(AccountTwoFactor)),
            AccountTwoFactor.AUTH_AND_WRITES,
        ),
        token=read("token", lambda word: as_token(word, on), None),
        publishers=read("publisher", lambda word: as_publishers(word, on), ()),
        id_token=read("id-token", either("write", "none"), False),
        npm=read("npm", as_version, "11.17.0"),
        node=read("node", as_version, "24.19.0"),
        event=read("event", str, "push"),
        hosted=read("runner", either("hosted", "self-hosted"), True),
        environment=read("environment", str, None),
        command=read("command", as_choice(Command), Command.PUBLISH),
        interactive=read("interactive", either("yes", "no"), False),
    )


def parse(text: str, file: str) -> tuple[Case, ...]:
    """The cases of one file, in order. Raises `MalformedError` with every fault of the file."""
    cases: list[Case] = []
    faults: list[str] = []
    blocks = 0
    block: _Block | None = None
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.lstrip().startswith("#"):
            continue
        if line.strip():
            block = block or _Block(file, number)
            block.add(number, line.strip())
        elif block is not None:
            blocks += 1
            cases += _cases(block, blocks)
            faults += dict.fromkeys(block.faults)
            block = None
    if faults:
        raise MalformedError("\n".join(faults))
    return tuple(cases)


def load(folder: Path) -> tuple[Case, ...]:
    """Every case of the `.txt` files of `folder`. Raises `MalformedError`."""
    cases: list[Case] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.txt")):
        try:
            cases += parse(path.read_text(encoding="utf-8"), path.name)
        except MalformedError as malformed:
            faults.append(str(malformed))
    if faults:
        raise MalformedError("\n".join(faults))
    return tuple(cases)
