"""A release that is ready, and its parts: every test of the judgement is one fact away from it."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from checker.cases.world import Case
from checker.facts import (
    Access,
    AccountTwoFactor,
    Allow,
    Command,
    Declared,
    GivenToken,
    Package,
    Place,
    Publish,
    Registry,
    Run,
    RunningJob,
    Runtime,
    Setting,
    Token,
    TokenPermission,
    TokenState,
    TokenType,
    TrustedPublisher,
    Unknown,
)

TODAY = date(2026, 11, 24)
WORKFLOW = ".github/workflows/release.yml"
STEP = Place(WORKFLOW, 20, 20)
JOB = Place(WORKFLOW, 7, 20)
UNDECLARED_TOKEN = Token(
    type=Unknown("token-type", "it is not declared"),
    bypass_2fa=Unknown("bypass-2fa", "it is not declared"),
    permission=Unknown("token-permission", "it is not declared"),
    expires=Unknown("token-expires", "it is not declared"),
    packages=Unknown("token-packages", "it is not declared"),
)
NO_TOKEN = replace(UNDECLARED_TOKEN, type=TokenType.NONE)
BYPASS_TOKEN = Token(
    TokenType.GRANULAR,
    bypass_2fa=True,
    permission=TokenPermission.READ_WRITE,
    expires=date(2027, 1, 14),
    packages=("@acme/*",),
)
GIVEN = GivenToken(TokenState.SECRET, ("NPM_TOKEN",), Place(WORKFLOW, 22, 22))
PUBLISHER = TrustedPublisher(
    provider="github",
    repository="acme/widget",
    workflow="release.yml",
    environment=None,
    allow=frozenset({Allow.PUBLISH}),
    created=None,
    published=True,
)
NPM_11 = Runtime("24.19.0", "11.17.0")
RUN = Run(
    entry_workflow=WORKFLOW,
    event="push",
    matrix=(),
    id_token=True,
    permissions_place=JOB,
    environment=None,
    runs_on=("ubuntu-latest",),
    hosted=True,
    node=("24.19.0",),
    npm=("11.17.0",),
    runtimes=(NPM_11,),
    runtime_place=Place(WORKFLOW, 15, 18),
    tool_versions=("11.17.0",),
    token=None,
    unread_secrets=(),
    packages=(),
)
PUBLISH = Publish(STEP, "publish", ("run",), "npm", Command.PUBLISH, False, Registry.NPMJS, (RUN,))
PACKAGE = Package(
    "@acme/widget",
    "1.2.0",
    "package.json",
    access="public",
    repository="git+https://github.com/acme/widget.git",
)
DECLARED = Declared(
    access=Access.TWO_FACTOR_OR_BYPASS_TOKEN,
    account_2fa=AccountTwoFactor.AUTH_AND_WRITES,
    exists=True,
    publishers=(PUBLISHER,),
    token=NO_TOKEN,
)

# By trusted publishing, with every fact known.
READY = Case(
    today=TODAY,
    now=None,
    publish=PUBLISH,
    run=RUN,
    package=PACKAGE,
    declared=DECLARED,
    running=RunningJob(Setting.TERMINAL, repository="acme/widget"),
    visibility="public",
)
# By a token that bypasses 2FA, with every fact known.
READY_BY_TOKEN = replace(
    READY,
    run=replace(RUN, id_token=False, token=GIVEN),
    declared=replace(DECLARED, publishers=(), token=BYPASS_TOKEN),
)


def with_run(case: Case, **facts: object) -> Case:
    """The case with these facts of its run."""
    return replace(case, run=replace(case.run, **facts))


def declaring(case: Case, **facts: object) -> Case:
    """The case with these declared facts."""
    return replace(case, declared=replace(case.declared, **facts))


def with_token(case: Case, **facts: object) -> Case:
    """The case with these declared facts of its token."""
    token = replace(case.declared.token, **facts)
    return declaring(case, token=token)


def staging(case: Case) -> Case:
    """The case with `npm stage publish` in place of `npm publish`."""
    return replace(case, publish=replace(case.publish, command=Command.STAGE))
