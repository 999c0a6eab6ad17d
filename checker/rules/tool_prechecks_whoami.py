"""The tool asks npm who it is before it publishes.

## What it checks
That a tool which runs `npm whoami` first is not left without a token.

## Why npm refuses
`npm whoami` knows nothing of trusted publishing and fails with `ENEEDAUTH` or `401 Unauthorized -
GET …/-/whoami`, in lerna `EWHOAMI`, in release-it `Not authenticated with npm`, so the tool stops
before it would publish.

## How to fix
release-it: set `npm.skipChecks: true`. np: raise it to 11, which does not ask where the job has an
id-token; older ones have no option for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.exchange import presented
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence, Presented

# release-it 20.2.1, lib/plugin/npm/npm.js; np 10.3.0 and 11.0.0, source/prerequisite-tasks.js (the
# question comes with `--no-publish` and `--yolo` as well). Read 2026-11-24.
_WAYS = {
    "release-it": "Switch the question off in `.release-it.json` (or wherever release-it is"
    ' configured):\n\n```json\n{ "npm": { "skipChecks": true } }\n```',
    "np": "Raise np to 11.0.0 or newer, which does not ask where the job has an id-token; np 10 has"
    " no option that leaves the question out:\n\n```sh\nnpm install --save-dev np@11\n```",
}
_PLAINLY = "Publish with a plain `npm publish` step, which does not ask."


def find(world: World) -> Iterator[Problem]:
    oidc = presented(world) is Presented.OIDC
    asks = world.tool.row.prechecks_whoami and not world.case.run.options.skips_prechecks
    if asks and oidc and not world.has_token:
        yield Problem("tool-prechecks-whoami", Effect.REFUSES, Evidence.REPORTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    which = say.tool(case, world.tool.row, lambda row: row.prechecks_whoami)
    return Words(
        f"{say.job(case)} publishes with {which}, which runs `npm whoami`"
        " first; that fails under trusted publishing.",
        _WAYS.get(case.publish.tool, _PLAINLY),
        case.publish.place,
    )


RULE = Rule(
    id="tool-prechecks-whoami",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://docs.npmjs.com/trusted-publishers",
        "https://github.com/release-it/release-it/blob/main/lib/plugin/npm/npm.js",
        "https://github.com/sindresorhus/np/tree/v10.2.0/source",
    ),
)
