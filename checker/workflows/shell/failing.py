"""Scripts that always fail, by their text: guards such as `echo "Use the job" && exit 1`."""

from __future__ import annotations

import re

_FAILS = re.compile(
    r"(?P<before>.*(?:&&|;|\n))?\s*(?:exit\s+(?P<code>[0-9]{1,3})|false)\s*;?", re.DOTALL
)
# With one of these the end may not be reached, or be one of several.
_OPEN = re.compile(
    r"\|\||\b(?:exit|exec|return|if|case|while|until|for|trap|then|do)\b|[&|(){}]|<<"
)


def always(source: str) -> bool:
    """Whether a script ends in a failure, however its commands before end; no where in doubt."""
    found = _FAILS.fullmatch(source.strip())
    # The shell keeps the lowest eight bits of a number.
    if found is None or (found["code"] and int(found["code"]) % 256 == 0):
        return False
    return not _OPEN.search((found["before"] or "").replace("&&", ";"))
