"""The trusted publisher matches but does not allow this command.

## What it checks
That the matching publisher allows `npm publish`, or `npm stage publish`, whichever the job runs.

## Why npm refuses
The exchange succeeds, and the upload is answered with `403 … OIDC permission denied for this
action`. A token beside it is not tried any more. Since 2026-09-03 a new configuration allows only
staging unless `npm publish` is ticked; those from before 2026-05-20 allow only publishing.

## How to fix
Replace the configuration by one that allows the command.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Command
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    other = "npm publish" if case.publish.command is Command.STAGE else "npm stage publish"
    since = (
        "one made before 2026-05-20 allows nothing else"
        if case.publish.command is Command.STAGE
        else "one made since 2026-09-03 allows nothing else unless `npm publish` is ticked"
    )
    stage = (
        ""
        if case.publish.command is Command.STAGE
        else "Or keep it and run `npm stage publish`; a maintainer then approves with 2FA."
    )
    return Words(
        f"The trusted publisher of {say.package_name(case)} allows only `{other}` ({since});"
        f" {say.the_job(case)} runs {say.command(case)}. npm answers 403 and tries no token.",
        say.paragraphs(
            "Delete the configuration on npmjs.com and create it with the right action.",
            say.register(case),
            stage,
        ),
        case.publish.place,
    )


RULE = Rule(
    id="trusted-publisher-lacks-permission",
    page=__doc__,
    words=words,
    sources=(
        "https://docs.npmjs.com/trusted-publishers",
        "https://github.com/orgs/community/discussions/206745",
    ),
)
