"""The token cannot publish without a person's 2FA.

## What it checks
That a token which publishes from a workflow bypasses 2FA: a granular token with *Bypass two-factor
authentication*, and not a session.

## Why npm refuses
Every direct publish needs 2FA unless the token bypasses it, whatever the account's own 2FA mode. In
a workflow nobody answers the prompt: `EOTP This operation requires a one-time password`, or `E403
Two-factor authentication or granular access token with bypass 2fa enabled is required`.

## How to fix
Move to trusted publishing; else make a token that bypasses 2FA, or stage the version.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases.world import World
from checker.facts import TokenType
from checker.problems import Problem, Rule, Words
from checker.report import PROVEN


def words(world: World, problem: Problem) -> Words:
    case = world.case
    session = world.token_type is TokenType.SESSION
    defect = "is a login session" if session else "does not bypass 2FA (`bypass-2fa: false`)"
    asks = "asks" if problem.evidence in PROVEN else "may ask"
    return Words(
        f"{say.secret(case)} {defect}, so npm {asks} {say.the_job(case)} for a one-time password"
        " that nobody can enter, and then refuses the publish.",
        say.paragraphs(
            say.move_to_trusted_publishing(case), say.proper_token(case), say.or_stage(case)
        ),
        world.given.place if world.given else case.publish.place,
    )


RULE = Rule(
    id="token-needs-2fa",
    page=__doc__,
    words=words,
    sources=(
        "https://docs.npmjs.com/requiring-2fa-for-package-publishing-and-settings-modification",
        "https://docs.npmjs.com/about-access-tokens",
    ),
)
