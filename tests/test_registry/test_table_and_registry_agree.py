"""npm's policy is stated twice, in the program's table and in the registry of the tests: as one.

Every question of the table is put to the registry as a request, on the first day of each era and
on the day before it, under every reading of what npm leaves open.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from registry import dates, publishing
from registry.publishing import Upload
from registry.world import (
    ONE_TIME_PASSWORD,
    Account,
    Contested,
    Exchanged,
    Package,
    Token,
    TrustedPublisher,
    World,
    package,
)

from checker.facts import Access, Allow, Command
from checker.knowledge import policy
from checker.knowledge.policy import Asked, Credential, Outcome
from checker.report import PROVEN

NAME = "@acme/widget"
SECRET = "npm_" + "0" * 36
ACTIONS = {Allow.PUBLISH: "createPackage", Allow.STAGE: "createStagedPackage"}
DAYS = sorted(
    {
        day
        for era in policy.ERAS
        for day in (era.start - timedelta(days=1), era.start)
        if day >= dates.FIRST_KNOWN_DAY.date()
    }
)
QUESTIONS = tuple(
    ask
    for ask in policy.every_question()
    # A package that does not exist has no setting yet; a new one starts with the default.
    if ask.exists or ask.access is Access.TWO_FACTOR_OR_BYPASS_TOKEN
)
READINGS = tuple(Contested(first_publish_by_token=works) for works in (True, False))


def outcome(day: date, ask: Asked, reading: Contested) -> Outcome:
    """What the registry does with the request that the question describes."""
    now = datetime.combine(day, time(12), UTC)
    world = _world(ask, reading, now)
    upload = Upload(
        NAME,
        "1.2.0",
        "latest",
        {},
        access="public",
        otp=ONE_TIME_PASSWORD if ask.interactive else None,
    )
    bearer = None if ask.credential is Credential.NONE else SECRET
    direct = ask.command is Command.PUBLISH
    decide = publishing.publish if direct else publishing.stage
    if decide(world, bearer, "127.0.0.1", upload, now) is not None:
        return Outcome.REFUSED
    return Outcome.ACCEPTED if direct else Outcome.STAGED


def _world(ask: Asked, reading: Contested, now: datetime) -> World:
    world = World(contested=reading).add(Account(two_factor=ask.account_2fa.value))
    if ask.exists:
        world.add(_package(ask))
    if ask.credential is Credential.OIDC:
        # A package that does not exist has no publisher, and so no token of the exchange.
        if ask.exists:
            allowed = tuple(ACTIONS[one] for one in sorted(ask.allow))
            publisher = TrustedPublisher("acme/widget", "release.yml", allowed=allowed)  # type: ignore[arg-type]  # the two names
            until = now + timedelta(hours=1)
            world.exchanged[SECRET] = Exchanged(SECRET, NAME, publisher, {}, until)
    elif ask.credential is not Credential.NONE:
        world.add(_token(ask))
    return world


def _package(ask: Asked) -> Package:
    return package(NAME, "1.1.0", access=ask.access.value)


def _token(ask: Asked) -> Token:
    kind = ask.credential.value.removesuffix("-only")
    if kind != "granular":
        return Token(SECRET, kind=kind)  # type: ignore[arg-type]  # the kinds have the same names
    return Token(SECRET, bypass_2fa=ask.bypass_2fa, permission=ask.permission.value)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_the_table_is_sure_of_the_registry_does_under_every_reading(day: date) -> None:
    differing = []
    for ask in QUESTIONS:
        cell = policy.cell(day, ask)
        done = {outcome(day, ask, reading) for reading in READINGS}
        if cell.evidence in PROVEN and done != {cell.outcome}:
            differing.append((ask, cell.outcome, cell.note, done))
    assert differing == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_where_readings_differ_the_table_is_not_sure(day: date) -> None:
    for ask in QUESTIONS:
        if len({outcome(day, ask, reading) for reading in READINGS}) > 1:
            assert policy.cell(day, ask).evidence not in PROVEN, ask
