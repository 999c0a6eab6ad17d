"""Which questions go to npm's registry, and its answers as facts; only where a network may be used.

Public data of every package that the workflows publish; one exchange of this job's id-token, where
it proves something; what the token given for inspection is, and with it what waits for approval.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from msgspec.structs import replace

from checker.asking import token_for_inspection
from checker.asking.progress import bar
from checker.facts import (
    Command,
    ExchangeAnswer,
    Facts,
    Observed,
    Package,
    Publish,
    Registry,
    RunningJob,
    Setting,
    Unknown,
)
from checker.settings import Settings
from checker.settings.options import Probe
from checker.sources import identity


def ask(
    facts: Facts, settings: Settings, environ: Mapping[str, str], mask: Callable[[str], None]
) -> Facts:
    """The facts, with what the registry answers; unchanged where there is nothing to ask."""
    publishes = tuple(_judged(facts))
    packages = tuple(dict.fromkeys(_packages(publishes)))
    if not packages and settings.npm_token is None:
        return facts
    from checker.sources.registry.registry import Registry as Client

    client = Client(settings.registry)
    try:
        with bar(len(packages), "Asking npm about packages", sys.stderr, environ) as seen:
            observed = client.observe(
                (package.name for package in packages),
                public=_said_to_be_public(publishes),
                progress=seen,
            )
        token = settings.npm_token if facts.running.token_fault is None else None
        staged = partial(client.staged, token=token) if token is not None else None
        return replace(
            facts,
            observed=_with_staged(observed, staged),
            exchanges=_exchange(client.exchange, facts, settings, environ, mask),
            token_answer=token_for_inspection.ask(client, facts, settings, environ),
        )
    finally:
        client.close()


def _said_to_be_public(publishes: tuple[Publish, ...]) -> frozenset[str]:
    """The packages that a publish makes public: by its command line, else by `publishConfig`."""
    return frozenset(
        package.name
        for publish in publishes
        for run in publish.runs
        if not isinstance(run.packages, Unknown)
        for package in run.packages
        if (package.access if run.options.access is None else run.options.access) == "public"
    )


def _with_staged(
    observed: tuple[tuple[str, Observed], ...],
    staged: Callable[[tuple[str, ...]], tuple[tuple[str, tuple[str, ...]], ...]] | None,
) -> tuple[tuple[str, Observed], ...]:
    """The records, with what waits for approval where there is a token to ask with.

    Of a package that nobody sees nothing is asked: the token might see what its name hides.
    """
    names = tuple(name for name, record in observed if record.exists is True)
    if staged is None or not names:
        return observed
    waiting = dict(staged(names))
    return tuple((name, replace(one, staged=waiting.get(name, ()))) for name, one in observed)


def _judged(facts: Facts) -> Iterator[Publish]:
    for publish in facts.reading.publishes:
        if not publish.dry_run and publish.registry in (Registry.NPMJS, Registry.UNKNOWN):
            yield publish


def _packages(publishes: tuple[Publish, ...]) -> Iterator[Package]:
    for publish in publishes:
        for run in publish.runs:
            if not isinstance(run.packages, Unknown):
                yield from (package for package in run.packages if not package.private)


def _exchange(
    exchange: Callable[..., tuple[tuple[str, ExchangeAnswer], ...]],
    facts: Facts,
    settings: Settings,
    environ: Mapping[str, str],
    mask: Callable[[str], None],
) -> tuple[tuple[str, ExchangeAnswer], ...]:
    if settings.probe is Probe.OFF:
        return ()
    reasons = {
        publish: _why_not(facts.running, publish, settings.probe) for publish in _judged(facts)
    }
    asked = tuple(publish for publish, why in reasons.items() if why is None)
    answers = {
        package.name: ExchangeAnswer(None, why, (), None)
        for publish, why in reasons.items()
        if why is not None
        for package in _packages((publish,))
    }
    names = tuple(dict.fromkeys(package.name for package in _packages(asked)))
    if names:
        stages = all(publish.command is Command.STAGE for publish in asked)
        answers |= exchange(
            names,
            partial(identity.id_token, environ=environ),
            mask,
            command=Command.STAGE if stages else Command.PUBLISH,
        )
    return tuple(answers.items())


def _why_not(running: RunningJob, publish: Publish, probe: Probe) -> str | None:
    """Why no exchange of this job's id-token is asked for this publish; None where it is.

    By itself only for the running job's own, or one of the same entry workflow and event; never in
    a pull request from a fork, which has no id-token. What act is given as an id-token is no run
    of GitHub's, so there it takes a person to ask for it.
    """
    if running.fork:
        return "a pull request from a fork has no id-token"
    if running.setting is Setting.TERMINAL:
        return "outside of GitHub Actions nobody offers an id-token"
    if probe is Probe.ON:
        return None
    if running.setting is Setting.ACT:
        return "act offers no id-token of GitHub's; `probe: on` asks with one that the job is given"
    here = (running.workflow, running.event)
    if all((run.entry_workflow, run.event) != here for run in publish.runs):
        return "this job belongs to another workflow or event than the one that publishes"
    if not running.oidc_available:
        return "this job is offered no id-token, for it has no `id-token: write`"
    return None
