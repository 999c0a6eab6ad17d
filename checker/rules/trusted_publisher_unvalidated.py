"""The trusted publisher expired before its first publish.

## What it checks
Since 2026-10-02: that a declared publisher which has never published is not older than 48 hours.

## Why npm refuses
npm lets a new configuration live for 48 hours; only a successful publish takes it off that clock.
Afterwards it stays visible as *Expired*, and the exchange answers 404, `OIDC token exchange error -
package not found`. The client hides that: `ENEEDAUTH`, or `E404 Not Found - PUT`.

## How to fix
Delete it on npmjs.com, create it again, and publish within 48 hours.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases import claims
from checker.cases.publishers import differences
from checker.cases.world import World
from checker.facts import Unknown
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    publishers = case.declared.publishers
    expired = (
        ()
        if isinstance(publishers, Unknown)
        else tuple(p for p in publishers if not differences(world, p))
    )
    created = next((f"{p.created:%Y-%m-%d}" for p in expired if p.created), "earlier")
    place = next((p.place for p in expired if p.place), None)
    return Words(
        f"The trusted publisher of {say.package_name(case)} was created {created} and has not"
        " published within 48 hours, so it has expired.",
        say.paragraphs("Delete the expired configuration on npmjs.com.", say.register(case)),
        place or case.publish.place,
        claims.if_refused(case),
    )


RULE = Rule(
    id="trusted-publisher-unvalidated",
    page=__doc__,
    words=words,
    sources=(
        "https://github.blog/changelog/2026-10-02-unvalidated-npm-trusted-publishing-configurations-now-expire",
    ),
)
