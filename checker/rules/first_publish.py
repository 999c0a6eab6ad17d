"""The package does not exist yet.

## What it checks
That a package declared with `exists: false` is not meant to be created by trusted publishing, nor
by a token that may be asked for a one-time password.

## Why npm refuses
A trusted publisher is a setting of an existing package, so the exchange answers 404 for a new name
and the upload `E404 Not Found - PUT`. Since August 2026 some first publishes with a bypass token
were answered with `EOTP`.

## How to fix
Create the package once: stage it with a token (since 2026-10-02), or publish by hand with 2FA.
"""

from __future__ import annotations

from checker import guidance as say
from checker.cases import claims
from checker.cases.world import Case, World
from checker.facts import Command, Unknown
from checker.problems import Problem, Rule, Words


def words(world: World, problem: Problem) -> Words:
    case = world.case
    name = say.package_name(case)
    staging = case.publish.command is Command.STAGE
    how = (
        "trusted publishing cannot create it, a token or session can since 2026-10-02"
        if staging
        else "trusted publishing cannot create it, and a token may be asked for a one-time password"
    )
    return Words(
        f"{name} does not exist on npm yet ({_known(case)}): {how}.",
        say.paragraphs(
            f"Create {name} once from a maintainer's machine, logged in with 2FA:",
            say.publish_by_hand(case, _access(case)),
            _or_restricted(case),
            say.register(case),
        ),
        case.publish.place,
        claims.if_refused(case),
    )


def _known(case: Case) -> str:
    if case.observed is not None and case.observed.exists is False:
        return "the registry has no such public package"
    return "declared `exists: false`"


def _access(case: Case) -> str:
    """What the release says itself: a name meant to be restricted is not created public."""
    written = case.run.options.access
    if written is None and not isinstance(case.package, Unknown):
        written = case.package.access
    return "restricted" if written == "restricted" else "public"


def _or_restricted(case: Case) -> str:
    """The other choice, where only a run knows what the release asks for."""
    written = case.run.options.access
    if not isinstance(written, Unknown):
        return ""
    return (
        f"What the release itself asks for is not known, as {written.why}: write `restricted` in"
        " place of `public` if that is what it gives."
    )


RULE = Rule(
    id="first-publish",
    page=__doc__,
    words=words,
    sources=(
        "https://docs.npmjs.com/trusted-publishers",
        "https://github.com/npm/cli/issues/8544",
        "https://github.com/textadventures/quest/issues/2016",
    ),
)
