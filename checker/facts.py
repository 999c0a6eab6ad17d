"""The vocabulary of facts: what is true of a repository, its workflows and this run.

Values only. Nothing here reads the world, knows npm's policy or decides anything; every type is
frozen and hashable, so that equal facts are judged once.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from msgspec import Struct


class Unknown(Struct, frozen=True):
    """A value that cannot be known from here, and why.

    fact: the name under which the report's `unknowns` lists it: an option (`publishing-access`),
        or a report field where there is no option (`runs_on`, `node`, `npm`, `packages`,
        `environment`, `visibility`).
    why: one sentence without a final stop, in the reader's terms: "`runs-on` is
        `${{ vars.RUNNER }}`".
    """

    fact: str
    why: str


class Place(Struct, frozen=True):
    """Lines of a file. `path` is relative to the repository root; lines are 1-based, inclusive."""

    path: str
    line: int
    end_line: int


# --- what npm's settings and tokens are called ------------------------------------------------


class Access(StrEnum):
    """A package's publishing access setting on npmjs.com."""

    TWO_FACTOR_OR_BYPASS_TOKEN = "2fa-or-bypass-token"
    TWO_FACTOR_DISALLOW_TOKENS = "2fa-disallow-tokens"
    LEGACY_NONE = "legacy-none"


class AccountTwoFactor(StrEnum):
    """The 2FA mode of the npm account that owns the token."""

    AUTH_AND_WRITES = "auth-and-writes"
    AUTH_ONLY = "auth-only"
    DISABLED = "disabled"


class TokenType(StrEnum):
    """The kind of an npm token. `NONE`: the secret is not set, nothing is presented."""

    NONE = "none"
    GRANULAR = "granular"
    SESSION = "session"
    CLASSIC_AUTOMATION = "classic-automation"
    CLASSIC_PUBLISH = "classic-publish"
    CLASSIC_READ_ONLY = "classic-read-only"


class TokenPermission(StrEnum):
    """What a granular token may do with the packages it covers."""

    READ_WRITE = "read-write"
    STAGE_ONLY = "stage-only"
    READ_ONLY = "read-only"
    NO_ACCESS = "no-access"


class Allow(StrEnum):
    """A command that a trusted publisher allows."""

    PUBLISH = "publish"
    STAGE = "stage"


class Command(StrEnum):
    """What a publishing step asks of the registry."""

    PUBLISH = "publish"
    STAGE = "stage"


class Registry(StrEnum):
    """Where a publishing step sends the package."""

    NPMJS = "npmjs"
    GITHUB_PACKAGES = "github-packages"
    OTHER = "other"
    UNKNOWN = "unknown"


class TokenState(StrEnum):
    """What stands where the tool looks for its token."""

    SECRET = "secret"  # a value that only the run has: a secret, a vault's output, a variable
    LITERAL = "literal"  # a token written into a file of the repository
    MALFORMED = "malformed"  # a text that no npm token is, such as `$NPM_TOKEN` without a shell
    PLACEHOLDER = "placeholder"  # setup-node (up to v6) wrote XXXXX-XXXXX-XXXXX-XXXXX
    UNSET_VARIABLE = "unset-variable"  # a configuration line names a variable that nothing sets
    EMPTY = "empty"  # the variable is set to the empty string


# --- declared facts ---------------------------------------------------------------------------


class Token(Struct, frozen=True):
    """What is declared about one npm token.

    Of a session or classic token the four last facts are meaningless and never read.
    expires: the day (UTC) on which it expires. packages: names and `@scope/*`, or `("*",)` for all.
    """

    type: TokenType | Unknown
    bypass_2fa: bool | Unknown
    permission: TokenPermission | Unknown
    expires: date | Unknown
    packages: tuple[str, ...] | Unknown
    place: Place | None = None


class TrustedPublisher(Struct, frozen=True):
    """One trusted publisher configuration of a package, as declared.

    provider: `github` or another one, which then matches no GitHub run.
    workflow: the file name only. environment: None when the configuration names none.
    created: a date or an aware timestamp; None when not declared.
    published: whether it has published once; only then is it past npm's 48-hour clock.
    """

    provider: str
    repository: str
    workflow: str
    environment: str | None
    allow: frozenset[Allow] | Unknown
    created: date | datetime | None
    published: bool | Unknown
    place: Place | None = None


