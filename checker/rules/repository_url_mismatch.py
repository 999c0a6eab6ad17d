"""package.json names another repository than the one that builds it.

## What it checks
Where the publish carries provenance: that `repository` in package.json, after npm's own
normalisation, is the repository of the run, case included.

## Why npm refuses
npm compares the two and answers `422 … Failed to validate repository information: package.json:
"repository.url" is "", expected to match "https://github.com/…" from provenance`.

## How to fix
Set `repository.url`, in every package that is published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from checker import guidance as say
from checker.cases import provenance
from checker.cases.world import Case, World
from checker.facts import Place, Setting, Unknown
from checker.manifests.repository_url import canonical
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence


def find(world: World) -> Iterator[Problem]:
    package, actual = world.case.package, world.case.running.repository
    if isinstance(package, Unknown) or actual is None:
        return
    written = package.repository
    if written is not None and _names(world, canonical(written), actual):
        return
    if provenance.attached(world) and world.visibility == "public" and world.hosted:
        yield Problem("repository-url-mismatch", Effect.REFUSES, Evidence.DOCUMENTED)


def _names(world: World, address: str | None, actual: str) -> bool:
    """Whether the address is that of the repository, in GitHub's own spelling."""
    wanted = f"https://github.com/{actual}"
    if address is None or address == wanted:
        return address == wanted
    if world.case.running.setting is Setting.TERMINAL and address.casefold() == wanted.casefold():
        why = f"the git remote says `{actual}`; GitHub's own spelling may differ in case"
        return world.decide(Unknown("repository", why), "repository-spelling", (True, False))
    return False


def words(world: World, problem: Problem) -> Words:
    case = world.case
    package = case.package
    path = "package.json" if isinstance(package, Unknown) else package.path
    written = None if isinstance(package, Unknown) else package.repository
    named = f"names `{written}`" if written else "names no `repository`"
    by_itself = "" if provenance.asked_for(world) else ", which trusted publishing adds by itself,"
    return Words(
        f"{say.package_name(case)} is published with provenance{by_itself} from"
        f" `{say.repository(case)}`, but `{path}` {named}.",
        f"Set in `{path}`:\n\n```json\n{_repository(case, path)}\n```",
        _place(case),
    )


def _repository(case: Case, path: str) -> str:
    """The key `repository` as npm documents it, for a package in a folder with `directory`."""
    folder = path.rpartition("/")[0]
    value = {"type": "git", "url": f"git+https://github.com/{say.repository(case)}.git"}
    if folder:
        value["directory"] = folder
    return f'"repository": {json.dumps(value, indent=2, ensure_ascii=False)}'


def _place(case: Case) -> Place:
    """The line of `repository`, of `name` where there is none."""
    if isinstance(case.package, Unknown):
        return case.publish.place
    lines = dict(case.package.lines)
    line = lines.get("repository") or lines.get("name") or 1
    return Place(case.package.path, line, line)


RULE = Rule(
    id="repository-url-mismatch",
    page=__doc__,
    words=words,
    find=find,
    sources=(
        "https://docs.npmjs.com/trusted-publishers",
        "https://docs.npmjs.com/generating-provenance-statements",
    ),
)
