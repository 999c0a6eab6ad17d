"""What PowerShell and cmd set, in bash's words; line by line, so that places stay true."""

from __future__ import annotations

import re
import shlex

_POWERSHELL = re.compile(r"\$env:(\w{1,200})[ \t]{0,20}=(?!=)", re.IGNORECASE)
_CMD = re.compile(r"@?set[ \t]{1,20}(\"?)(\w{1,200})=", re.IGNORECASE)
_POWERSHELLS = frozenset({"pwsh", "powershell"})


def as_bash(source: str, shell: str) -> str:
    """The script with its variables exported as bash does it; any other shell's as it is."""
    name = shell.removesuffix(".exe")
    if name in _POWERSHELLS:
        return "\n".join(_of_powershell(row) for row in source.split("\n"))
    if name == "cmd":
        return "\n".join(_of_cmd(row) for row in source.split("\n"))
    return source


def _of_powershell(row: str) -> str:
    bare = row.strip()
    found = _POWERSHELL.match(bare)
    if found is None:
        return row
    value = bare[found.end() :].strip().rstrip(";").rstrip()
    return f"export {found[1]}={value if value[:1] in _QUOTES else shlex.quote(value)}"


_QUOTES = ("'", '"', "$")


def _of_cmd(row: str) -> str:
    bare = row.strip()
    found = _CMD.match(bare)
    if found is None:
        return row
    value = bare[found.end() :].removesuffix(found[1])
    return f"export {found[2]}={shlex.quote(value) if '${{' not in value else value}"
