"""What PowerShell and cmd write, in bash's words; line by line, so that places stay true.

Variables, what is set and what is written into a file; all else has the same words in bash.
https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_environment_variables
https://learn.microsoft.com/windows-server/administration/windows-commands/set_1
"""

from __future__ import annotations

import re
import shlex

_POWERSHELLS = frozenset({"pwsh", "powershell"})
_EXPRESSION = r"\$\{\{(?:(?!\}\}|\$\{\{).){0,2000}+\}\}"

_SETS = re.compile(r"\$(?:env:(\w{1,200})|\{env:(\w{1,200})\})[ \t]{0,20}=(?!=)", re.IGNORECASE)
_VARIABLE = re.compile(r"\$env:(\w{1,200})|\$\{env:(\w{1,200})\}", re.IGNORECASE)
_KEEPS = re.compile(r"""\$(\w{1,200})[ \t]{0,20}=[ \t]{0,20}('[^']{0,2000}'|"[^"]{0,2000}");?$""")
_LIST = re.compile(r"@\(([^()]{0,2000})\)")
_STARTS = re.compile(r"(?:start-process|saps|start)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"[ \t]`[ \t]{0,20}$")
# Possessive: an expression is one piece, or a quote that nothing closes is tried in every way.
_WORD = re.compile(rf"""(?:"(?:{_EXPRESSION}|[^"])*+"|'[^']*'|{_EXPRESSION}|[^\s"'|;])++|[|;]""")
# Whether a cmdlet that writes a file adds to it, unless it is told so.
_WRITERS = {"out-file": False, "set-content": False, "add-content": True}
_OF_FILE = frozenset({"-filepath", "-path", "-literalpath"})
_WITH_VALUE = frozenset({"-encoding", "-width", "-stream"})

_CMD_SETS = re.compile(r"@?set[ \t]{1,20}(\"?)(\w{1,200})=", re.IGNORECASE)
_CMD_VARIABLE = re.compile(r"%(\w{1,200})%")
_CMD_GOES_ON = re.compile(r"[ \t]\^[ \t]{0,20}$")


def as_bash(source: str, shell: str) -> str:
    """The script as bash writes it, as far as that is known; any other shell's as it is."""
    name = shell.removesuffix(".exe")
    if name in _POWERSHELLS:
        return "\n".join(_of_powershell(row) for row in source.split("\n"))
    if name == "cmd":
        return "\n".join(_of_cmd(row) for row in source.split("\n"))
    return source


def _of_powershell(row: str) -> str:
    found = _SETS.match(row.strip())
    if found is not None:
        value = row.strip()[found.end() :].strip().rstrip(";").rstrip()
        return f"export {found[1] or found[2]}={_value(_VARIABLE.sub(_in_bash, value))}"
    kept = _KEEPS.fullmatch(row.strip())
    if kept is not None:
        return f"{kept[1]}={_VARIABLE.sub(_in_bash, kept[2])}"
    if _STARTS.match(row.strip()):
        row = _LIST.sub(r"\1", row)
    row = _GOES_ON.sub(lambda _: " \\", _VARIABLE.sub(_in_bash, row))
    return _written(row) or row


_QUOTES = ("'", '"')


def _value(given: str) -> str:
    if given[:1] in _QUOTES:
        return given
    if not given.startswith("$"):
        return _quoted(given)
    # `$env:A + 'b'`: what that makes is no variable's own value.
    is_more = re.search(r"\s", re.sub(_EXPRESSION, "", given)) is not None
    return f'"{given}"' if is_more else given


def _in_bash(variable: re.Match[str]) -> str:
    return f"${{{variable[1] or variable[2]}}}"


def _written(row: str) -> str | None:
    """A row that writes a file with a cmdlet, as bash's `echo`; None for any other row."""
    words = _WORD.findall(row)
    at = next((n for n, word in enumerate(words) if word.lower() in _WRITERS), None)
    if at is None or at not in {0, 2} or (at == 2 and words[1] != "|") or ";" in words[:-1]:
        return None
    adds = _WRITERS[words[at].lower()]
    text = words[0] if at else None
    path: str | None = None
    rest = iter(words[at + 1 :])
    for word in rest:
        flag = word.lower()
        if flag == "-append":
            adds = True
        elif flag in _OF_FILE:
            path = next(rest, None)
        elif flag == "-value":
            text = next(rest, None)
        elif flag in _WITH_VALUE:
            next(rest, None)
        elif not flag.startswith("-"):
            path, text = (word, text) if path is None else (path, word)
    if path is None or text is None:
        return None
    return f"echo {text} {'>>' if adds else '>'} {path}"


def _of_cmd(row: str) -> str:
    bare = row.strip()
    found = _CMD_SETS.match(bare)
    if found is None:
        return _CMD_GOES_ON.sub(lambda _: " \\", _CMD_VARIABLE.sub(r"${\1}", row))
    value = _CMD_VARIABLE.sub(r"${\1}", bare[found.end() :].removesuffix(found[1]))
    return f"export {found[2]}={_quoted(value)}"


def _quoted(value: str) -> str:
    return value if "${" in value else shlex.quote(value)
