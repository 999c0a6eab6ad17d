"""Cases that npm answers alike: a hundred packages of one step are judged once.

Places are for people, and of names only what some fact could turn on is kept.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from checker.cases.world import Case
from checker.facts import Declared, GivenToken, Package, Place, Publish, Run, Taken, Unknown
from checker.knowledge.ranges import exact, is_range
from checker.knowledge.versions import is_prerelease

_NOWHERE = Place("", 1, 1)


def stand_in(case: Case) -> Case:
    """The case that is judged in place of this one and of all that differ in nothing that counts.

    Only for judging: what is said to people needs the names and places of the case itself.
    """
    return replace(
        case,
        publish=_publish(case),
        run=_run(case),
        package=case.package if isinstance(case.package, Unknown) else _package(case, case.package),
        earlier=_earlier(case),
        taken=_taken(case.taken) if case.taken is not None else None,
    )


def _earlier(case: Case) -> tuple[tuple[str, Declared], ...]:
    """Of packages before this one npm alone knows something, and of those declared alike the same.

    Every other tool starts its publish command anew for each package.
    """
    if case.publish.tool != "npm":
        return ()
    distinct = dict.fromkeys(declared for _, declared in case.earlier)
    return tuple((str(at), declared) for at, declared in enumerate(distinct))


def _publish(case: Case) -> Publish:
    # Where npm's order of commands counts, and where a token may stand for one, the place is kept.
    counts = case.run.dist_tag_place is not None or isinstance(case.run.token, Unknown)
    place = case.publish.place if counts else _NOWHERE
    # What a caller hands to a workflow is no secret of the callee's environment; an action has a
    # Node of its own.
    via = tuple(kind for kind in ("reusable", "uses") if kind in case.publish.via)
    return replace(case.publish, place=place, via=via, runs=())


def _run(case: Case) -> Run:
    run, token = case.run, case.run.token
    declared = (case.declared, *(each for _, each in case.earlier))
    named = any(not isinstance(each.publishers, Unknown) and each.publishers for each in declared)
    asked = case.observed is not None or case.exchange is not None
    return replace(
        run,
        entry_workflow=run.entry_workflow if named or asked or case.is_running else "",
        matrix=(),
        options=replace(run.options, tag=_tag(run.options.tag)),
        permissions_place=_NOWHERE,
        runtime_place=_NOWHERE,
        token=replace(token, place=_NOWHERE) if isinstance(token, GivenToken) else token,
        packages=(),
        taken=(),
        dev_engines=replace(run.dev_engines, path="", line=1) if run.dev_engines else None,
    )


def _taken(taken: Taken) -> Taken:
    return replace(taken, package="", place=_NOWHERE, matrix=(), here=_NOWHERE)


def _tag(tag: str | Unknown | None) -> str | Unknown | None:
    """A tag that npm takes like this one; it refuses ranges of versions and some signs."""
    is_plain = isinstance(tag, str) and not is_range(tag) and _PLAIN.fullmatch(tag) is not None
    return "next" if is_plain else tag


_PLAIN = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


def _package(case: Case, package: Package) -> Package:
    declared = case.declared
    patterns = [token.packages for token in (declared.token, *(t for _, t in declared.tokens))]
    covered = all(isinstance(each, Unknown) or "*" in each for each in patterns)
    scope = "@scope/" if package.name.startswith("@") else ""
    return replace(
        package,
        name=f"{scope}name" if covered else package.name,
        version=package.version if case.observed is not None else _kind(package.version),
        path="",
        lines=tuple(sorted((key, 0) for key, _ in package.lines)),
    )


def _kind(version: str | None) -> str | None:
    """A version of the same kind, for where no record of npm's is there to compare it with."""
    if version is None or exact(version) is None:
        return version
    return "1.0.0-0" if is_prerelease(version) else "1.0.0"
