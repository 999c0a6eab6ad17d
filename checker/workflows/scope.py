"""What the names in an expression mean on one path: contexts such as `github`, `env`, `matrix`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from checker.workflows import paths, ways
from checker.workflows.branches import Written, and_then, value_of
from checker.workflows.syntax.document import Mapping as Node
from checker.workflows.syntax.document import Scalar, Sequence, plain_text
from checker.workflows.syntax.expressions import interpolate
from checker.workflows.syntax.model import Workflow, child, string, strings
from checker.workflows.syntax.values import Array, Digits, Object, Value, as_text, equal
from checker.workflows.text import EMPTY, Hidden, Text, hole, join, text
from checker.workflows.ways import Way

# Payload fields that only some events have; elsewhere they are null.
_PAYLOADS = {
    "pull_request": ("pull_request", "pull_request_target", "pull_request_review"),
    "release": ("release",),
    "workflow_run": ("workflow_run",),
    "head_commit": ("push",),
    "commits": ("push",),
    "issue": ("issues", "issue_comment"),
    "comment": ("issue_comment", "pull_request_review_comment", "commit_comment"),
    "inputs": ("workflow_dispatch",),
    "client_payload": ("repository_dispatch",),
    "schedule": ("schedule",),
    "deployment": ("deployment", "deployment_status"),
}


# The files that a step writes for those after it.
_FILES = ("env", "output", "path", "step_summary")


@dataclass
class Scope:
    """The contexts of one job on one path. used: names of the contexts that were asked for.

    steps: what may have been written to each output. outcomes: what may have become of each step,
    with `continue-on-error` and without. way: on which a run comes to what is asked.
    """

    github: Object
    secrets: Object
    inputs: Value
    matrix: Object = field(default_factory=lambda: Object(()))
    env: dict[str, Text] = field(default_factory=dict)
    needs: Value = None
    steps: dict[str, dict[str, tuple[Written, ...]]] = field(default_factory=dict)
    runner_os: str | None = None
    used: set[str] = field(default_factory=set)
    outcomes: dict[str, tuple[tuple[Written, ...], tuple[Written, ...]]] = field(
        default_factory=dict
    )
    way: Way = ()

    def names(self, name: str) -> Value:
        """The value of the context `name`."""
        self.used.add(name)
        if name == "env":
            # A step that cannot be read may have put more into it.
            return Object(tuple(self.env.items()), "env", optional=True)
        if name == "steps":
            return self._steps()
        if name == "runner":
            return self._runner()
        if name == "needs":
            return Hidden("needs") if self.needs is None else self.needs
        known: dict[str, Value] = {
            "github": self.github,
            "secrets": self.secrets,
            "inputs": self.inputs,
            "matrix": self.matrix,
        }
        return known.get(name, Hidden(name))

    def value(self, source: str) -> Value:
        """A text of the workflow with its expressions filled in, as a value."""
        return interpolate(source, self.names)

    def text(self, source: str) -> Text:
        """The same, as a text."""
        return as_text(self.value(source))

    def of_run(self) -> dict[str, Text]:
        """Variables of the run that GitHub gives every step, as far as they are known."""
        names = ("event_name", "ref", "ref_name", "ref_type")
        values = {f"GITHUB_{name.upper()}": as_text(self.github.get(name)) for name in names}
        return {name: value for name, value in values.items() if value.shown}

    def note(self, step: str, outputs: Iterable[tuple[str, Text]], way: Way) -> None:
        """Notes outputs of the step with this id, written by a run on this way."""
        known = self.steps.setdefault(step, {})
        for name, value in outputs:
            earlier = known.get(name, (((), None),))
            known[name] = and_then(earlier, (way, value))

    def note_outcome(self, step: str, way: Way | None, *, tolerated: bool) -> None:
        """Notes that a step is done on this way, None for no way: it is passed over.

        It is presumed to succeed, as all steps are; where its failure is tolerated nobody knows.
        """
        done = text("success")
        outcome = hole(Hidden(f"steps.{step}.outcome")) if tolerated else done
        before = ((), text("skipped"))
        self.outcomes[step] = (
            ((before,), (before,))
            if way is None
            else ((before, (way, outcome)), (before, (way, done)))
        )

    def settle(self, done: frozenset[str]) -> None:
        """Takes outputs that were written at these places as written for certain."""
        for outputs in self.steps.values():
            for name, written in outputs.items():
                outputs[name] = tuple((ways.without(way, done), value) for way, value in written)

    def _steps(self) -> Value:
        entries = []
        for name in dict.fromkeys((*self.outcomes, *self.steps)):
            outputs = self.steps.get(name, {})
            values = ((key, value_of(written, self.way)) for key, written in outputs.items())
            known: list[tuple[str, Value]] = [
                ("outputs", Object(tuple(values), f"steps.{name}.outputs"))
            ]
            if name in self.outcomes:
                outcome, conclusion = self.outcomes[name]
                known.append(("outcome", value_of(outcome, self.way)))
                known.append(("conclusion", value_of(conclusion, self.way)))
            entries.append((name, Object(tuple(known), f"steps.{name}")))
        return Object(tuple(entries), "steps")

    def _runner(self) -> Value:
        os = Hidden("runner.os") if self.runner_os is None else text(self.runner_os)
        return Object((("os", os), ("temp", text(paths.TEMP))), "runner")


def github(workflow: Workflow, event: str, repository: str | None) -> Object:
    """The `github` context of a run of `workflow` on `event`."""
    owner = repository.split("/")[0] if repository else None
    entries: list[tuple[str, Value]] = [
        ("event_name", text(event)),
        ("ref", _ref(workflow, event)),
        ("ref_name", _ref_name(workflow, event)),
        ("ref_type", _ref_type(workflow, event)),
        ("head_ref", Hidden("github.head_ref") if event.startswith("pull_request") else EMPTY),
        ("base_ref", Hidden("github.base_ref") if event.startswith("pull_request") else EMPTY),
        ("repository", text(repository) if repository else Hidden("github.repository")),
        ("repository_owner", text(owner) if owner else Hidden("github.repository_owner")),
        ("workspace", text(paths.WORKSPACE)),
        *((name, text(paths.KNOWN_VARIABLES[f"GITHUB_{name.upper()}"])) for name in _FILES),
        ("token", Hidden("github.token", ("GITHUB_TOKEN",))),
        ("event", _payload(workflow, event)),
    ]
    return Object(tuple(entries), "github")


def is_run_of(context: Object, ref: str) -> bool:
    """Whether a run with this `github` context is known to be one of the branch or tag `ref`."""
    return ref in {as_text(context.get(name)).literal for name in ("ref", "ref_name")}


def _payload(workflow: Workflow, event: str) -> Object:
    entries: list[tuple[str, Value]] = []
    for name, events in _PAYLOADS.items():
        if name == "inputs":
            entries.append((name, dispatch_inputs(workflow) if event in events else None))
        elif event not in events:
            entries.append((name, None))
    what = workflow.event(event)
    kinds = strings(what.get("types")) if what else ()
    if len(kinds) == 1:
        entries.append(("action", text(kinds[0])))
    return Object(tuple(entries), "github.event")


def _filters(workflow: Workflow, name: str) -> tuple[str, ...]:
    push = workflow.event("push")
    return strings(push.get(name)) if push else ()


def _ref(workflow: Workflow, event: str) -> Text:
    kind = _ref_type(workflow, event)
    literal = kind.literal if isinstance(kind, Text) else None
    name = _ref_name(workflow, event)
    if literal:
        return join("refs/tags/" if literal == "tag" else "refs/heads/", name)
    if _is_of_pull_request(workflow, event):
        return join("refs/pull/", name)
    if event == "merge_group":
        return join("refs/heads/", name)
    return hole(Hidden("github.ref"))


def _is_of_pull_request(workflow: Workflow, event: str) -> bool:
    """Whether the ref is the merge of a pull request; of a merged one it is the branch."""
    what = workflow.event(event)
    kinds = strings(what.get("types")) if what else ()
    return event in {"pull_request", "pull_request_review"} and "closed" not in kinds


def _ref_name(workflow: Workflow, event: str) -> Text:
    """`42/merge` of a pull request, and what a merge queue calls its branches."""
    if _is_of_pull_request(workflow, event):
        return join(Digits("github.ref_name"), "/merge")
    if event == "merge_group":
        return join("gh-readonly-queue/", Hidden("github.ref_name"))
    kind = _ref_type(workflow, event)
    if event == "push" and isinstance(kind, Text) and kind.literal == "branch":
        names = _filters(workflow, "branches")
        if len(names) == 1 and not any(sign in names[0] for sign in "*?+!["):
            return text(names[0])
    return hole(Hidden("github.ref_name"))


def _ref_type(workflow: Workflow, event: str) -> Value:
    """A push filtered by tags alone is of a tag, one filtered by branches alone of a branch."""
    if event == "release":
        return text("tag")
    if event == "push":
        push = workflow.event("push")
        tags = push is not None and (push.get("tags") or push.get("tags-ignore"))
        branches = push is not None and (push.get("branches") or push.get("branches-ignore"))
        if tags and not branches:
            return text("tag")
        if branches and not tags:
            return text("branch")
    if event in {"schedule", "workflow_run", "issue_comment", "pull_request_target"}:
        return text("branch")
    return Hidden("github.ref_type")


def dispatch_inputs(workflow: Workflow) -> Object:
    """The inputs of a run started by hand: anyone may change every default."""
    declared = child(workflow.event("workflow_dispatch"), "inputs")
    entries: list[tuple[str, Value]] = []
    for key, node in declared.entries if declared else ():
        options = strings(node.get("options")) if isinstance(node, Node) else ()
        kind = string(node.get("type")) if isinstance(node, Node) else None
        choices = options if kind == "choice" and len(options) <= 32 else ()
        entries.append((key.value, Hidden(f"inputs.{key.value}", choices=choices)))
    return Object(tuple(entries))


def call_inputs(workflow: Workflow, given: Mapping[str, Value]) -> Object:
    """The inputs of a called workflow: what the caller passes, else the default."""
    declared = child(workflow.event("workflow_call"), "inputs")
    entries: dict[str, Value] = dict(given)
    for key, node in declared.entries if declared else ():
        if key.value not in entries:
            entries[key.value] = typed_default(node if isinstance(node, Node) else None)
        elif isinstance(node, Node) and string(node.get("type")) == "boolean":
            entries[key.value] = _as_boolean(entries[key.value])
    return Object(tuple(entries.items()))


def typed_default(node: Node | None) -> Value:
    """The default of a called workflow's input."""
    default = string(node.get("default")) if node else None
    kind = string(node.get("type")) if node else None
    if kind == "boolean":
        return default == "true"
    if kind == "number" and default:
        try:
            return float(default)
        except ValueError:
            return text(default)
    if default is None:
        return EMPTY
    if "${{" in default:
        return Hidden(f"`{default[:60]}`")
    return text(default)