class Declared(Struct, frozen=True):
    """What the maintainer declared about one package, or nothing.

    publishers: complete when a tuple; `()` means that the package has none.
    token: the facts of a repository with one token. tokens: (secret name, facts) for several.
    exists: whether the package has a published version. exists_place: where that is declared.
    """

    access: Access | Unknown
    account_2fa: AccountTwoFactor | Unknown
    exists: bool | Unknown
    publishers: tuple[TrustedPublisher, ...] | Unknown
    token: Token
    tokens: tuple[tuple[str, Token], ...] = ()
    exists_place: Place | None = None


# --- what the repository holds ----------------------------------------------------------------


class Package(Struct, frozen=True):
    """One package.json that could be published.

    path: of the package.json, relative to the repository root.
    access, tag, provenance, registry: from `publishConfig`, None when absent.
    repository: `repository` or `repository.url` as written, None when absent.
    lines: (key, line in the package.json) of the keys that a finding may point at.
    absent: why its files may not be there when the step runs, None when they are.
    stopped_by: its lifecycle script that runs before the upload and always fails.
    """

    name: str
    version: str | None
    path: str
    private: bool = False
    access: str | None = None
    tag: str | None = None
    provenance: bool | None = None
    registry: str | None = None
    repository: str | None = None
    lines: tuple[tuple[str, int], ...] = ()
    absent: Unknown | None = None
    stopped_by: str | None = None


class Demand(Struct, frozen=True):
    """What `devEngines` of a package.json asks for, where npm takes anything else for an error.

    engine: `packageManager`, `runtime`, `os`, `cpu` or `libc`. choices: (name, version range or
    None where any version does), of which one is enough.
    """

    engine: str
    choices: tuple[tuple[str, str | None], ...]


class DevEngines(Struct, frozen=True):
    """The `devEngines` that npm holds its own command against.

    path, line: of the package.json that has it. defect: why npm cannot read it, and stops.
    """

    path: str
    line: int
    demands: tuple[Demand, ...]
    defect: str | None = None


class GivenToken(Struct, frozen=True):
    """The token that reaches a publishing step, as far as the files show it.

    secret_names: the names behind `secrets.X`, in order; empty when it comes from elsewhere.
    place: the lines that hand it over.
    """

    state: TokenState
    secret_names: tuple[str, ...]
    place: Place


class Runtime(Struct, frozen=True):
    """One Node and npm that the publishing job may have: one possible world.

    npm: the npm that the publish command runs; None where the tool needs none.
    failed_upgrade: the npm version that a step of the job tries to install and that this Node
        cannot run, so that the job stops there; None otherwise.
    """

    node: str | None
    npm: str | None
    failed_upgrade: str | None = None


class Options(Struct, frozen=True):
    """What the command line and npm's configuration variables say; a flag beats publishConfig.

    provenance: True when asked for (`--provenance`, `NPM_CONFIG_PROVENANCE=true`), False when
        switched off the same way, None when neither; publishConfig is on the package.
    otp: an `--otp` is passed. force: npm passes over its own rules about tags.
    recursive: the command publishes workspaces at once (`-r`, `--workspaces`, pnpm's `--filter`).
    skips_prechecks: the questions that the tool asks npm before it publishes are switched off.
    tolerates_published: a version that is on npm already is passed over (`--tolerate-republish`).
    publish_branches: of which pnpm's git checks want one checked out; None where they are off,
        where it is not known, and where the event has not chosen what is checked out.
    uncommitted: a file that a step surely changed and none committed since, where pnpm's git checks
        look for one.
    """

    tag: str | Unknown | None = None
    access: str | Unknown | None = None
    provenance: bool | Unknown | None = None
    otp: bool = False
    force: bool = False
    recursive: bool = False
    skips_prechecks: bool = False
    tolerates_published: bool = False
    publish_branches: tuple[str, ...] | None = None
    uncommitted: str | None = None


class Taken(Struct, frozen=True):
    """The version of a package that another command of the same run publishes or stages as well.

    package: its name. command, place, matrix: of that command. here: the lines of the command that
    loses the version. comes_first: the other is done by then for certain; False where both run at
    the same time, and npm takes the one that comes first. unsure: why nobody knows whether it takes
    the version, None where it surely does.
    """

    package: str
    command: Command
    place: Place
    matrix: tuple[tuple[str, str], ...]
    here: Place
    comes_first: bool = True
    unsure: Unknown | None = None


