"""A token is set, but nothing reads it.

## What it checks
That a secret handed to the publishing step in a variable is named by a configuration line: by
setup-node's `registry-url`, by an `.npmrc`, or by the tool itself.

## Why npm refuses
npm reads no token from the environment by itself. Without a line such as
`//registry.npmjs.org/:_authToken=${NODE_AUTH_TOKEN}` it has none: `ENEEDAUTH`.

## How to fix
Add `registry-url` to the setup-node step; better, move to trusted publishing.
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
    publishers = world.case.declared.publishers
    if not isinstance(publishers, Unknown) and publishers:
        return
    if world.case.run.unread_secrets and presented(world) is Presented.NONE:
        yield Problem("token-not-read", Effect.REFUSES, Evidence.OBSERVED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    names = ", ".join(f"`{name}`" for name in case.run.unread_secrets)
    return Words(
        f"{say.job(case)} is given secret {names}, but no configuration line reads it, so"
        f" {say.command(case)} has no token.",
        say.paragraphs(
            say.move_to_trusted_publishing(case),
            "Or let setup-node write the line, and hand the secret over as `NODE_AUTH_TOKEN`:\n\n"
            "```yaml\nwith:\n  registry-url: https://registry.npmjs.org\n```",
        ),
        case.run.runtime_place,
    )


RULE = Rule(
    id="token-not-read",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.github.com/actions/tutorials/publish-packages/publish-nodejs-packages",),
)