def _as_boolean(value: Value) -> Value:
    literal = value.literal if isinstance(value, Text) else None
    return literal == "true" if literal in {"true", "false"} else value


def secrets(entries: Mapping[str, Value] | None = None) -> Object:
    """The `secrets` context: everything by its own name, or just what a caller passes."""
    if entries is None:
        return _Secrets(())
    token: Value = Hidden("secrets.GITHUB_TOKEN", ("GITHUB_TOKEN",))
    return Object((*entries.items(), ("GITHUB_TOKEN", token)))


class _Secrets(Object, frozen=True):
    """Every secret of the repository, by name."""

    def get(self, key: str) -> Value:
        """A value that only a run has."""
        name = key.upper()
        return Hidden(f"secrets.{name}", (name,))


def legs(strategy: Node | None, scope: Scope) -> tuple[tuple[Object, bool], ...]:
    """The legs of a matrix as GitHub makes them; one leg without keys when there is none.

    The flag says whether the leg is known in full. More than `MAX_LEGS` of them GitHub refuses.
    """
    matrix = strategy.get("matrix") if strategy else None
    if matrix is None:
        return ((Object(()), True),)
    value = node_value(matrix, scope)
    if not isinstance(value, Object):
        return ((Object((), "matrix"), False),)
    return _expand(value)


