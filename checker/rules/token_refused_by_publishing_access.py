"""The package disallows tokens.

## What it checks
That a token is not what publishes a package declared `2fa-disallow-tokens`.

## Why npm refuses
With *Require two-factor authentication and disallow tokens* npm takes a person with 2FA or a
trusted publisher, and no granular token, whatever its bypass setting. The answer is `E403`, with
`You may not perform that action with these credentials` or a text about an automation token.

## How to fix
Move to trusted publishing, which this setting is made for.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"Publishing access of {say.package_name(case)} is `2fa-disallow-tokens`, so npm refuses"
        f" the token that {say.the_job(case)} publishes with.",
        say.paragraphs(
            say.move_to_trusted_publishing(case),
            say.or_stage(case),
        ),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-refused-by-publishing-access",
    page=__doc__,
    words=words,
    sources=(
        "https://docs.npmjs.com/requiring-2fa-for-package-publishing-and-settings-modification",
        "https://docs.npmjs.com/trusted-publishers",
    ),
)
