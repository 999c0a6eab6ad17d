"""npm takes the token from other addresses only.

## What it checks
With network: that npm does not turn away this runner's address when it is asked about the token
given to the job that publishes.

## Why npm refuses
The token has a list of allowed IP ranges, and a hosted runner has another address in every run:
`EAUTHIP Login is not allowed from your IP address`.

## How to fix
Move to trusted publishing; else make a token without allowed IP ranges, or publish from a runner
whose address is among them.
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
    if answer is None or not answer.address_refused or not world.case.is_running:
        return
    if presented(world) is Presented.TOKEN:
        yield Problem("token-ip-restricted", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"The token that {say.the_job(case)} is given has a list of allowed IP ranges, and this"
        " runner's address is in none of them.",
        say.paragraphs(
            say.move_to_trusted_publishing(case),
            "Else make the token anew without allowed IP ranges: a hosted runner has another"
            " address in every run.",
        ),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-ip-restricted",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/creating-and-viewing-access-tokens",),
)
