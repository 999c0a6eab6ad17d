"""The questions to npm's registry, and its answers as facts. Nothing is decided here.

No call fails for what the network does: what is not known is an `Unknown` with the reason.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol, TypeVar

import requests

from checker.facts import Command, ExchangeAnswer, LastPublish, Observed, TokenAnswer, Unknown
from checker.knowledge.limits import NPM_REGISTRY
from checker.manifests.npm_lists import ListedToken
from checker.sources.identity import NoIdToken
from checker.sources.registry import documents, exchanges, stages, tokens
from checker.sources.registry.crowd import ask_all
from checker.sources.registry.deadline import Deadline, after
from checker.sources.registry.http import Client, Failed, parsed
from checker.sources.registry.session import new_session

SECONDS = 60.0
# What a step of a job waits for npm at most, however many calls it makes.
SECONDS_IN_ALL = 120.0
CONNECTIONS = 16

# The largest full records of real packages have some 60 MB; ten of them at once still fit.
PACKUMENT_BYTES = 64 << 20
ATTESTATION_BYTES = 4 << 20

# What encodeURIComponent leaves alone, so that a name cannot lead to another path.
_PART = r"[A-Za-z0-9_!~*'()-][A-Za-z0-9_.!~*'()-]*"
_NAME = re.compile(rf"(?:@{_PART}/)?{_PART}", re.ASCII)
_LONGEST_NAME = 214

Progress = Callable[[str], None]
Answer = TypeVar("Answer")


class Secret(Protocol):
    """A token that shows itself only when asked, such as pydantic's `SecretStr`."""

    def get_secret_value(self) -> str:
        """The token."""


