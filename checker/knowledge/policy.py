"""What npm's registry answers to a publish, as dated eras of one decision table.

Everything that npm's policy says about a credential stands here and nowhere else: a change of
policy is one new `Era` at the end of `ERAS` with its source. Whether a credential reaches the
registry at all (clients, permissions, matching) is not policy and stands in `checker.cases`.

An era holds only the rows that it changes. The newest row that fits a question answers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Access, AccountTwoFactor, Allow, Command, TokenPermission
from checker.report import Evidence


class Credential(StrEnum):
    """What reaches the registry with the request."""

    OIDC = "oidc"
    GRANULAR = "granular"
    SESSION = "session"
    CLASSIC_AUTOMATION = "classic-automation"
    CLASSIC_PUBLISH = "classic-publish"
    CLASSIC_READ_ONLY = "classic-read-only"
    NONE = "none"


class Outcome(StrEnum):
    """What npm does with the request."""

    ACCEPTED = "accepted"
    STAGED = "staged"
    REFUSED = "refused"


class Question(Protocol):
    """One request, on all axes of the table. An axis is read only where a row depends on it."""

    @property
    def credential(self) -> Credential:
        """What is presented."""

    @property
    def command(self) -> Command:
        """A direct publish or a staged one."""

    @property
    def allow(self) -> frozenset[Allow]:
        """What the matching trusted publisher allows; read for OIDC only."""

    @property
    def permission(self) -> TokenPermission:
        """What the token may do; read for granular tokens only."""

    @property
    def bypass_2fa(self) -> bool:
        """Whether the token bypasses 2FA; read for granular tokens only."""

    @property
    def exists(self) -> bool:
        """Whether the package has a version already."""

    @property
    def interactive(self) -> bool:
        """Whether a person is there to answer npm's 2FA prompt."""

    @property
    def access(self) -> Access:
        """The package's publishing access setting."""

    @property
    def account_2fa(self) -> AccountTwoFactor:
        """The 2FA mode of the account behind the token."""


class Cell(Struct, frozen=True):
    """npm's answer. rule: the id that explains it; None where there is nothing to say.

    note: the sentence behind it, in our words. source: where npm says so.
    """

    outcome: Outcome
    evidence: Evidence
    rule: str | None
    note: str
    source: str


class Row(Struct, frozen=True):
    """A cell and the questions it answers; an axis that is None fits any value."""

    cell: Cell
    credential: tuple[Credential, ...]
    command: Command | None = None
    allows_command: bool | None = None
    permission: tuple[TokenPermission, ...] | None = None
    exists: bool | None = None
    interactive: bool | None = None
    access: tuple[Access, ...] | None = None
    bypass_2fa: bool | None = None
    account_2fa: tuple[AccountTwoFactor, ...] | None = None

    def fits(self, ask: Question) -> bool:
        """Whether this row answers the question; axes that the row leaves open are not read."""
        return (
            ask.credential in self.credential
            and (self.command is None or ask.command is self.command)
            and (
                self.allows_command is None
                or (Allow(ask.command) in ask.allow) is self.allows_command
            )
            and (self.permission is None or ask.permission in self.permission)
            and (self.exists is None or ask.exists is self.exists)
            and (self.interactive is None or ask.interactive is self.interactive)
            and (self.access is None or ask.access in self.access)
            and (self.bypass_2fa is None or ask.bypass_2fa is self.bypass_2fa)
            and (self.account_2fa is None or ask.account_2fa in self.account_2fa)
        )


