"""What a fact that nobody knows may be: every value by which npm or a tool answers otherwise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace
from ready import GIVEN, PACKAGE, READY, READY_BY_TOKEN, staging, with_run

from checker.cases.world import Fork, World
from checker.facts import TokenState, Unknown
from checker.judgement import settle
from checker.knowledge.versions import at_least
from checker.report import Presented, Verdict

# npm 11 asks for a tag, 11.5.1 exchanges, 11.15 stages, 11.21 and 12.2 forget an exchange.
CHANGES = ("0.0.0", "11.0.0", "11.5.1", "11.15.0", "11.21.0", "12.0.0", "12.2.0", "999.0.0")


@pytest.mark.parametrize(("since", "until"), pairwise(CHANGES))
def test_an_npm_that_cannot_be_read_may_be_of_any_release(since: str, until: str) -> None:
    hidden = with_run(READY, runtimes=Unknown("npm", "the image of the job cannot be read"))
    with pytest.raises(Fork) as fork:
        _ = World(hidden).runtime

    among = [runtime.npm for runtime in fork.value.values]  # type: ignore[attr-defined]
    assert [npm for npm in among if at_least(npm, since) and not at_least(npm, until)]


def test_a_release_it_of_unknown_version_may_have_no_stage_yet() -> None:
    # https://github.com/release-it/release-it: `npm.stage` came with 20.1.0.
    def of(*versions: str) -> Verdict:
        case = staging(READY_BY_TOKEN)
        case = replace(case, publish=replace(case.publish, tool="release-it"))
        unread = Unknown("tool_version", "no lockfile has release-it")
        options = replace(case.run.options, skips_prechecks=True)
        return settle(with_run(case, tool_versions=versions or unread, options=options)).verdict

    assert of("20.1.0") is Verdict.STAGED
    assert of("20.0.1") is Verdict.REFUSED
    assert of() is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("state", "presented"),
    [
        (TokenState.SECRET, Presented.TOKEN),
        (TokenState.LITERAL, Presented.TOKEN),
        (TokenState.MALFORMED, Presented.TOKEN),
        (TokenState.PLACEHOLDER, Presented.NONE),
    ],
)
def test_npm_sends_whatever_stands_for_a_token_but_a_placeholder(
    state: TokenState, presented: Presented
) -> None:
    case = with_run(READY_BY_TOKEN, token=replace(GIVEN, state=state))
    assert settle(case).presented is presented


def test_a_package_that_cannot_be_seen_may_be_one_that_the_token_covers() -> None:
    hidden = replace(READY_BY_TOKEN, package=Unknown("packages", "the folder is an expression"))
    assert settle(hidden).verdict is Verdict.UNKNOWN
    elsewhere = replace(READY_BY_TOKEN, package=replace(PACKAGE, name="@other/widget"))
    assert settle(elsewhere).verdict is Verdict.REFUSED
