"""Remote actions and workflows, whose code cannot be read: an entry only under a narrow condition.

An entry stands where an npm write credential or an id-token reaches the code and its name or
inputs speak of publishing to npm. Installs, builds and known publishers elsewhere never do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from checker.facts import (
    Command,
    GivenToken,
    Place,
    ReadingProblem,
    Registry,
    Run,
    TokenState,
    Unknown,
)
from checker.workflows import credentials, paths
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.scope import Scope
from checker.workflows.syntax.model import Job, string
from checker.workflows.syntax.permissions import Grant
from checker.workflows.syntax.values import Value, as_text, secrets_of
from checker.workflows.text import Text
from checker.workflows.walking import node_choice

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.jobs import Caller, Jobs
    from checker.workflows.walking.walk import Found, Walk

# They ask, and publish nothing, though their name and the id-token they want speak of publishing.
_THESE_ACTIONS = frozenset(
    {
        "npm-publish-preflight/npm-publish-preflight",
        "npm-publish-preflight/npm-publish-preflight/native",
    }
)
_PUBLISH = re.compile(r"publish|release|deploy", re.IGNORECASE)
_NPM = re.compile(r"(^|[^a-z])(npm|npmjs|nodejs?|pnpm|yarn|js|package)([^a-z]|$)", re.IGNORECASE)
_NAMES_NPM = re.compile(r"(^|[^a-z])npm(js)?([^a-z]|$)", re.IGNORECASE)
_HARMLESS = re.compile(
    r"setup|install|cache|lint|audit|test|build|bootstrap|prepare|checkout|artifact|login|compress"
    r"|codecov|docker|pages|vsce|openvsx|chromatic|release-drafter|release-please|gh-release"
    r"|action-gh|create-release|upload|changelog|semantic-pull|pypi|crates|maven|gradle|nuget|deno"
    r"|jsr|wrangler|vercel|netlify|cloudflare|firebase|expo|sentry|attest|slsa|scorecard|codeql",
    re.IGNORECASE,
)
# Only what is known to put a Node of its own choice on PATH, or says so by its name.
_INSTALLS_NODE = re.compile(
    r"(^|[^a-z0-9])(setup-?(node|nodejs|js|javascript|volta|fnm|nvm|mise|asdf|proto|vp|vite-?plus)"
    r"|(node|nodejs|volta|fnm|nvm|mise|asdf|proto)-?(setup|install|action|js-action)"
    r"|install-?(node|nodejs|volta|fnm|nvm|mise|asdf)|devbox-install|proto-toolchain"
    r"|setup-toolchain|mise-action|asdf-vm|volta-cli)([^a-z0-9]|$)",
    re.IGNORECASE,
)
# Names that say nothing: such an action is where Node comes from if nothing else in the job is.
_SETS_UP = re.compile(
    r"(^|[^a-z0-9])((setup|bootstrap|prepare)-?(project|repo|repository|monorepo|workspace|env"
    r"|environment|tools?|ci|deps|dependencies)?|devbox|nix)([^a-z0-9]|$)",
    re.IGNORECASE,
)
# A description may mention npm in passing: only an action that itself publishes says it like this.
_SAYS_SO = re.compile(r"\bpublish(es|ing)?\b.{0,60}\bnpm|\bnpm.publish", re.IGNORECASE)

# The files of which the runner wants one, in this order.
_OF_ACTIONS = ("action.yml", "action.yaml", "Dockerfile", "dockerfile")

_OTHERS_REGISTRIES = (Registry.GITHUB_PACKAGES, Registry.OTHER)


class Said(Struct, frozen=True):
    """What an action in the tree says of itself. title: its path and name; about: description.

    publishes: its program does, None where the program is not there to be read.
    """

    title: str = ""
    about: str = ""
    publishes: bool | None = False


def use(
    walk: Walk, frame: Frame, uses: str, given: Mapping[str, Text], said: Said | None = None
) -> None:
    """A step with an action that is not known."""
    name = uses.partition("@")[0].lower()
    if name in _THESE_ACTIONS:
        return
    title = name if said is None else f"{name} {said.title}"
    if _INSTALLS_NODE.search(title) or (
        walk.state.node == walk.first_node and _SETS_UP.search(title)
    ):
        node_choice.hide(walk, frame.place, f"what `{uses[:80]}` installs is not known")
    handed = _npm_secrets(given, frame.env)
    says_so = said is not None and _SAYS_SO.search(said.about) is not None
    if not (
        (said is not None and said.publishes)
        or _speaks(title, " ".join((title, *given)), handed, walk.job.id_token is True, says_so)
        or (_npm_secrets(given, _own(frame)) and _values_speak(title, frame, given))
    ):
        unread = said is not None and said.publishes is None
        if (_PUBLISH.search(title) or unread) and not _HARMLESS.search(title):
            for secret in _npm_secrets(given, _own(frame)):
                walk.handed.setdefault(secret, frame.place)
        return
    inner = walk.enter(frame, "uses", f"uses:{name}")
    if inner is None:
        return
    token = next((v for v in given.values() if v.secrets and set(v.secrets) & set(handed)), None)
    effect = Publishes(
        "unknown", Command.PUBLISH, unseen=f"`{uses[:80]}`", token=token, dry_run=_dry(given)
    )
    walk.publish(effect, inner, "")


def _own(frame: Frame) -> Mapping[str, Text]:
    """The variables that the step itself is given."""
    names = {name for name, _ in frame.current.pairs("env")}
    return {name: value for name, value in frame.env.items() if name in names}


def _values_speak(title: str, frame: Frame, given: Mapping[str, Text]) -> bool:
    """Whether a step speaks of publishing in its name or in what it hands to its action."""
    if _HARMLESS.search(title):
        return False
    values = (value.shown for key, value in given.items() if key != "script")
    return "publish" in " ".join((frame.current.text("name") or "", *values)).lower()


def _dry(given: Mapping[str, Text]) -> bool:
    return any(
        given[key].literal == "true" for key in ("dry-run", "dry_run", "dryrun") if key in given
    )


def _npm_secrets(given: Mapping[str, Text], env: Mapping[str, Text]) -> tuple[str, ...]:
    """Secrets that are npm's by the name of the secret, the input or the variable."""
    found: list[str] = []
    for name, value in (*given.items(), *env.items()):
        for secret in value.secrets:
            by_name = credentials.is_npm_variable(name) or credentials.is_npm_variable(secret)
            if by_name and secret != "GITHUB_TOKEN":
                found.append(secret)
    return tuple(dict.fromkeys(found))


