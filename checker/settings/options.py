"""The options, each declared once: a field of `Settings` is flag, action input and config key.

Plain data. Flags, the settings model, action.yml, the JSON schema and the README's table are made
from it; nothing here parses a command line or validates.
"""

# ruff: noqa: RUF009  `_option` is dataclasses.field under another name, `ConfigFacts` is frozen

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from checker.facts import Access, AccountTwoFactor, TokenPermission, TokenType, Unknown
from checker.knowledge.limits import NPM_REGISTRY
from checker.settings import kinds
from checker.settings.config_facts import ConfigFacts
from checker.settings.kinds import Ignored, Kind

if TYPE_CHECKING:
    from pydantic import SecretStr

CONFIG_PATH = ".github/npm-publish-preflight.yml"


class Format(StrEnum):
    """How the report is written. AUTO: plain at a terminal, github in Actions."""

    AUTO = "auto"
    PLAIN = "plain"
    GITHUB = "github"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"


class Probe(StrEnum):
    """Whether the registry is asked to exchange this run's id-token.

    AUTO: in the publishing job, or one that is the same to npm. ON: wherever an id-token is.
    """

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class FailOn(StrEnum):
    """The least severity of a finding that makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


@dataclass(frozen=True)
class Option:
    """One option, but for its name.

    help: a sentence without a final stop. default_text: the default in words.
    many: it takes a list. flag: it has one. key: it may stand in the config file.
    token_key: its name within `token:`, which is a field of `facts.Token` too.
    declares: the field of `facts.Declared` that it states.
    """

    help: str
    kind: Kind
    default: object
    default_text: str
    many: bool
    flag: bool
    key: bool
    token_key: str | None
    declares: str | None

    @property
    def may_be_unknown(self) -> bool:
        """Whether it is a declared fact: absent, or the word `unknown`, makes it unknown."""
        return isinstance(self.default, Unknown)


def _option(
    help_text: str,
    kind: Kind,
    default: object,
    default_text: str = "",
    *,
    many: bool = False,
    flag: bool = True,
    key: bool = True,
    token_key: str | None = None,
    declares: str | None = None,
) -> Any:
    option = Option(help_text, kind, default, default_text, many, flag, key, token_key, declares)
    return field(default=default, metadata={"option": option})


@dataclass(frozen=True)
class Settings:
    """Every option's value, merged and valid, and what the config file declares beyond them."""

    config: str | None = _option(
        "the config file; a named one must exist",
        kinds.PATH,
        None,
        f"`{CONFIG_PATH}` if it exists",
        key=False,
    )
    package: tuple[str, ...] = _option(
        "judge only these packages", kinds.PACKAGE, (), "every publishable package", many=True
    )
    workflow: tuple[str, ...] = _option(
        "judge only publishes of these workflow files",
        kinds.SELECTED_WORKFLOW,
        (),
        "every workflow",
        many=True,
    )
    job: tuple[str, ...] = _option(
        "judge only publishes of the jobs with these ids", kinds.JOB, (), "every job", many=True
    )
    publishing_access: Access | Unknown = _option(
        "the package's publishing access on npmjs.com",
        kinds.choice(Access),
        Unknown("publishing-access", "the package's publishing access is not declared"),
        declares="access",
    )
    account_2fa: AccountTwoFactor | Unknown = _option(
        "the 2FA mode of the npm account that owns the token",
        kinds.choice(AccountTwoFactor),
        Unknown("account-2fa", "the 2FA mode of the token's account is not declared"),
        declares="account_2fa",
    )
    token_type: TokenType | Unknown = _option(
        "the kind of npm token that the publish is given; `none`: the secret is not set",
        kinds.choice(TokenType),
        Unknown("token-type", "the kind of the npm token is not declared"),
        token_key="type",
    )
    bypass_2fa: bool | Unknown = _option(
        "whether the granular token bypasses 2FA",
        kinds.TRUTH,
        Unknown("bypass-2fa", "whether the token bypasses 2FA is not declared"),
        token_key="bypass-2fa",
    )
    token_permission: TokenPermission | Unknown = _option(
        "what the granular token may do",
        kinds.choice(TokenPermission),
        Unknown("token-permission", "the token's permission is not declared"),
        token_key="permission",
    )
    token_expires: date | Unknown = _option(
        "the day (UTC) on which the granular token expires",
        kinds.DAY,
        Unknown("token-expires", "the token's expiry day is not declared"),
        token_key="expires",
    )
    token_packages: tuple[str, ...] | Unknown = _option(
        "what the granular token covers",
        kinds.COVERED,
        Unknown("token-packages", "the packages that the token covers are not declared"),
        many=True,
        token_key="packages",
    )
    node_version: str | None = _option(
        "the Node that the publishing job really has, where an expression hides it",
        kinds.VERSIONS,
        None,
        "read from the workflow",
    )
    npm_version: str | None = _option(
        "the npm that the publishing job really has, where an expression hides it",
        kinds.VERSIONS,
        None,
        "read from the workflow",
    )
    npm_token: SecretStr | None = _option(
        "the token itself, for its shape and whether npm knows it; it is never printed",
        kinds.TOKEN,
        None,
        "`NODE_AUTH_TOKEN`, else `NPM_TOKEN`",
        flag=False,
        key=False,
    )
    github_token: SecretStr | None = _option(
        "the token for what only GitHub's API knows, and for `comment`; it is never printed",
        kinds.TOKEN,
        None,
        "`GITHUB_TOKEN`",
        flag=False,
        key=False,
    )
    probe: Probe = _option(
        "ask npm to exchange this run's id-token, which shows whether a trusted publisher matches",
        kinds.choice(Probe),
        Probe.AUTO,
        "`auto`: in the publishing job, or one that is the same to npm",
        key=False,
    )
    registry: str = _option(
        "the registry that is asked, and is given the credentials",
        kinds.REGISTRY,
        NPM_REGISTRY,
        "npm's public registry",
        key=False,
    )
    offline: bool = _option(
        "use no network at all", kinds.TRUTH, default=False, default_text="`false`", key=False
    )
    today: date | timedelta | None = _option(
        "the day to judge for", kinds.TODAY, None, "the clock (UTC)", key=False
    )
    format: Format = _option(
        "how the report is written",
        kinds.choice(Format),
        Format.AUTO,
        "`auto`: `plain` at a terminal, `github` in Actions",
        key=False,
    )
    output: str | None = _option(
        "the file that the report is written to", kinds.PATH, None, "stdout", key=False
    )
    fail_on: FailOn = _option(
        "the least severity that fails the run", kinds.choice(FailOn), FailOn.ERROR, "`error`"
    )
    fail_on_unknown: bool = _option(
        "fail the run where the verdict is unknown",
        kinds.TRUTH,
        default=False,
        default_text="`false`",
    )
    ignore: tuple[Ignored, ...] = _option(
        "rules whose findings do not count, each with a reason",
        kinds.IGNORED,
        (),
        "none",
        many=True,
    )
    comment: bool = _option(
        "keep one comment on the pull request up to date, until all is well;"
        " it needs `pull-requests: write`",
        kinds.TRUTH,
        default=False,
        default_text="`false`",
    )

    # From here on no options: what `load` found out on the way.
    declared_in_file: ConfigFacts = ConfigFacts()
    stated_outside_file: frozenset[str] = frozenset()  # field names set by a flag or an input
    notes: tuple[str, ...] = ()  # sentences on what was skipped; never a secret


OPTIONS: Mapping[str, Option] = {
    f.name.replace("_", "-"): f.metadata["option"]
    for f in fields(Settings)
    if "option" in f.metadata
}


def field_name(option: str) -> str:
    """The field of `Settings` that holds the option."""
    return option.replace("-", "_")
