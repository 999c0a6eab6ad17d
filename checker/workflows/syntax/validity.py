"""What GitHub refuses a whole workflow file for, as far as the file alone shows it for certain.

Only rules that have stood for years. A key that is not known here it refuses too, if it is not a
newer one than the list of keys: then nobody can tell from here what becomes of the file.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from checker.facts import Place
from checker.knowledge import workflow_keys
from checker.workflows.syntax import expressions
from checker.workflows.syntax.document import Mapping, Node, Scalar, Sequence
from checker.workflows.syntax.model import Action, Job, Step, Workflow, child, string, strings

_JOB_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_GRANTS = frozenset({"read", "write", "none"})
_ALL = frozenset({"read-all", "write-all"})

# The contexts that are filled in before a job has a runner, by the key that asks for them.
_RUN = frozenset({"github", "vars", "inputs"})
_BEFORE = _RUN | {"needs"}
_OF_LEG = _BEFORE | {"strategy", "matrix"}
_JOB_KEYS = {
    "if": _BEFORE, "strategy": _BEFORE, "runs-on": _OF_LEG, "with": _OF_LEG,
    "env": _OF_LEG | {"secrets"}, "secrets": _OF_LEG | {"secrets"}, "name": _OF_LEG,
    "environment": _OF_LEG, "container": _OF_LEG, "concurrency": _OF_LEG,
    "continue-on-error": _OF_LEG, "timeout-minutes": _OF_LEG,
}  # fmt: skip
# Of a key that may be a mapping, the one below it that its short form stands for: what stands
# beside that is filled in later, with more contexts.
_SHORT_FOR = {"environment": "name", "container": "image"}
_CONTEXTS = _OF_LEG | {"env", "job", "runner", "secrets", "steps"}
# The functions that are not everywhere, as GitHub writes them.
_STATUS = {"always": "always", "success": "success", "failure": "failure", "cancelled": "cancelled"}
_OF_FILES = {"hashfiles": "hashFiles"}
_PLACED = {**_STATUS, **_OF_FILES}
_STEP_KEYS = ("env", "with", "run", "name", "working-directory", "continue-on-error")


def faults(workflow: Workflow) -> Iterator[tuple[Place, str]]:
    """Each fault of the file: where, and a clause of what GitHub will not take."""
    yield from unknown_keys(workflow)
    yield from _permissions(workflow.path, workflow.fields)
    ids = {job.id for job in workflow.jobs}
    for job in workflow.jobs:
        yield from _job(job, ids)
    if _turns_in_a_circle(workflow.jobs):
        yield (
            Place(workflow.path, workflow.fields.line, workflow.fields.line),
            "`needs` is a circle",
        )
    yield from _expressions(workflow.path, workflow.fields)
    yield from _asked(workflow.path, "env", workflow.fields.get("env"), _RUN | {"secrets"})
    for job in workflow.jobs:
        for key, known in _JOB_KEYS.items():
            value = job.fields.get(key)
            if key in _SHORT_FOR and isinstance(value, Mapping):
                value = value.get(_SHORT_FOR[key])
            called = _STATUS if key == "if" else {}
            yield from _asked(job.path, key, value, known, called)
        for step in job.steps:
            test = step.fields.get("if")
            yield from _asked(step.path, "if", test, _CONTEXTS - {"secrets"}, _PLACED)
            for key in _STEP_KEYS:
                yield from _asked(step.path, key, step.fields.get(key), _CONTEXTS, _OF_FILES)


def unknown_keys(workflow: Workflow) -> Iterator[tuple[Place, str]]:
    """Each key that is not among those that GitHub is known to take where it stands."""
    yield from _unknown(workflow.path, workflow.fields, workflow_keys.WORKFLOW, "a workflow")
    events = workflow.fields.get("on")
    if isinstance(events, Mapping):
        yield from _unknown(workflow.path, events, workflow_keys.EVENTS, "`on`")
    for event in events.items if isinstance(events, Sequence) else (events,):
        if isinstance(event, Scalar) and event.value.lower() not in workflow_keys.EVENTS:
            place = Place(workflow.path, event.line, event.end_line)
            yield place, _not_known(event.value, "event")
    yield from _below(workflow.path, workflow.fields)
    for job in workflow.jobs:
        calls = job.fields.get("uses") is not None
        known = workflow_keys.CALLING_JOB if calls else workflow_keys.JOB
        yield from _unknown(job.path, job.fields, known, "a job")
        yield from _below(job.path, job.fields)
        yield from _of_steps(job.path, job.fields.get("steps"))


def faults_of_action(action: Action) -> Iterator[tuple[Place, str]]:
    """Each fault for which the runner does not load an action.

    A key below `runs` that the runner is not known to take there is one, if it is not newer.
    """
    runs = child(action.fields, "runs")
    if runs is None:
        return
    known = {"composite": workflow_keys.COMPOSITE, "docker": workflow_keys.CONTAINER}.get(
        action.using, workflow_keys.PROGRAM
    )
    yield from _unknown(action.path, runs, known, "`runs`")
    steps = runs.get("steps") if action.using == "composite" else None
    for step in steps.items if isinstance(steps, Sequence) else ():
        if isinstance(step, Mapping):
            kind = "uses" if "uses" in step.by_key else "run"
            where = f"an action's step{f' with `{kind}`' if kind in step.by_key else ''}"
            yield from _unknown(action.path, step, workflow_keys.ACTION_STEPS[kind], where)
            yield from _action_step(action.path, step)


def _action_step(path: str, step: Mapping) -> Iterator[tuple[Place, str]]:
    """Only in an action a step has to say which shell runs it."""
    place = Place(path, step.line, step.line)
    run, uses, shell = (step.get(key) for key in ("run", "uses", "shell"))
    if (run is None) == (uses is None):
        yield place, _both_or_neither(run)
    elif run is not None and (shell is None or (isinstance(shell, Scalar) and shell.is_null)):
        yield place, "a step with `run` in an action needs a `shell`, and this one has none"


def _below(path: str, fields: Mapping) -> Iterator[tuple[Place, str]]:
    for key, known in workflow_keys.BELOW.items():
        inner = fields.get(key)
        if isinstance(inner, Mapping):
            yield from _unknown(path, inner, known, f"`{key}`")


def _of_steps(path: str, steps: Node | None) -> Iterator[tuple[Place, str]]:
    for step in steps.items if isinstance(steps, Sequence) else ():
        if not isinstance(step, Mapping) or _is_plain(step):
            continue
        kind = next((kind for kind in workflow_keys.STEPS if kind in step.by_key), None)
        if kind is not None:
            yield from _unknown(path, step, workflow_keys.STEPS[kind], f"a step with `{kind}`")
            yield from _of_steps(path, step.get("parallel"))


def _is_plain(step: Mapping) -> bool:
    """Whether a step is one of the usual two kinds, as nearly all are."""
    keys = step.by_key.keys()
    return keys <= workflow_keys.STEPS["run"] or keys <= workflow_keys.STEPS["uses"]


def _unknown(
    path: str, fields: Mapping, known: frozenset[str], where: str
) -> Iterator[tuple[Place, str]]:
    if fields.by_key.keys() <= known:
        return
    for key, node in fields.entries:
        if key.value.lower() not in known:
            why = _not_known(key.value, "key", f" of {where}")
            yield Place(path, key.line, max(key.line, node.end_line)), why


def _not_known(word: str, kind: str, where: str = "") -> str:
    return (
        f"`{word[:80]}` is no {kind}{where} that was known on {workflow_keys.READ_ON}, and GitHub"
        f" refuses a file for {'an' if kind == 'event' else 'a'} {kind} that it does not know; only"
        f" if the {kind} is newer does it read the file"
    )


def _job(job: Job, ids: set[str]) -> Iterator[tuple[Place, str]]:
    if not _JOB_ID.fullmatch(job.id):
        yield job.place(), "a job's id is letters, digits, `-` and `_`"
    if job.uses is None and job.fields.get("runs-on") is None:
        yield job.place(), f"the job `{job.id[:80]}` has no `runs-on`"
    for needed in strings(job.fields.get("needs")):
        if needed not in ids and "${{" not in needed:
            yield job.place("needs"), "a job needs one that the file does not have"
    yield from _permissions(job.path, job.fields)
    named: set[str] = set()
    for step in job.steps:
        yield from _step(step)
        name = (step.text("id") or "").lower()
        if name and name in named:
            yield step.place("id"), f"two steps of a job have the id `{name[:80]}`"
        named.add(name)


def _step(step: Step) -> Iterator[tuple[Place, str]]:
    run, uses = step.fields.get("run"), step.fields.get("uses")
    if (run is None) == (uses is None):
        yield Place(step.path, step.fields.line, step.fields.line), _both_or_neither(run)


def _both_or_neither(run: Node | None) -> str:
    both = "both `run` and `uses`" if run is not None else "neither `run` nor `uses`"
    return f"a step has {both}"


def of_call(job: Job, called: Workflow) -> Iterator[tuple[Place, str]]:
    """Why GitHub does not take a job's call of a workflow of the same repository.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_call
    """
    if "workflow_call" not in called.events:
        yield job.place("uses"), "the workflow that it calls has no `on.workflow_call`"
        return
    event = called.event("workflow_call")
    inputs = event.get("inputs") if event else None
    for name, wanted in _entries(inputs).values():
        if isinstance(wanted, Mapping) and not _type_of(wanted):
            yield (
                job.place("uses"),
                f"the called workflow does not say of what type `{name[:80]}` is",
            )
    given, secrets = job.fields.get("with"), job.fields.get("secrets")
    yield from _handed(job, "with", given, inputs)
    if string(secrets) != "inherit":
        yield from _handed(job, "secrets", secrets, event.get("secrets") if event else None)


def _handed(
    job: Job, key: str, given: Node | None, declared: Node | None
) -> Iterator[tuple[Place, str]]:
    """What is handed over that the called workflow does not name, and what it asks for in vain."""
    handed, known = _entries(given), _entries(declared)
    one = "secret" if key == "secrets" else "input"
    for lower, (name, value) in handed.items():
        if lower not in known:
            why = f"it hands over the {one} `{name[:80]}`, which the called workflow does not have"
            yield job.place(key), why
        elif key == "with" and not _may_be(value, _type_of(known[lower][1])):
            kind = _type_of(known[lower][1])
            yield job.place(key), f"the input `{name[:80]}` that it hands over is no {kind}"
    for lower, (name, wanted) in known.items():
        if lower in handed or not isinstance(wanted, Mapping) or wanted.get("default") is not None:
            continue
        if string(wanted.get("required")) == "true":
            why = f"it does not hand over the {one} `{name[:80]}`, which the called workflow wants"
            yield job.place(key if given is not None else "uses"), why


def _type_of(declared: Node) -> str:
    return (string(declared.get("type")) if isinstance(declared, Mapping) else None) or ""


def _may_be(value: Node, kind: str) -> bool:
    """Whether a value is of a type; of an expression only a run knows."""
    if not isinstance(value, Scalar) or "${{" in value.value:
        return True
    if kind == "boolean":
        return value.value.lower() in {"true", "false"}
    return kind != "number" or _NUMBER.fullmatch(value.value.strip()) is not None


_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|0[xo][0-9a-fA-F]+")


def _entries(node: Node | None) -> dict[str, tuple[str, Node]]:
    """The entries of a mapping, found by names of which GitHub ignores the case."""
    entries = node.entries if isinstance(node, Mapping) else ()
    return {key.value.lower(): (key.value, value) for key, value in entries}


def _permissions(path: str, fields: Mapping) -> Iterator[tuple[Place, str]]:
    node = fields.get("permissions")
    place = Place(path, node.line if node else 1, node.line if node else 1)
    if isinstance(node, Mapping):
        if any((string(value) or "none") not in _GRANTS for _, value in node.entries):
            yield place, "a permission is `read`, `write` or `none`"
    elif isinstance(node, Sequence) or (isinstance(node, Scalar) and node.value not in _ALL | {""}):
        yield place, "`permissions` is a mapping, `read-all` or `write-all`"


def _turns_in_a_circle(jobs: tuple[Job, ...]) -> bool:
    left = {job.id: set(strings(job.fields.get("needs"))) for job in jobs}
    while ready := [name for name, needed in left.items() if not needed & left.keys()]:
        for name in ready:
            del left[name]
    return bool(left)


def _expressions(path: str, root: Mapping) -> Iterator[tuple[Place, str]]:
    queue: list[tuple[str, Node]] = [("", root)]
    while queue:
        key, node = queue.pop()
        if isinstance(node, Mapping):
            queue += [(name, value) for name, (_, value) in node.by_key.items()]
        elif isinstance(node, Sequence):
            queue += [("", item) for item in node.items]
        elif ("${{" in node.value or key == "if") and not expressions.is_valid(
            node.value, bare=key == "if"
        ):
            yield Place(path, node.line, node.end_line), "an expression in it is none"
        else:
            called = expressions.functions(node.value, bare=key == "if")
            for name in sorted(called - workflow_keys.FUNCTIONS):
                place = Place(path, node.line, node.end_line)
                yield place, _not_known(name, "function", " of an expression")


def secrets_in(path: str, steps: tuple[Step, ...]) -> Iterator[tuple[Place, str]]:
    """Where a composite action's steps ask for the secrets, which GitHub gives to no action."""
    for step in steps:
        for key in ("if", "env", "with", "run", "working-directory"):
            called = _PLACED if key == "if" else _OF_FILES
            yield from _asked(path, key, step.fields.get(key), _CONTEXTS - {"secrets"}, called)


def _asked(
    path: str,
    key: str,
    node: Node | None,
    known: frozenset[str],
    called: Container[str] = (),
) -> Iterator[tuple[Place, str]]:
    """Contexts that are not `known` where they are asked for, functions that cannot be `called`."""
    if isinstance(node, Mapping):
        for _, value in node.entries:
            yield from _asked(path, "", value, known, called)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _asked(path, "", item, known, called)
    elif node is not None:
        asked = expressions.contexts(node.value, bare=key == "if")
        for name in sorted((asked & _CONTEXTS) - known):
            yield Place(path, node.line, node.end_line), f"`{name}` has no meaning there to GitHub"
        for name in sorted(expressions.functions(node.value, bare=key == "if")):
            if name in _PLACED and name not in called:
                why = f"`{_PLACED[name]}()` has no meaning there to GitHub"
                yield Place(path, node.line, node.end_line), why
