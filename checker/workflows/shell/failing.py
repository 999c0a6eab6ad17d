"""Scripts that always fail, by their text: guards such as `echo "Use the job" && exit 1`."""

from __future__ import annotations

import re

_FAILS = re.compile(r"(?:exit\s+(?P<code>[0-9]{1,3})|false)\s*;?\Z")
# With one of these the end may not be reached, or be one of several.
_OPEN = re.compile(
    r"\|\||\b(?:exit|exec|return|if|case|while|until|for|trap|then|do)\b|[&|(){}]|<<"
)


def always(source: str) -> bool:
    """Whether a script ends in a failure, however its commands before end; no where in doubt."""
    source = source.strip()
    found = _FAILS.search(source)
    # The shell keeps the lowest eight bits of a number.
    if found is None or (found["code"] and int(found["code"]) % 256 == 0):
        return False
    before = source[: found.start()]
    bare = before.rstrip()
    is_own_command = not bare or bare.endswith(("&&", ";")) or "\n" in before[len(bare) :]
    return is_own_command and not _OPEN.search(before.replace("&&", ";"))
