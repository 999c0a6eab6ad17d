"""What a step's `uses:` does: known actions, local ones, and remote ones that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.workflows import paths, scope
from checker.workflows.command_lines.effects import Discards, RunsText
from checker.workflows.repository import MAX_SCRIPT_BYTES
from checker.workflows.scope import Scope, typed_default
from checker.workflows.shell.command import Command
from checker.workflows.shell.script import Shell
from checker.workflows.state import Change, Checkout
from checker.workflows.syntax import validity
from checker.workflows.syntax.model import Action, Step, child, string
from checker.workflows.text import EMPTY, Text, join, text
from checker.workflows.walking import (
    contained,
    heads,
    images,
    lasting,
    moments,
    node_choice,
    publisher_actions,
    remote,
    setup_bun,
)
from checker.workflows.ways import Turn

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk

# Actions that run a command given to them, and the input that holds it.
_COMMAND_INPUTS = {
    "nick-fields/retry": ("command",),
    "nick-invision/retry": ("command",),
    "wandalen/wretry.action": ("command",),
    "cpina/github-action-push-to-another-repository": (),
    "gacts/run-and-post-run": ("run",),
    "reactivecircus/android-emulator-runner": ("script",),
    "devcontainers/ci": ("runCmd",),
    "cachix/install-nix-action": (),
}


# Actions that make tools ready and leave the workspace as it is; what is checked out is known.
_BRING_NO_FILES = frozenset(
    {"actions/checkout", "actions/setup-node", "pnpm/action-setup", "oven-sh/setup-bun"}
)


def use(walk: Walk, frame: Frame, step: Step) -> None:
    """Does a step that uses an action."""
    uses = walk.scope.text(step.text("uses") or "")
    literal = uses.literal
    given = {key: walk.scope.text(value) for key, value in step.pairs("with")}
    given = {key.lower(): value for key, value in given.items()}
    if literal is None:
        return
    if literal.startswith(("./", "../")) or literal == ".":
        there = paths.resolve("", literal)
        _local(walk, frame, step, literal, walk.state.in_tree(there) if there is not None else None)
        return
    if literal.startswith("$/"):
        # The workflow's own repository at its own commit, whatever is checked out.
        _local(walk, frame, step, literal, paths.resolve("", f"./{literal[2:]}"))
        return
    if literal.startswith("docker://"):
        if not contained.action(walk, frame, literal, given):
            remote.use(walk, frame, literal, given)
        return
    name, _, ref = literal.partition("@")
    name = name.lower()
    own = walk.repository.own(literal)
    if own is not None and not publisher_actions.is_known(name) and _own(walk, frame, step, *own):
        return
    walk.state.brought |= name not in _BRING_NO_FILES
    major = major_of(ref) or _major_in_comment(walk, step)
    if name == "actions/checkout":
        _checkout(walk, frame, given)
    elif name == "actions/setup-node":
        with lasting.on_way(walk, frame.way):
            node_choice.setup_node(walk, frame, given, major)
    elif name == "pnpm/action-setup":
        _tool(walk, frame, "pnpm", given.get("version", EMPTY))
    elif name in {"oven-sh/setup-bun"}:
        _tool(walk, frame, "bun", given.get("bun-version") or _bun_without_version(walk, given))
        with lasting.on_way(walk, frame.way):
            setup_bun.write(walk, frame, given, ref)
    elif name in _COMMAND_INPUTS:
        for key in _COMMAND_INPUTS[name]:
            if key.lower() in given:
                _command(walk, frame, given[key.lower()], given)
    elif name == "docker/build-push-action":
        images.step(walk, frame, given)
    elif name == "addnab/docker-run-action":
        contained.script(walk, frame, given)
    elif name == "borales/actions-yarn":
        _command(walk, frame, join("yarn ", given.get("cmd", EMPTY)), given)
    elif name == "actions/github-script":
        script = dict(step.pairs("with")).get("script", "")
        from checker.workflows.walking import spawning

        spawning.run_text(walk, script, "js", "", frame, walk.scope.text)
    elif not publisher_actions.use(walk, frame, name, major, given):
        if moments.speaks_of_version(name):
            walk.state.history += (Change(name, sure=False),)
        remote.use(walk, frame, literal, given)


def _tool(walk: Walk, frame: Frame, name: str, version: Text) -> None:
    if version.parts:
        with lasting.on_way(walk, frame.way):
            walk.state.tools[name] = version


def _bun_without_version(walk: Walk, given: Mapping[str, Text]) -> Text:
    """The newest, where no file names one; `packageManager` is looked at where bun is run.

    https://github.com/oven-sh/setup-bun/blob/v2/src/index.ts
    """
    package = walk.repository.peek("package.json") or b""
    named = b'"engines"' in package and b'"bun"' in package
    if named or {"bun-version-file", "bun-download-url"} & given.keys():
        return EMPTY
    return text("latest")


def major_of(ref: str) -> int | None:
    """The major version of an action's ref; None for a branch or a commit."""
    match = re.fullmatch(r"v?(\d{1,3})(?:\.\d+)*(?:[-.].*)?", ref)
    if match and not re.fullmatch(r"[0-9a-f]{40}", ref):
        return int(match.group(1))
    return None


