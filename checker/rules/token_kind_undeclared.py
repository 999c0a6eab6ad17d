"""Nothing is known about the token.

## What it checks
That the token which reaches the step is declared: its type, bypass, permission, packages, expiry.

## Why npm refuses
It may not. A token says nothing about itself, and a workflow cannot ask npm. Without the declared
facts this check can only say that it cannot tell.

## How to fix
Declare the token as npmjs.com shows it under Access Tokens; better, move to trusted publishing.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.facts import Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented


def find(world: World) -> Iterator[Problem]:
    token = world.case.run.token
    if token is None or isinstance(token, Unknown) or not world.given:
        return
    if isinstance(world.token.type, Unknown) and presented(world) is not Presented.OIDC:
        yield Problem("token-kind-undeclared", Effect.NOTES, Evidence.DOCUMENTED)


def _block(world: World) -> str:
    """The keys to fill in; under `tokens` by its secret's name where several are declared."""
    facts = (
        "type: granular",
        "bypass-2fa: # true or false",
        "permission: # read-write, stage-only, read-only",
        "expires: # the day, such as 2027-01-20",
        "packages: # all, or a list of names and @scope/*",
    )
    names = world.given.secret_names if world.given else ()
    if not world.case.declared.tokens or len(names) != 1:
        return "\n".join(("token:", *(f"  {fact}" for fact in facts)))
    return "\n".join(("tokens:", f"  {names[0]}:", *(f"    {fact}" for fact in facts)))


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.secret(case)} reaches {say.the_job(case)}, and nothing is declared about it.",
        "Declare it in `.github/npm-publish-preflight.yml`, as npmjs.com → Access Tokens shows"
        f" it:\n\n```yaml\n{_block(world)}\n```",
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-kind-undeclared",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/about-access-tokens",),
)
