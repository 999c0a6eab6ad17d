"""The form of what is known about an error text: what it shows, and what can be behind it.

Values only; the rows stand in `registry_errors`, `client_errors` and `tool_errors`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from checker.report import Evidence


class Clue(StrEnum):
    """Something that a log says beside the error, and that tells its causes apart."""

    EXCHANGE_ACCEPTED = "the exchange for trusted publishing succeeded"
    EXCHANGE_404 = "the exchange for trusted publishing was answered 404"
    EXCHANGE_401 = "the exchange for trusted publishing was answered 401"
    EXCHANGE_FAILED = "the exchange for trusted publishing failed"
    NO_ID_TOKEN = "the job could not get an id-token"
    VERBOSE = "npm told everything it did"
    EXCHANGE_NOT_TRIED = "npm 11.5.1 or newer told everything it did, and it tried no exchange"
    NPM_TOO_OLD = "the npm of the job is older than 11.5.1"
    NPM_NEW_ENOUGH = "the npm of the job is 11.5.1 or newer"
    TOKEN_SET = "a secret is in the token variable"
    TOKEN_EMPTY = "the token variable is empty"
    TOKEN_PLACEHOLDER = "the token variable holds setup-node's placeholder"
    TOKEN_UNSET = "a configuration line names a token variable that is not set"
    TOKEN_NOT_KNOWN = "npm said that it does not know the token"
    BYPASS_NOTICE = "npm printed its notice about tokens that bypass 2FA"
    PROVENANCE_SIGNED = "a provenance statement was signed with the job's identity"
    PACKAGE_NOT_FOUND = "npm has no package of this name, or hides it"


EXCHANGED = frozenset(
    {
        Clue.EXCHANGE_ACCEPTED,
        Clue.EXCHANGE_404,
        Clue.EXCHANGE_401,
        Clue.EXCHANGE_FAILED,
    }
)
NO_REAL_TOKEN = frozenset({Clue.TOKEN_EMPTY, Clue.TOKEN_PLACEHOLDER, Clue.TOKEN_UNSET})


class Cause(Struct, frozen=True):
    """One thing that can be behind an error.

    rule: the id of the rule that explains it; None where no rule of this program does.
    why: one sentence. shown_by: clues that point at it. hinted_by: clues that make it likelier.
    ruled_out_by: clues that it cannot stand beside. needs: clues without which it is not named.
    """

    rule: str | None
    why: str
    evidence: Evidence = Evidence.DOCUMENTED
    shown_by: frozenset[Clue] = frozenset()
    hinted_by: frozenset[Clue] = frozenset()
    ruled_out_by: frozenset[Clue] = frozenset()
    needs: frozenset[Clue] = frozenset()


class ErrorText(Struct, frozen=True):
    """One error text as it stands in a log.

    id: a name for it. tool: who writes it. says: alternatives; one is met where the error's lines
    hold all its parts, letter case aside. shows: what the text means, one or two sentences.
    causes: likeliest first where no clue says more; none where npm's rules are not what failed.
    look: what the reader looks at next. minor: it counts only where the step fails and nothing
    else is recognised. source: where the text is known from.
    """

    id: str
    tool: str
    says: tuple[tuple[str, ...], ...]
    shows: str
    causes: tuple[Cause, ...]
    look: str
    source: str
    minor: bool = False


def likeliest_first(causes: tuple[Cause, ...], clues: frozenset[Clue]) -> tuple[Cause, ...]:
    """The causes that the clues leave, those they point at first, else as the table has them."""
    # A secret may stand in another variable than the one that is empty, and be read all the same.
    firm = clues - NO_REAL_TOKEN if Clue.TOKEN_SET in clues else clues
    left = [one for one in causes if not one.ruled_out_by & firm and one.needs <= clues]
    return tuple(sorted(left, key=lambda cause: -_weight(cause, clues)))


def _weight(cause: Cause, clues: frozenset[Clue]) -> int:
    return 2 * len(cause.shown_by & clues) + len(cause.hinted_by & clues)
