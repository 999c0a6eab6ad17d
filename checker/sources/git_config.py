"""The text of a git configuration to the name of its remote on GitHub. Pure; git is never run."""

from __future__ import annotations

import re

_SECTION = re.compile(r"""\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]""")
_URL = re.compile(r"url\s*=\s*(.*)", re.IGNORECASE)

_HOSTS = r"(?:www\.)?github\.com|ssh\.github\.com"
_OWNER_AND_NAME = r"([A-Za-z0-9-]+/[A-Za-z0-9_.-]+?)"
_FORMS = (
    rf"(?:https?|ssh|git|git\+ssh)://(?:[^@/]*@)?(?:{_HOSTS})(?::\d+)?/+{_OWNER_AND_NAME}",
    rf"(?:[^@/:]*@)?(?:{_HOSTS}):/*{_OWNER_AND_NAME}",
)
_GITHUB = re.compile(rf"(?:{'|'.join(_FORMS)})(?:\.git)?/*", re.IGNORECASE)


def origin_url(config: str) -> str | None:
    """The last `url` of the remote `origin`, without quotes and comment; None when it has none."""
    url, inside = None, False
    for raw in config.splitlines():
        line = raw.strip()
        section = _SECTION.match(line)
        if section:
            inside = section[1].lower() == "remote" and section[2] == "origin"
            line = line[section.end() :].strip()
        value = _URL.fullmatch(line) if inside else None
        if value:
            url = re.split(r"\s[#;]", value[1])[0].strip().strip('"')
    return url or None


def repository_of(url: str) -> str | None:
    """`owner/name` of an address on github.com, in the case that the address has; else None."""
    found = _GITHUB.fullmatch(url)
    return (found[1] or found[2]) if found else None
