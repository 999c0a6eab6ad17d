"""Variables that a program puts into `GITHUB_ENV` for the steps after it, by its text alone.

Read are strings, variables of the environment and what is put together of the two with `+` and in
templates; every other value is not known, and a name that stands nowhere is not set.
https://github.com/actions/toolkit/tree/main/packages/core#exporting-variables
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from checker.workflows import credentials

MAX_EXPORTS = 50
_LONGEST = 2_000
_EXPORTS = re.compile(r"\bexportVariable\s*\(")
_WRITES = re.compile(r"\b(?:appendFile|writeFile|outputFile)(?:Sync)?\s*\(")
_OF_STREAM = re.compile(r"(?:\.write|\bprint)\s*\(")
_OPENS = re.compile(r"\bopen\s*\(")
_STRING = re.compile(
    r"(?P<prefix>[fFrRbu]{0,2})(?P<quote>['\"`])(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)",
    re.DOTALL,
)
_VARIABLE = re.compile(
    r"(?:process\.env|(?:os\.)?environ)(?:\.(?!get\b)(?P<plain>\w+)|\[\s*['\"](?P<key>\w+)['\"]\s*\])"
    r"|(?:(?:os\.)?environ\.get|os\.getenv)\(\s*['\"](?P<got>\w+)['\"]\s*\)"
    r"|(?:core\.)?getInput\(\s*['\"](?P<input>[\w -]+)['\"]\s*(?:,[^()]*)?\)"
)
_END_OF_LINE = re.compile(r"(?:os\.)?EOL|os\.linesep")
_NAME = re.compile(r"[A-Za-z_]\w*")
_HOLES = {"`": re.compile(r"\$\{(?!\{)([^{}]*)\}"), "f": re.compile(r"\{([^{}]*)\}")}
_WORD = re.compile(r"\b[A-Z][A-Z0-9_]+\b")
_ESCAPES = {r"\n": "\n", r"\r": "", r"\t": "\t"}


class Variable(Struct, frozen=True):
    """The value of a variable of the program's own environment."""

    name: str


# None stands for what the text does not show.
Piece = str | Variable | None


class Export(Struct, frozen=True):
    """`NAME=value` lines for the file of `GITHUB_ENV`. at: where the program writes them."""

    pieces: tuple[Piece, ...]
    at: int


@functools.lru_cache(maxsize=512)
def exports(source: str) -> tuple[Export, ...]:
    """What a program without comments exports, in its order.

    Where it hides a name, each of npm's variables that it names, and not only reads, may be that.
    """
    if "GITHUB_ENV" not in source and "exportVariable" not in source:
        return ()
    found = sorted(_all(source), key=lambda export: export.at)[:MAX_EXPORTS]
    known = [export for export in found if _is_named(export)]
    if known and len(known) == len(found):
        return tuple(known)
    at = next((export.at for export in found if not _is_named(export)), 0)
    words = _WORD.findall(_VARIABLE.sub("", source))
    names = dict.fromkeys(filter(credentials.is_npm_variable, words))
    said = {str(export.pieces[0]).partition("=")[0] for export in known}
    hidden = [Export((f"{name}=", None), at) for name in names if name not in said]
    return (*known, *hidden)


def _is_named(export: Export) -> bool:
    first = export.pieces[0]
    return isinstance(first, str) and re.match(r"\w+(?:=|<<)", first) is not None


def _all(source: str) -> Iterator[Export]:
    for match in islice(_EXPORTS.finditer(source), MAX_EXPORTS):
        name, *rest = (_pieces(source, given) for given in _arguments(source, match.end()))
        if rest:
            yield Export(_joined((*name, "=", *rest[0], "\n")), match.start())
    for match in islice(_WRITES.finditer(source), MAX_EXPORTS):
        target, *written = _arguments(source, match.end())
        if written and _is_file(source, target):
            yield Export(_pieces(source, written[0]), match.start())
    opens = [match.end() for match in _OPENS.finditer(source)]
    for match in islice(_OF_STREAM.finditer(source), MAX_EXPORTS):
        opened = opens[: bisect_left(opens, match.start())]
        given = _arguments(source, match.end())
        is_print = source.startswith("print", match.start())
        if not opened or (is_print and not any(one.startswith("file") for one in given)):
            continue
        if _is_file(source, _arguments(source, opened[-1])[0]):
            end = ("\n",) if is_print else ()
            yield Export(_joined((*_pieces(source, given[0]), *end)), match.start())


