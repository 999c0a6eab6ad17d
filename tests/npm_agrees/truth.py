"""What the registry of a scenario holds: the same facts that its repository declares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from registry.world import Account, Contested, Package, Token, TrustedPublisher, World, package

from npm_agrees.repository import manifest
from npm_agrees.scenario import Scenario, Table

_ACTIONS = {"publish": "createPackage", "stage": "createStagedPackage"}
_KINDS = {"classic-read-only": "classic-read"}


def secret(number: int, shape: str = "npm") -> str:
    """A value with the shape of a token of npm's, or of its oldest tokens."""
    if shape == "uuid":
        return f"00000000-0000-4000-8000-{number:012d}"
    return "npm_" + f"{number:036d}"


def secrets(scenario: Scenario) -> dict[str, str]:
    """Secret name to its value."""
    return {
        name: secret(number, token.get("shape", "npm"))
        for number, (name, token) in enumerate(scenario.tokens.items(), 1)
    }


def world(scenario: Scenario) -> World:
    """Accounts, tokens and packages."""
    account = Account(
        two_factor=scenario.account.get("two-factor", "auth-and-writes"),
        private_packages=scenario.account.get("private-packages", False),
        writes_to=tuple(scenario.account.get("writes-to", ("*",))),
    )
    made = World(contested=Contested(**scenario.contested)).add(account)
    values = secrets(scenario)
    made.add(*(_token(token, values[name]) for name, token in scenario.tokens.items()))
    described = scenario.packages or (scenario.package,)
    made.add(*_packages(scenario, described))
    return made


def _token(said: Table, value: str) -> Token:
    covered = said["packages"]
    kind: Any = _KINDS.get(said["type"], said["type"])
    return Token(
        secret=value,
        kind=kind,
        bypass_2fa=said["bypass-2fa"],
        permission=said["permission"],
        created=moment(said.get("created")),
        expires=moment(said["expires"]),
        packages=("*",) if covered == "all" else tuple(covered),
        revoked=said.get("revoked", False),
    )


def _packages(scenario: Scenario, described: Iterable[Table]) -> Iterable[Package]:
    for one in described:
        versions = one.get("versions", scenario.versions)
        name = manifest(scenario, one).get("name")
        if not versions or name is None:
            continue
        made = package(
            name,
            *versions,
            access=one.get("access", scenario.access),
            public=one.get("public", not scenario.private),
            publishers=[_publisher(p) for p in one.get("publishers", scenario.publishers)],
            unpublished=tuple(one.get("unpublished", ())),
        )
        for number in one.get("deprecated", ()):
            made.versions[number].deprecated = True
        yield made


def _publisher(said: Table) -> TrustedPublisher:
    allow = said["allow"]
    actions: Any = tuple(_ACTIONS[one] for one in allow)
    return TrustedPublisher(
        repository=said["repository"],
        workflow=said["workflow"],
        environment=said.get("environment"),
        provider=said.get("provider", "github"),
        allowed=actions,
        created=moment(said.get("created")),
        published=said["published"],
    )


def moment(said: date | None) -> datetime | None:
    """A day is its first moment."""
    if said is None or isinstance(said, datetime):
        return said
    return datetime.combine(said, time.min, UTC)
