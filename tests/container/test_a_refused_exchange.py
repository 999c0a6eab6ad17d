"""A release under act whose exchange npm refuses: the step's summary says which claim differs.

The registry and the issuer of id-tokens are the tests' own, on this machine's loopback, which act's
containers share. act has no id-token of GitHub's, so that a release is asked about only where
`probe: on` says so and the job is given an issuer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from act_run import Act, Rehearsal
from registry.issuer import Issuer, Run
from registry.server import Registry
from registry.world import Account, TrustedPublisher, Version, World, package, utc

pytestmark = pytest.mark.container

KEY = b"the issuer of this test"
NAME = "signal-flags"
REPOSITORY = "example-harbour/signal-flags"
RUN = Run(repository=REPOSITORY, environment="npm", ref="refs/tags/v1.4.0")
EXCHANGE = f"/-/npm/v1/oidc/token/exchange/package/{NAME}"
PREFLIGHT = "preflight"


@dataclass(frozen=True)
class Npm:
    """A registry, and the issuer that it believes."""

    registry: Registry
    issuer: Issuer


@pytest.fixture
def npm() -> Iterator[Npm]:
    """npm trusts `publish.yml`, which published the package last; the release is another file."""
    known = package(
        NAME, publishers=[TrustedPublisher(REPOSITORY, "publish.yml", environment="npm")]
    )
    run = {
        "repository": f"https://github.com/{REPOSITORY}",
        "path": ".github/workflows/publish.yml",
        "ref": "refs/tags/v1.3.0",
        "event": "push",
    }
    known.versions["1.3.0"] = Version("1.3.0", trusted_publisher=True, provenance=run)
    known.tags["latest"] = "1.3.0"
    with (
        Registry(World().add(Account(), known), utc(2026, 11, 24), KEY) as registry,
        Issuer(RUN, KEY, registry.now) as issuer,
    ):
        yield Npm(registry, issuer)


def release(act: Act, npm: Npm, probe: str, config: str) -> Rehearsal:
    """The example's release with the tests' registry; the job shows the step's summary after it."""

    def edit(path: str, text: str) -> str:
        if path == ".github/npm-publish-preflight.yml":
            return config
        if not path.endswith("release.yml"):
            return text
        line = next(line for line in text.splitlines() if "offline: true" in line)
        given = {"registry": npm.registry.url, "probe": probe, "today": "2026-11-24"}
        inputs = "\n".join(f"          {name}: {value}" for name, value in given.items())
        return text.replace(line, inputs)

    return act.push("trusted-publishing", edit=edit, env=npm.issuer.environment())


DECLARED_WRONG = """\
trusted-publishers:
  - {repository: example-harbour/signal-flags, workflow: publish.yml, environment: npm}
token: {type: none}
"""
UNDECLARED = "token: {type: none}\n"


@pytest.mark.parametrize(
    ("config", "rule", "row"),
    [
        (
            DECLARED_WRONG,
            "trusted-publisher-mismatch",
            "| **workflow** | `release.yml` | `publish.yml` | `publish.yml` |",
        ),
        (UNDECLARED, "exchange-refused", "| **workflow** | `release.yml` | `publish.yml` |"),
    ],
)
def test_the_summary_shows_the_claim_that_differs_and_the_command_that_mends_it(
    act: Act, npm: Npm, config: str, rule: str, row: str
) -> None:
    rehearsal = release(act, npm, "on", config)
    assert [request.status for request in npm.registry.asked("POST", EXCHANGE)] == [404]
    assert npm.issuer.requests == [npm.registry.audience]
    assert rehearsal.code != 0, rehearsal.text
    assert rehearsal.result_of(PREFLIGHT) == "failure", rehearsal.text
    summary = rehearsal.summary_of(PREFLIGHT)
    assert rule in summary
    assert row in summary
    assert (
        f"npm trust github {NAME} --repo {REPOSITORY} --file release.yml --env=npm --allow-publish"
    ) in summary
    assert "within 48 hours" in summary


def test_by_itself_act_is_not_asked_for_an_exchange_and_says_why(act: Act, npm: Npm) -> None:
    rehearsal = release(act, npm, "auto", UNDECLARED)
    assert npm.registry.asked("POST") == ()
    assert npm.issuer.requests == []
    assert "act offers no id-token of GitHub's" in rehearsal.said_by(PREFLIGHT)
    assert "trusted-publisher-mismatch" in rehearsal.summary_of(PREFLIGHT)