def _major_in_comment(walk: Walk, step: Step) -> int | None:
    """The version that a comment beside a commit names: `uses: a/b@<commit> # v4.2.0`."""
    node = step.fields.get("uses")
    content = walk.repository.read(step.path)
    if node is None or content is None:
        return None
    rows = content.splitlines()
    if node.line > len(rows):
        return None
    comment = rows[node.line - 1].decode(errors="replace").partition("#")[2]
    match = re.match(r"\s*(?:[\w./-]*@)?v(\d{1,3})\b", comment)
    return int(match.group(1)) if match else None


def _checkout(walk: Walk, frame: Frame, given: dict[str, Text]) -> None:
    folder = given.get("path", EMPTY).literal
    where = paths.resolve("", folder) if folder else ("" if folder == "" else None)
    other = given.get("repository", EMPTY)
    name = walk.repository.name
    literal = other.literal
    ours = not other.parts or "github.repository" in other.why
    if literal and name and literal.lower() == name.lower():
        ours = True
    ref = given.get("ref", EMPTY)
    if not heads.is_of_event(ref) or not ours:
        walk.state.head_moved = True
    if ours and (ref.parts or walk.state.history):
        walk.state.history += (moments.checkout(ref),)
    if where is not None and not where.startswith(("/", "..")):
        walk.state.checkouts.append(Checkout(where, ours))
        if given.get("clean", EMPTY).literal != "false":
            # It empties its folder, or lets git clean what it finds there.
            cleans = Discards(untracked=True, ignored=True, changes=True, elsewhere=True)
            lasting.apply(walk, cleans, Command((), {}, {}, where, 0, 0), frame)
    else:
        walk.state.brought = True


def _command(walk: Walk, frame: Frame, source: Text, given: dict[str, Text]) -> None:
    folder = given.get("current_path", given.get("working-directory", EMPTY)).literal
    where = paths.resolve("", folder) if folder else ""
    command = Command((text("sh"),), {}, dict(frame.env), where, 0, 0)
    walk.effect(RunsText(source), command, frame)


def _own(walk: Walk, frame: Frame, step: Step, folder: str, ref: str) -> bool:
    """An action of the repository itself by its full name; False where the tree has none there.

    At another ref than the run's it may be another one: then all that it does is open.
    """
    if walk.repository.action(folder) is None:
        return False
    uses = step.text("uses") or ""
    if scope.is_run_of(walk.scope.github, ref):
        _local(walk, frame, step, uses, folder)
        return True
    turn = Turn(f"ref:{uses}", why=f"what `{uses[:80]}` is")
    before = len(walk.found)
    _local(walk, replace(frame, way=(*frame.way, turn)), step, uses, folder)
    if remote.may_reach_npm(walk.found[before:]):
        del walk.found[before:]
        remote.elsewhere(walk, frame, uses)
    return True


# --- local actions --------------------------------------------------------------------------------


