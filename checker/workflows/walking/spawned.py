"""Programs in JavaScript or Python: the commands that their text spawns, as shell text.

No program is understood here: strings and lists that read as a command of a package manager or
release tool are taken for one where they are given to what runs commands, or kept in a variable of
a program that runs such.
"""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterator

from msgspec import Struct

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
_MANAGER = re.compile(r"""['"`](?P<name>npm|pnpm|yarn|bun)(?:\.cmd)?['"`]""")
_VERB_LIST = re.compile(r"""\[\s*(?P<rest>['"`](?:publish|stage)['"`][^\]]*)\]""")
_APIS = (
    (re.compile(r"\b(?P<name>releasePublish)\s*\("), "nx release publish"),
    (re.compile(r"""['"]libnpmpublish['"]"""), "npm publish"),
    (
        re.compile(
            r"""(?:import\s+(?P<name>\w+)\s+from\s+|\b(?P<taken>\w+)\s*=\s*require\s*\(\s*)"""
            r"""['"]semantic-release['"]"""
        ),
        "semantic-release",
    ),
    (
        re.compile(
            r"""(?:import\s+(?P<name>\w+)\s+from\s+|\b(?P<taken>\w+)\s*=\s*require\s*\(\s*)"""
            r"""['"]release-it['"]"""
        ),
        "release-it",
    ),
)
_ELSEWHERE = re.compile(r"\bcwd\b|chdir\s*\(|\.cd\s*\(|\bcd\s*\(|\bwithin\s*\(")
# What runs commands, by the last part of its name.
_RUNS_TEXT = (
    r"(?:\w*[eE]xec\w*|\w*[sS]pawn\w*|fork|\$+|sh|bash|\w*[sS]hell\w*|\w*[rR]un\w*|\w*[cC]md\w*"
    r"|\w*[cC]ommand\w*|call|check_call|check_output|system|[pP]open|getoutput|\w*[iI]nvoke\w*|x)"
)
_RUNS = re.compile(rf"{_RUNS_TEXT}$")
_TAGGED = re.compile(rf"{_RUNS_TEXT}\s*(?:\([^()]*\)\s*)?$")
_CALLED = re.compile(rf"{_RUNS_TEXT}\s*\(\s*$")
# Lists are filled and turned by these before they are run.
_PASSES_ON = re.compile(
    r"^(?:push|unshift|concat|append|extend|insert|join|trim|split|map|forEach|filter|flat|flatMap"
    r"|raw|add|from|of|all|dedent|quote)$"
)
_ABLE = re.compile(
    r"child_process|\bexeca\b|\bzx\b|from ['\"]bun['\"]|\bBun\.|shelljs|tinyexec|cross-spawn"
    r"|nano-spawn|subprocess|os\.system|popen|@actions/exec|Deno\.Command|\$`|execSync|spawnSync"
    r"|(?:from|require\()\s*['\"]\.{1,2}/"
)
# A command that is no string at the place where it is run: `exec(command)`, `spawn(pm, args)`.
_INDIRECT = re.compile(rf"\b{_RUNS_TEXT}\s*\((?:[^()'\"`]*[\w$]|\s*['\"`][^'\"`]*['\"`]\s*,\s*\w)")
_DECIDES = re.compile(r"\bif\b|\bswitch\b|\bcatch\b|\bexcept\b|process\.exit|sys\.exit|\?")
_DRY = re.compile(r"""['"]?\bdry-?[rR]un['"]?\s*:\s*true""")
_SCANNED = 2_000


class Call(Struct, frozen=True):
    """One spawned command. hidden: variables of `source` that stand for the program's values.

    elsewhere: the program may run it in another folder than its own. unsure: the program decides
    before it whether it comes to that.
    """

    source: str
    hidden: tuple[tuple[str, str], ...]
    elsewhere: bool
    unsure: bool = False


@functools.lru_cache(maxsize=512)
def calls(source: str, language: str) -> tuple[Call, ...]:
    """The commands that a program spawns, as far as its text shows them."""
    return tuple(_calls(source, language))


def _calls(bare: str, language: str) -> Iterator[Call]:
    elsewhere = bool(_ELSEWHERE.search(bare))
    seen: set[str] = set()
    for source, hidden, position in _all(bare):
        if source not in seen and len(seen) < MAX_CALLS:
            seen.add(source)
            yield Call(source, hidden, elsewhere, decides(bare[:position]))


