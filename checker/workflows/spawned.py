"""Programs in JavaScript or Python: the commands that their text spawns, as shell text.

No program is understood here: strings and lists that read as a command of a package manager or
release tool are taken for one, unless they are printed.
"""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CALLS = 200
_TOOLS = (
    r"npm|pnpm|yarn|bun|npx|pnpx|bunx|lerna|changeset|semantic-release|release-it|np|nx|rush|auto"
)
_COMMAND = re.compile(rf"(?:[A-Z_][A-Z0-9_]*=\S*\s+)*(?:sudo\s+)?(?:{_TOOLS})(?:\.cmd)?\s+\S")
_CHAINED = re.compile(rf"(?:&&|;|\|\|)\s*(?:{_TOOLS})\s+\S")
_STRING = re.compile(
    r"""(?P<quote>['"`])(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)""", re.DOTALL
)
_PRINTED = re.compile(
    r"(?:console\s*\.\s*\w+|\blog(?:ger)?(?:\s*\.\s*\w+)?|\bprint\w*|\bwarn\w*|\binfo|\berror|\bError"
    r"|\bdebug|\bdescribe|\bit|\btest|\bstep|\btitle|\bmessage|\bdescription|\becho|\bwrite\w*"
    r"|\bthrow|\bfail\w*|\bchalk\s*\.\s*\w+|\bsetFailed|\bnotice)\s*[(:=]?\s*\(?\s*f?$"
)
_LIST = re.compile(
    rf"""(?P<open>\[?)\s*['"`](?P<tool>{_TOOLS})(?:\.cmd)?['"`]\s*,\s*\[?(?P<rest>[^\])]*)[\])]"""
)
_VERB_LIST = re.compile(r"""\[\s*(?P<rest>['"`](?:publish|stage)['"`][^\]]*)\]""")
_APIS = (
    (re.compile(r"\breleasePublish\s*\("), "nx release publish"),
    (re.compile(r"""['"]libnpmpublish['"]"""), "npm publish"),
    (re.compile(r"""import\s+\w+\s+from\s+['"]semantic-release['"]"""), "semantic-release"),
    (re.compile(r"""import\s+\w+\s+from\s+['"]release-it['"]"""), "release-it"),
)
_ELSEWHERE = re.compile(r"\bcwd\b|chdir\s*\(|\.cd\s*\(|\bcd\s*\(|\bwithin\s*\(")


@dataclass(frozen=True)
class Call:
    """One spawned command. hidden: variables of `source` that stand for the program's values.

    elsewhere: the program may run it in another folder than its own.
    """

    source: str
    hidden: tuple[tuple[str, str], ...]
    elsewhere: bool


@functools.lru_cache(maxsize=512)
def calls(source: str, language: str) -> tuple[Call, ...]:
    """The commands that a program spawns, as far as its text shows them."""
    return tuple(_calls(source, language))


def _calls(source: str, language: str) -> Iterator[Call]:
    bare = _without_comments(source, language)
    elsewhere = bool(_ELSEWHERE.search(bare))
    seen: set[str] = set()
    for found in _all(bare):
        if found[0] not in seen and len(seen) < MAX_CALLS:
            seen.add(found[0])
            yield Call(found[0], found[1], elsewhere)


def _all(source: str) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    covered: list[tuple[int, int]] = []
    for match in _LIST.finditer(source):
        words, hidden = _words(match["rest"])
        if words:
            covered.append(match.span())
            yield " ".join((match["tool"], *words)), hidden
    for match in _STRING.finditer(source):
        written = match["text"]
        before = source[max(0, match.start() - 80) : match.start()]
        if _PRINTED.search(before) or any(a <= match.start() < b for a, b in covered):
            continue
        if _COMMAND.match(written.strip()) or _CHAINED.search(written):
            yield _template(written, match["quote"])
    tool = re.search(r"""['"`](npm|pnpm|yarn|bun)(?:\.cmd)?['"`]""", source)
    for match in _VERB_LIST.finditer(source):
        if tool and not any(a <= match.start() < b for a, b in covered):
            words, hidden = _words(match["rest"])
            yield " ".join((tool.group(1), *words)), hidden
    for pattern, command in _APIS:
        if pattern.search(source):
            yield command, ()


def _words(rest: str) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The items of a list: strings as words, everything else as a hidden one."""
    words: list[str] = []
    hidden: list[tuple[str, str]] = []
    for item in rest.split(","):
        bare = item.strip()
        match = _STRING.fullmatch(bare)
        if match and "${" not in match["text"]:
            words.append(shlex.quote(match["text"]))
        elif bare and not bare.startswith(("{", "//")):
            name = f"__item_{len(hidden)}"
            hidden.append((name, f"argument {bare[:40]}"))
            words.append(f"${name}")
        elif bare.startswith("{"):
            break
    return words, tuple(hidden)


def _template(written: str, quote: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A string as shell text, with `${…}` of a template as variables."""
    hidden: list[tuple[str, str]] = []

    def name(match: re.Match[str]) -> str:
        hidden.append((f"__item_{len(hidden)}", f"argument {match.group()[:40]}"))
        return f"${{{hidden[-1][0]}}}"

    if quote == "`":
        written = re.sub(r"\$\{[^{}]*\}", name, written)
    else:
        written = re.sub(r"(?<!\$)\{[A-Za-z_][^{}]*\}", name, written)
    return written.replace("\\n", "\n").replace("\\", ""), tuple(hidden)


def _without_comments(source: str, language: str) -> str:
    if language == "py":
        return re.sub(r"(?m)(^|\s)#.*$", "", source)
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"(?m)(^|[\s;{}])//.*$", r"\1", source)
