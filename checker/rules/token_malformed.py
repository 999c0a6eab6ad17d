"""The token has a shape that no npm token has.

## What it checks
That the publish is not given GitHub's own token, nor a text of the workflow that no token is, such
as `$NPM_TOKEN` where no shell fills it in; and the token given to this check (`npm-token`,
`NODE_AUTH_TOKEN` or `NPM_TOKEN`), where this job is the one that publishes. It is never printed.

## Why npm refuses
npm tokens are `npm_` and 36 letters and digits. A UUID is a classic token, and those are revoked;
quotes, spaces and line ends came along when the secret was pasted. The answer is `E404 Not Found -
PUT`, or `E401 Unable to authenticate, your authentication token seems to be invalid`.

## How to fix
Paste the token again, alone; better, move to trusted publishing.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.facts import TokenState
from checker.knowledge.token_shape import CLASSIC
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented

_OF_GITHUB = "GITHUB_TOKEN"
_AGAIN = (
    "If it was cut, or quotes, spaces or a line end came along when it was pasted, store it in the"
    " secret again, alone."
)


def find(world: World) -> Iterator[Problem]:
    if presented(world) is Presented.TOKEN and _fault(world) is not None:
        yield Problem("token-malformed", Effect.REFUSES, Evidence.DOCUMENTED)


def _fault(world: World) -> str | None:
    case = world.case
    return _fault_in_files(world) or (case.running.token_fault if case.is_running else None)


def _fault_in_files(world: World) -> str | None:
    if world.given is not None and world.given.secret_names == (_OF_GITHUB,):
        return "is GitHub's own `GITHUB_TOKEN`, which npm does not know"
    if world.given is not None and world.given.state is TokenState.MALFORMED:
        return "is a text that stands in the files, or has one around it"
    return None


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"The token given to {say.the_job(case)} {_fault(world)}; npm tokens are"
        " `npm_` and 36 letters and digits.",
        say.paragraphs(
            "" if _fault_in_files(world) or _fault(world) == CLASSIC else _AGAIN,
            say.move_to_trusted_publishing(case),
            say.proper_token(case),
        ),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-malformed",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/about-access-tokens",),
)
