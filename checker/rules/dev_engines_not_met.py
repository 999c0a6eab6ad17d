"""The job's npm or Node is not the one that `devEngines` of npm's project asks for.

## What it checks
That npm, Node and the system of the job are what `devEngines` of the package.json asks for in whose
folder `npm publish` runs; in a workspace that is the root's. An entry with `onFail: warn` or
`ignore` asks for nothing.

## Why npm refuses
The registry is never asked. Since 10.9.0 npm checks `devEngines` before each of its commands, and
stops with `EBADDEVENGINES`; one that it cannot read stops it too.

## How to fix
Give the job the npm and the Node that are asked for, publish with the package manager that is asked
for, or set `"onFail": "warn"` in the entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker import guidance as say
from checker.cases.world import World
from checker.facts import Demand, DevEngines, Run, Runtime, Unknown
from checker.knowledge.ranges import is_range, satisfies
from checker.knowledge.versions import at_least
from checker.problems import Effect, Problem, Rule, Words
from checker.report import Evidence

# Seen by running 10.8.3, 10.9.0, 10.9.9, 11.0.0, 11.5.1, 11.10.0, 11.19.1 and 11.21.2.
CHECKED_SINCE = "10.9.0"
_SYSTEMS = (("ubuntu", "linux"), ("windows", "win32"), ("macos", "darwin"))


def find(world: World) -> Iterator[Problem]:
    run = world.case.run
    asked = run.dev_engines
    if asked is None:
        return
    runtimes = run.runtimes if isinstance(run.runtimes, tuple) else (Runtime(None, None),)
    met = {_met(asked, run, runtime) for runtime in runtimes}
    if met == {True}:
        return
    if met != {False}:
        why = f"whether the job meets `devEngines` of `{asked.path}` turns on its npm or Node"
        met = {world.decide(Unknown("npm", why), "dev-engines", (True, False))}
    if met == {False}:
        yield Problem("dev-engines-not-met", Effect.REFUSES, Evidence.OBSERVED)


def _met(asked: DevEngines, run: Run, runtime: Runtime) -> bool | None:
    """Whether npm goes on in this runtime; None where that is not known."""
    if runtime.npm is not None and not at_least(runtime.npm, CHECKED_SINCE):
        return True
    answers = {False} if asked.defect else {_fits(each, run, runtime) for each in _counting(run)}
    brings_its_npm = runtime.npm is None and isinstance(run.runtimes, tuple)
    if answers <= ({True, None} if brings_its_npm else {True}):
        return True
    if False not in answers or runtime.npm is None:
        return None
    return False


def _counting(run: Run) -> tuple[Demand, ...]:
    if run.dev_engines is None or run.options.force:
        return ()
    return run.dev_engines.demands


def _fits(demand: Demand, run: Run, runtime: Runtime) -> bool | None:
    name, version = _current(demand.engine, run, runtime)
    answers = {_is(wanted, name, version) for wanted in demand.choices}
    if True in answers:
        return True
    return None if None in answers else False


def _current(engine: str, run: Run, runtime: Runtime) -> tuple[str | None, str | None]:
    """What npm takes itself, Node or the system for: name and version, None where not known."""
    if engine == "packageManager":
        return "npm", runtime.npm
    if engine == "runtime":
        return "node", runtime.node
    labels = " ".join(run.runs_on) if isinstance(run.runs_on, tuple) else ""
    systems = [name for word, name in _SYSTEMS if labels.startswith(word)]
    return (systems[0] if engine == "os" and systems else None), None


def _is(wanted: tuple[str, str | None], name: str | None, version: str | None) -> bool | None:
    asked_name, asked_version = wanted
    if name is None:
        return None
    if asked_name != name:
        return False
    if asked_version is None:
        return True
    if version is None:
        return None
    if is_range(asked_version):
        return satisfies(version, asked_version)
    return asked_version == version


def words(world: World, problem: Problem) -> Words:
    case, run = world.case, world.case.run
    asked = run.dev_engines or DevEngines("package.json", 1, ())
    where = f"`{asked.path}` (line {asked.line})"
    start = f"{say.job(case)} publishes {say.package_name(case)} with npm, and"
    if asked.defect is not None:
        return Words(
            f"{start} in {where} {asked.defect}: npm stops every command there before it asks the"
            " registry.",
            f"Write `devEngines` in `{asked.path}` as npm's documentation has it, or take it out.",
            case.publish.place,
        )
    unmet = next(_unmet(asked, run), None)
    if unmet is None:
        return Words(
            f"{start} whether the job has what `devEngines` in {where} asks for is not known; where"
            " it has not, npm stops with `EBADDEVENGINES` before it asks the registry.",
            f'Set `"onFail": "warn"` in the entries of `devEngines` in `{asked.path}`.',
            case.publish.place,
        )
    demand, runtime = unmet
    return Words(
        f"{start} `devEngines.{demand.engine}` in {where} asks for {_wanted(demand)}, while the job"
        f" has {_had(demand, run, runtime)}: npm stops with `EBADDEVENGINES` before it asks the"
        " registry.",
        _fix(demand, asked.path),
        case.publish.place,
    )


def _unmet(asked: DevEngines, run: Run) -> Iterator[tuple[Demand, Runtime]]:
    for runtime in run.runtimes if isinstance(run.runtimes, tuple) else ():
        for demand in asked.demands:
            if _fits(demand, run, runtime) is False:
                yield demand, runtime


def _wanted(demand: Demand) -> str:
    each = (f"`{name}{f' {version}' if version else ''}`" for name, version in demand.choices)
    return " or ".join(each)


def _had(demand: Demand, run: Run, runtime: Runtime) -> str:
    name, version = _current(demand.engine, run, runtime)
    return f"`{name}{f' {version}' if version else ''}`"


def _fix(demand: Demand, path: str) -> str:
    name, version = demand.choices[-1]
    warn = f'set `"onFail": "warn"` in `devEngines.{demand.engine}` of `{path}`'
    if demand.engine == "packageManager" and name == "npm" and version is not None:
        return f"Run `npm install -g 'npm@{version}'` in a step before the publish, or {warn}."
    if demand.engine == "packageManager" and name in _MANAGERS:
        return f"Publish with `{_MANAGERS[name]}`, or {warn}."
    if demand.engine == "runtime" and name == "node" and version is not None:
        return f"Set `node-version: '{version}'` in the setup-node step, or {warn}."
    return f"{warn[0].upper()}{warn[1:]}."


_MANAGERS = {"pnpm": "pnpm publish", "yarn": "yarn npm publish", "bun": "bun publish"}


RULE = Rule(
    id="dev-engines-not-met",
    page=__doc__,
    words=words,
    find=find,
    sources=("https://docs.npmjs.com/cli/v11/configuring-npm/package-json#devengines",),
)
