"""The publishing tool has no trusted publishing.

## What it checks
That the tool which publishes can exchange an id-token, itself or through npm.

## Why npm refuses
bun and yarn 1 never ask for the exchange. They send the token they find, or none, and npm answers
`E404 Not Found - PUT` or the tool stops without credentials: ``missing authentication (run `bunx
npm login`)`` (bun), `No token found and can't prompt for login` (yarn 1).

## How to fix
Let the tool pack and let npm publish the tarball, or change to a tool that supports it.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.knowledge.tools import Exchange
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    which = say.tool(case, world.tool.row, lambda row: row.exchange is Exchange.NEVER)
    return Words(
        f"{say.job(case)} publishes with {which}, which does not use trusted publishing.",
        "Pack with your tool and publish the tarball with npm 11.5.1 or newer:\n\n"
        "```sh\nnpm publish ./package.tgz\n```",
        case.publish.place,
    )


RULE = Rule(
    id="tool-without-trusted-publishing",
    page=__doc__,
    words=words,
    yields_to=("id-token-permission-missing",),
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