class Run(Struct, frozen=True):
    """One path on which a publishing step runs: one entry workflow and caller, event, matrix leg.

    id_token: the effective `id-token: write` of the job, after workflow, job and caller.
    permissions_place: the lines to change where it is missing: the job, or the caller's job.
    environment: the job's `environment`, None when it declares none.
    runs_on: the labels. hosted: whether that is a GitHub-hosted runner.
    node, npm: as the report shows them, exact versions or npm ranges; () where the job has none.
    runtimes: every Node and npm that the leg may really have. runtime_place: the lines that decide
        it (the setup-node step, else the job).
    tool_versions: every exact version that the tool may have (`("4.10.3",)`).
    token: None when no configuration line of the tool finds one.
    unread_secrets: secrets handed to the step in a variable that nothing reads.
    packages: what this run publishes; a private one among workspaces is left out already.
    uploader: the package manager whose publish command the tool runs, None where it uploads by
        itself. uploader_versions: every exact version that it may have; () for npm, see `runtimes`.
    exceeds_caller: the called workflow asks for `id-token: write` where its caller does not grant
        it; GitHub then refuses to start the whole run, whatever token there is.
    dist_tag_place: an `npm dist-tag add` or `rm` of the same job that finds no token; one above the
        publish runs for certain before it.
    taken: what other commands of the same run take of the versions that this one publishes, the
        surest first.
    dev_engines: of npm's project, where npm uploads; None where it has none.
    heads: the branches of which its event checks one out, () for a tag that is on none; None where
        that is not known.
    """

    entry_workflow: str
    event: str
    matrix: tuple[tuple[str, str], ...]
    id_token: bool | Unknown
    permissions_place: Place
    environment: str | Unknown | None
    runs_on: tuple[str, ...] | Unknown
    hosted: bool | Unknown
    node: tuple[str, ...] | Unknown
    npm: tuple[str, ...] | Unknown
    runtimes: tuple[Runtime, ...] | Unknown
    runtime_place: Place
    tool_versions: tuple[str, ...] | Unknown
    token: GivenToken | Unknown | None
    unread_secrets: tuple[str, ...]
    packages: tuple[Package, ...] | Unknown
    options: Options = Options()
    uploader: str | None = None
    uploader_versions: tuple[str, ...] | Unknown = ()
    exceeds_caller: bool = False
    dist_tag_place: Place | None = None
    heads: tuple[str, ...] | None = None
    taken: tuple[Taken, ...] = ()
    dev_engines: DevEngines | None = None


class Publish(Struct, frozen=True):
    """One publishing step of a workflow: one step, tool, command and registry.

    place: the publish command's lines within the step, or the step's `uses:`, in the workflow file.
    job: the job id of the step, in a called workflow the callee's.
    via: how the command is reached, outermost first: `run`, `uses`, `package-script`,
        `script-file`, `composite`, `reusable`.
    tool: a name of `knowledge.tools`, another tool's own name, or `unknown`.
    dry_run: the command only pretends. runs: at least one.
    """

    place: Place
    job: str
    via: tuple[str, ...]
    tool: str
    command: Command
    dry_run: bool
    registry: Registry
    runs: tuple[Run, ...]


class ReadingProblem(Struct, frozen=True):
    """Something of the repository that could not be read, or should not stand there.

    rule: `workflow-unreadable`, `reading-limit-reached`, `credential-without-publish` or
        `token-in-repository`. why: one sentence without a final stop; never a secret.
    """

    rule: str
    place: Place
    why: str


class Reading(Struct, frozen=True):
    """What the files of a repository say: publishing steps, packages, what could not be read."""

    publishes: tuple[Publish, ...]
    packages: tuple[Package, ...]
    problems: tuple[ReadingProblem, ...]


# --- what this run is -------------------------------------------------------------------------


class Setting(StrEnum):
    """Where the program runs."""

    ACTIONS = "actions"
    ACT = "act"
    TERMINAL = "terminal"


class RunningJob(Struct, frozen=True):
    """The job that runs this program; it bears on a publish only when it *is* that publish.

    repository: `owner/name` in canonical case, from `GITHUB_REPOSITORY` or the git remote.
    workflow: the entry workflow's path. fork: the event says that the head is a fork.
    hosted: from `RUNNER_ENVIRONMENT`. server_url: where GitHub is (GHES differs).
    token_fault: what is wrong with the shape of the token given for inspection, None when nothing
        is or none was given. oidc_available: the runner offers an id-token.
    """

    setting: Setting
    repository: str | None = None
    workflow: str | None = None
    job: str | None = None
    event: str | None = None
    fork: bool = False
    hosted: bool | None = None
    oidc_available: bool = False
    server_url: str = "https://github.com"
    token_fault: str | None = None


# --- what npm's registry answered -------------------------------------------------------------