def _local(walk: Walk, frame: Frame, step: Step, uses: str, folder: str | None) -> None:
    action = walk.repository.action(folder) if folder is not None else None
    if action is None:
        remote.missing(walk, frame, uses)
        return
    remote.unfetched(walk, frame, uses)
    for place, why in validity.faults_of_action(action):
        walk.repository.problem("workflow-unreadable", place, why)
    inputs = _inputs(walk, step, action.fields)
    if action.using == "composite":
        inner = walk.enter(frame, "composite", f"composite:{folder}")
        if inner is None:
            walk.repository.limit(frame.place, f"`{uses}` is nested too deeply")
            return
        where = paths.resolve("", uses) if uses.startswith(".") else folder
        for place, why in validity.secrets_in(action.path, action.steps):
            walk.repository.problem("workflow-unreadable", place, why)
        _composite(walk, inner, action.steps, inputs, where or "")
        _outputs(walk, frame, step, action.fields)
        return
    if action.using == "docker" and images.action(walk, frame, folder or "", action, inputs):
        return
    given = {key.lower(): walk.scope.text(value) for key, value in step.pairs("with")}
    own = (walk.repository.name or "").lower()
    if not folder and publisher_actions.is_known(own):
        publisher_actions.use(walk, frame, own, None, given)
        return
    title = f"{own if not folder else uses} {string(action.fields.get('name')) or ''}"
    about = string(action.fields.get("description")) or ""
    publishes = _program_publishes(walk, frame, uses, folder or "", action, inputs)
    remote.use(walk, frame, uses, given, remote.Said(title, about, publishes))


def _program_publishes(
    walk: Walk, frame: Frame, uses: str, folder: str, action: Action, inputs: dict[str, Text]
) -> bool | None:
    """Whether the program of an action spawns a publish, or may; None where it is not there.

    Which token it hands on it decides by itself: what it spawns is not looked at any further.
    """
    if not action.using.startswith("node"):
        return False
    main = string((child(action.fields, "runs") or action.fields).get("main")) or ""
    path = paths.resolve(folder, main)
    content = walk.repository.read(path) if path is not None else None
    if path is None or content is None or len(content) > MAX_SCRIPT_BYTES:
        return None
    inner = walk.enter(frame, "uses", f"program:{path}")
    if inner is None:
        return False
    from checker.workflows.walking import spawning

    names = {f"INPUT_{key.upper().replace(' ', '_')}": value for key, value in inputs.items()}
    env = {**frame.env, **names}
    before = len(walk.found)
    decides = f"`{uses[:80]}` decides by itself"
    way = (*inner.way, Turn(f"program:{path}", why=f"what `{uses[:80]}` decides"))
    inner = replace(inner, env=env, unsure=decides, way=way)
    source = content.decode(errors="replace")
    spawning.run(walk, path, source, "js", Shell(env, ""), inner)
    published = len(walk.found) > before
    del walk.found[before:]
    return published


def _inputs(walk: Walk, step: Step, fields: object) -> dict[str, Text]:
    from checker.workflows.syntax.document import Mapping
    from checker.workflows.syntax.values import as_text

    declared = child(fields if isinstance(fields, Mapping) else None, "inputs")
    values: dict[str, Text] = {}
    for key, node in declared.entries if declared else ():
        default = string(node.get("default")) if isinstance(node, Mapping) else None
        if default and "${{" in default:
            values[key.value] = walk.scope.text(default)
        else:
            values[key.value] = as_text(typed_default(None)) if default is None else text(default)
    for key_, value in step.pairs("with"):
        values[key_] = walk.scope.text(value)
    return values


def _composite(
    walk: Walk, frame: Frame, steps: tuple[Step, ...], inputs: dict[str, Text], folder: str
) -> None:
    from checker.workflows.syntax.values import Object

    outer = walk.scope
    entries = (*outer.github.entries, ("action_path", text(paths.absolute(folder))))
    walk.scope = Scope(
        Object(entries, "github"),
        outer.secrets,
        Object(tuple(inputs.items())),
        outer.matrix,
        dict(outer.env),
        outer.needs,
        {},
        outer.runner_os,
        outer.used,
    )
    around = replace(frame, env={**frame.env, "GITHUB_ACTION_PATH": text(paths.absolute(folder))})
    for step in steps:
        walk.step(around, step)
    inner, walk.scope = walk.scope, outer
    walk.inner_scope = inner


def _outputs(walk: Walk, frame: Frame, step: Step, fields: object) -> None:
    """What the composite's outputs are, for later steps."""
    from checker.workflows.syntax.document import Mapping

    name = step.text("id")
    declared = child(fields if isinstance(fields, Mapping) else None, "outputs")
    inner = walk.inner_scope
    if not name or declared is None or inner is None:
        return
    for key, node in declared.entries:
        value = string(node.get("value")) if isinstance(node, Mapping) else None
        if value is not None:
            walk.scope.note(name, [(key.value, inner.text(value))], frame.way)
