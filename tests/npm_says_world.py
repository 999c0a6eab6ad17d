"""From a plain-text case of `npm_says/` to the facts of one publish, built by hand.

Nothing here knows npm's rules, and no file of a repository is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from npm_says_values import UNDECLARED, Covers, Match, Undeclared

from checker.facts import (
    Declared,
    Facts,
    GivenToken,
    Options,
    Package,
    Place,
    Publish,
    Reading,
    Registry,
    Run,
    RunningJob,
    Runtime,
    Setting,
    Token,
    TokenState,
    TrustedPublisher,
    Unknown,
)

if TYPE_CHECKING:
    from npm_says_format import Case
    from npm_says_values import GivenToken as SaidToken
    from npm_says_values import Publisher

_T = TypeVar("_T")

WORKFLOW: Final = ".github/workflows/release.yml"
JOB: Final = Place(WORKFLOW, 6, 20)
SETUP: Final = Place(WORKFLOW, 12, 15)
STEP: Final = Place(WORKFLOW, 17, 20)


def _known(value: _T | Undeclared, fact: str) -> _T | Unknown:
    return Unknown(fact, "it is not declared") if isinstance(value, Undeclared) else value


def _packages(covers: Covers | Undeclared, package: str) -> tuple[str, ...] | Unknown:
    if isinstance(covers, Undeclared):
        return Unknown("token-packages", "they are not declared")
    scope = package.partition("/")[0]
    return {
        Covers.NAME: (package,),
        Covers.SCOPE: (f"{scope}/*",),
        Covers.ALL: ("*",),
        Covers.MISSES: ("@acme-tools/*", "@acme/other"),
    }[covers]


def _token(said: SaidToken | None, package: str) -> Token:
    return Token(
        type=_known(said.type if said else UNDECLARED, "token-type"),
        bypass_2fa=_known(said.bypass if said else UNDECLARED, "bypass-2fa"),
        permission=_known(said.permission if said else UNDECLARED, "token-permission"),
        expires=_known(said.expires if said else UNDECLARED, "token-expires"),
        packages=_packages(said.covers if said else UNDECLARED, package),
    )


def _publisher(said: Publisher, environment: str | None) -> TrustedPublisher:
    if Match.ENVIRONMENT in said.differs:
        environment = "production"
    elif Match.NO_ENVIRONMENT in said.differs:
        environment = None
    repository = "acme/gadget" if Match.REPOSITORY in said.differs else "acme/widget"
    return TrustedPublisher(
        provider="gitlab" if Match.PROVIDER in said.differs else "github",
        repository="Acme/Widget" if Match.CASE in said.differs else repository,
        workflow="publish.yml" if Match.WORKFLOW in said.differs else "release.yml",
        environment=environment,
        allow=_known(said.allow, "trusted-publishers"),
        created=said.created,
        published=_known(said.published, "trusted-publishers"),
    )


def _declared(case: Case) -> Declared:
    publishers: tuple[TrustedPublisher, ...] | Undeclared = UNDECLARED
    if not isinstance(case.publishers, Undeclared):
        publishers = tuple(_publisher(said, case.environment) for said in case.publishers)
    return Declared(
        access=_known(case.access, "publishing-access"),
        account_2fa=_known(case.account, "account-2fa"),
        exists=_known(case.exists, "exists"),
        publishers=_known(publishers, "trusted-publishers"),
        token=_token(case.token, case.package),
    )


def _run(case: Case, package: Package) -> Run:
    return Run(
        entry_workflow=WORKFLOW,
        event=case.event,
        matrix=(),
        id_token=case.id_token,
        permissions_place=JOB,
        environment=case.environment,
        runs_on=("ubuntu-latest",) if case.hosted else ("self-hosted",),
        hosted=case.hosted,
        node=(case.node,),
        npm=(case.npm,),
        runtimes=(Runtime(case.node, case.npm),),
        runtime_place=SETUP,
        tool_versions=(case.npm,),
        token=GivenToken(TokenState.SECRET, ("NPM_TOKEN",), STEP) if case.token else None,
        unread_secrets=(),
        packages=(package,),
        options=Options(tag=case.tag, provenance=case.provenance),
    )


def facts(case: Case) -> Facts:
    """Everything that the case says, as the program knows it; a terminal asks, offline."""
    package = Package(
        name=case.package,
        version=case.version,
        path="package.json",
        private=case.private,
        access=case.publish_access,
        repository=case.repository_url,
    )
    publish = Publish(
        place=STEP,
        job="publish",
        via=("run",),
        tool="npm",
        command=case.command,
        dry_run=False,
        registry=Registry.NPMJS,
        runs=(_run(case, package),),
    )
    declared = _declared(case)
    return Facts(
        today=case.on,
        now=None,
        reading=Reading((publish,), (package,), ()),
        running=RunningJob(Setting.ACTIONS, repository="acme/widget"),
        visibility=case.visibility,
        default=declared,
        declared=((case.package, declared),),
    )
