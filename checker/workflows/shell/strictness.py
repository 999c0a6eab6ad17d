"""Whether a script ends where a command of it fails: what its shell is started with, and `set`.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

_OPTIONS = {"errexit": "errexit", "pipefail": "pipefail"}
_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh"})
# PowerShell's own errors end a script of it, those of the programs that it runs do not.
_GOES_ON = frozenset({"pwsh", "powershell", "cmd"})
_IN_PLACE = frozenset({"eval", "source", "."})
# A script that goes on where a command fails may ask for that itself, and end then.
_ASKS = re.compile(
    r"\$\?|LASTEXITCODE|ERRORLEVEL|NativeCommandUseErrorAction|\btrap\b.*\bERR\b", re.IGNORECASE
)


class Strictness(Struct, frozen=True):
    """errexit: a command that fails ends the script. pipefail: one inside a pipeline counts too."""

    errexit: bool = False
    pipefail: bool = False

    def after(self, words: Iterable[str]) -> Strictness:
        """What it is after options as `set` and a shell's own command line take them."""
        found, named = self, ""
        for word in words:
            name = named and word
            if name in _OPTIONS:
                found = replace(found, **{_OPTIONS[name]: named == "-"})
            named = ""
            if word[:1] not in {"-", "+"} or word[1:2] in {"", "-"}:
                continue
            if "e" in word[1:].removesuffix("o"):
                found = replace(found, errexit=word[0] == "-")
            named = word[0] if word.endswith("o") else ""
        return found


NOT_STRICT = Strictness()

# What GitHub starts a step's shell with, by the word for it; "" where a workflow has none.
_OF_STEPS = {
    "": Strictness(errexit=True),
    "bash": Strictness(errexit=True, pipefail=True),
    "sh": Strictness(errexit=True),
}


def of_step(shell: str) -> Strictness:
    """How a step's `shell` is started; one that is a command line of its own as that says.

    A program that is no shell, and may start one, is taken to end a script as GitHub's own do.
    """
    words = shell.split() or [""]
    names = [_name(word) for word in words]
    if names[0] in _GOES_ON:
        return NOT_STRICT
    if len(words) > 1 and not _SHELLS.isdisjoint(names):
        return NOT_STRICT.after(words[1:])
    return _OF_STEPS.get(names[0], Strictness(errexit=True))


def of_command(words: list[str], around: Strictness) -> Strictness:
    """How a command runs a script that it names: in a shell of its own, or in the one around it."""
    name, *others = words or [""]
    if name in _IN_PLACE:
        return around
    if _name(name) not in _SHELLS:
        return NOT_STRICT
    options: list[str] = []
    for word in others:
        if word[:1] not in {"-", "+"} and not "".join(options[-1:]).endswith("o"):
            break
        options.append(word)
    return NOT_STRICT.after(options)


def of_first_line(source: str) -> Strictness:
    """How a script file that is run by its own name is: `#!/bin/bash -e`."""
    first = source.partition("\n")[0]
    return NOT_STRICT.after(first.split()[1:]) if first.startswith("#!") else NOT_STRICT


def asks_for_failures(source: str) -> bool:
    """Whether a script looks at how a command of it has ended."""
    return _ASKS.search(source) is not None


def _name(word: str) -> str:
    return word.rpartition("/")[2].removesuffix(".exe")
