"""The tag has a sign that npm takes in no tag.

## What it checks
That the tag of `--tag`, or of npm's configuration, is one that a URL can hold as it is, without a
space, `#`, `+` or `@`.

## Why npm refuses
The client stops with `EINVALIDTAGNAME Tags may not have any characters that encodeURIComponent
encodes`.

## How to fix
Name the tag with letters, digits and `-`: `next`, `release-1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Unknown
from checker.knowledge.ranges import is_range
from checker.knowledge.tools import Exchange
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence

# Seen with npm 10.9.8, 11.5.1, 11.16.0, 11.19.0 and 12.2.0, and with pnpm 10 that runs them.
_SAFE = re.compile(r"[A-Za-z0-9\-_.!~*'()]+", re.ASCII)
# With these npm does not take it for a tag, and publishes.
_NO_TAG = re.compile(r"[./~]|.*[/\\:]", re.DOTALL)


def find(world: World) -> Iterator[Problem]:
    tag = (_tag(world) or "").strip()
    if not tag or is_range(tag) or _NO_TAG.match(tag):
        return
    if _SAFE.fullmatch(tag) is None:
        yield Problem("tag-name-invalid", Effect.REFUSES, Evidence.DOCUMENTED)


def _tag(world: World) -> str | None:
    """The tag of npm's flag or configuration, which pnpm up to 10 hands to npm."""
    tag, row = world.case.run.options.tag, world.tool.row
    by_npm = row.name == "npm" or (row.name == "pnpm" and row.exchange is Exchange.NPM)
    return None if isinstance(tag, Unknown) or not by_npm else tag


def words(world: World, problem: Problem) -> Words:
    case = world.case
    return Words(
        f"{say.job(case)} publishes with the tag `{_tag(world)}`, which has a sign that npm takes"
        " in no tag.",
        "Name it with letters, digits and `-`, such as `--tag release-1`.",
        case.publish.place,
    )


RULE = Rule(
    id="tag-name-invalid",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://github.com/npm/npm-package-arg/blob/main/lib/npa.js",),
)
