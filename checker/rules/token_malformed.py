"""The token has a shape that no npm token has.

## What it checks
The token given to this check (`npm-token`, `NODE_AUTH_TOKEN` or `NPM_TOKEN`), where this job is the
one that publishes. Nothing of it is printed and nothing is sent.

## Why npm refuses
npm tokens are `npm_` and 36 letters and digits. A UUID is a classic token, and those are revoked;
quotes, spaces and line ends came along when the secret was pasted.

## How to fix
Paste the token again, alone; better, move to trusted publishing.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    case = world.case
    if not case.is_running or case.running.token_fault is None:
        return
    if presented(world) is Presented.TOKEN:
        yield Problem("token-malformed", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"The token given to {say.the_job(case)} {case.running.token_fault}; npm tokens are"
        " `npm_` and 36 letters and digits.",
        say.paragraphs(say.move_to_trusted_publishing(case), say.proper_token(case)),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-malformed",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/about-access-tokens",),
)
