"""What the program says of a scenario's repository, in the publishing job itself.

One function a mode; each goes through the program's own settings, gathering and evaluation.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from registry.server import Registry

from checker.evaluate import evaluate
from checker.gather import gather
from checker.report import Report
from checker.reporters import json_
from checker.rules import by_id
from checker.settings import load
from checker.sources.checkout import Checkout
from npm_agrees import truth
from npm_agrees.scenario import Scenario


@dataclass(frozen=True)
class Asked:
    """A checkout and the variables of its publishing job, `github` those that GitHub sets."""

    scenario: Scenario
    root: Path
    github: Mapping[str, str]
    scratch: Path
    registry: Registry


def declared(asked: Asked) -> dict[str, Any]:
    """The JSON report, by files and declared facts alone."""
    return _report(asked, {"offline": True}, _without_identity(asked.github))


def probed(asked: Asked) -> dict[str, Any]:
    """The JSON report where the program may ask the registry, as a step of the job."""
    options = {"registry": asked.registry.url, "probe": "on"}
    with _alone, _process_has(asked.github):
        return _report(asked, options, {**asked.github, **_given_token(asked)})


MODES: Mapping[str, Callable[[Asked], dict[str, Any]]] = {"declared": declared, "probe": probed}

# The library that asks for id-tokens reads the process's own variables: one trial at a time.
_alone = threading.Lock()
_READ_BY_LIBRARY = (
    "GITHUB_ACTIONS",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
)


@contextmanager
def _process_has(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _READ_BY_LIBRARY}
    _set({name: variables.get(name) for name in _READ_BY_LIBRARY})
    try:
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _given_token(asked: Asked) -> dict[str, str]:
    """The secret as the step's input, where the workflow has one and GitHub hands it out."""
    values = list(truth.secrets(asked.scenario).values())
    given = len(values) == 1 and not asked.scenario.fork
    return {"INPUT_NPM-TOKEN": values[0]} if given else {}


def _report(
    asked: Asked, options: Mapping[str, object], variables: Mapping[str, str]
) -> dict[str, Any]:
    scenario = asked.scenario
    event_file = asked.scratch / "event.json"
    event_file.write_text(json.dumps(_event(scenario)), encoding="utf-8")
    environ = {**variables, "GITHUB_EVENT_PATH": str(event_file)}
    given = dict(options)
    if not isinstance(scenario.today, datetime):
        given["today"] = scenario.today.isoformat()
    settings = load(given, environ, asked.root, Checkout, by_id())
    facts = gather(settings, asked.root, environ, scenario.now)
    report: Report = evaluate(facts, ())
    document: dict[str, Any] = json.loads(json_.render(report))
    return document


def _without_identity(variables: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in variables.items() if not k.startswith("ACTIONS_ID_TOKEN_")}


def _event(scenario: Scenario) -> dict[str, Any]:
    """What GitHub writes about the event, as far as it bears on a publish."""
    payload: dict[str, Any] = {
        "repository": {
            "full_name": scenario.repository,
            "private": scenario.visibility != "public",
            "visibility": scenario.visibility,
        }
    }
    if scenario.event.startswith("pull_request"):
        base = {"id": 1, "full_name": scenario.repository, "fork": False}
        name = scenario.repository.partition("/")[2]
        head = {"id": 2, "full_name": f"passer-by/{name}", "fork": True} if scenario.fork else base
        payload["pull_request"] = {"head": {"repo": head}, "base": {"repo": base}}
    return payload