class Registry:
    """One registry. Its address comes from a flag, an input or the default, never from a file."""

    def __init__(
        self,
        base_url: str = NPM_REGISTRY,
        *,
        session_factory: Callable[[int], requests.Session] = new_session,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        seconds: float = SECONDS,
        seconds_in_all: float = SECONDS_IN_ALL,
        connections: int = CONNECTIONS,
    ) -> None:
        """seconds: what a call may take. seconds_in_all: what all of them may, from now on.

        connections: how many requests at one time.

        Raises `registry_address.BadAddress` for an address to which no credential may go.
        """
        self._client = Client(
            base_url, session_factory=session_factory, sleep=sleep, connections=connections
        )
        self._seconds = seconds
        self._end = after(seconds_in_all, clock)
        self._connections = connections
        # A large record takes ten times its size while it is read, and threads read no faster.
        self._one_at_a_time = threading.Lock()

    @property
    def audience(self) -> str:
        """For whom an id-token must be made that this registry exchanges."""
        return f"npm:{self._client.host}"

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    # --- public data --------------------------------------------------------------------------

    def observe(
        self,
        names: Iterable[str],
        *,
        public: Collection[str] = (),
        progress: Progress | None = None,
    ) -> tuple[tuple[str, Observed], ...]:
        """The public record of each package, in the order of `names`.

        public: names whose publish says that the package is public; of other scoped ones npm does
            not tell apart whether they are new or private.
        progress: called with each name as its answer comes.
        """
        within = self._within()
        return self._of_each(
            names,
            lambda name: self._observe(name, within, shows_public=name in public),
            _unknown,
            progress,
        )

    def _observe(self, name: str, within: Deadline, *, shows_public: bool) -> Observed:
        try:
            reply = self._client.get(_escaped(name), within, limit=PACKUMENT_BYTES)
            if reply.status == 404:
                return _absent(name, shows_public=shows_public)
            if reply.status != 200:
                return _unknown(self._client.in_words(reply))
            with self._one_at_a_time:
                record = documents.packument(parsed(reply), name)
        except Failed as failure:
            return _unknown(str(failure))
        except documents.Strange:
            return _unknown("the registry answers with something that is not this package")
        return Observed(
            exists=bool(record.living),
            versions=record.versions,
            tags=record.tags,
            last_publish=self._last_publish(name, record, within),
            maintainers=record.maintainers,
            highest=record.highest,
        )

    def _last_publish(
        self, name: str, record: documents.Packument, within: Deadline
    ) -> LastPublish | Unknown | None:
        if record.newest is None:
            return None
        if record.by_trusted_publisher is None:
            return Unknown("last_publish", "the registry does not say who published last")
        found = None
        if record.attested:
            path = f"-/npm/v1/attestations/{_escaped(name)}@{record.newest}"
            try:
                reply = self._client.get(path, within, limit=ATTESTATION_BYTES)
                if reply.status == 200:
                    found = documents.provenance(parsed(reply))
                elif reply.status != 404:
                    return Unknown("last_publish", self._client.in_words(reply))
            except Failed as failure:
                return Unknown("last_publish", str(failure))
        run = found or documents.Provenance(None, None, None)
        return LastPublish(
            record.newest, record.by_trusted_publisher, run.repository, run.workflow, run.event
        )

    # --- this run -----------------------------------------------------------------------------

    def exchange(
        self,
        names: Iterable[str],
        id_token_source: Callable[[str], str],
        mask: Callable[[str], None],
        *,
        command: Command = Command.PUBLISH,
        progress: Progress | None = None,
    ) -> tuple[tuple[str, ExchangeAnswer], ...]:
        """npm's answer to the exchange of one id-token for each package, in the order of `names`.

        id_token_source: from the audience to a token; raises `NoIdToken`. mask: called with each
            secret before anything else is done with it, in the calling thread; the secret may
            hold any printable ASCII. command: what npm would be asked to do with the package.
        """
        names = tuple(dict.fromkeys(names))
        try:
            id_token = id_token_source(self.audience)
        except NoIdToken as error:
            return tuple((name, exchanges.unasked(str(error), ())) for name in names)
        mask(id_token)
        asked = exchanges.Asked(self._client, id_token, command)
        within = self._within()
        answers = self._of_each(
            names,
            lambda name: asked.about(_escaped(name), within),
            lambda why: exchanges.Outcome(None, why),
            progress,
            lambda outcome: outcome.hide(mask),
        )
        return tuple((name, outcome.answer(asked.claims)) for name, outcome in answers)

    # --- a token ------------------------------------------------------------------------------

    def ask_token(self, token: Secret) -> TokenAnswer:
        """Whether npm knows the token, and whose it is. Not sent where its shape is faulty."""
        return tokens.ask(self._client, token.get_secret_value(), self._within())

    def staged(
        self, names: Iterable[str], token: Secret
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The versions of each package that wait for approval, as far as the token may see them."""
        within = self._within()
        return self._of_each(
            names,
            lambda name: stages.ask(self._client, name, token.get_secret_value(), within),
            lambda why: (),
            None,
        )

    def describe_token(self, token: Secret, session: Secret) -> ListedToken | Unknown:
        """What the account of `session` (made by `npm login`) lists about `token`."""
        return tokens.describe(
            self._client, token.get_secret_value(), session.get_secret_value(), self._within()
        )

    # --- many at once -------------------------------------------------------------------------

    def _within(self) -> Deadline:
        # What is late by then is told in words by the request itself, before the call must end.
        return self._end.sooner(self._seconds * 0.95)

    def _of_each(
        self,
        names: Iterable[str],
        ask: Callable[[str], Answer],
        without: Callable[[str], Answer],
        progress: Progress | None,
        seen: Callable[[Answer], Answer] = lambda answer: answer,
    ) -> tuple[tuple[str, Answer], ...]:
        wanted = tuple(dict.fromkeys(names))
        fit: Sequence[str] = [n for n in wanted if len(n) <= _LONGEST_NAME and _NAME.fullmatch(n)]
        late = without(f"the registry {self._client.host} did not answer in time")
        foreign = without("npm takes no package of this name")
        answers = dict.fromkeys(wanted, foreign) | dict.fromkeys(fit, late)
        deadline = self._end.sooner(self._seconds)
        for name, answer in ask_all(fit, ask, deadline, self._connections):
            answers[name] = seen(answer)
            if progress is not None:
                progress(name)
        return tuple(answers.items())


def _escaped(name: str) -> str:
    return name.replace("/", "%2f")


def _unknown(why: str) -> Observed:
    return Observed(Unknown("exists", why), (), (), Unknown("last_publish", why), ())


def _absent(name: str, *, shows_public: bool) -> Observed:
    exists: bool | Unknown = False
    if name.startswith("@") and not shows_public:
        exists = Unknown("exists", "npm shows nobody such a package: it is new, or it is private")
    return Observed(exists, (), (), None, ())
