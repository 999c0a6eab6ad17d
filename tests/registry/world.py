"""What npm knows: accounts, tokens, packages, their trusted publishers and what is staged.

Plain data that requests change. No decision is made here, and nothing of HTTP stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

TwoFactor = Literal["auth-and-writes", "auth-only", "disabled"]
TokenKind = Literal["granular", "session", "classic-automation", "classic-publish", "classic-read"]
Permission = Literal["read-write", "stage-only", "read-only", "no-access"]
Access = Literal["2fa-or-bypass-token", "2fa-disallow-tokens", "legacy-none"]
Allowed = Literal["createPackage", "createStagedPackage"]

ALL_PACKAGES = ("*",)
# What an authenticator would show; a request with this header has passed 2FA.
ONE_TIME_PASSWORD = "123456"


@dataclass
class Account:
    """A user. private_packages: whether the plan pays for them. writes_to: scopes and names."""

    name: str = "jane"
    two_factor: TwoFactor = "auth-and-writes"
    private_packages: bool = False
    writes_to: tuple[str, ...] = ALL_PACKAGES


@dataclass
class Token:
    """What stands behind a secret. Of a session only `account` and `created` count.

    expires: the first moment at which it is dead. packages: names and `@scope/*`; `*` is all.
    addresses: where it may be used from; empty is anywhere.
    """

    secret: str
    kind: TokenKind = "granular"
    account: str = "jane"
    bypass_2fa: bool = False
    permission: Permission = "read-write"
    created: datetime | None = None
    expires: datetime | None = None
    packages: tuple[str, ...] = ALL_PACKAGES
    addresses: tuple[str, ...] = ()
    revoked: bool = False

    def covers(self, package: str) -> bool:
        """Whether the package is among those that were chosen for the token."""
        return among(package, self.packages)


@dataclass
class TrustedPublisher:
    """One configuration of a package. `claims` are GitHub's; another provider matches none.

    created: None stands for long ago. allowed: None stands for what npm ticks by itself at that
    time. published: whether it has published once.
    """

    repository: str
    workflow: str
    environment: str | None = None
    provider: str = "github"
    allowed: tuple[Allowed, ...] | None = None
    created: datetime | None = None
    published: bool = True


@dataclass
class Version:
    """A published version. by: the name of its publisher. provenance: of its attestation."""

    number: str
    by: str = "jane"
    trusted_publisher: bool = False
    deprecated: bool = False
    manifest: dict[str, object] = field(default_factory=dict)
    provenance: dict[str, str] | None = None


@dataclass
class Package:
    """A package that exists. unpublished: versions that were removed, and stay taken."""

    name: str
    access: Access = "2fa-or-bypass-token"
    public: bool = True
    versions: dict[str, Version] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    unpublished: tuple[str, ...] = ()
    publishers: list[TrustedPublisher] = field(default_factory=list)
    maintainers: tuple[str, ...] = ("jane",)


@dataclass
class Staged:
    """A version that waits for the approval of a person."""

    id: str
    package: str
    version: str
    tag: str
    actor: str
    created: datetime


@dataclass
class Exchanged:
    """A token that the exchange gave out: for one package, and for an hour."""

    secret: str
    package: str
    publisher: TrustedPublisher
    claims: dict[str, str]
    expires: datetime


@dataclass
class Contested:
    """What npm's documentation leaves open or reports disagree on. The defaults are lenient.

    environment_of_job_alone: the job names an environment, the publisher none; it matches.
    first_publish_by_token: a token with bypass may create a package without a person.
    """

    environment_of_job_alone: bool = True
    first_publish_by_token: bool = True


@dataclass
class World:
    """Everything that one registry holds."""

    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    packages: dict[str, Package] = field(default_factory=dict)
    exchanged: dict[str, Exchanged] = field(default_factory=dict)
    staged: list[Staged] = field(default_factory=list)
    contested: Contested = field(default_factory=Contested)

    def add(self, *things: Account | Token | Package) -> World:
        """Each under its own name; a token under its secret."""
        for thing in things:
            if isinstance(thing, Account):
                self.accounts[thing.name] = thing
            elif isinstance(thing, Token):
                self.tokens[thing.secret] = thing
            else:
                self.packages[thing.name] = thing
        return self

    def staged_version(self, package: str, version: str) -> Staged | None:
        """What waits under that version."""
        return next(
            (s for s in self.staged if (s.package, s.version) == (package, version)),
            None,
        )


def package(name: str, *versions: str, **facts: object) -> Package:
    """A package with these published versions, the last of which is `latest`."""
    made = Package(name, **facts)  # type: ignore[arg-type]  # the fields of Package
    for number in versions:
        made.versions[number] = Version(number)
    if versions:
        made.tags["latest"] = versions[-1]
    return made


def among(package: str, chosen: tuple[str, ...]) -> bool:
    """Whether a name is in a list of names and `@scope/*`."""
    scope = package.partition("/")[0] + "/*" if package.startswith("@") else ""
    return "*" in chosen or package in chosen or (scope != "" and scope in chosen)


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """A moment."""
    return datetime(year, month, day, hour, tzinfo=UTC)