MAX_LEGS = 256  # GitHub's own limit


def _expand(matrix: Object) -> tuple[tuple[Object, bool], ...]:
    found: list[dict[str, Value]] = [{}]
    axes = [(key, value) for key, value in matrix.entries if key not in {"include", "exclude"}]
    for key, value in axes:
        items: tuple[Value, ...] = (
            value.items if isinstance(value, Array) else (Hidden(f"matrix.{key}"),)
        )
        found = [{**leg, key: item} for leg in found for item in items][: MAX_LEGS + 1]
    if not axes:
        found = []
    exclude = matrix.get("exclude")
    for rule in exclude.items if isinstance(exclude, Array) else ():
        if isinstance(rule, Object):
            found = [leg for leg in found if not _matches(leg, rule)]
    include = matrix.get("include")
    if include is not None and not isinstance(include, Array):
        found.append({"": Hidden("matrix.include")})
    original = [dict(leg) for leg in found]
    for extra in include.items if isinstance(include, Array) else ():
        if not isinstance(extra, Object):
            found.append({"": Hidden("matrix.include")})
            continue
        fits = [
            leg
            for leg, first in zip(found, original, strict=False)
            if all(key not in first or _same(first[key], item) for key, item in extra.entries)
        ]
        for leg in fits:
            leg.update(extra.entries)
        if not fits:
            found.append(dict(extra.entries))
    partial = [leg.pop("", None) is not None for leg in found]
    return tuple(
        (Object(tuple(leg.items()), "matrix" if hidden else None), not hidden)
        for leg, hidden in list(zip(found, partial, strict=True))[: MAX_LEGS + 1]
    )


def _same(left: Value, right: Value) -> bool:
    return left == right or equal(left, right) is True


def _matches(leg: Mapping[str, Value], rule: Object) -> bool:
    return all(key in leg and _same(leg[key], value) for key, value in rule.entries)


def node_value(node: object, scope: Scope) -> Value:
    """A node of the workflow as a value, expressions filled in."""
    if isinstance(node, Scalar):
        return _scalar_value(node, plain_text(node), scope)
    if isinstance(node, Sequence):
        return Array(tuple(node_value(item, scope) for item in node.items))
    if isinstance(node, Node):
        return Object(tuple((key.value, node_value(item, scope)) for key, item in node.entries))
    return None


def _scalar_value(node: object, written: str, scope: Scope) -> Value:
    if not isinstance(node, Scalar) or node.style or "${{" in written:
        return scope.value(written)
    if node.is_null:
        return None
    if written in {"true", "false"}:
        return written == "true"
    try:
        return float(written) if written[:1].isdigit() else text(written)
    except ValueError:
        return text(written)