class Era(Struct, frozen=True):
    """npm's policy from `start` (UTC) until the next era.

    events: events whose id-tokens the exchange refuses, with the evidence for it.
    unvalidated_hours: how long a trusted publisher that never published lives; None for ever.
    several_publishers: whether a package may have more than one trusted publisher.
    stage_only_tokens: whether a granular token may be limited to staging.
    new_publisher_allows: what a configuration allows when nothing is ticked at its creation.
    announced: this era is a plan with a date, not yet in force.
    """

    start: date
    title: str
    sources: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    events: tuple[tuple[str, Evidence], ...] = ()
    unvalidated_hours: int | None = None
    several_publishers: bool = False
    stage_only_tokens: bool = False
    new_publisher_allows: tuple[Allow, ...] = (Allow.PUBLISH,)
    announced: bool = False

    def then(
        self,
        start: date,
        title: str,
        sources: tuple[str, ...],
        rows: tuple[Row, ...] = (),
        **terms: Any,
    ) -> Era:
        """The era that follows: only what it changes is said, everything else stays."""
        return replace(self, start=start, title=title, sources=sources, rows=rows, **terms)


_CHANGELOG = "https://github.blog/changelog/"
_ACCESS = "https://docs.npmjs.com/requiring-2fa-for-package-publishing-and-settings-modification"
_TOKENS = "https://docs.npmjs.com/about-access-tokens"
_TRUSTED = "https://docs.npmjs.com/trusted-publishers"
_STAGED = "https://docs.npmjs.com/staged-publishing"
_STAGE_COMMAND = "https://docs.npmjs.com/cli/v11/commands/npm-stage"
_GRANULAR_2022 = (
    _CHANGELOG + "2022-12-06-limit-scope-of-npm-tokens-with-the-new-granular-access-tokens"
)
_HARDENING = (
    _CHANGELOG + "2025-11-05-npm-security-update-classic-token-creation-disabled"
    "-and-granular-token-changes"
)
_CLASSIC_REVOKED = (
    _CHANGELOG + "2025-12-09-npm-classic-tokens-revoked-session-based-auth"
    "-and-cli-token-management-now-available"
)
_STAGE_ONLY = _CHANGELOG + "2026-09-18-stage-only-npm-tokens-for-safer-automation"
_FIRST_TOKEN_PUBLISH = "https://github.com/textadventures/quest/issues/2016"
_SUNSET = _CHANGELOG + "2026-07-07-npm-install-time-security-and-gat-bypass2fa-deprecation"

_CLASSIC = (
    Credential.CLASSIC_AUTOMATION,
    Credential.CLASSIC_PUBLISH,
    Credential.CLASSIC_READ_ONLY,
)
_LIVE_TOKENS = (Credential.GRANULAR, Credential.SESSION)
_WRITES = (TokenPermission.READ_WRITE,)
_DISALLOW = (Access.TWO_FACTOR_DISALLOW_TOKENS,)
_WITH_2FA = (AccountTwoFactor.AUTH_AND_WRITES, AccountTwoFactor.AUTH_ONLY)
_WITHOUT_WRITE_2FA = (AccountTwoFactor.AUTH_ONLY, AccountTwoFactor.DISABLED)


def _accepted(note: str, source: str, rule: str | None = None) -> Cell:
    return Cell(Outcome.ACCEPTED, Evidence.DOCUMENTED, rule, note, source)


def _staged(note: str, source: str) -> Cell:
    return Cell(Outcome.STAGED, Evidence.DOCUMENTED, None, note, source)


def _refused(rule: str, note: str, source: str, evidence: Evidence = Evidence.DOCUMENTED) -> Cell:
    return Cell(Outcome.REFUSED, evidence, rule, note, source)


_NEEDS_2FA = _refused("token-needs-2fa", "a person with 2FA has to confirm the publish", _ACCESS)
_NO_STAGING = _refused("npm-too-old-for-staging", "staged publishing does not exist yet", _STAGED)

