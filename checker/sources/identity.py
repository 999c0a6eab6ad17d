"""The id-token that GitHub Actions offers to this job, and the claims in it that npm compares.

Held in memory only; nothing of it but the claims is ever shown. No signature is verified: npm
does that.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from checker.knowledge import registry_address

SECONDS = 20.0

_LONGEST_TOKEN, _LONGEST_CLAIM = 16_384, 500

# https://docs.github.com/en/actions/reference/security/oidc
_KEPT = (
    "repository",
    "environment",
    "event_name",
    "runner_environment",
    "repository_visibility",
    "ref",
    "sub",
)
_WORKFLOW_REF = re.compile(
    r"(?P<repository>[^/@]+/[^/@]+)/\.github/workflows/(?P<file>[^/@]+)@.*", re.DOTALL
)

Detect = Callable[[str], str | None]


class NoIdToken(Exception):
    """There is no id-token. The text says why, as a sentence without a final stop."""


def id_token(
    audience: str,
    environ: Mapping[str, str],
    *,
    detect: Detect | None = None,
    seconds: float = SECONDS,
) -> str:
    """A fresh id-token for `audience`, or the one of `NPM_ID_TOKEN`, which npm takes before it.

    environ: of this process, which the library `id` reads itself. detect: in place of that
    library's `detect_credential`. Raises `NoIdToken`.
    """
    reason = why_none(environ)
    if reason is not None:
        raise NoIdToken(reason)
    token = environ.get("NPM_ID_TOKEN") or _within(audience, detect or _library(), seconds)
    if not _is_one_word(token) or len(token) > _LONGEST_TOKEN or token.count(".") != 2:
        raise NoIdToken("what was given as an id-token has not the form of one")
    return token


def why_none(environ: Mapping[str, str]) -> str | None:
    """Why this job is offered no id-token; None when it is. Nothing is asked."""
    if environ.get("GITHUB_ACTIONS") != "true":
        return "outside of GitHub Actions nobody offers an id-token"
    if environ.get("NPM_ID_TOKEN"):
        return None
    url = environ.get("ACTIONS_ID_TOKEN_REQUEST_URL")
    if not url or not environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        if environ.get("ACT") == "true":
            return "act offers no id-token"
        return "this job is offered no id-token: it has no `id-token: write`"
    return None if _may_be_asked(url) else "the address that offers the id-token is not `https`"


def _may_be_asked(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and registry_address.is_loopback(host)
    )


def _library() -> Detect:
    from id import detect_credential

    return detect_credential


def _within(audience: str, detect: Detect, seconds: float) -> str:
    """The token, or `NoIdToken` when it takes longer: the library has no deadline of its own."""
    from id import GitHubOidcPermissionCredentialError, IdentityError
    from urllib3.exceptions import HTTPError

    outcome: list[str | NoIdToken] = []

    def ask() -> None:
        try:
            outcome.append(detect(audience) or NoIdToken("GitHub offers no id-token"))
        except GitHubOidcPermissionCredentialError:
            outcome.append(NoIdToken("this job has no `id-token: write`"))
        except (IdentityError, HTTPError, ValueError, RecursionError):
            # Its text may hold what GitHub sent.
            outcome.append(NoIdToken("GitHub did not give an id-token when asked"))

    thread = threading.Thread(target=ask, name="id-token", daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise NoIdToken("GitHub did not give an id-token in time")
    if isinstance(outcome[0], NoIdToken):
        raise outcome[0]
    return outcome[0]


def _is_one_word(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


# --- claims -----------------------------------------------------------------------------------


def claims(token: str) -> tuple[tuple[str, str], ...]:
    """(name, value) of what npm compares or a reader looks at; () for a text that is no token.

    Under the token's own names, but `workflow`: the file name of the entry workflow, from
    `workflow_ref`, and `called_workflow`: `owner/name/file` where the job stands in another one,
    from `job_workflow_ref`.
    """
    stated = _payload(token)
    found = {name: stated[name] for name in _KEPT if _is_shown(stated.get(name))}
    entry, called = (_parts(stated.get(name)) for name in ("workflow_ref", "job_workflow_ref"))
    if entry is not None:
        found["workflow"] = entry["file"]
    if called is not None and (entry is None or called.groups() != entry.groups()):
        found["called_workflow"] = f"{called['repository']}/{called['file']}"
    order = ("repository", "workflow", "called_workflow", *_KEPT[1:])
    return tuple((name, str(found[name])) for name in order if name in found)


def _payload(token: str) -> dict[str, object]:
    if len(token) > _LONGEST_TOKEN or token.count(".") != 2:
        return {}
    part = token.split(".")[1]
    try:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        value = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_shown(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_CLAIM and value.isprintable()


def _parts(value: object) -> re.Match[str] | None:
    return _WORKFLOW_REF.fullmatch(value) if isinstance(value, str) and _is_shown(value) else None
