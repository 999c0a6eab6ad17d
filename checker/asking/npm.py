"""Which questions go to npm's registry, and its answers as facts; only where a network may be used.

Public data of every package that the workflows publish; one exchange of this job's id-token, where
it proves something; one `whoami` for the token given for inspection, and with it what waits for
approval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from checker.facts import (
    Command,
    ExchangeAnswer,
    Facts,
    Observed,
    Package,
    Publish,
    Registry,
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
        return replace(
            facts,
            observed=_with_staged(
                client.observe(
                    (package.name for package in packages),
                    public={package.name for package in packages if package.access == "public"},
                ),
                partial(client.staged, token=settings.npm_token)
                if settings.npm_token is not None and facts.running.token_fault is None
                else None,
            ),
            exchanges=_exchange(client.exchange, facts, settings, environ, mask),
            token_answer=(
                client.ask_token(settings.npm_token)
                if settings.npm_token is not None and facts.running.token_fault is None
                else None
            ),
        )
    finally:
        client.close()


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
    publishes = tuple(_proving(facts, settings.probe))
    names = tuple(dict.fromkeys(package.name for package in _packages(publishes)))
    if not names:
        return ()
    stages = all(publish.command is Command.STAGE for publish in publishes)
    return exchange(
        names,
        partial(identity.id_token, environ=environ),
        mask,
        command=Command.STAGE if stages else Command.PUBLISH,
    )


def _proving(facts: Facts, probe: Probe) -> Iterator[Publish]:
    """The publishes about which an exchange of this job's id-token may be asked.

    By itself only those that are the running job's own, or of the same entry workflow and event;
    never in a pull request from a fork, which has no id-token.
    """
    running = facts.running
    if probe is Probe.OFF or running.fork or running.setting is not Setting.ACTIONS:
        return
    for publish in _judged(facts):
        same = any(
            (run.entry_workflow, run.event) == (running.workflow, running.event)
            for run in publish.runs
        )
        if probe is Probe.ON or (same and running.oidc_available):
            yield publish