# Before granular tokens asked for 2FA. The day on which trusted publishing became generally
# available opens the table; earlier days are answered as if they were this one.
_BEFORE = Era(
    start=date(2025, 7, 31),
    title="Trusted publishing is generally available",
    sources=(
        _CHANGELOG + "2025-07-31-npm-trusted-publishing-with-oidc-is-generally-available",
        _GRANULAR_2022,
    ),
    rows=(
        Row(
            _refused("no-credential", "nothing is presented", _TRUSTED),
            credential=(Credential.NONE,),
        ),
        Row(_NO_STAGING, credential=tuple(Credential), command=Command.STAGE),
        Row(
            _refused(
                "first-publish", "a trusted publisher belongs to an existing package", _TRUSTED
            ),
            credential=(Credential.OIDC,),
            exists=False,
        ),
        Row(
            _accepted("a matching trusted publisher publishes", _TRUSTED),
            credential=(Credential.OIDC,),
            allows_command=True,
        ),
        Row(
            _refused(
                "trusted-publisher-lacks-permission",
                "a publisher cannot be limited to staging yet",
                _TRUSTED,
                Evidence.REPORTED,
            ),
            credential=(Credential.OIDC,),
        ),
        Row(
            _refused(
                "token-lacks-permission",
                "a token cannot be limited to staging yet",
                _STAGE_ONLY,
                Evidence.REPORTED,
            ),
            credential=(Credential.GRANULAR,),
            permission=(TokenPermission.STAGE_ONLY,),
        ),
        Row(
            _refused("token-lacks-permission", "the token may not write", _TOKENS),
            credential=(Credential.GRANULAR,),
            permission=(TokenPermission.READ_ONLY, TokenPermission.NO_ACCESS),
        ),
        Row(
            _refused("token-lacks-permission", "the token may not write", _TOKENS),
            credential=(Credential.CLASSIC_READ_ONLY,),
        ),
        Row(
            _refused(
                "token-refused-by-publishing-access",
                "the package disallows tokens",
                _ACCESS,
            ),
            credential=(Credential.GRANULAR, Credential.CLASSIC_AUTOMATION),
            access=_DISALLOW,
        ),
        Row(
            _accepted("automation and granular tokens publish without 2FA", _GRANULAR_2022),
            credential=(Credential.GRANULAR, Credential.CLASSIC_AUTOMATION),
        ),
        Row(
            _accepted("a person answers the prompt", _ACCESS),
            credential=(Credential.SESSION, Credential.CLASSIC_PUBLISH),
            interactive=True,
            account_2fa=_WITH_2FA,
        ),
        Row(
            _accepted("neither package nor account asks for 2FA", _ACCESS),
            credential=(Credential.SESSION, Credential.CLASSIC_PUBLISH),
            access=(Access.LEGACY_NONE,),
            account_2fa=_WITHOUT_WRITE_2FA,
        ),
        Row(_NEEDS_2FA, credential=(Credential.SESSION, Credential.CLASSIC_PUBLISH)),
    ),
)

_GRANULAR_NEED_2FA = _BEFORE.then(
    start=date(2025, 11, 5),
    title="Granular tokens ask for 2FA unless they bypass it; classic tokens can no longer be made",
    sources=(_HARDENING,),
    rows=(
        Row(
            _accepted("a person answers the prompt", _ACCESS),
            credential=(Credential.GRANULAR,),
            command=Command.PUBLISH,
            permission=_WRITES,
            interactive=True,
            access=(Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.LEGACY_NONE),
            bypass_2fa=False,
            account_2fa=_WITH_2FA,
        ),
        Row(
            # npm's page says that every package asks for 2FA or a bypass token; its changelog of
            # 2025-12-09 says that existing packages keep their settings.
            _refused(
                "token-needs-2fa",
                "sources disagree whether an old package without a 2FA setting takes such a token",
                _ACCESS,
                Evidence.REPORTED,
            ),
            credential=(Credential.GRANULAR,),
            command=Command.PUBLISH,
            permission=_WRITES,
            access=(Access.LEGACY_NONE,),
            bypass_2fa=False,
            account_2fa=_WITHOUT_WRITE_2FA,
        ),
        Row(
            _NEEDS_2FA,
            credential=(Credential.GRANULAR,),
            command=Command.PUBLISH,
            permission=_WRITES,
            access=(Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.LEGACY_NONE),
            bypass_2fa=False,
        ),
    ),
    events=(("pull_request_target", Evidence.REPORTED),),
)

