"""npm does not know the token.

## What it checks
With network: that `GET /-/whoami` answers for the token given to the job that publishes.

## Why npm refuses
The token has expired, was revoked, or was never npm's. A publish with it ends in `E404 Not Found -
PUT`, as if the package were missing.

## How to fix
Move to trusted publishing; else make a new token.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    answer = world.case.token_answer
    if answer is None or answer.alive is not False or not world.case.is_running:
        return
    if presented(world) is Presented.TOKEN:
        yield Problem("token-rejected", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"npm does not know the token that {say.the_job(case)} is given: it has expired, was"
        " revoked or is not npm's.",
        say.paragraphs(say.move_to_trusted_publishing(case), say.proper_token(case)),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-rejected",
    page=__doc__,
    words=words,
    find=find,
    yields_to=("token-ip-restricted", "token-expired", "token-malformed", "classic-token-revoked"),
    sources=("https://docs.npmjs.com/about-access-tokens",),
)
