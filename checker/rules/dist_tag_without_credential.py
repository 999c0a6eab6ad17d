"""A dist-tag is moved without a token, by an npm that has none to exchange for it.

## What it checks
That a job which publishes through trusted publishing alone runs `npm dist-tag add` or `rm` with npm
11.21.0 or newer (of npm 12: 12.2.0).

## Why npm refuses
Older clients exchange the id-token for a publish only, and send the dist-tag without a credential:
`ENEEDAUTH This command requires you to be logged in`, or the registry's own refusal of the `PUT` or
`DELETE` on `/-/package/…/dist-tags/latest`. What the job published before stays published; what
would come after it is not.

## How to fix
Install npm 11.21.0 (of npm 12: 12.2.0) or newer after setup-node, or publish with `--tag`, which
needs no second command.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented

# https://github.com/npm/cli/pull/10038
_SINCE_11, _FIRST_12, _SINCE_12 = "11.21.0", "12.0.0", "12.2.0"


def find(world: World) -> Iterator[Problem]:
    if world.case.run.dist_tag_place is None or presented(world) is not Presented.OIDC:
        return
    if world.runtime.npm is None or world.npm_at_least(_SINCE_12):
        return
    if world.npm_at_least(_FIRST_12) or not world.npm_at_least(_SINCE_11):
        # Above the publish it ends the job before anything is published.
        effect = Effect.REFUSES if _is_first(world) else Effect.WARNS
        yield Problem("dist-tag-without-credential", effect, Evidence.DOCUMENTED)


def _is_first(world: World) -> bool:
    place, publish = world.case.run.dist_tag_place, world.case.publish.place
    return place is not None and place.path == publish.path and place.end_line < publish.line


def words(world: World, problem: Problem) -> Words:
    case = world.case
    first = _SINCE_12 if world.npm_at_least(_FIRST_12) else _SINCE_11
    return Words(
        f"{say.job(case)} moves a dist-tag with npm {world.runtime.npm} and no token; this npm"
        " exchanges the id-token for a publish alone.",
        say.paragraphs(
            f"Add a step `npm install -g npm@{first}` after setup-node.",
            "Or publish with `--tag` and drop the command.",
        ),
        case.run.dist_tag_place,
    )


RULE = Rule(
    id="dist-tag-without-credential",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://github.com/npm/cli/pull/10038",),
)
