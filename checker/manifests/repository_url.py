"""Spells a package.json `repository` the way npm compares it with the building repository.

Follows the forms that npm's own `hosted-git-info` understands, https://github.com/npm/hosted-git-info.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_HOSTS = {
    "github": "github.com",
    "gitlab": "gitlab.com",
    "bitbucket": "bitbucket.org",
    "gist": "gist.github.com",
}
_SCHEMES = {
    "github.com": {"git", "http", "https", "ssh", "git+ssh", "git+https"},
    "gitlab.com": {"https", "ssh", "git+ssh", "git+https"},
    "bitbucket.org": {"https", "ssh", "git+ssh", "git+https"},
    "gist.github.com": {"git", "https", "ssh", "git+ssh", "git+https"},
}
# The part after owner and name that still names the repository itself.
_FOLDER_SEGMENTS = {"github.com": {"", "tree"}}

LONGEST = 2048

_SHORTHAND = re.compile(r"(?P<owner>[^\s@:/#.][^\s@:/#]*)/(?P<name>[^\s@:/#]+)(?:#.*)?", re.DOTALL)
_SHORTCUT = re.compile(
    rf"(?P<kind>{'|'.join(_HOSTS)}):(?:[^@/#]*@)?(?P<path>[^#]*)(?:#.*)?", re.DOTALL
)
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^@/?#]*@)?(?P<host>[^@/:?#]+)(?::\d{1,5}(?=/))?"
    r"[:/](?P<path>[^?#]*)(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_SCP = re.compile(r"[^@/:#\s]+@(?P<host>[^@/:#]+)[:/](?P<path>[^#]*)(?:#.*)?", re.DOTALL)


def canonical(repository: str) -> str | None:
    """`https://host/owner/name` of any form that npm accepts, case kept; None for any other text.

    Forms: `owner/name`, `github:owner/name`, `git+https://…`, `git+ssh://…`, `git@host:owner/name`,
    with `.git`, a trailing slash or `#committish`; GitHub, GitLab, Bitbucket and gists. npm leaves
    every other text as it is, and it then names no repository of these hosts.
    """
    if len(repository) > LONGEST:
        return None
    short = _SHORTHAND.fullmatch(repository)
    if short:
        return _spelled("github.com", f"{short['owner']}/{short['name']}")
    shortcut = _SHORTCUT.fullmatch(repository)
    if shortcut and not shortcut["path"].startswith("//"):
        return _spelled(_HOSTS[shortcut["kind"]], shortcut["path"].removeprefix("/"))
    text = repository.strip()  # what reads a URL trims it, what reads a shortcut does not
    url = _URL.fullmatch(text)
    if url:
        host = url["host"].lower().removeprefix("www.")
        if url["scheme"].lower() in _SCHEMES.get(host, ()):
            return _spelled(host, url["path"])
        return None
    scp = _SCP.fullmatch(text)
    if scp and scp["host"].lower().removeprefix("www.") in _SCHEMES:
        return _spelled(scp["host"].lower().removeprefix("www."), scp["path"])
    return None


def _spelled(host: str, path: str) -> str | None:
    segments = path.split("/")
    if any(segment in (".", "..") for segment in segments):
        return None
    if host == "gist.github.com":
        segments = [segment for segment in segments if segment][-1:]
        named = len(segments) == 1
    elif host == "gitlab.com":  # groups nest
        segments = path.removesuffix("/").split("/")
        named = len(segments) >= 2 and "-" not in segments
    else:
        rest, segments = segments[2:], segments[:2]
        allowed = _FOLDER_SEGMENTS.get(host)
        named = len(segments) == 2 and (allowed is None or not rest or rest[0] in allowed)
    if not named or not all(segments):
        return None
    plain = [unquote(segment, errors="replace") for segment in segments]
    plain[-1] = plain[-1].removesuffix(".git")
    return f"https://{host}/{'/'.join(plain)}" if plain[-1] else None
