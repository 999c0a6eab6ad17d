"""Jobs to the paths on which they run: events, matrix legs, callers; then each path is walked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Command as PublishCommand
from checker.facts import Place, ReadingProblem, Run
from checker.workflows import paths, scope
from checker.workflows.frame import env_places
from checker.workflows.publishing.run import FoundRun
from checker.workflows.publishing.situation import JobPath
from checker.workflows.relevance import Relevance, sees_event
from checker.workflows.repository import Repository
from checker.workflows.scope import Scope
from checker.workflows.state import JobState, NodeChoice
from checker.workflows.syntax import permissions, validity
from checker.workflows.syntax.conditions import bare
from checker.workflows.syntax.document import Mapping as Node
from checker.workflows.syntax.expressions import condition
from checker.workflows.syntax.functions import to_python
from checker.workflows.syntax.model import Job, Workflow, child, pairs, string
from checker.workflows.syntax.permissions import Grant
from checker.workflows.syntax.values import Array, Object, Value, as_text, why
from checker.workflows.walking import heads, machines, needs, remote
from checker.workflows.walking.moments import Stand
from checker.workflows.walking.walk import Found, Walk

MAX_CALLS = 10  # GitHub itself stops at ten levels
MAX_PATHS = 10_000
_STATUS_FUNCTION = re.compile(r"\b(?:always|cancelled|failure)\s*\(", re.IGNORECASE)


class Caller(Struct, frozen=True):
    """How a workflow is started: the entry workflow, the event, and what callers hand in.

    matrix: the values of calling jobs. chain: the called workflows on the way. exceeds: one of them
    asks for more than its caller grants. stands: the calling jobs among those of their workflows.
    """

    entry: str
    event: str
    github: Object
    inputs: Value
    secrets: Object
    grant: Grant | None = None
    matrix: tuple[tuple[str, str], ...] = ()
    chain: tuple[str, ...] = ()
    exceeds: bool = False
    stands: tuple[Stand, ...] = ()


@dataclass
class Jobs:
    """Walks every job of a repository. handed: secrets in npm's variables, by secret name.

    barren: limits reached in jobs that publish nothing as far as they were read, and have no
    credential to do it with.
    """

    repository: Repository
    found: list[Found] = field(default_factory=list)
    handed: dict[str, Place] = field(default_factory=dict)
    barren: list[ReadingProblem] = field(default_factory=list)
    _paths: int = 0
    _failing: list[ReadingProblem] = field(default_factory=list)
    _relevance: Relevance = field(init=False)
    _walked: dict[tuple[str, str], list[Found]] = field(default_factory=dict)
    _needs: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._relevance = Relevance(self.repository)

    def entry(self, workflow: Workflow) -> None:
        """Walks a workflow for each event that starts it by itself."""
        events = [event for event in dict.fromkeys(workflow.events) if event != "workflow_call"]
        start, blind = len(self.found), len(events) > 1 and self._is_blind(workflow)
        for event in events[:1] if blind else events:
            inputs: Value = Object(())
            if event == "workflow_dispatch":
                inputs = scope.dispatch_inputs(workflow)
            caller = Caller(
                workflow.path,
                event,
                scope.github(workflow, event, self.repository.name),
                inputs,
                scope.secrets(),
            )
            self.workflow(workflow, caller)
        if blind:
            first = self.found[start:]
            self.found += [_on(found, event) for event in events[1:] for found in first]
        self.found[start:] = [_on_head(found, workflow) for found in self.found[start:]]
        self._compare_grants(workflow, self.found[start:])

    def _compare_grants(self, entry: Workflow, found: Sequence[Found]) -> None:
        """Notes what called workflows ask for beyond their callers' grants.

        GitHub then starts no job of the run, be the call one that is skipped or publishes nothing.
        """
        publishing: dict[str, set[str]] = {}
        for one in found:
            publishing.setdefault(one.place.path, set()).add(one.job)
        pending: list[tuple[Workflow, Grant | None]] = [(entry, None)] if found else []
        seen = set()
        for workflow, caller in pending:
            for job in workflow.jobs:
                path = _called(job.uses or "")
                callee = self.repository.workflow(path) if path else None
                if callee is None:
                    self._note_missing(job, path)
                    continue
                for place, why_ in validity.of_call(job, callee):
                    self.repository.problem("workflow-unreadable", place, why_)
                grant = permissions.of_job(workflow, job, caller)
                key = (callee.path, tuple(sorted((grant.levels or {"": ""}).items())))
                if key in seen:
                    continue
                seen.add(key)
                pending.append((callee, grant))
                for place, asked in permissions.beyond(
                    callee, grant, publishing.get(callee.path, ())
                ):
                    why_ = f"it asks for `{asked}`, which its caller does not grant"
                    self.repository.problem("workflow-unreadable", place, why_)

    def _is_blind(self, workflow: Workflow) -> bool:
        """Whether every job that may publish runs on every event, and is the same on each."""
        return not any(sees_event(job) for job in workflow.jobs) and all(
            job.uses is None and self._relevance.is_blind(workflow, job)
            for job in workflow.jobs
            if job.uses is not None or self._relevance.of(workflow, job, "")
        )

    def workflow(self, workflow: Workflow, caller: Caller) -> None:
        """Walks the jobs of a workflow on one way of starting it."""
        skipped: set[str] = set()
        failing: dict[str, list[ReadingProblem]] = {}
        for job in needs.in_order(workflow.jobs):
            known = len(self._failing)
            base = self._scope(caller)
            base.env = {key: base.text(v) for key, v in pairs(workflow.fields.get("env"))}
            if self._is_skipped(workflow, job, caller, skipped):
                skipped.add(job.id)
                continue
            if job.uses is None and not self._relevant(workflow, job, caller):
                continue
            key = (workflow.path, job.id)
            blind = (
                not caller.chain and job.uses is None and self._relevance.is_blind(workflow, job)
            )
            if blind and key in self._walked:
                self.found += [_on(found, caller.event) for found in self._walked[key]]
                continue
            start = len(self.found)
            alike: tuple[int, tuple[tuple[str, str], ...]] | None = None
            for leg, names in self._legs(job, base):
                self._paths += 1
                if self._paths > MAX_PATHS:
                    why_ = f"more than {MAX_PATHS} paths through the workflows"
                    self.repository.limit(job.place(), why_)
                    return
                if alike is not None:
                    at, first = alike
                    span = (len(caller.matrix), len(caller.matrix) + len(first))
                    self.found += [_on_leg(found, span, names) for found in self.found[start:at]]
                    continue
                reads_matrix = self._leg(workflow, job, caller, leg, names)
                if not reads_matrix:
                    alike = (len(self.found), names)
            failing[job.id] = self._failing[known:]
            test = string(job.fields.get("if")) or ""
            if len(self.found) > start and not _STATUS_FUNCTION.search(test):
                for needed in self._needed(workflow, job):
                    self.repository.note(failing.get(needed, ()))
            if blind:
                self._walked[key] = self.found[start:]

    def _relevant(self, workflow: Workflow, job: Job, caller: Caller) -> bool:
        given = ""
        if caller.chain and isinstance(caller.inputs, Object):
            given = "\n".join(as_text(value).shown for _, value in caller.inputs.entries)
        return self._relevance.of(workflow, job, given)

    def note_remote(self, job: Job, caller: Caller, run: Run) -> None:
        """Notes that a workflow of another repository may publish."""
        found = FoundRun("unknown", PublishCommand.PUBLISH, False, remote.REGISTRY, run)
        via = ("reusable",) * (1 + len(caller.chain))
        self.found.append(Found(job.place("uses"), job.line, job.id, via, found))

    def _scope(self, caller: Caller) -> Scope:
        return Scope(caller.github, caller.secrets, caller.inputs)

    def _holds(self, job: Job, caller: Caller) -> bool | None:
        """Whether the `if` of a job holds, which is asked before it has legs and variables."""
        asked = self._scope(caller)
        asked.matrix = Object((), "matrix")
        test = string(job.fields.get("if"))
        return condition(test, asked.names) if test else True

    def _is_skipped(self, workflow: Workflow, job: Job, caller: Caller, skipped: set[str]) -> bool:
        test = string(job.fields.get("if"))
        if self._holds(job, caller) is False:
            return True
        if not skipped.intersection(self._needed(workflow, job)):
            return False
        # Only a status function lets a job run after one that was skipped, be another that did run
        # between the two: https://github.com/actions/runner/issues/491
        return not _STATUS_FUNCTION.search(test or "")

    def _needed(self, workflow: Workflow, job: Job) -> frozenset[str]:
        """All the jobs that are done before this one."""
        if workflow.path not in self._needs:
            self._needs[workflow.path] = needs.all_of(workflow)
        return self._needs[workflow.path].get(job.id, frozenset())

    def _legs(self, job: Job, base: Scope) -> Iterator[tuple[Object, tuple[tuple[str, str], ...]]]:
        strategy = child(job.fields, "strategy")
        legs = scope.legs(strategy, base)
        if len(legs) > scope.MAX_LEGS:
            why_ = f"the matrix has more than {scope.MAX_LEGS} legs, which GitHub runs none of"
            self.repository.limit(job.place("strategy"), why_)
            legs = legs[:1]
        for leg, known in legs:
            names = tuple((key, _shown(value)) for key, value in leg.entries) if known else ()
            yield leg, names

    def _leg(
        self,
        workflow: Workflow,
        job: Job,
        caller: Caller,
        leg: Object,
        names: tuple[tuple[str, str], ...],
    ) -> bool:
        """Walks one leg; whether anything on the way asked for the matrix.

        Where nothing did, the other legs are the same but for their names.
        """
        here = self._scope(caller)
        here.matrix = leg
        env = {key: here.text(value) for key, value in pairs(workflow.fields.get("env"))}
        here.env = env
        before = self._needed(workflow, job)
        test = string(job.fields.get("if")) or ""
        open_ = bare(test) if self._holds(job, caller) is None else ""
        stands = (*caller.stands, Stand(job.id, before, open_))
        env = {**env, **{k: here.text(v) for k, v in pairs(job.fields.get("env"))}}
        here.env = dict(env)
        grant = permissions.of_job(workflow, job, caller.grant)
        matrix = (*caller.matrix, *names)
        if job.uses is not None:
            self._call(job, replace(caller, stands=stands), here, grant, matrix)
            return "matrix" in here.used
        labels, hosted = machines.runner(job, here)
        here.runner_os = machines.os(labels)
        path = JobPath(
            caller.entry,
            caller.event,
            matrix,
            grant.id_token,
            grant.place,
            machines.environment(job, here),
            labels,
            hosted,
            grant.exceeds or caller.exceeds,
        )
        walk = Walk(
            self.repository,
            path,
            here,
            _state(machines.node(job, here), in_container=job.fields.get("container") is not None),
            {**machines.of_container(job, here), **env},
            _env_places(workflow, job),
            ("reusable",) if caller.chain else (),
            self.found,
            self.handed,
            stands=stands,
        )
        _defaults(walk, workflow.fields)
        _defaults(walk, job.fields)
        if here.runner_os == "Windows" and not walk.default_shell:
            walk.default_shell = "pwsh"
        start = len(self.found)
        with self.repository.apart() as problems:
            walk.steps(job.id, job.steps)
        limits = [p for p in problems if p.rule == "reading-limit-reached"]
        if limits and len(self.found) == start and self._is_barren(workflow, job, caller, path):
            self.barren += limits
            problems = [p for p in problems if p not in limits]
        self.repository.note(problems)
        self._failing += walk.failing
        return "matrix" in here.used

    def _is_barren(self, workflow: Workflow, job: Job, caller: Caller, path: JobPath) -> bool:
        """Whether a job has nothing that npm would take: no id-token, no secret, no own runner."""
        return (
            path.id_token is False
            and path.hosted is True
            and not caller.chain
            and self._relevance.is_given_nothing(workflow, job)
        )

    def _call(
        self,
        job: Job,
        caller: Caller,
        here: Scope,
        grant: Grant,
        matrix: tuple[tuple[str, str], ...],
    ) -> None:
        uses = job.uses or ""
        given: dict[str, Value] = {k: here.value(v) for k, v in pairs(job.fields.get("with"))}
        handed = _secrets(job, here)
        path, own = _called(uses), self.repository.own(uses)
        if own is not None and self.repository.read(own[0]) is not None:
            path = own[0]
        if path is None:
            remote.call(self, job, caller, uses, given, handed, grant, matrix, here)
            return
        start = len(self.found)
        callee = self.repository.workflow(path)
        if callee is None or path in caller.chain or len(caller.chain) >= MAX_CALLS:
            self._note_missing(job, path)
            if callee is not None:
                self.repository.limit(job.place("uses"), "workflows call each other too deeply")
            return
        called = replace(
            caller,
            inputs=scope.call_inputs(callee, given),
            secrets=caller.secrets if handed is None else scope.secrets(handed),
            grant=Grant(
                grant.id_token,
                grant.place if not grant.id_token else job.place(),
                levels=grant.levels,
            ),
            matrix=matrix,
            chain=(*caller.chain, path),
            exceeds=caller.exceeds or grant.exceeds,
        )
        self.workflow(callee, called)
        differs = own is not None and not scope.is_run_of(caller.github, own[1])
        if differs and remote.may_reach_npm(self.found[start:]):
            # What its ref has there may be another file.
            del self.found[start:]
            given_secrets = remote.handed_to(handed)
            run = remote.run_of(job, caller, uses, given_secrets, grant, matrix)
            self.note_remote(job, caller, run)

    def _note_missing(self, job: Job, path: str | None) -> None:
        """Notes a call of a workflow of this repository, the file `path`, that it does not have."""
        if path is not None and self.repository.read(path) is None:
            why_ = f"`{job.uses}` is not in the repository"
            self.repository.problem("workflow-unreadable", job.place("uses"), why_)


def _called(uses: str) -> str | None:
    """The path of a called workflow, "" for one outside; None where it is no local one."""
    if not uses.startswith(("./", "$/")):
        return None
    return paths.resolve("", uses.replace("$/", "./", 1)) or ""


def _state(node: NodeChoice, *, in_container: bool) -> JobState:
    """What a job starts with. In a container git may not be there, or trust the checkout."""
    return JobState(node, head_moved=in_container, uncommitted=None if in_container else ())


def _on(found: Found, event: str) -> Found:
    """The same publish on another event."""
    return replace(found, found=replace(found.found, run=replace(found.found.run, event=event)))


def _on_head(found: Found, workflow: Workflow) -> Found:
    """The same publish, with what the event of its run checks out."""
    run = found.found.run
    if run.options.publish_branches is None:
        return found
    chosen = heads.of(workflow, run.event)
    if found.moment is not None:
        tests = [stand.test for stand in found.moment.stands]
        asked = heads.of_tests(tests, found.moment.way)
        chosen = chosen if asked is None else asked
    own = replace(run, heads=chosen)
    return replace(found, found=replace(found.found, run=own))


def _on_leg(found: Found, span: tuple[int, int], names: tuple[tuple[str, str], ...]) -> Found:
    """The same publish on another leg. span: where the leg's values stand among the callers'."""
    run = found.found.run
    matrix = (*run.matrix[: span[0]], *names, *run.matrix[span[1] :])
    return replace(found, found=replace(found.found, run=replace(run, matrix=matrix)))


def _shown(value: Value) -> str:
    known = as_text(value).literal
    if isinstance(value, Array | Object):
        try:
            return json.dumps(to_python(value))
        except ValueError:
            return "…"
    return known if known is not None else f"${{{{ {why(value)} }}}}"


def _secrets(job: Job, here: Scope) -> Mapping[str, Value] | None:
    """What the caller hands on; None for `inherit`."""
    node = job.fields.get("secrets")
    if string(node) == "inherit":
        return None
    return {key.upper(): here.value(value) for key, value in pairs(node)}


def _env_places(workflow: Workflow, job: Job) -> dict[str, Place]:
    """The lines of each variable that a job starts with."""
    container = child(job.fields, "container")
    return {
        **(env_places(container, job.path) if container is not None else {}),
        **env_places(workflow.fields, workflow.path),
        **env_places(job.fields, job.path),
    }


def _defaults(walk: Walk, fields: Node) -> None:
    run = child(child(fields, "defaults"), "run")
    if run is None:
        return
    shell, folder = string(run.get("shell")), string(run.get("working-directory"))
    if shell:
        walk.default_shell = shell
    if folder:
        walk.default_folder = walk.scope.text(folder)
