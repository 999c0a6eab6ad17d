"""A file of the checkout is changed and not committed, where pnpm publishes.

## What it checks
That no earlier command of the job surely changes or adds a file that git sees, as
`npm version --no-git-tag-version` or `echo … > .npmrc` does, where `pnpm publish` makes its git
checks.

## Why npm refuses
npm is never asked. pnpm stops with `ERR_PNPM_GIT_UNCLEAN Unclean working tree`.

## How to fix
Run `pnpm publish --no-git-checks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if world.case.run.options.uncommitted is not None:
        yield Problem("working-tree-not-clean", Effect.REFUSES, Evidence.DOCUMENTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} runs {say.command(case)} where `{case.run.options.uncommitted}` was"
        " changed and not committed; pnpm stops with `ERR_PNPM_GIT_UNCLEAN`.",
        "Add `--no-git-checks` to the command.",
        case.publish.place,
    )


RULE = Rule(
    id="working-tree-not-clean",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://pnpm.io/cli/publish",),
)