def _speaks(name: str, words: str, handed: tuple[str, ...], id_token: bool, says_so: bool) -> bool:
    """says_so: the action's own description says that it publishes to npm."""
    if _HARMLESS.search(name) and not re.search(r"npm[-_/]?(publish|release)", words):
        return False
    if handed:
        return says_so or bool(_PUBLISH.search(words) and _NPM.search(words))
    return id_token and (says_so or bool(_PUBLISH.search(name) and _NPM.search(name)))


def missing(walk: Walk, frame: Frame, uses: str) -> None:
    """A local action that is not in the tree: from another checkout, made, or nowhere at all."""
    given = {key.lower(): walk.scope.text(value) for key, value in frame.current.pairs("with")}
    if _is_nowhere(walk, frame, uses):
        why = f"no action is at `{uses[:80]}`, so the step fails"
        walk.failing.append(ReadingProblem("workflow-unreadable", frame.place, why))
    use(walk, frame, uses, given)


def unfetched(walk: Walk, frame: Frame, uses: str) -> None:
    """A local action of the tree before anything has brought the tree to the runner.

    A runner of one's own may have the tree from an earlier job.
    """
    state = walk.state
    if not uses.startswith("./") or state.checkouts or state.brought:
        return
    if walk.job.hosted is not True:
        return
    if not (walk.is_tolerated(frame.step) or walk.is_tolerated(frame.current)):
        why = f"no checkout comes before `{uses[:80]}`, so the step fails"
        walk.failing.append(ReadingProblem("workflow-unreadable", frame.place, why))


