"""What the program says of a release is what a real npm then does.

Each scenario of `npm_agrees/` is a repository and what npm knows of it. A real npm publishes it
to a loopback registry, in the environment that its workflow gives.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from npm_agrees import clients
from npm_agrees.scenario import Scenario, scenarios
from npm_agrees.trial import KEY, Trial, hold
from npm_agrees.verdict import MODES
from registry.sigstore import Sigstore
from registry.sigstore import Unavailable as NoCertificate

SCENARIOS = tuple(scenarios())
# npm is mostly waiting for the processor; more at a time would only slow each other.
AT_A_TIME = 2
REQUIRED = "REQUIRE_NPM"
EXCHANGE = "/-/npm/v1/oidc/token/exchange/package/"

Trials = Callable[[Scenario], Trial]


@pytest.fixture(scope="module")
def trials(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trials]:
    """The trial of a scenario; those of all selected tests are held in the background."""
    kept, wanted = clients.folder(), _selected(request.session.items)
    try:
        for version in {scenario.npm for scenario in wanted}:
            clients.installed(version, kept)
        sigstore = Sigstore(tmp_path_factory.mktemp("sigstore"), KEY)
    except (clients.Unavailable, NoCertificate) as error:
        _unavailable(str(error))
    with sigstore, ThreadPoolExecutor(AT_A_TIME) as pool:
        running: dict[str, Future[Trial]] = {
            scenario.name: pool.submit(
                hold, scenario, tmp_path_factory.mktemp(scenario.name), kept, sigstore
            )
            for scenario in wanted
        }
        yield lambda scenario: running[scenario.name].result()
        for one in running.values():
            one.cancel()


def _selected(items: list[pytest.Item]) -> list[Scenario]:
    params = (getattr(getattr(item, "callspec", None), "params", {}) for item in items)
    found = {p["scenario"].name: p["scenario"] for p in params if "scenario" in p}
    return list(found.values())


def _unavailable(why: str) -> None:
    if os.environ.get(REQUIRED):
        pytest.fail(why)
    pytest.skip(why)


def by_name(scenario: Scenario) -> str:
    return scenario.name


def _verdict(report: dict[str, Any]) -> str:
    return str(report["verdict"])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=by_name)
def test_npm_does_what_the_scenario_says(scenario: Scenario, trials: Trials) -> None:
    done = trials(scenario).done
    assert done.did == scenario.did, done.said
    assert scenario.said in done.said


@pytest.mark.parametrize(
    ("mode", "scenario"),
    [(mode, s) for mode in MODES for s in SCENARIOS if mode in s.modes],
    ids=lambda value: value.name if isinstance(value, Scenario) else value,
)
def test_the_program_says_what_npm_then_does(mode: str, scenario: Scenario, trials: Trials) -> None:
    report = trials(scenario).reports[mode]
    found = [(f["severity"], f["rule"]) for f in report["findings"]]
    assert _verdict(report) == scenario.verdict(mode), (found, report["unknowns"])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=by_name)
def test_the_program_never_accepts_what_npm_refuses(scenario: Scenario, trials: Trials) -> None:
    trial = trials(scenario)
    good = {"published": {"accepted"}, "staged": {"staged"}}.get(trial.done.did, set())
    said = {mode: _verdict(report) for mode, report in trial.reports.items()}
    assert {v for v in said.values() if v in {"accepted", "staged"}} <= good, said


@pytest.mark.parametrize("scenario", SCENARIOS, ids=by_name)
def test_the_program_only_reads_and_exchanges(scenario: Scenario, trials: Trials) -> None:
    for request in trials(scenario).asked:
        assert request.method == "GET" or request.path.startswith(EXCHANGE)


# --- the scenarios themselves -------------------------------------------------------------------


def test_there_are_a_hundred_scenarios_of_different_names_and_sentences() -> None:
    assert len(SCENARIOS) >= 100
    assert len({s.name for s in SCENARIOS}) == len(SCENARIOS)
    assert len({s.sentence for s in SCENARIOS}) == len(SCENARIOS)


def test_every_npm_publishes_and_is_refused() -> None:
    outcomes = {(s.npm, s.verdict("declared") in {"accepted", "staged"}) for s in SCENARIOS}
    assert outcomes >= {(npm, good) for npm in clients.NODE_WITH for good in (True, False)}


def test_the_program_may_leave_open_only_what_it_cannot_know() -> None:
    for one in SCENARIOS:
        if "unknown" in {one.verdict(mode) for mode in MODES}:
            assert one.hidden or one.contested or one.declares or one.left_open, one.name
