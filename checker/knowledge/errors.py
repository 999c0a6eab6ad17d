"""Every error text that is known, in the order in which they are looked for. Data only.

A text that says more stands before one that says less: the registry's words before its status.
"""

from __future__ import annotations

from checker.knowledge.client_errors import CLIENT_ERRORS
from checker.knowledge.error_model import ErrorText
from checker.knowledge.registry_errors import REGISTRY_ERRORS
from checker.knowledge.tool_errors import TOOL_ERRORS

_STATUS_ONLY = frozenset(
    {
        "upload-401",
        "upload-403",
        "upload-404",
        "upload-409",
        "upload-422",
        "whoami-401",
        "read-refused",
    }
)

ERRORS: tuple[ErrorText, ...] = (
    *(row for row in REGISTRY_ERRORS if row.id not in _STATUS_ONLY),
    *CLIENT_ERRORS,
    *TOOL_ERRORS,
    *(row for row in REGISTRY_ERRORS if row.id in _STATUS_ONLY),
)


# One part of every alternative, the longest: most lines of a log hold none of them.
_TELLING = tuple({max(parts, key=len) for row in ERRORS for parts in row.says})


def recognised(low: str) -> ErrorText | None:
    """The first known text in the lines of one error, given in lower case; None without one."""
    for part in _TELLING:
        if part in low:
            return _first(low)
    return None


def _first(low: str) -> ErrorText | None:
    for row in ERRORS:
        if any(all(part in low for part in parts) for parts in row.says):
            return row
    return None