_CLASSIC_GONE = _GRANULAR_NEED_2FA.then(
    start=date(2025, 12, 9),
    title="Classic tokens are revoked; sessions always need 2FA to publish",
    sources=(_CLASSIC_REVOKED, _TOKENS),
    rows=(
        Row(
            _refused("classic-token-revoked", "npm revoked every classic token", _CLASSIC_REVOKED),
            credential=_CLASSIC,
        ),
        Row(
            _accepted("a person answers the prompt", _CLASSIC_REVOKED),
            credential=(Credential.SESSION,),
            command=Command.PUBLISH,
            interactive=True,
            account_2fa=_WITH_2FA,
        ),
        Row(_NEEDS_2FA, credential=(Credential.SESSION,), command=Command.PUBLISH),
    ),
)

_STAGING = _CLASSIC_GONE.then(
    start=date(2026, 5, 20),
    title="Staged publishing; a trusted publisher says which commands it allows",
    sources=(
        "https://github.com/npm/documentation/pull/1961",
        _STAGED,
        _STAGE_COMMAND,
    ),
    rows=(
        Row(
            _refused("token-lacks-permission", "the token may not write", _TOKENS),
            credential=(Credential.GRANULAR,),
            command=Command.STAGE,
            permission=(TokenPermission.READ_ONLY, TokenPermission.NO_ACCESS),
        ),
        Row(
            _refused("first-publish", "a package has to exist before a version is staged", _STAGED),
            credential=_LIVE_TOKENS,
            command=Command.STAGE,
            exists=False,
        ),
        Row(
            _refused(
                "first-publish", "a trusted publisher belongs to an existing package", _TRUSTED
            ),
            credential=(Credential.OIDC,),
            exists=False,
        ),
        Row(
            _staged("the trusted publisher allows `npm stage publish`", _TRUSTED),
            credential=(Credential.OIDC,),
            command=Command.STAGE,
            allows_command=True,
        ),
        Row(
            _refused(
                "trusted-publisher-lacks-permission",
                "the trusted publisher does not allow this command",
                _TRUSTED,
            ),
            credential=(Credential.OIDC,),
            allows_command=False,
        ),
        Row(
            _staged("any session stages without 2FA", _STAGE_COMMAND),
            credential=(Credential.SESSION,),
            command=Command.STAGE,
        ),
        Row(
            _staged("any token that may write stages without 2FA", _STAGE_COMMAND),
            credential=(Credential.GRANULAR,),
            command=Command.STAGE,
            permission=_WRITES,
        ),
        Row(
            _refused(
                "token-lacks-permission",
                "a token cannot be limited to staging yet",
                _STAGE_ONLY,
                Evidence.REPORTED,
            ),
            credential=(Credential.GRANULAR,),
            command=Command.STAGE,
            permission=(TokenPermission.STAGE_ONLY,),
        ),
    ),
    new_publisher_allows=(),
)

_BYPASS_RESTRICTED = _STAGING.then(
    start=date(2026, 7, 31),
    title="Bypass tokens no longer change accounts, organisations or package settings",
    sources=(
        "https://github.com/npm/documentation/pull/2006",
        "https://github.com/orgs/community/discussions/201329",
        _SUNSET,
    ),
    rows=(
        Row(
            _refused(
                "first-publish",
                "since August 2026 some first publishes with a bypass token were asked for a"
                " one-time password, others went through",
                _FIRST_TOKEN_PUBLISH,
                Evidence.REPORTED,
            ),
            credential=(Credential.GRANULAR,),
            command=Command.PUBLISH,
            permission=_WRITES,
            exists=False,
            access=(Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.LEGACY_NONE),
            bypass_2fa=True,
        ),
        Row(
            _accepted(
                "a token that bypasses 2FA publishes until January 2027",
                _ACCESS,
                "bypass-token-sunset",
            ),
            credential=(Credential.GRANULAR,),
            command=Command.PUBLISH,
            permission=_WRITES,
            access=(Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.LEGACY_NONE),
            bypass_2fa=True,
        ),
    ),
)

