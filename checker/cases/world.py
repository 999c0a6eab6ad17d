"""One case and its possible worlds: facts that are unknown are expanded only when they are read.

A `World` answers every question about a case with a definite value. Where the fact is unknown it
raises `Fork`, naming the values it could have; `judgement.settle` then judges each of them. So a
fact that does not matter is never read, and never makes a verdict unknown.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from checker.cases import tools_in_use
from checker.cases.token_list import Overruled
from checker.cases.tools_in_use import ToolInUse
from checker.facts import (
    Access,
    AccountTwoFactor,
    Allow,
    Command,
    Declared,
    ExchangeAnswer,
    GitHubAnswers,
    GivenToken,
    Observed,
    Package,
    Publish,
    Run,
    RunningJob,
    Runtime,
    Setting,
    Taken,
    Token,
    TokenAnswer,
    TokenPermission,
    TokenState,
    TokenType,
    Unknown,
)
from checker.knowledge import policy
from checker.knowledge.tools import VersionFrom, rows
from checker.knowledge.versions import at_least

T = TypeVar("T", bound=Hashable)

NPM_WITH_TAG_RULE = "11.0.0"
NPM_WITH_TRUSTED_PUBLISHING = "11.5.1"
NPM_WITH_STAGING = "11.15.0"
# 11.21.0 and 12.2.0 forget the exchange of one package before they go on to the next.
_NPM_FLOORS = (
    NPM_WITH_TAG_RULE,
    NPM_WITH_TRUSTED_PUBLISHING,
    NPM_WITH_STAGING,
    "11.21.0",
    "12.0.0",
    "12.2.0",
)

# One npm of each behaviour, newest first: what an npm of unknown version may be.
_ANY_NPM = ("12.2.0", "12.0.0", "11.21.0", "11.17.0", "11.12.1", "11.3.0", "10.8.2")

# npm sends a malformed one as well, and does not look for another.
_REAL_TOKENS = (TokenState.SECRET, TokenState.LITERAL, TokenState.MALFORMED)


class Case(Struct, frozen=True):
    """What one step does with one package on one path, in raw facts.

    package: Unknown where the files do not show what is published.
    observed, exchange: what the registry answered about the package, None when it was not asked.
    token_answer: what it answered about the token given for inspection.
    github: what GitHub's API says of the repository, None when it was not asked.
    taken: the version is published or staged by another command of the same run too.
    new_packages: how many packages that do not exist yet the step publishes in one go.
    earlier: (name, declared) of the packages that the same command publishes before this one.
    workflows: the entry workflows from which this repository publishes the package.
    overruled: declared facts of its token in whose place `declared` has what npm lists.
    """

    today: date
    now: datetime | None
    publish: Publish
    run: Run
    package: Package | Unknown
    declared: Declared
    running: RunningJob
    visibility: str | Unknown
    observed: Observed | None = None
    exchange: ExchangeAnswer | None = None
    token_answer: TokenAnswer | None = None
    new_packages: int = 0
    earlier: tuple[tuple[str, Declared], ...] = ()
    workflows: tuple[str, ...] = ()
    overruled: tuple[Overruled, ...] = ()
    github: GitHubAnswers | None = None
    taken: Taken | None = None

    @property
    def runs_for_a_fork(self) -> bool:
        """Whether this very publish runs for a fork's pull request: no id-token and no secrets."""
        fork = self.is_running and self.running.fork
        # This event runs with the repository's own rights, whoever asked.
        return fork and self.running.event != "pull_request_target"

    @property
    def is_running(self) -> bool:
        """Whether the job that runs this program is this very publish: same file, job and event."""
        return (
            self.running.setting is not Setting.TERMINAL
            and self.running.workflow == self.run.entry_workflow
            and self.running.job == self.publish.job
            and self.running.event == self.run.event
        )


class Fork(Exception):
    """A fact was read that may have several values. key: which fact, of which secret or package."""

    def __init__(self, key: str, unknown: Unknown, values: tuple[Hashable, ...]) -> None:
        super().__init__(key)
        self.key = key
        self.unknown = unknown
        self.values = values


