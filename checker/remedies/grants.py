"""What a job's token may do today, and what it must still be able to do afterwards.

A `permissions` block takes away everything that it does not name. Where a job has none, what it
needs is told from what it runs; where that does not show, nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.facts import Publish, Registry
from checker.remedies import reading_files
from checker.remedies.model import CannotEdit, Tree
from checker.remedies.sites import JobSite, workflow
from checker.workflows import paths
from checker.workflows.syntax.document import Broken, Mapping, Node, Scalar
from checker.workflows.syntax.model import Job, Step, Workflow, child, read_action, string

Grants = dict[str, str]

READ: Grants = {"contents": "read"}
_RELEASE: Grants = {"contents": "write"}
_RELEASE_AND_TALK: Grants = {
    "contents": "write",
    "issues": "write",
    "pull-requests": "write",
}
_RELEASE_BY_PULL_REQUEST: Grants = {"contents": "write", "pull-requests": "write"}

# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
_SCOPES = (
    "actions",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "issues",
    "packages",
    "pages",
    "pull-requests",
    "security-events",
    "statuses",
)
READ_ALL: Grants = dict.fromkeys(_SCOPES, "read")
_LEVELS = {"read": 1, "write": 2}
_ALL = frozenset({"read-all", "write-all"})

# What the tools ask of GitHub's token, each from its own documentation.
_OF_TOOLS: dict[str, Grants] = {
    "semantic-release": _RELEASE_AND_TALK,
    "auto": _RELEASE_AND_TALK,
    "changesets": _RELEASE_BY_PULL_REQUEST,
    "lerna": _RELEASE,
    "release-it": _RELEASE,
    "np": _RELEASE,
    "nx": _RELEASE,
}
_OF_ACTIONS: dict[str, Grants] = {
    "changesets/action": _RELEASE_BY_PULL_REQUEST,
    "googleapis/release-please-action": _RELEASE_AND_TALK,
    "google-github-actions/release-please-action": _RELEASE_AND_TALK,
    "cycjimmy/semantic-release-action": _RELEASE_AND_TALK,
    "codfish/semantic-release-action": _RELEASE_AND_TALK,
    "softprops/action-gh-release": _RELEASE,
    "ncipollo/release-action": _RELEASE,
    "actions/create-release": _RELEASE,
    "actions/checkout": READ,
    "actions/setup-node": READ,
    "actions/cache": READ,
    "actions/cache/restore": READ,
    "actions/cache/save": READ,
    "actions/upload-artifact": READ,
    "actions/download-artifact": READ,
    "pnpm/action-setup": READ,
    "oven-sh/setup-bun": READ,
    "volta-cli/action": READ,
    "js-devtools/npm-publish": READ,
    "npm-publish-preflight/npm-publish-preflight": READ,
    "npm-publish-preflight/npm-publish-preflight/native": READ,
}

_PUSHES = re.compile(r"\bgit\b[^\n]*\bpush\b|\bgh\s+release\b")
_SPEAKS_TO_GITHUB = re.compile(
    r"GITHUB_TOKEN|GH_TOKEN|github\.token|(^|[\s;&|(])gh\s+\w|api\.github\.com", re.MULTILINE
)
# With GitHub's own token in npm's variable, packages come from GitHub's registry.
_READS_PACKAGES = re.compile(r"NODE_AUTH_TOKEN|NPM_(?:AUTH_)?TOKEN|NPM_CONFIG__AUTH\w*")
MAX_DEPTH = 5


def written(node: Node | None) -> Grants | None:
    """What a `permissions` grants, `none` left out; None without one. Raises `CannotEdit`."""
    if node is None:
        return None
    if isinstance(node, Scalar) and node.value == "read-all":
        return dict(READ_ALL)
    if isinstance(node, Mapping):
        grants = {key.value: string(value) or "" for key, value in node.entries}
        if set(grants.values()) <= {"read", "write", "none"}:
            return {scope: level for scope, level in grants.items() if level != "none"}
    raise CannotEdit("its `permissions` are not written as plain words")


def needed(tree: Tree, site: JobSite, publishes: tuple[Publish, ...]) -> Grants:
    """What a job without `permissions` of its own must be given beside the id-token.

    publishes: all of the repository. Raises `CannotEdit` where that does not show.
    """
    outer = written(site.workflow.fields.get("permissions"))
    if outer is not None:
        return outer
    return _joined(_of_job(tree, site.workflow, site.job, _Walk(publishes), 0))


def asked(tree: Tree, job: Job) -> Grants:
    """What the caller of a workflow must grant beside the id-token, for GitHub to start the run.

    Nothing where the job calls none of this repository. Raises `CannotEdit`, `Unreadable`.
    """
    return _joined(_asked_by(tree, job, _Walk(), 0), {})


class _Walk:
    """A walk over called workflows. publishes: all of the repository.

    Several jobs may call the same file, on more ways than there are files: it asks for the same
    on each, and is looked into once at every depth.
    """

    def __init__(self, publishes: tuple[Publish, ...] = ()) -> None:
        self.publishes = publishes
        self._seen: set[tuple[str, int]] = set()

    def is_new(self, path: str, depth: int) -> bool:
        """Whether the file was not looked into before; it is from now on."""
        known = (path, depth) in self._seen
        self._seen.add((path, depth))
        return not known


def _asked_by(tree: Tree, job: Job, walk: _Walk, depth: int) -> Iterator[Grants]:
    uses = job.uses or ""
    path = paths.resolve("", uses) if uses.startswith("./") else None
    if path is None or depth >= MAX_DEPTH or not walk.is_new(path, depth):
        return
    called = workflow(tree, path)
    whole = called.fields.get("permissions")
    for node in (whole, *(inner.fields.get("permissions") for inner in called.jobs)):
        if isinstance(node, Scalar) and node.value in _ALL:
            raise CannotEdit(
                f"`{path}`, which it calls, asks for `{node.value}`, and no list covers that",
                f"In `{path}` put what its jobs need in the place of `permissions: {node.value}`,"
                " by name, and run this again.",
            )
        yield written(node) or {}
    for inner in called.jobs:
        if whole is None and inner.fields.get("permissions") is None:
            yield from _asked_by(tree, inner, walk, depth + 1)


def more(wanted: Grants, given: Grants) -> Grants:
    """What of `wanted` goes beyond `given`."""
    return {
        scope: level
        for scope, level in wanted.items()
        if _LEVELS[level] > _LEVELS.get(given.get(scope, ""), 0)
    }


def _joined(parts: Iterator[Grants], start: Grants = READ) -> Grants:
    total = dict(start)
    for part in parts:
        total |= {scope: level for scope, level in more(part, total).items() if scope != "id-token"}
    return total


def _of_job(tree: Tree, found: Workflow, job: Job, walk: _Walk, depth: int) -> Iterator[Grants]:
    if job.uses is not None:
        yield from _of_called(tree, job.uses, walk, depth)
        return
    mine = [p for p in walk.publishes if p.place.path == found.path and p.job == job.id]
    for publish in mine:
        yield _OF_TOOLS.get(publish.tool, READ)
        if publish.registry is Registry.GITHUB_PACKAGES:
            yield {"packages": "write"}
    words = _Words(found, job, bool(mine) and any(p.tool in _OF_TOOLS for p in mine))
    for step in job.steps:
        yield from words.of_step(tree, step, depth)


def _of_called(tree: Tree, uses: str, walk: _Walk, depth: int) -> Iterator[Grants]:
    """What a called workflow asks for, or needs: it never has more than its caller."""
    path = paths.resolve("", uses) if uses.startswith("./") else None
    if path is None or depth >= MAX_DEPTH:
        raise CannotEdit(f"what the called workflow `{uses[:80]}` needs cannot be read")
    if not walk.is_new(path, depth):
        return
    called = workflow(tree, path)
    for job in called.jobs:
        own = written(job.fields.get("permissions"))
        own = written(called.fields.get("permissions")) if own is None else own
        if own is None:
            yield from _of_job(tree, called, job, walk, depth + 1)
        else:
            yield own


class _Words:
    """What the text of a job's steps says of GitHub's token.

    covered: a tool that is known to use the token publishes here, and what it needs is counted.
    """

    def __init__(self, found: Workflow, job: Job, covered: bool) -> None:
        self._covered = covered or any(_writer(step) for step in job.steps)
        for fields in (found.fields, job.fields):
            self._check(_env_text(fields))
        for key in ("container", "services"):
            self._check("\n".join(_strings(job.fields.get(key))))

    def of_step(self, tree: Tree, step: Step, depth: int) -> Iterator[Grants]:
        """What one step needs."""
        for name, value in step.pairs("env"):
            if _READS_PACKAGES.fullmatch(name) and _SPEAKS_TO_GITHUB.search(value):
                yield {"packages": "read"}
            else:
                self._check(f"{name}={value}")
        yield from self.of_text(step.text("run") or "")
        for text in reading_files.run_by(tree, step).values():
            yield from self.of_text(text)
        uses = step.text("uses")
        if uses is None:
            return
        name = uses.partition("@")[0].lower()
        if uses.startswith("./"):
            yield from self._of_local(tree, uses, depth)
        elif name in _OF_ACTIONS:
            yield _OF_ACTIONS[name]
        else:
            raise CannotEdit(f"whether `{uses[:80]}` writes with the job's token is not known")

    def of_text(self, text: str) -> Iterator[Grants]:
        """What a script needs."""
        if _PUSHES.search(text):
            yield _RELEASE
        else:
            self._check(text)

    def _check(self, text: str) -> None:
        if not self._covered and _SPEAKS_TO_GITHUB.search(text):
            raise CannotEdit("the job speaks to GitHub, and what for does not show")

    def _of_local(self, tree: Tree, uses: str, depth: int) -> Iterator[Grants]:
        folder = paths.resolve("", uses)
        found = (tree.read(f"{folder}/{name}") for name in ("action.yml", "action.yaml"))
        content = next((data for data in found if data is not None), None)
        if content is None or depth >= MAX_DEPTH:
            raise CannotEdit(f"what `{uses[:80]}` does cannot be read")
        try:
            action = read_action(content, f"{folder}/action.yml")
        except Broken:
            raise CannotEdit(f"what `{uses[:80]}` does cannot be read") from None
        if action.using != "composite":
            raise CannotEdit(f"whether `{uses[:80]}` writes with the job's token is not known")
        for step in action.steps:
            yield from self.of_step(tree, step, depth + 1)


def _writer(step: Step) -> bool:
    """Whether a step is an action whose needs are counted in full."""
    name = (step.text("uses") or "").partition("@")[0].lower()
    return _OF_ACTIONS.get(name, READ) is not READ


def _strings(node: Node | None) -> Iterator[str]:
    """Every text in a node."""
    if isinstance(node, Scalar):
        yield node.value
    elif isinstance(node, Mapping):
        for _, value in node.entries:
            yield from _strings(value)
    elif node is not None:
        for item in node.items:
            yield from _strings(item)


def _env_text(fields: Mapping) -> str:
    env = child(fields, "env")
    if env is None:
        return ""
    return "\n".join(f"{key.value}={string(value) or ''}" for key, value in env.entries)
