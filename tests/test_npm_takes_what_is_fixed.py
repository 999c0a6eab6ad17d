"""What `fix` writes and `trust` says is what makes a real npm publish.

Every scenario of `npm_agrees/` that the two can mend is mended by them: `fix --write` in its
repository, the script of `trust` run with a real `npm trust`, and then the job as it now stands.
Releases that no npm could tell apart are made once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from npm_agrees import clients
from npm_agrees.mended import (
    LAPTOP,
    Advice,
    Release,
    advise,
    already_there,
    checked,
    released,
    same_to_npm,
)
from npm_agrees.scenario import PUBLISHED, STAGED, Scenario, scenarios
from npm_agrees.trial import KEY
from registry.sigstore import Sigstore
from registry.sigstore import Unavailable as NoCertificate

SCENARIOS = tuple(scenarios())
AT_A_TIME = 2
REQUIRED = "REQUIRE_NPM"
FEWEST_MENDED = {"publish": 200, "stage": 240}
FEWEST_RELEASES = {"publish": 120, "stage": 140}
# What no edit of a workflow mends.
OF_THE_VERSION = {"version-already-published", "version-already-staged", "latest-would-go-back"}

Reports = Callable[[Advice], Mapping[str, dict[str, Any]]]
KINDS = pytest.mark.parametrize("kind", ["publish", "stage"])
EVERY = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def advice(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Advice]:
    """What the commands say of every scenario, by kind and name."""
    return {
        (kind, one.name): advise(one, tmp_path_factory.mktemp(one.name), stage=kind == "stage")
        for kind in FEWEST_MENDED
        for one in SCENARIOS
    }


class Releases:
    """The releases of what is mended, in the background."""

    def __init__(self, running: Mapping[str, Future[Release]]) -> None:
        self._running = running

    def of(self, advice: Advice) -> Release:
        """Waits for it."""
        return self._running[same_to_npm(advice)].result()


@pytest.fixture(scope="module")
def releases(
    request: pytest.FixtureRequest,
    advice: Mapping[tuple[str, str], Advice],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Releases]:
    kept = clients.folder()
    try:
        for version in {LAPTOP, *clients.NEWEST_NODE.values(), *clients.NODE_WITH}:
            clients.installed(version, kept)
        sigstore = Sigstore(tmp_path_factory.mktemp("sigstore"), KEY)
    except (clients.Unavailable, NoCertificate) as error:
        if os.environ.get(REQUIRED):
            pytest.fail(str(error))
        pytest.skip(str(error))
    wanted = [advice[key] for key in _selected(request.session.items)]
    different = {same_to_npm(one): one for one in wanted if one.mends}
    with sigstore, ThreadPoolExecutor(AT_A_TIME) as pool:
        running = {
            key: pool.submit(released, one, tmp_path_factory.mktemp("release"), kept, sigstore)
            for key, one in different.items()
        }
        yield Releases(running)
        for one in running.values():
            one.cancel()


def _selected(items: list[pytest.Item]) -> list[tuple[str, str]]:
    params = (getattr(getattr(item, "callspec", None), "params", {}) for item in items)
    found = [(p["kind"], p["scenario"].name) for p in params if {"kind", "scenario"} <= set(p)]
    return list(dict.fromkeys(found))


@pytest.fixture
def mended(kind: str, scenario: Scenario, advice: Mapping[tuple[str, str], Advice]) -> Advice:
    """The advice, where it leaves nothing to be done but to follow it."""
    found = advice[kind, scenario.name]
    if not found.mends:
        pytest.skip("nothing to mend, or not by these commands")
    return found


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """The reports of an advice that was followed, each made once."""

    @cache
    def of_root(root: Path) -> Mapping[str, dict[str, Any]]:
        return checked(followed[root], tmp_path_factory.mktemp("checked"))

    followed: dict[Path, Advice] = {}

    def of(advice: Advice) -> Mapping[str, dict[str, Any]]:
        followed[advice.root] = advice
        return of_root(advice.root)

    return of


@KINDS
@EVERY
def test_what_is_fixed_and_trusted_is_accepted(
    kind: str, scenario: Scenario, mended: Advice, reports: Reports
) -> None:
    said = reports(mended)
    assert said["declared"]["verdict"] == _wanted(kind, scenario), _errors(said["declared"])
    if not _has_such_a_version(said["probe"]):
        assert said["probe"]["verdict"] == _wanted(kind, scenario), _errors(said["probe"])


@KINDS
@EVERY
def test_npm_takes_what_is_fixed_and_trusted(
    kind: str, scenario: Scenario, mended: Advice, releases: Releases, reports: Reports
) -> None:
    release, there = releases.of(mended), already_there(mended)
    for one in (one for one in mended.commands if one not in there):
        said = f"Trust configuration created successfully for {one.package} "
        assert said in release.trusted.stdout, release.trusted.stderr
    assert release.trusted.stderr.count("409 Conflict") == len(there)
    assert release.trusted.returncode == 0 or there
    did = STAGED if _wanted(kind, scenario) == "staged" else PUBLISHED
    if _has_such_a_version(reports(mended)["probe"]):
        assert release.done.did != did
    else:
        assert release.done.did == did, release.done.said


@KINDS
@EVERY
def test_a_second_fix_writes_nothing(kind: str, scenario: Scenario, mended: Advice) -> None:
    assert mended.again == ()


@KINDS
def test_most_scenarios_take_part_in_many_different_releases(
    kind: str, advice: Mapping[tuple[str, str], Advice]
) -> None:
    taking_part = [one for (of_kind, _), one in advice.items() if of_kind == kind and one.mends]
    assert len(taking_part) >= FEWEST_MENDED[kind]
    assert len({same_to_npm(one) for one in taking_part}) >= FEWEST_RELEASES[kind]


def _wanted(kind: str, scenario: Scenario) -> str:
    return "staged" if kind == "stage" or "stage publish" in scenario.run else "accepted"


def _errors(report: dict[str, Any]) -> list[str]:
    return [found["rule"] for found in report["findings"] if found["severity"] == "error"]


def _has_such_a_version(report: dict[str, Any]) -> bool:
    return bool(set(_errors(report)) & OF_THE_VERSION)
