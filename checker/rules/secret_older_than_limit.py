"""The secret was last written longer ago than an npm token lives.

## What it checks
That the Actions secret which holds the npm token was written within the last 90 days. GitHub's API
tells the day; this check asks where its `github-token` may read the repository's secrets.

## Why npm refuses
npm gives a token that may write 90 days at most, so whatever stands in an older secret has expired.
npm answers `404 Not Found - PUT` or `401 Unauthorized`, with `Access token expired or revoked`.

## How to fix
Move to trusted publishing; else make a new token and write it into the secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import Case, World
from checker.facts import TokenType, Unknown
from checker.knowledge.limits import TOKEN_LIFETIME_DAYS
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented

_CLASSIC = (
    TokenType.CLASSIC_AUTOMATION,
    TokenType.CLASSIC_PUBLISH,
    TokenType.CLASSIC_READ_ONLY,
)


def find(world: World) -> Iterator[Problem]:
    written = last_written(world.case)
    if written is None or presented(world) is not Presented.TOKEN or world.token_answered:
        return
    if _declared_dead(world):
        return
    # The day of writing is not the moment of making: one day more, and no token can be alive.
    if world.case.today > written + timedelta(days=TOKEN_LIFETIME_DAYS):
        yield Problem("secret-older-than-limit", Effect.REFUSES, Evidence.DOCUMENTED)


def _declared_dead(world: World) -> bool:
    """Whether the declaration says so already; read raw, as every world has it."""
    kind, expires = world.token.type, world.token.expires
    expired = not isinstance(expires, Unknown) and expires < world.case.today
    return kind in _CLASSIC or (kind is TokenType.GRANULAR and expired)


def last_written(case: Case) -> date | None:
    """The newest day on which a secret behind the token was written; None where one is unknown."""
    token = case.run.token
    if case.github is None or token is None or isinstance(token, Unknown):
        return None
    ages = {(age.name, age.environment): age.updated for age in case.github.secrets}
    environment = case.run.environment
    if isinstance(environment, Unknown) or (environment and "reusable" in case.publish.via):
        return None
    days: list[date] = []
    for name in token.secret_names:
        updated = ages.get((name, environment))
        if updated is None or isinstance(updated, Unknown):
            return None
        days.append(updated.date())
    return max(days, default=None)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    written = last_written(case)
    when = say.in_days(case.today, written) if written else "long ago"
    return Words(
        f"{say.secret(case)} was last written {when}, and npm gives a token that may write"
        f" {TOKEN_LIFETIME_DAYS} days at most: it has expired.",
        say.paragraphs(say.move_to_trusted_publishing(case), say.proper_token(case)),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="secret-older-than-limit",
    page=__doc__,
    words=words,
    find=find,
    yields_to=("token-rejected", "token-malformed"),
    sources=(
        "https://github.blog/changelog/2025-11-05-npm-security-update-classic-token-creation-disabled-and-granular-token-changes",
        "https://docs.github.com/en/rest/actions/secrets#get-a-repository-secret",
    ),
)