class LastPublish(Struct, frozen=True):
    """How the newest version came to npm, as its public record shows it.

    by_trusted_publisher: the record names a trusted publisher rather than a person.
    repository: `owner/name`, workflow: the entry workflow's file name, event: all from the
        attestation; None where there is none.
    """

    version: str
    by_trusted_publisher: bool
    repository: str | None
    workflow: str | None
    event: str | None


class Observed(Struct, frozen=True):
    """What the registry's public record says of one package.

    versions: every version that was ever published, deleted ones too. tags: (dist-tag, version).
    highest: the highest release that is neither deleted nor deprecated, with which npm compares.
    last_publish: None when nothing is published, or nothing but a placeholder.
    staged: versions that wait for approval, as far as the token given for inspection may see them.
    """

    exists: bool | Unknown
    versions: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    last_publish: LastPublish | Unknown | None
    maintainers: tuple[str, ...]
    highest: str | None = None
    staged: tuple[str, ...] = ()


class ExchangeAnswer(Struct, frozen=True):
    """npm's answer to the trusted-publishing exchange that this run asked for one package.

    status: the HTTP status; None when nothing was asked or nothing came back, and then `why` says
        why not in one sentence without a final stop.
    claims: (name, value) of the id-token, never the token. expires: of the token, since dropped.
    """

    status: int | None
    why: str
    claims: tuple[tuple[str, str], ...]
    expires: datetime | None


class TokenAnswer(Struct, frozen=True):
    """What npm says of the token given for inspection.

    alive: whether `whoami` knows it. account: whose it is, None when unknown.
    notice: npm's own notice that came with the answer, None when there was none.
    address_refused: npm takes the token from other IP addresses than the one that asked.
    listed: what npm's list of the account's tokens shows of it; None where that was not asked.
    """

    alive: bool | Unknown
    account: str | None
    notice: str | None
    address_refused: bool = False
    listed: Token | Unknown | None = None


# --- what GitHub's API answered ---------------------------------------------------------------


class SecretAge(Struct, frozen=True):
    """When an Actions secret was last written (aware). environment: of the job that reads it."""

    name: str
    environment: str | None
    updated: datetime | Unknown


class GitHubAnswers(Struct, frozen=True):
    """What GitHub says of the repository beyond its files; each needs a permission of its own.

    repository: `owner/name` in canonical case. visibility: `public`, `private` or `internal`.
    immutable_subject: whether id-tokens name owner and repository by number in `sub`.
    environments: (name, whether it exists) of those that publishing jobs name.
    """

    repository: str | Unknown
    visibility: str | Unknown
    immutable_subject: bool | Unknown
    environments: tuple[tuple[str, bool | Unknown], ...] = ()
    secrets: tuple[SecretAge, ...] = ()


class Facts(Struct, frozen=True, dict=True):
    """Everything known before npm's policy is applied.

    today: the day asked about (UTC). now: the moment asked about, where hours count; None when
        only the day is known.
    visibility: `public`, `private` or `internal`, of the repository.
    declared: (package name, facts) for every package that the publishes name; `default` for names
        that the manifests do not show.
    observed, exchanges: (package name, answer) for every package that was asked about.
    token_answer: None when no token was asked about. github: None when GitHub was not asked.
    """

    today: date
    now: datetime | None
    reading: Reading
    running: RunningJob
    visibility: str | Unknown
    default: Declared
    declared: tuple[tuple[str, Declared], ...]
    observed: tuple[tuple[str, Observed], ...] = ()
    exchanges: tuple[tuple[str, ExchangeAnswer], ...] = ()
    token_answer: TokenAnswer | None = None
    github: GitHubAnswers | None = None

    def declared_for(self, name: str) -> Declared:
        """The declared facts of the package `name`; those of the top level when it has none."""
        return self._declared.get(name, self.default)

    def observed_of(self, name: str) -> Observed | None:
        """What the registry's record says of the package `name`; None when it was not asked."""
        return self._observed.get(name)

    def exchange_of(self, name: str) -> ExchangeAnswer | None:
        """npm's answer to the exchange for the package `name`; None when it was not asked."""
        return self._exchanges.get(name)

    # A repository may have thousands of packages.

    @cached_property
    def _declared(self) -> dict[str, Declared]:
        return dict(self.declared)

    @cached_property
    def _observed(self) -> dict[str, Observed]:
        return dict(self.observed)

    @cached_property
    def _exchanges(self) -> dict[str, ExchangeAnswer]:
        return dict(self.exchanges)
