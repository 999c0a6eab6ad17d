"""The lines of a log that are one error, gathered: npm, lerna and yarn write several. Pure.

What an error means is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from checker.diagnosis.log_lines import LogLine

LINES_OF_A_BLOCK = 40
_GAP = 40  # other lines that may stand between two lines of one error
_LOOSE_LINES = 6

_LEVELS = re.compile(
    r"\b(?:npm|lerna) (?:verbose|verb|silly|sill|http|info|timing|notice|warn)\b", re.IGNORECASE
)
_YARN = re.compile(r"\bYN00(?!00)\d\d\b")
_CODE = re.compile(r"(?:npm error|npm err!) code (\S{1,40})|lerna err! (e(?!rrno)[a-z0-9]{2,20})\b")
_ADDRESS = re.compile(
    r"(?:- (?:PUT|POST|GET|DELETE)|fetch (?:PUT|POST|GET) \d{3}|logged in to|Request URL:"
    r"|Not Found:|Unauthorized:|Forbidden:|package: \")\s{1,4}?(https?://[^\s\"']{1,600})",
    re.IGNORECASE,
)
_ADDRESS_IN_QUOTES = re.compile(r"couldn't publish package: \"(https?://[^\s\"']{1,600})", re.I)
_NAME = r"(?:@[\w.~-]{1,214}/)?[\w.~-]{1,214}"
_NAMED = re.compile(
    rf"requested resource '({_NAME})@|'({_NAME})@[^'\s]{{1,100}}' is not in this registry"
    rf"|publish(?:ing)? package ({_NAME})@|package failed to publish: ({_NAME})"
    rf"|while publishing ({_NAME}):|Package ({_NAME}) was not found in the registry",
    re.IGNORECASE,
)
_CURRENT = re.compile(
    rf"\bnpm notice name:\s{{1,20}}({_NAME})\s*$|npm notice \W{{0,6}}({_NAME})@\d"
    rf"|\blerna verb publish ({_NAME})\s*$"
)
_WHOLE_NAME = re.compile(_NAME)


@dataclass
class Block:
    """The lines of one error. package: the one that was being published when it began."""

    family: str
    package: str | None
    lines: list[LogLine] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All lines, a line feed between them."""
        return "\n".join(line.text for line in self.lines)

    def takes(self, line: LogLine, low: str) -> bool:
        """Whether `line`, of the same family, goes on with this error."""
        if line.number - self.lines[-1].number > _GAP or len(self.lines) >= LINES_OF_A_BLOCK:
            return False
        if self.family == "yarn":
            return _yarn_code(line.text) == _yarn_code(self.lines[-1].text)
        if _CODE.search(low):
            return not any(_CODE.search(one.text.lower()) for one in self.lines)
        return True

    def continued_by(self, line: LogLine) -> bool:
        """Whether `line`, of no family, goes on with this error of no family."""
        near = line.number - self.lines[0].number <= _LOOSE_LINES
        return near and (line.text[:1] in (" ", "\t", "-") or line.text.startswith("Details:"))


def family(text: str, low: str) -> str | None:
    """Which client writes this line as part of an error; None where none does."""
    if "npm error" in low or "npm err!" in low:
        return "npm"
    if "lerna err!" in low:
        return "lerna"
    return "yarn" if "YN00" in text and _YARN.search(text) else None


def is_chatter(text: str) -> bool:
    """Whether a client writes the line as information: it may hold a clue, and is no error."""
    return _LEVELS.search(text) is not None


def error_code(block_text: str) -> str | None:
    """The code that the client gives the error (`E404`, `EOTP`, `1`); None where it gives none."""
    found = _CODE.search(block_text.lower())
    return (found[1] or found[2]).upper() if found else None


def address(text: str) -> str | None:
    """The address of the request that the error is about."""
    found = _ADDRESS.search(text) or _ADDRESS_IN_QUOTES.search(text)
    return found[1] if found else None


def host(url: str) -> str:
    """The host of an address, in lower case, without its port."""
    return url.partition("://")[2].partition("/")[0].partition(":")[0].lower()


def package_of(text: str) -> str | None:
    """The package that the lines of an error, or a request, are about."""
    found = _NAMED.search(text)
    if found:
        return next(group for group in found.groups() if group)
    url = address(text)
    return _package_in(url) if url else None


def package_begun(text: str) -> str | None:
    """The package that a line of information says is now being published."""
    if "notice" not in text and "lerna verb" not in text:
        return None
    found = _CURRENT.search(text)
    return next((group for group in found.groups() if group), None) if found else None


def _package_in(url: str) -> str | None:
    path = unquote(url.partition("://")[2].partition("/")[2].rstrip(":,.;)"))
    for prefix in ("-/npm/v1/oidc/token/exchange/package/", "-/stage/package/", "-/package/"):
        path = path.removeprefix(prefix)
    parts = path.split("/")
    name = "/".join(parts[:2]) if path.startswith("@") else parts[0]
    return name if name != "-" and _WHOLE_NAME.fullmatch(name) else None


def _yarn_code(text: str) -> str | None:
    found = _YARN.search(text)
    return found[0] if found else None
