"""`python -m checker` is the same program as `npm-publish-preflight`.

Inside a stranger's checkout start it with `-I`: else Python looks for modules there first.
"""

from __future__ import annotations

from checker.cli import program

program()