class Life(Enum):
    """Whether a token is still alive on the day asked about."""

    ALIVE = "alive"
    EXPIRED = "expired"


class World(Struct, frozen=True, eq=False, dict=True):
    """A case in which the facts of `chosen` have been given a value."""

    case: Case
    chosen: tuple[tuple[str, Hashable], ...] = ()

    def choose(self, key: str, value: Hashable) -> World:
        """The same case in the worlds where `key` has this value."""
        return replace(self, chosen=(*self.chosen, (key, value)))

    def know(self, value: T | Unknown, key: str, among: tuple[T, ...]) -> T:
        """`value`, or where it is unknown the one chosen in this world. Raises `Fork`."""
        if not isinstance(value, Unknown):
            return value
        return self.decide(value, key, among)

    def decide(self, unknown: Unknown, key: str, among: tuple[T, ...]) -> T:
        """One of `among`. Raises `Fork` in a world that has not chosen yet."""
        for known, chosen in self.chosen:
            if known == key:
                return chosen  # type: ignore[return-value]  # what was put in under this key
        raise Fork(key, unknown, among)

    # --- the request ---------------------------------------------------------------------------

    @property
    def command(self) -> Command:
        """Direct or staged."""
        return self.case.publish.command

    @property
    def interactive(self) -> bool:
        """No person sits at a workflow."""
        return False

    @property
    def exists(self) -> bool:
        """Whether the package has a version already.

        What the registry shows beats what is declared; where neither says, it is presumed.
        """
        observed = self.case.observed.exists if self.case.observed else self.case.declared.exists
        exists = self.case.declared.exists if isinstance(observed, Unknown) else observed
        return True if isinstance(exists, Unknown) else exists

    @property
    def exists_is_presumed(self) -> bool:
        """Whether neither the registry nor a declaration says that the package exists."""
        observed = self.case.observed.exists if self.case.observed else self.case.declared.exists
        return isinstance(observed, Unknown) and isinstance(self.case.declared.exists, Unknown)

    @property
    def access(self) -> Access:
        """The publishing access; where it is unknown, one of the two settings npm offers.

        Only a package that exists has a setting; npm gives a new one its default, whatever is
        declared for those of the repository:
        https://docs.npmjs.com/requiring-2fa-for-package-publishing-and-settings-modification
        """
        if not self.exists:
            return Access.TWO_FACTOR_OR_BYPASS_TOKEN
        return self.know(
            self.case.declared.access,
            "publishing-access",
            (Access.TWO_FACTOR_OR_BYPASS_TOKEN, Access.TWO_FACTOR_DISALLOW_TOKENS),
        )

    @property
    def account_2fa(self) -> AccountTwoFactor:
        """The 2FA mode of the token's account."""
        return self.know(self.case.declared.account_2fa, "account-2fa", tuple(AccountTwoFactor))

    @property
    def visibility(self) -> str:
        """`public` or `private`; `internal` counts as private."""
        visibility = self.know(self.case.visibility, "visibility", ("public", "private"))
        return "public" if visibility == "public" else "private"

    @property
    def hosted(self) -> bool:
        """Whether GitHub hosts the runner: not where the labels or the running job deny it."""
        labels = self.case.run.hosted
        seen = self.case.running.hosted if self.case.is_running else None
        if labels is False or seen is False:
            return False
        return True if seen else self.know(labels, "runs_on", (True, False))

    @property
    def token_answered(self) -> bool:
        """Whether npm itself knows the token with which this very job publishes."""
        answer = self.case.token_answer
        return self.case.is_running and answer is not None and answer.alive is True

    @property
    def account_maintains(self) -> bool:
        """Whether npm lists the token's account among the package's maintainers."""
        answer, observed = self.case.token_answer, self.case.observed
        if not self.token_answered or answer is None or observed is None:
            return False
        return answer.account is not None and answer.account in observed.maintainers

    @property
    def version_is_known_free(self) -> bool:
        """Whether npm's record shows that the version was never published."""
        package, observed = self.case.package, self.case.observed
        if isinstance(package, Unknown) or observed is None or observed.exists is not True:
            return False
        # npm has versions without what stands behind `+`.
        version = package.version
        return version is not None and "+" not in version and version not in observed.versions

    @property
    def repeats_version(self) -> bool:
        """Whether the tool publishes the manifest's version, be it on npm already or not."""
        row, options = self.tool.row, self.case.run.options
        passes_over = (
            row.skips_published
            or options.tolerates_published
            or (row.recursive_skips_published and options.recursive)
        )
        return row.version_from is VersionFrom.MANIFEST and not passes_over

    def taken_by(self, command: Command) -> bool:
        """Whether such a command of the same run has taken the version. Raises `Fork`."""
        taken = self.case.taken
        if taken is None or taken.command is not command:
            return False
        return taken.unsure is None or self.decide(taken.unsure, "taken", (True, False))

    # --- the client ----------------------------------------------------------------------------

    @cached_property
    def runtime(self) -> Runtime:
        """The Node and npm of the job. Of those that behave alike, one stands for all."""
        runtimes = self.case.run.runtimes
        if isinstance(runtimes, Unknown):
            among = tuple(Runtime(None, npm) for npm in _ANY_NPM)
            return self.decide(runtimes, "runtime", among)
        kinds: dict[Hashable, Runtime] = {}
        for runtime in runtimes:
            kinds.setdefault(_behaviour(runtime), runtime)
        if len(kinds) == 1:
            return next(iter(kinds.values()))
        versions = ", ".join(sorted({runtime.npm for runtime in runtimes if runtime.npm}))
        fact = "node" if len({runtime.node for runtime in runtimes}) > 1 else "npm"
        why = f"the job may run any of npm {versions}"
        return self.decide(Unknown(fact, why), "runtime", tuple(kinds.values()))

    def npm_at_least(self, floor: str) -> bool:
        """Whether the npm on the job's PATH is `floor` or newer; False when there is none."""
        return self.runtime.npm is not None and at_least(self.runtime.npm, floor)

    @cached_property
    def tool(self) -> ToolInUse:
        """The tool, with what the package manager that uploads for it adds or takes away."""
        name = self.case.publish.tool
        if not rows(name):
            # A tool without a row may do anything with the credentials it is given.
            raise Fork("tool", Unknown("tool", f"`{name}` cannot be read"), ())
        if name == "npm":
            return ToolInUse(
                rows(name)[0],
                self.runtime.npm,
                self.npm_at_least(NPM_WITH_TRUSTED_PUBLISHING),
                self.npm_at_least(NPM_WITH_STAGING),
            )
        uses = tools_in_use.of_versions(name, self.case.run.tool_versions)
        use = self._one_of(uses, "tool", name, self.case.run.tool_versions)
        manager = self.case.run.uploader
        if manager is None or not use.row.published_by:
            return use
        uploads = tools_in_use.uploading(use, manager, self.case.run.uploader_versions)
        return self._one_of(uploads, "uploader", manager, self.case.run.uploader_versions)

    def _one_of(
        self,
        uses: tuple[ToolInUse, ...],
        key: str,
        name: str,
        versions: tuple[str, ...] | Unknown,
    ) -> ToolInUse:
        """One of the tools that behave differently; the first of those that behave alike."""
        kinds: dict[Hashable, ToolInUse] = {}
        for use in uses:
            kinds.setdefault((use.row, use.trusted_publishing, use.staging), use)
        if len(kinds) == 1:
            return next(iter(kinds.values()))
        if isinstance(versions, Unknown):
            return self.decide(versions, key, tuple(kinds.values()))
        why = f"`{name}` may be any of {', '.join(versions) or 'its versions'}"
        return self.decide(Unknown("tool_version", why), key, tuple(kinds.values()))

    # --- the token -----------------------------------------------------------------------------

    @cached_property
    def given(self) -> GivenToken | None:
        """The token that reaches the step; None when none that could be one does."""
        token = self.case.run.token
        if isinstance(token, Unknown) and token.fact == "tool":
            # None is given, and whether the program comes to the publish no declared fact says.
            raise Fork("given-token", token, ())
        if isinstance(token, Unknown):
            stand_in = GivenToken(TokenState.SECRET, (), self.case.publish.place)
            return self.decide(token, "given-token", (stand_in, None))
        if token is None or token.state not in _REAL_TOKENS:
            return None
        return None if self.case.runs_for_a_fork and token.secret_names else token

    @property
    def has_token(self) -> bool:
        """Whether a token is presented at all; `token-type: none` says that the secret is unset."""
        return self.given is not None and self.token.type is not TokenType.NONE

    @cached_property
    def token(self) -> Token:
        """The declared facts of the token that the step is given."""
        names = self.given.secret_names if self.given else ()
        by_secret = dict(self.case.declared.tokens)
        described = tuple(dict.fromkeys(by_secret.get(n, self.case.declared.token) for n in names))
        if not described:
            return self.case.declared.token
        if len(described) == 1:
            return described[0]
        why = f"which of {', '.join(f'`{name}`' for name in names)} is set decides the token"
        return self.decide(Unknown("token-type", why), "which-secret", described)

    @property
    def token_key(self) -> str:
        """One secret is one unknown, however many packages it serves."""
        return "+".join(self.given.secret_names) if self.given else ""

    @property
    def token_type(self) -> TokenType:
        """The kind of the token presented."""
        among = tuple(kind for kind in TokenType if kind is not TokenType.NONE)
        return self.know(self.token.type, f"token-type {self.token_key}", among)

    @property
    def permission(self) -> TokenPermission:
        """What a granular token may do."""
        return self.know(
            self.token.permission,
            f"token-permission {self.token_key}",
            policy.permissions(self.case.today),
        )

    @property
    def bypass_2fa(self) -> bool:
        """Whether a granular token bypasses 2FA."""
        return self.know(self.token.bypass_2fa, f"bypass-2fa {self.token_key}", (True, False))

    @property
    def token_life(self) -> Life:
        """Whether a granular token has expired; on the expiry day itself nobody knows."""
        expires, key = self.token.expires, f"token-expires {self.token_key}"
        both = (Life.ALIVE, Life.EXPIRED)
        if isinstance(expires, Unknown):
            return self.decide(expires, key, both)
        if expires == self.case.today:
            return self.decide(Unknown("token-expires", f"the token expires {expires}"), key, both)
        return Life.ALIVE if self.case.today < expires else Life.EXPIRED

    @property
    def token_covers_package(self) -> bool:
        """Whether a granular token may touch this package at all."""
        patterns, key = self.token.packages, f"token-packages {self.token_key}"
        if isinstance(patterns, Unknown):
            return self.decide(patterns, key, (True, False))
        if "*" in patterns:
            return True
        package = self.case.package
        if isinstance(package, Unknown):
            return self.decide(package, key, (True, False))
        return any(_covers(pattern, package.name) for pattern in patterns)


def _covers(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("/*") else name == pattern


def _behaviour(runtime: Runtime) -> Hashable:
    floors = tuple(runtime.npm is not None and at_least(runtime.npm, f) for f in _NPM_FLOORS)
    return floors, runtime.failed_upgrade is not None


class Request(Struct, frozen=True):
    """The question that a world puts to npm's policy; see `policy.Question`."""

    world: World
    credential: policy.Credential
    allow: frozenset[Allow]

    @property
    def command(self) -> Command:
        """See `World`."""
        return self.world.command

    @property
    def permission(self) -> TokenPermission:
        """See `World`."""
        return self.world.permission

    @property
    def bypass_2fa(self) -> bool:
        """See `World`."""
        return self.world.bypass_2fa

    @property
    def exists(self) -> bool:
        """See `World`."""
        return self.world.exists

    @property
    def interactive(self) -> bool:
        """See `World`."""
        return self.world.interactive

    @property
    def access(self) -> Access:
        """See `World`."""
        return self.world.access

    @property
    def account_2fa(self) -> AccountTwoFactor:
        """See `World`."""
        return self.world.account_2fa