_Found = tuple[str, tuple[tuple[str, str], ...], int]


def _all(source: str) -> Iterator[_Found]:
    covered: list[tuple[int, int]] = []
    passed_on = bool(_ABLE.search(source) and _INDIRECT.search(source))
    for match in _LIST.finditer(source):
        words, hidden = _words(match["rest"])
        if words and _is_run(source, match.start("tool") - 1, passed_on=passed_on):
            covered.append(match.span())
            yield " ".join((match["tool"], *words)), hidden, match.start()
    for match in _STRING.finditer(source):
        written = match["text"]
        before = source[max(0, match.start() - 80) : match.start()]
        if _PRINTED.search(before) or any(a <= match.start() < b for a, b in covered):
            continue
        if (_COMMAND.match(written.strip()) or _CHAINED.search(written)) and _is_run(
            source, match.start(), passed_on=passed_on
        ):
            yield *_template(written, match["quote"]), match.start()
    verbs = [
        match
        for match in _VERB_LIST.finditer(source)
        if not any(a <= match.start() < b for a, b in covered)
    ]
    tool = _manager(source, passed_on=passed_on) if verbs else None
    for match in verbs if tool is not None else ():
        words, hidden = _words(match["rest"])
        yield f"{tool} {' '.join(words)}", hidden, match.start()
    for pattern, command in _APIS:
        found = pattern.search(source)
        if found is not None:
            yield command + _dry(source, found), (), found.start()


def decides(before: str) -> bool:
    """Whether a program may have ended or gone another way after this part of its text."""
    return _DECIDES.search(before) is not None


def _manager(source: str, *, passed_on: bool) -> str | None:
    """The package manager that a program runs by name, or keeps the name of to run it."""
    named = next((m for m in _MANAGER.finditer(source) if _is_called(source, m.start())), None)
    if named is None and passed_on:
        named = _MANAGER.search(source)
    return named["name"] if named is not None else None


def _is_called(source: str, position: int) -> bool:
    return _CALLED.search(source[max(0, position - 120) : position]) is not None


def _dry(source: str, found: re.Match[str]) -> str:
    """` --dry-run` where every call of the function asks for no more."""
    names = found.groupdict()
    name = names.get("name") or names.get("taken")
    if name is None:
        return ""
    starts = [m.end() for m in re.finditer(rf"(?<!function )\b{re.escape(name)}\s*\(", source)]
    given = [_DRY.search(source[start : _end_of(source, start)]) for start in starts]
    return " --dry-run" if given and all(given) else ""


def _end_of(source: str, start: int) -> int:
    """Where the brackets close that are open at `start`."""
    depth = 1
    for position in range(start, min(len(source), start + _SCANNED)):
        depth += (source[position] in "([{") - (source[position] in ")]}")
        if not depth:
            return position
    return min(len(source), start + _SCANNED)


def _is_run(source: str, position: int, *, passed_on: bool) -> bool:
    """Whether a text at `position` is given to what runs commands.

    passed_on: the program runs commands that it keeps in variables.
    """
    before = source[max(0, position - _SCANNED) : position]
    if _TAGGED.search(before[-120:]):
        return True
    callee = _callee(before)
    if callee is None:
        return passed_on
    last = callee.rpartition(".")[2]
    if _RUNS.search(last):
        return True
    if _PASSES_ON.match(last):
        return passed_on
    return passed_on and "." not in callee and _is_own(source, callee)


def _callee(before: str) -> str | None:
    """The function among whose arguments the end of a text stands; None outside any call."""
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        sign = before[index]
        if sign in ")]}":
            depth += 1
        elif sign in "([{":
            if depth:
                depth -= 1
                continue
            ahead = before[:index].rstrip()
            if sign == "(":
                match = re.search(r"[\w$.]+$", ahead)
                if match and match[0] not in {"if", "while", "return", "await", "for", "of", "in"}:
                    return match[0]
            elif sign == "{" and not ahead.endswith((",", "(", ":", "=", "[")):
                return None
    return None


def _is_own(source: str, name: str) -> bool:
    """Whether a function is the program's own, or one of its tree."""
    if re.search(rf"\b(?:function|def)\s+{re.escape(name)}\b|\b{re.escape(name)}\s*=", source):
        return True
    return bool(re.search(rf"\b{re.escape(name)}\b[^;\n]*(?:from|require\()\s*['\"]\.", source))


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
