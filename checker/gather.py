"""From options and the world to `Facts`: reads checkout and environment, decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from checker.facts import Facts, Package, Place, Publish, Reading, ReadingProblem, Run, Unknown
from checker.files import Files, Unreadable
from checker.settings import Settings, declared
from checker.sources import actions_env, checkout, clock

_WORKFLOWS = ".github/workflows/"


def gather(
    settings: Settings,
    root: Path,
    environ: Mapping[str, str],
    now: datetime,
    mask: Callable[[str], None] = lambda secret: None,
    tree: Files | None = None,
) -> Facts:
    """Everything known about the repository at `root` and about this run.

    environ: the process's environment. now: this moment, UTC. mask: is given every secret that
    comes up on the way before anything else is done with it. tree: the files at `root`, where
    somebody else reads them too.
    """
    from checker.workflows.publishes import read

    today, moment = clock.asked_about(settings.today, now)
    event = actions_env.event(environ)
    token = settings.npm_token.get_secret_value() if settings.npm_token is not None else None
    running = actions_env.running_job(environ, event, checkout.git_remote(root), token)
    reading = read(
        checkout.Checkout(root) if tree is None else tree,
        today=today,
        repository=running.repository,
        node=settings.node_version,
        npm=settings.npm_version,
    )
    default, packages = declared(settings)
    facts = Facts(
        today=today,
        now=moment,
        reading=select(reading, settings),
        running=running,
        visibility=actions_env.visibility(environ, event),
        default=default,
        declared=packages,
    )
    if settings.offline:
        return facts
    from checker.asking import github, npm

    facts = github.ask(facts, settings, environ)
    return npm.ask(facts, settings, environ, mask)


def workflow_paths(tree: Files) -> tuple[str, ...]:
    """The paths of the repository's workflow files; () where their folder cannot be read."""
    try:
        paths = tree.list(_WORKFLOWS.rstrip("/"))
    except Unreadable:
        return ()
    return tuple(path for path in paths if path.endswith((".yml", ".yaml")))


def select(reading: Reading, settings: Settings) -> Reading:
    """The part of the reading that `package`, `workflow` and `job` ask to judge."""
    publishes = (_selected(publish, settings) for publish in reading.publishes)
    return Reading(
        tuple(publish for publish in publishes if publish is not None),
        tuple(package for package in reading.packages if _wanted(package, settings.package)),
        tuple(problem for problem in reading.problems if _concerns(problem, settings)),
    )


def _selected(publish: Publish, settings: Settings) -> Publish | None:
    if settings.job and publish.job not in settings.job:
        return None
    runs = tuple(
        run
        for run in (_with_packages(run, settings.package) for run in publish.runs)
        if run is not None and _in_workflow(publish.place, run, settings.workflow)
    )
    return replace(publish, runs=runs) if runs else None


def _in_workflow(place: Place, run: Run, wanted: tuple[str, ...]) -> bool:
    names = {place.path.removeprefix(_WORKFLOWS), run.entry_workflow.removeprefix(_WORKFLOWS)}
    return not wanted or not names.isdisjoint(name.removeprefix(_WORKFLOWS) for name in wanted)


def _with_packages(run: Run, wanted: tuple[str, ...]) -> Run | None:
    if not wanted or isinstance(run.packages, Unknown):
        return run
    packages = tuple(package for package in run.packages if _wanted(package, wanted))
    return replace(run, packages=packages) if packages else None


def _wanted(package: Package, wanted: tuple[str, ...]) -> bool:
    folder = package.path.rpartition("/")[0] or "."
    return not wanted or package.name in wanted or folder in {w.rstrip("/") for w in wanted}


def _concerns(problem: ReadingProblem, settings: Settings) -> bool:
    """A workflow that was not asked for may stay unreadable; what it calls is not told apart."""
    path = problem.place.path
    if not settings.workflow or not path.startswith(_WORKFLOWS):
        return True
    return path.removeprefix(_WORKFLOWS) in {
        name.removeprefix(_WORKFLOWS) for name in settings.workflow
    }
