"""Which credential a tool presents when both are there: the fall-through, tool by tool.

npm, pnpm 11 and lerna 9 try the id-token exchange first and use its token when granted; refused,
they go on with a configured token in silence. yarn keeps to a configured token.
Seen with real clients against a loopback registry; per-tool sources stand in `knowledge.tools`.
"""

from __future__ import annotations

from collections.abc import Callable

from checker.knowledge.tools import Tool
from checker.report import Presented


def presented(
    tool: Tool,
    *,
    attempts_exchange: Callable[[], bool],
    exchange_succeeds: Callable[[], bool],
    has_token: Callable[[], bool],
) -> Presented:
    """What `tool` presents: `oidc`, `token` or `none`.

    The arguments are asked only when the answer turns on them, so that a fact which does not
    matter stays unread.
    """
    if tool.token_first and has_token():
        return Presented.TOKEN
    if attempts_exchange():
        if exchange_succeeds():
            return Presented.OIDC
        if not tool.falls_back:
            return Presented.NONE
    return Presented.TOKEN if has_token() else Presented.NONE
