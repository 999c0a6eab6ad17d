"""What is declared is not what npm shows.

## What it checks
With network: the declared `exists` and `trusted-publishers` against the registry's answers. At a
terminal, with a token to inspect and the session of `npm login`: what is declared of the token
against npm's list of the account's tokens.

## Why npm refuses
It may not. What npm answered is used; the declaration is wrong or old.

## How to fix
Correct the declaration.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases import probe, publishers
from checker.cases.world import World
from checker.facts import Place, TrustedPublisher, Unknown
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    if any(_disagreements(world)):
        yield Problem("declared-disagrees-with-observed", Effect.WARNS, Evidence.OBSERVED)


def _disagreements(world: World) -> Iterator[tuple[str, Place | None]]:
    """What disagrees, and where the declaration stands."""
    case = world.case
    place = next((p.place for p in _publishers(world) if p.place is not None), None)
    declared, observed = case.declared.exists, case.observed
    if observed is not None and not isinstance(declared, Unknown):
        seen = observed.exists
        if not isinstance(seen, Unknown) and seen is not declared:
            said = f"`exists: {str(declared).lower()}` is declared, npm has {_has(seen)}"
            yield said, case.declared.exists_place
    if case.run.token is not None:
        for one in case.overruled:
            said = f"`{one.option}: {one.declared}` is declared, npm lists `{one.listed}`"
            yield said, one.place
    if probe.granted(case) and publishers.declared_match(world) is False:
        yield "no declared trusted publisher matches this run, npm granted the exchange", place
    if probe.refused(case) and publishers.declared_match(world) is True:
        yield "a declared trusted publisher matches this run, npm refused the exchange", place


def _has(exists: bool) -> str:
    return "the package" if exists else "no such package that is public"


def words(world: World, problem: Problem) -> Words:
    case = world.case
    found = tuple(_disagreements(world))
    said = "; ".join(text for text, _ in found)
    place = next((place for _, place in found if place is not None), case.publish.place)
    return Words(
        f"{say.package_name(case)}: {said}. What npm answered is used.",
        "Correct the declaration in `.github/npm-publish-preflight.yml`; `npm trust list` shows the"
        " trusted publishers, `npm token list` the tokens.",
        place,
    )


def _publishers(world: World) -> tuple[TrustedPublisher, ...]:
    publishers = world.case.declared.publishers
    return () if isinstance(publishers, Unknown) else publishers


RULE = Rule(
    id="declared-disagrees-with-observed",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/trusted-publishers",),
)
