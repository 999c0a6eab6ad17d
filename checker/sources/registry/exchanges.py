"""The exchange of an id-token for a package's token, as npm's client asks for it.

The token that comes back is handed to `mask` and dropped; only how long it would have lived stays.
https://github.com/npm/api-documentation, oidc.yaml
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from checker.facts import Command, ExchangeAnswer
from checker.sources.identity import claims
from checker.sources.registry.deadline import Deadline
from checker.sources.registry.http import Client, Failed, Reply, parsed
from checker.sources.registry.session import NPM_USER_AGENT, can_be_sent

_PATH = "-/npm/v1/oidc/token/exchange/package/"
_BYTES = 64 << 10
_SHORTEST, _LONGEST = 8, 8192

_MEANING = {
    201: "a trusted publisher of the package matches this run",
    400: "npm calls the request malformed",
    401: "npm does not accept the id-token itself",
    403: "npm forbids the exchange",
    404: "no trusted publisher of the package is this run, or the one that is has expired",
}

Claims = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Outcome:
    """One answer, while the token that came with it is not yet dropped."""

    status: int | None
    why: str
    expires: datetime | None = None
    token: str | None = field(default=None, repr=False)

    def hide(self, mask: Callable[[str], None]) -> Outcome:
        """The same without its token, which `mask` has seen."""
        if self.token is not None:
            mask(self.token)
        return replace(self, token=None)

    def answer(self, claims: Claims) -> ExchangeAnswer:
        """As a fact."""
        return ExchangeAnswer(self.status, self.why, claims, self.expires)


def unasked(why: str, claims: Claims) -> ExchangeAnswer:
    """The fact that nothing was asked."""
    return ExchangeAnswer(None, why, claims, None)


class Asked:
    """One id-token, put to the registry package by package."""

    def __init__(self, client: Client, id_token: str, command: Command) -> None:
        self.claims = claims(id_token)
        self._client = client
        self._id_token = id_token
        # https://github.com/npm/npm-registry-fetch, and a recording of npm 11
        self._headers = {
            "user-agent": NPM_USER_AGENT,
            "npm-auth-type": "web",
            "npm-command": command.value,
            "accept": "*/*",
        }

    def about(self, escaped_name: str, deadline: Deadline) -> Outcome:
        """npm's answer for one package."""
        try:
            reply = self._client.post(
                _PATH + escaped_name, self._headers, deadline, limit=_BYTES, token=self._id_token
            )
            return self._granted(reply) if reply.status == 201 else self._refused(reply)
        except Failed as failure:
            return Outcome(None, str(failure))

    def _granted(self, reply: Reply) -> Outcome:
        body = parsed(reply)
        granted = body if isinstance(body, dict) else {}
        token = granted.get("token")
        if not isinstance(token, str) or not _SHORTEST <= len(token) <= _LONGEST:
            raise Failed("the registry answers 201 without a token, which npm never does")
        if not can_be_sent(token):
            raise Failed("the registry answers 201 with something that is no token")
        return Outcome(201, _MEANING[201], _moment(granted.get("expires")), token)

    def _refused(self, reply: Reply) -> Outcome:
        if 200 <= reply.status < 300:
            return Outcome(None, f"{self._client.in_words(reply)}, which is no answer of npm's")
        meaning = _MEANING.get(reply.status) or self._client.in_words(reply)
        return Outcome(reply.status, meaning)


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