_SEVERAL_PUBLISHERS = _BYPASS_RESTRICTED.then(
    start=date(2026, 9, 3),
    title="Several trusted publishers a package; a new one only stages unless publishing is ticked",
    sources=(
        "https://github.com/orgs/community/discussions/206745",
        _TRUSTED,
    ),
    several_publishers=True,
    new_publisher_allows=(Allow.STAGE,),
)

_STAGE_ONLY_TOKENS = _SEVERAL_PUBLISHERS.then(
    start=date(2026, 9, 18),
    title="Granular tokens that may only stage",
    sources=(_STAGE_ONLY,),
    rows=(
        Row(
            _refused("token-lacks-permission", "the token may only stage", _STAGE_ONLY),
            credential=(Credential.GRANULAR,),
            command=Command.PUBLISH,
            permission=(TokenPermission.STAGE_ONLY,),
        ),
        Row(
            _refused("first-publish", "a package has to exist before a version is staged", _STAGED),
            credential=(Credential.GRANULAR,),
            command=Command.STAGE,
            permission=(TokenPermission.STAGE_ONLY,),
            exists=False,
        ),
        Row(
            _staged("the token may stage", _STAGE_ONLY),
            credential=(Credential.GRANULAR,),
            command=Command.STAGE,
            permission=(TokenPermission.STAGE_ONLY,),
        ),
    ),
    stage_only_tokens=True,
)

_UNVALIDATED_EXPIRE = _STAGE_ONLY_TOKENS.then(
    start=date(2026, 10, 2),
    title="A trusted publisher that never published expires after 48 hours; staging may create"
    " a package",
    sources=(
        _CHANGELOG + "2026-10-02-unvalidated-npm-trusted-publishing-configurations-now-expire",
        _CHANGELOG + "2026-10-02-npm-staged-publishing-now-supports-creating-new-packages",
    ),
    rows=(
        Row(
            _staged("staging a new name publishes a placeholder and waits", _STAGE_COMMAND),
            credential=(Credential.SESSION,),
            command=Command.STAGE,
            exists=False,
        ),
        Row(
            _staged("staging a new name publishes a placeholder and waits", _STAGE_COMMAND),
            credential=(Credential.GRANULAR,),
            command=Command.STAGE,
            permission=(TokenPermission.READ_WRITE, TokenPermission.STAGE_ONLY),
            exists=False,
        ),
    ),
    events=(
        ("pull_request_target", Evidence.DOCUMENTED),
        ("issue_comment", Evidence.DOCUMENTED),
    ),
    unvalidated_hours=48,
)

_NO_DIRECT_TOKENS = _UNVALIDATED_EXPIRE.then(
    start=date(2027, 1, 1),
    title="Announced for January 2027: granular tokens no longer publish directly",
    sources=(_STAGE_ONLY, _SUNSET),
    rows=(
        Row(
            _refused(
                "bypass-token-sunset",
                "npm plans to end direct publishing with granular tokens in January 2027",
                _SUNSET,
                Evidence.ANNOUNCED,
            ),
            credential=(Credential.GRANULAR,),
            command=Command.PUBLISH,
            permission=_WRITES,
            access=(Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.LEGACY_NONE),
            bypass_2fa=True,
        ),
        Row(
            _refused(
                "bypass-token-sunset",
                "npm plans to end direct publishing with granular tokens in January 2027",
                _SUNSET,
                Evidence.ANNOUNCED,
            ),
            credential=(Credential.GRANULAR,),
            command=Command.PUBLISH,
            permission=_WRITES,
            interactive=True,
            access=(Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.LEGACY_NONE),
            bypass_2fa=False,
            account_2fa=_WITH_2FA,
        ),
    ),
    announced=True,
)

