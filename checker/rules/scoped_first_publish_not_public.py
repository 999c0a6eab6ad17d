"""A new scoped package is published as restricted.

## What it checks
That the first publish of a scoped package does not ask for restricted access.

## Why npm refuses
Restricted packages need a paid plan or organisation: without one npm answers `E402 Payment Required
… You must sign up for private packages`.

## How to fix
Publish with `--access public`, unless the package is meant to be private and paid for.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import provenance
from checker.cases.world import Case, World
from checker.facts import Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    package = world.case.package
    if isinstance(package, Unknown) or not package.name.startswith("@") or world.exists:
        return
    if provenance.published_access(world) in ("restricted", "private"):
        yield Problem("scoped-first-publish-not-public", Effect.REFUSES, Evidence.REPORTED)


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.package_name(case)} does not exist yet and {say.the_job(case)} publishes it as"
        " restricted, which npm takes from paid accounts only (`E402`).",
        f"{_to_public(case)}\n\nOr keep it restricted, if the scope has a paid plan.",
        case.publish.place,
    )


def _to_public(case: Case) -> str:
    """A flag or variable wins over `publishConfig`, so what says `restricted` is what changes."""
    if case.run.options.access is not None:
        return (
            "Publish with `--access public` in place of `restricted`, which stands in the command,"
            " in `NPM_CONFIG_ACCESS` or in `.npmrc`."
        )
    return f"Write into {say.in_publish_config(case, 'access', 'public')}"


RULE = Rule(
    id="scoped-first-publish-not-public",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/creating-and-publishing-scoped-public-packages",),
)
