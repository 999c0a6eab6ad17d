"""pnpm publishes from a branch that is not checked out.

## What it checks
That a job which runs `pnpm publish` on a release or a tag switches pnpm's git checks off, and that
the branches on whose push it runs are among those that pnpm publishes from: `main`, `master`, or
the one of `publish-branch`.

## Why npm refuses
npm is never asked. A tag is on no branch, and pnpm before 11.27.1 stops with
`ERR_PNPM_GIT_UNKNOWN_BRANCH`. On another branch it asks whether to go on, and nobody answers.

## How to fix
Run `pnpm publish --no-git-checks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.knowledge.versions import at_least
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    run = world.case.run
    wanted = run.options.publish_branches
    if wanted is None or run.heads is None:
        return
    if not _may_be_any(world) if run.heads == () else not set(wanted).intersection(run.heads):
        yield Problem("publish-branch-not-checked-out", Effect.REFUSES, Evidence.DOCUMENTED)


def _may_be_any(world: World) -> bool:
    """Whether a checkout without a branch passes, or may pass in a version that is not known."""
    since, version = world.tool.row.publishes_tags_since, world.tool.version
    return since is not None and (version is None or at_least(version, since))


def words(world: World, problem: Problem) -> Words:
    case = world.case
    heads, wanted = case.run.heads or (), case.run.options.publish_branches or ()
    allowed = " or ".join(f"`{name}`" for name in wanted)
    if heads:
        here = " or ".join(f"`{name}`" for name in heads)
        said = f"on branch {here}; pnpm publishes from {allowed}, and asks nobody in a job"
    else:
        said = (
            f"on `{case.run.event}`, where a tag is checked out; pnpm publishes from branch"
            f" {allowed} and stops with `ERR_PNPM_GIT_UNKNOWN_BRANCH`"
        )
    return Words(
        f"{say.job(case)} runs {say.command(case)} {said}.",
        "Add `--no-git-checks` to the command.",
        case.publish.place,
    )


RULE = Rule(
    id="publish-branch-not-checked-out",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://pnpm.io/cli/publish",),
)
