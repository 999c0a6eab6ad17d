"""The session that `npm login` left on a maintainer's machine, for one registry and no other.

The user's own `.npmrc` is read, never one of a checkout. The token goes to that registry alone.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

_BYTES = 1 << 20
_LINE = re.compile(r"\s*(?P<key>//[^=\s]+:_authToken)\s*=\s*(?P<value>\S+)\s*")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def session(registry: str, environ: Mapping[str, str]) -> str | None:
    """The token that npm itself would send to `registry` (normalized); None where there is none.

    Whether it is a session's nobody can see; npm refuses the list of tokens to any other.
    """
    parts = urlsplit(registry)
    wanted = f"//{parts.netloc}{parts.path}:_authToken"
    found = None
    for line in _text(_path(environ)).splitlines():
        entry = _LINE.fullmatch(line)
        if entry is not None and _with_slash(entry["key"]) == wanted:
            found = entry["value"].strip("\"'")  # as with npm, the last one counts
    return _expanded(found, environ) if found else None


def _path(environ: Mapping[str, str]) -> Path | None:
    for name in ("NPM_CONFIG_USERCONFIG", "npm_config_userconfig"):
        if environ.get(name):
            return Path(environ[name])
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return Path(home) / ".npmrc" if home else None


def _text(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return ""
            return file.read(_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _with_slash(key: str) -> str:
    address = key.removesuffix(":_authToken").rstrip("/")
    return f"{address}/:_authToken"


def _expanded(value: str, environ: Mapping[str, str]) -> str | None:
    """The value with its variables; None where one is not set, which npm sends as it stands."""
    names = _VARIABLE.findall(value)
    if any(not environ.get(name) for name in names):
        return None
    return _VARIABLE.sub(lambda found: environ[found[1]], value)