def _is_file(source: str, target: str) -> bool:
    """Whether an expression is the path of the file, or is called what was given that path."""
    if "GITHUB_ENV" in target:
        return True
    name = target.strip()
    given = rf"\b{re.escape(name)}\s*=[^;\n]*GITHUB_ENV"
    return _NAME.fullmatch(name) is not None and re.search(given, source) is not None


def _arguments(source: str, start: int) -> list[str]:
    """The arguments of a call whose bracket opens right before `start`."""
    found, depth, at, begin = [], 0, start, start
    end = min(len(source), start + _LONGEST)
    while at < end:
        quoted = _STRING.match(source, at, end) if source[at] in "'\"`" else None
        if quoted is not None:
            at = quoted.end()
            continue
        sign = source[at]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        if depth < 0 or (sign == "," and not depth):
            found.append(source[begin:at].strip())
            begin = at + 1
        if depth < 0:
            break
        at += 1
    return found or [""]


def _pieces(source: str, written: str) -> tuple[Piece, ...]:
    """What an expression is put together of; its end is hidden where it is anything else."""
    found: list[Piece] = []
    rest = written.strip()
    while rest:
        string, variable = _STRING.match(rest), _VARIABLE.match(rest)
        name, line_end = _NAME.match(rest), _END_OF_LINE.match(rest)
        if string is not None:
            found += _of_string(source, string)
        elif variable is not None:
            found.append(_variable(variable))
        elif line_end is not None:
            found.append("\n")
        elif name is not None:
            found += _of_name(source, name[0])
        taken = string or variable or line_end or name
        rest = rest[taken.end() :].strip() if taken is not None else rest
        if rest and (taken is None or not rest.startswith("+")):
            return _hidden_from_value(_joined(tuple(found)))
        rest = rest[1:].strip()
    return _joined(tuple(found))


def _hidden_from_value(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """As much as the name that the pieces begin with, and nothing of what follows it."""
    first = pieces[0] if pieces else None
    named = re.match(r"\w+=", first) if isinstance(first, str) else None
    return (named[0], None) if named is not None else (None,)


def _of_string(source: str, string: re.Match[str]) -> Iterator[Piece]:
    kind = "f" if "f" in string["prefix"].lower() else string["quote"]
    cut = _HOLES.get(kind)
    for number, part in enumerate(cut.split(string["text"]) if cut else (string["text"],)):
        if number % 2:
            yield from _pieces(source, part)
        else:
            yield re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[0], found[1]), part)


def _of_name(source: str, name: str) -> tuple[Piece, ...]:
    """What the one line says that gives a name its value, if it is a string or a variable."""
    given = re.findall(rf"\b{re.escape(name)}\s*=(?!=)\s*([^\n;]*)", source)
    if len(given) != 1:
        return (None,)
    value = given[0].strip()
    variable, string = _VARIABLE.fullmatch(value), _STRING.fullmatch(value)
    if variable is not None:
        return (_variable(variable),)
    is_plain = string is not None and string["quote"] != "`" and not string["prefix"]
    return tuple(_of_string("", string)) if string is not None and is_plain else (None,)


def _variable(found: re.Match[str]) -> Variable:
    if found["input"]:
        return Variable(f"INPUT_{found['input'].upper().replace(' ', '_')}")
    return Variable(found["plain"] or found["key"] or found["got"])


def _joined(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces without two strings that touch; one at least."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, str) and isinstance(last, str):
            found[-1] = last + piece
        elif piece != "":
            found.append(piece)
    return tuple(found) or ("",)