def _is_nowhere(walk: Walk, frame: Frame, uses: str) -> bool:
    """Whether a step ends its job because nothing brings the action that it names.

    https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionManager.cs
    """
    where = paths.resolve("", uses.replace("$/", "./", 1))
    if where is None or where.startswith("/"):
        return False
    if walk.is_tolerated(frame.step) or walk.is_tolerated(frame.current):
        return False
    state, read = walk.state, walk.repository.peek
    own = uses.startswith("$/")
    if not own and (state.brought or not all(one.ours for one in state.checkouts)):
        return False
    folder = where if own else state.in_tree(where)
    if folder is None:
        return True
    there = any(read(f"{folder}/{name}" if folder else name) is not None for name in _OF_ACTIONS)
    return not there and read(".gitmodules") is None


def may_reach_npm(found: Sequence[Found]) -> bool:
    """Whether one of these publishes is one in earnest, and not to another registry."""
    return any(
        not one.found.dry_run and one.found.registry not in _OTHERS_REGISTRIES for one in found
    )


def elsewhere(walk: Walk, frame: Frame, uses: str) -> None:
    """A publish of an action as the tree has it, of which the one of another ref may differ."""
    inner = walk.enter(frame, "uses", f"uses:{uses.lower()}")
    if inner is not None:
        unseen = Publishes("unknown", Command.PUBLISH, unseen=f"`{uses[:80]}`")
        walk.publish(unseen, inner, "")


def call(
    jobs: Jobs,
    job: Job,
    caller: Caller,
    uses: str,
    given: Mapping[str, Value],
    secrets: Mapping[str, Value] | None,
    grant: Grant,
    matrix: tuple[tuple[str, str], ...],
    here: Scope,
) -> None:
    """A job that calls a workflow of another repository."""
    name = uses.partition("@")[0].lower()
    file = name.rpartition("/")[2]
    handed = handed_to(secrets)
    words = " ".join((name, job.id, string(job.fields.get("name")) or "", *given))
    if _HARMLESS.search(file) and not re.search(r"npm[-_]?(publish|release)", words):
        return
    speaks = _PUBLISH.search(file) or _PUBLISH.search(job.id)
    of_npm = _NPM.search(words) is not None or (
        grant.id_token is True and _is_told_to_publish(given) and _has_public_package(jobs)
    )
    if not speaks or not (handed or (of_npm and (grant.id_token or secrets is None))):
        if _NAMES_NPM.search(file) or _NAMES_NPM.search(job.id):
            for secret in handed:
                jobs.handed.setdefault(secret, job.place("secrets"))
        return
    jobs.note_remote(job, caller, run_of(job, caller, uses, handed, grant, matrix))


def _is_told_to_publish(given: Mapping[str, Value]) -> bool:
    """Whether an input says so by its name, and nothing switches it off."""
    return any("publish" in k.lower() and as_text(v).literal != "false" for k, v in given.items())


def _has_public_package(jobs: Jobs) -> bool:
    manifest = jobs.repository.manifest("")
    return manifest is not None and manifest.package is not None and not manifest.package.private


def handed_to(secrets: Mapping[str, Value] | None) -> tuple[str, ...]:
    """The npm secrets among those that a called workflow is given; () where it inherits all."""
    if secrets is None:
        return ()
    found = [
        secret
        for name, value in secrets.items()
        for secret in secrets_of(value)
        if credentials.is_npm_variable(name) or credentials.is_npm_variable(secret)
    ]
    return tuple(dict.fromkeys(found))


def run_of(
    job: Job,
    caller: Caller,
    uses: str,
    handed: tuple[str, ...],
    grant: Grant,
    matrix: tuple[tuple[str, str], ...],
) -> Run:
    """The run of a called workflow that cannot be read. handed: the npm secrets it is given."""
    place: Place = job.place("uses")
    why = f"`{uses[:80]}` cannot be read from here"
    token: GivenToken | Unknown | None = Unknown("token-type", why)
    if handed:
        token = GivenToken(TokenState.SECRET, handed, place)
    return Run(
        entry_workflow=caller.entry,
        event=caller.event,
        matrix=matrix,
        id_token=grant.id_token,
        permissions_place=grant.place,
        environment=Unknown("environment", why),
        runs_on=Unknown("runs_on", why),
        hosted=Unknown("runs_on", why),
        node=Unknown("node", why),
        npm=Unknown("npm", why),
        runtimes=Unknown("npm", why),
        runtime_place=place,
        tool_versions=Unknown("tool", why),
        token=token,
        unread_secrets=(),
        packages=Unknown("packages", why),
    )


REGISTRY = Registry.NPMJS
