"""Takes the npm token away from a publish that no longer needs it, and from nothing else.

Where the steps that install packages may read it for private ones, it stays, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from checker.facts import GivenToken, Place, Publish, Reading, TokenState
from checker.manifests import workspaces
from checker.remedies import reading_files, yaml_removals
from checker.remedies.model import CannotEdit, Note, Tree
from checker.remedies.sites import Site
from checker.remedies.yaml_text import Path
from checker.workflows.syntax.document import Mapping
from checker.workflows.syntax.model import Step, child, place_of, string

_GITHUBS = "GITHUB_TOKEN"
_NPMS_VARIABLES = frozenset({"NPM_TOKEN", "NPM_AUTH_TOKEN", "NODE_AUTH_TOKEN", "NPM_CONFIG_TOKEN"})
_REAL = (TokenState.SECRET, TokenState.LITERAL)
_SECRET = re.compile(r"\bsecrets\.([A-Za-z_][\w-]*)|\bsecrets\[['\"]([\w-]+)['\"]\]", re.IGNORECASE)
_INSTALLS = re.compile(
    r"\b(?:npm\s+(?:ci|i|install|add|exec)|pnpm\s+(?:i|install|add|dlx|fetch)|bun\s+(?:i|install|add)"
    r"|yarn(?:\s+(?:install|add|dlx|--\S+))?\s*(?:$|[;&|\n])|yarn\s+--\S+|npx|rush\s+install)",
    re.MULTILINE,
)
_SCOPED = re.compile(r"(?<![\w.@-])(@[a-z0-9~-][\w.~-]*/[a-z0-9~-][\w.~-]*)")
_LOCKFILES = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock")


class Removed(Struct, frozen=True):
    """The tree without the useless entries, and what was left on purpose."""

    tree: Tree
    notes: tuple[Note, ...]


class _Given(Struct, frozen=True):
    """What is known of the token: the names of its secrets, the lines that hand it over."""

    secrets: frozenset[str]
    lines: frozenset[tuple[str, int]]


class _Entry(Struct, frozen=True):
    """One `env` or `with` entry that carries the token. steps: those that it reaches."""

    path: Path
    name: str
    secrets: tuple[str, ...]
    place: Place
    reach: tuple[Step, ...]


def remove(tree: Tree, site: Site, publish: Publish) -> Removed:
    """Without the token of `publish`. Raises `Unreadable`."""
    notes: list[Note] = []
    for entry in tuple(_entries(site, _Given(_secrets_of(publish), _lines_of(publish)))):
        why = _still_needed(tree, site, publish, entry)
        if why is None:
            try:
                text = yaml_removals.remove_entry(tree.text(site.file), entry.path)
            except CannotEdit as error:
                why = f"it was left there because {error}; take it out by hand"
            else:
                tree = tree.with_text(site.file, text)
                notes += _unread_by_now(tree, site, entry)
                continue
        notes.append(
            Note(entry.place, f"`{entry.name}` is no longer needed to publish, but {why}.")
        )
    return Removed(tree, tuple(notes))


def kept_by_installs(site: Site, publish: Publish) -> Iterator[Note]:
    """Entries by which other steps of the job install packages with the publish's secret.

    publish: with its token. Whoever revokes that one afterwards breaks those steps.
    """
    ours = _secrets_of(publish)
    for step in site.job.steps:
        env = child(step.fields, "env")
        if env is None or step.fields is site.step.fields or not _installs(step):
            continue
        for key, value in env.entries:
            found = [a or b for a, b in _SECRET.findall(string(value) or "")]
            if any(name.upper() in ours for name in found):
                yield Note(
                    place_of(site.file, env, key.value),
                    f"`{key.value}` still installs packages with secret `{found[0]}`: before you"
                    " revoke its token, store a read-only granular one in the secret, or take the"
                    " entry out if all packages are public.",
                )


def handed_over(reading: Reading) -> frozenset[Place]:
    """Where the files hand a token to a publish."""
    return frozenset(
        run.token.place
        for publish in reading.publishes
        for run in publish.runs
        if isinstance(run.token, GivenToken)
    )


def _unread_by_now(tree: Tree, site: Site, entry: _Entry) -> Iterator[Note]:
    """Secrets that the workflow still asks of its callers, though nothing in it reads them."""
    secrets = child(child(child(site.workflow.fields, "on"), "workflow_call"), "secrets")
    left = {(a or b).upper() for a, b in _SECRET.findall(tree.text(site.file))}
    for key, _ in secrets.entries if secrets is not None else ():
        if key.value.upper() in entry.secrets and key.value.upper() not in left:
            yield Note(
                entry.place,
                f"`{site.file}` still asks its callers for the secret `{key.value}`, which nothing"
                " reads by now: take it out of `on.workflow_call.secrets` and of the callers before"
                " you delete the secret.",
            )


def _secrets_of(publish: Publish) -> frozenset[str]:
    names: set[str] = set()
    for run in publish.runs:
        names.update(name.upper() for name in run.unread_secrets)
        if isinstance(run.token, GivenToken) and run.token.state in _REAL:
            names.update(name.upper() for name in run.token.secret_names)
    return frozenset(names - {_GITHUBS})


def _lines_of(publish: Publish) -> frozenset[tuple[str, int]]:
    """Where the token is handed over; inside a called workflow the secret has another name."""
    places = (
        run.token.place
        for run in publish.runs
        if isinstance(run.token, GivenToken) and run.token.state in _REAL
    )
    return frozenset((place.path, place.line) for place in places)


def _entries(site: Site, given: _Given) -> Iterator[_Entry]:
    """Innermost first, and from below, so that no removal moves what is removed later."""
    job, before = site.job, site.job.steps[: site.index + 1]
    for kind in ("with", "env"):
        yield from _of(site, site.step.fields, (*site.step_path(site.index), kind), given, ())
    for index in reversed(range(site.index)):
        if (job.steps[index].text("uses") or "").lower().startswith("actions/setup-node@"):
            path = (*site.step_path(index), "env")
            yield from _of(site, job.steps[index].fields, path, given, job.steps[index + 1 :])
    yield from _of(site, job.fields, (*site.path, "env"), given, job.steps)
    if len(site.workflow.jobs) == 1 and before:
        yield from _of(site, site.workflow.fields, ("env",), given, job.steps)


def _of(
    site: Site, fields: Mapping, path: Path, given: _Given, reach: tuple[Step, ...]
) -> Iterator[_Entry]:
    node = child(fields, str(path[-1]))
    if node is None:
        return
    for key, value in reversed(node.entries):
        found = [(a or b).upper() for a, b in _SECRET.findall(string(value) or "")]
        here = (site.file, key.line) in given.lines
        # Of the step's own variables the name says enough: npm's token, read or not.
        here = here or (not reach and key.value.upper() in _NPMS_VARIABLES)
        ours = (here and _GITHUBS not in found) or set(found) <= given.secrets
        if found and ours:
            place = place_of(site.file, node, key.value)
            yield _Entry((*path, key.value), key.value, tuple(found), place, reach)


def _still_needed(tree: Tree, site: Site, publish: Publish, entry: _Entry) -> str | None:
    """Why the token must stay where it is; None where nothing reads it."""
    file = reading_files.naming(tree, site.step, publish, entry.name, outside=bool(entry.reach))
    if file is not None:
        return f"{file} may read it; take it out of both by hand"
    if re.search(rf"\b{re.escape(entry.name)}\b", site.step.text("run") or ""):
        return "the script names the variable; take both out by hand"
    if (site.step.text("uses") or "").startswith("./") and entry.path[-2] == "with":
        return "the local action takes it as an input; take it out of both by hand"
    others = [step for step in entry.reach if step.fields is not site.step.fields]
    if any(_names(step, entry.name) for step in others):
        return "another step names it; look at what for"
    unread = any(_is_unread(step) for step in others)
    installs = any(_installs(step) for step in (*others, site.step))
    installs = installs and reading_files.by_installs(tree, entry.name)
    if (unread or installs) and _may_need_private(tree):
        secret = f"secret `{entry.secrets[0]}`"
        return (
            "steps of the job install packages with it, of which some may be private: store a"
            f" read-only granular token in {secret}, or take the entry out if all are public"
        )
    return None


def _names(step: Step, name: str) -> bool:
    texts = [step.text("run") or "", *(value for _, value in step.pairs("with"))]
    return any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts)


def _is_unread(step: Step) -> bool:
    uses = (step.text("uses") or "").lower()
    return bool(uses) and not uses.startswith(("actions/", "pnpm/", "js-devtools/", "changesets/"))


def _installs(step: Step) -> bool:
    return bool(_INSTALLS.search(step.text("run") or ""))


def _may_need_private(tree: Tree) -> bool:
    """Whether any dependency has a scope: on npm, only such a package can be private."""
    manifests = workspaces.all_packages(tree).manifests
    own = {manifest.package.name for manifest in manifests if manifest.package is not None}
    asked = {name for manifest in manifests for name, _ in manifest.dependencies}
    for path in _LOCKFILES:
        content = tree.read(path)
        if content is not None:
            asked.update(_SCOPED.findall(content.decode("utf-8", errors="replace")))
    return any(name.startswith("@") and name not in own for name in asked)