ERAS: tuple[Era, ...] = (
    _BEFORE,
    _GRANULAR_NEED_2FA,
    _CLASSIC_GONE,
    _STAGING,
    _BYPASS_RESTRICTED,
    _SEVERAL_PUBLISHERS,
    _STAGE_ONLY_TOKENS,
    _UNVALIDATED_EXPIRE,
    _NO_DIRECT_TOKENS,
)

SUNSET = _NO_DIRECT_TOKENS.start


def eras_until(day: date) -> tuple[Era, ...]:
    """The eras that had begun on `day`, newest first; the oldest one for days before the table."""
    begun = tuple(era for era in reversed(ERAS) if era.start <= day)
    return begun or ERAS[:1]


def era(day: date) -> Era:
    """The era in force on `day`."""
    return eras_until(day)[0]


def permissions(day: date) -> tuple[TokenPermission, ...]:
    """The permissions that a granular token could have on `day`, likeliest first."""
    limited = era(day).stage_only_tokens
    return tuple(p for p in TokenPermission if limited or p is not TokenPermission.STAGE_ONLY)


def publisher_allows(day: date) -> tuple[frozenset[Allow], ...]:
    """What a trusted publisher could allow on `day`, likeliest first.

    Before a configuration said which commands it allows, every one allowed `npm publish`.
    """
    publish = frozenset({Allow.PUBLISH})
    if era(day).new_publisher_allows == (Allow.PUBLISH,):
        return (publish,)
    return (frozenset(Allow), publish, frozenset({Allow.STAGE}))


def next_starts(day: date) -> tuple[date, ...]:
    """The days after `day` on which npm's policy changes, as far as it is known or announced."""
    return tuple(later.start for later in ERAS if later.start > day)


def cell(day: date, ask: Question) -> Cell:
    """npm's answer on `day`. Raises LookupError when no row fits, which the tests rule out."""
    for begun in eras_until(day):
        for row in begun.rows:
            if row.fits(ask):
                return row.cell
    raise LookupError(f"no row answers {ask} on {day}")


class Asked(Struct, frozen=True):
    """A question with every axis given; see `Question`."""

    credential: Credential
    command: Command
    allow: frozenset[Allow] = frozenset()
    permission: TokenPermission = TokenPermission.READ_WRITE
    bypass_2fa: bool = False
    exists: bool = True
    interactive: bool = False
    access: Access = Access.TWO_FACTOR_OR_BYPASS_TOKEN
    account_2fa: AccountTwoFactor = AccountTwoFactor.AUTH_AND_WRITES


def every_question() -> Iterator[Asked]:
    """The whole product of the table's axes, without combinations that cannot exist."""
    rest = (
        tuple(Command),
        (True, False),
        (False, True),
        tuple(Access),
        tuple(AccountTwoFactor),
    )
    for command, exists, interactive, access, account in product(*rest):
        for credential, allow, permission, bypass in _credentials():
            yield Asked(
                credential,
                command,
                allow,
                permission,
                bypass,
                exists,
                interactive,
                access,
                account,
            )


def _credentials() -> Iterator[tuple[Credential, frozenset[Allow], TokenPermission, bool]]:
    nothing: frozenset[Allow] = frozenset()
    for allow in ({Allow.PUBLISH}, {Allow.STAGE}, set(Allow)):
        yield Credential.OIDC, frozenset(allow), TokenPermission.NO_ACCESS, False
    for permission, bypass in product(TokenPermission, (True, False)):
        yield Credential.GRANULAR, nothing, permission, bypass
    for credential in (Credential.SESSION, *_CLASSIC, Credential.NONE):
        yield credential, nothing, TokenPermission.NO_ACCESS, False
