"""What hands a command to another shell or process on Windows: `iex`, `cmd /c`, `Start-Process`.

PowerShell and cmd take names and flags in any case.
https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-expression
https://learn.microsoft.com/powershell/module/microsoft.powershell.management/start-process
https://learn.microsoft.com/windows-server/administration/windows-commands/cmd
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from checker.workflows.command_lines.effects import Effect, RunsText
from checker.workflows.shell import other_shells
from checker.workflows.text import Text, join, split, text

_EVALUATES = frozenset({"invoke-expression", "iex"})
_STARTS = frozenset({"start-process", "saps", "start"})
_POWERSHELLS = frozenset({"pwsh", "powershell"})
NAMES = _EVALUATES | _STARTS | _POWERSHELLS | {"cmd"}

_ARGUMENTS = frozenset({"-argumentlist", "-args"})
_PROGRAM = frozenset({"-filepath", "-path"})
# Flags of Start-Process with a word behind them that is no part of the command.
_WITH_VALUE = frozenset(
    {
        "-workingdirectory",
        "-verb",
        "-windowstyle",
        "-credential",
        "-environment",
        "-redirectstandardoutput",
        "-redirectstandarderror",
        "-redirectstandardinput",
    }
)


def runs(name: str, words: list[Text]) -> Iterator[Effect]:
    """The command that one of `NAMES`, in lower case, hands on; nothing where it names none."""
    if name in _EVALUATES:
        given = [word for word in words if _flag(word) != "-command"]
        source = _spaced(given)
    elif name in _STARTS:
        source = _started(words)
    elif name == "cmd":
        source = _line(_behind(words, frozenset({"/c", "/k"})))
    else:
        commands = frozenset({"-command", "-c", "-com"})
        line = _behind(words, commands)
        if not line and name == "powershell" and words and not _flag(words[0]):
            line = words
        source = _line(line)
        if source.literal:
            source = text(other_shells.as_bash(source.literal, name))
    if source.parts:
        yield RunsText(source)


def _flag(word: Text) -> str:
    """The flag that a word is, in lower case; "" for any other word."""
    return word.start.lower() if word.start.startswith(("-", "/")) else ""


def _behind(words: list[Text], flags: frozenset[str]) -> list[Text]:
    at = next((n for n, word in enumerate(words) if _flag(word) in flags), len(words))
    return words[at + 1 :]


def _started(words: list[Text]) -> Text:
    """The program of Start-Process with its arguments, which are a list with commas or one text."""
    command: list[Text] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        flag = _flag(word)
        if flag.startswith("--") or flag.count("/") > 1:
            flag = ""
        if flag in _WITH_VALUE:
            rest = rest[1:]
        elif flag in _PROGRAM and rest:
            command.insert(0, rest.pop(0))
        elif flag in _ARGUMENTS:
            # What begins with a dash behind a comma is one of them, and no flag of its own.
            while rest and (not _flag(rest[0]) or _goes_on(command) or " " in rest[0].shown):
                command.append(rest.pop(0))
        elif not flag:
            command.append(word)
    return _spaced([part for word in command for part in split(word, ",") if part.parts])


def _goes_on(command: list[Text]) -> bool:
    last = command[-1].parts[-1:] if command else ()
    return bool(last) and isinstance(last[0], str) and last[0].endswith(",")


def _line(words: list[Text]) -> Text:
    """The words as one line; a single one is a line already."""
    if len(words) == 1:
        return words[0]
    return _spaced([w if w.literal is None else text(shlex.quote(w.literal)) for w in words])


def _spaced(words: list[Text]) -> Text:
    pieces: list[Text | str] = []
    for word in words:
        pieces += [" ", word] if pieces else [word]
    return join(*pieces)
