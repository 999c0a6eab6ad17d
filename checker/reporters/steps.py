"""A publishing step's facts as one row: what its runs have in common, and what cannot be known."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Registry, Run, Unknown
from checker.report import Presented, PublishResult


class StepFacts(Struct, frozen=True):
    """The facts of one step over all its runs; a value is None where `unknown` names its field.

    id_token_write, hosted: true only where they are true on every run.
    environment: None also where the job has none; unknown where the runs differ.
    """

    entry_workflows: tuple[str, ...]
    events: tuple[str, ...]
    secret_names: tuple[str, ...] | None
    id_token_write: bool | None
    runs_on: tuple[str, ...] | None
    hosted: bool | None
    environment: str | None
    node: tuple[str, ...] | None
    npm: tuple[str, ...] | None
    packages: tuple[str, ...] | None
    unknown: tuple[str, ...]


def step_facts(result: PublishResult) -> StepFacts:
    """The one row of facts of a step."""
    runs = result.publish.runs
    environments = {run.environment for run in runs}
    environment = next(iter(environments)) if len(environments) == 1 else Unknown("environment", "")
    facts = StepFacts(
        entry_workflows=_distinct(run.entry_workflow for run in runs),
        events=_distinct(run.event for run in runs),
        secret_names=_union(_secret_names(run) for run in runs),
        id_token_write=_on_every(run.id_token for run in runs),
        runs_on=_union(run.runs_on for run in runs),
        hosted=_on_every(run.hosted for run in runs),
        environment=None if isinstance(environment, Unknown) else environment,
        node=_union(run.node for run in runs),
        npm=_union(run.npm for run in runs),
        packages=_union(_package_names(run) for run in runs),
        unknown=(),
    )
    hidden = (
        ("tool", result.publish.tool == "unknown"),
        ("registry", result.publish.registry is Registry.UNKNOWN),
        ("credential", result.credential is Presented.UNKNOWN),
        ("secret_names", facts.secret_names is None),
        ("id_token_write", facts.id_token_write is None),
        ("runs_on", facts.runs_on is None),
        ("hosted", facts.hosted is None),
        ("environment", isinstance(environment, Unknown)),
        ("node", facts.node is None),
        ("npm", facts.npm is None),
        ("packages", facts.packages is None),
    )
    return replace(facts, unknown=tuple(field for field, is_hidden in hidden if is_hidden))


def _secret_names(run: Run) -> tuple[str, ...] | Unknown:
    if isinstance(run.token, Unknown):
        return run.token
    return run.token.secret_names if run.token else ()


def _package_names(run: Run) -> tuple[str, ...] | Unknown:
    if isinstance(run.packages, Unknown):
        return run.packages
    return tuple(package.name for package in run.packages)


def _union(values: Iterable[tuple[str, ...] | Unknown]) -> tuple[str, ...] | None:
    gathered: list[str] = []
    for value in values:
        if isinstance(value, Unknown):
            return None
        gathered += value
    return _distinct(gathered)


def _on_every(values: Iterable[bool | Unknown]) -> bool | None:
    """False where one run says no, else None where one is unknown, else true."""
    seen = list(values)
    if any(value is False for value in seen):
        return False
    return None if any(isinstance(value, Unknown) for value in seen) else True


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
