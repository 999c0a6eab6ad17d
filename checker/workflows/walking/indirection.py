"""Commands that stand elsewhere: package scripts, files, Makefiles, texts; each is followed."""

from __future__ import annotations

import fnmatch
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.facts import Unknown
from checker.manifests.package_json import Manifest
from checker.workflows import paths
from checker.workflows.command_lines.effects import RunsFile, RunsMake, RunsScript, RunsText
from checker.workflows.publishing import packages
from checker.workflows.shell import makefile, prefixes, strictness
from checker.workflows.shell.command import Command
from checker.workflows.shell.script import Shell
from checker.workflows.shell.strictness import Strictness
from checker.workflows.text import Hidden, Text, hole, text
from checker.workflows.walking import executables, yarn_scripts

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk

_DRY_FLAG = re.compile(r"--?(?:dry-?run|dryRun|dry)(?:=true|=1)?")
_KNOWS_DRY = re.compile(r"dry[-_]?run|\bdry\b", re.IGNORECASE)
# A task has one name for these; `npm-run-all` and its kin, which run npm, take patterns.
_NO_PATTERNS = frozenset({"turbo", "lage", "nx", "lerna"})
_SHEBANGS = (("node", "js"), ("bun", "js"), ("tsx", "js"), ("zx", "js"), ("python", "py"))


def follow(
    walk: Walk,
    effect: RunsScript | RunsFile | RunsMake | RunsText,
    command: Command,
    frame: Frame,
) -> bool:
    """Follows a command to where its text stands; False where there is nothing to read."""
    if isinstance(effect, RunsScript):
        return _script(walk, effect, command, frame)
    if isinstance(effect, RunsFile):
        return _file(walk, effect, command, frame)
    if isinstance(effect, RunsMake):
        return _make(walk, effect, command, frame)
    return _text(walk, effect, command, frame)


# --- package scripts ------------------------------------------------------------------------------


def _script(walk: Walk, effect: RunsScript, command: Command, frame: Frame) -> bool:
    folder = command.folder
    if effect.folder is not None:
        folder = paths.enter(folder, effect.folder)
    found = list(_manifests(walk, effect, folder)) if folder is not None else []
    if effect.manager == "nx":
        from checker.workflows.walking import nx_targets

        if nx_targets.run(walk, effect, command, frame) and not found:
            return True
    if not found:
        exported = yarn_scripts.told(walk, effect.manager, folder, command.exported)
        for other in effect.otherwise:
            walk.effect(other, replace(command, exported=exported), frame)
        return bool(effect.otherwise)
    env = with_flags(effect.manager, effect.flags, command)
    for manifest, where, script in found:
        env = yarn_scripts.told(walk, effect.manager, where, env)
        for name in (f"pre{script}", script, f"post{script}"):
            if name != script and not effect.hooks:
                continue
            given = effect.arguments if name == script else ()
            run_script(walk, manifest, name, where, env, frame, given, tolerated=command.tolerated)
    return True


def with_flags(manager: str, flags: Mapping[str, Text], command: Command) -> Mapping[str, Text]:
    """The variables of a script: npm hands its own flags on in some."""
    env = {**command.exported, **command.env}
    for name, value in flags.items() if manager == "npm" else ():
        if name not in {"prefix", "workspace", "workspaces", "silent", "dir", "cwd"}:
            env[f"npm_config_{name.replace('-', '_')}"] = value
    return env


def run_script(
    walk: Walk,
    manifest: Manifest,
    name: str,
    where: str,
    env: Mapping[str, Text],
    frame: Frame,
    arguments: tuple[Text, ...] = (),
    *,
    tolerated: bool,
) -> None:
    """Runs one script of a package.json in its folder, where it has it.

    tolerated: what runs it goes on where it fails.
    """
    source = manifest.script(name)
    if source is None:
        return
    inner = walk.enter(frame, "package-script", f"script:{manifest.folder}:{name}")
    if inner is None:
        return
    shell = Shell(executables.with_local_bins(env, where), where, tolerated=tolerated)
    source, shell.local = _with_arguments(source, arguments)
    walk.shell(shell, source, inner)


def _manifests(walk: Walk, effect: RunsScript, folder: str) -> Iterator[tuple[Manifest, str, str]]:
    """The package.json files whose script is run, the folder it runs in, and the script's name."""
    tree = walk.state.in_tree(folder)
    if tree is None:
        return
    checkout = folder[: len(folder) - len(tree)]
    repository = walk.repository
    if effect.workspaces or effect.every:
        chosen = _workspaces(walk, effect, tree)
    else:
        prefix = repository.prefix(tree)
        own = repository.manifest(prefix) if prefix is not None else None
        chosen = (own,) if own is not None else ()
    for manifest in chosen:
        where = f"{checkout.rstrip('/')}/{manifest.folder}" if checkout else manifest.folder
        for name in _names(manifest, effect):
            yield manifest, where.strip("/"), name


def _names(manifest: Manifest, effect: RunsScript) -> list[str]:
    """The scripts of that name; `release:*` is every one that begins so."""
    wanted = effect.script
    if "*" not in wanted or effect.manager in _NO_PATTERNS:
        return [wanted] if manifest.script(wanted) is not None else []
    return [name for name, _ in manifest.scripts if fnmatch.fnmatchcase(name, wanted)]


def _workspaces(walk: Walk, effect: RunsScript, tree: str) -> tuple[Manifest, ...]:
    repository = walk.repository
    root = packages.root_of_workspaces(repository, tree)
    if root is None:
        return ()
    members = packages.all_members(repository, root)
    if isinstance(members, Unknown):
        return ()
    top = repository.manifest(root)
    if effect.workspaces:
        everyone = members if top is None else (*members, top)
        picked = packages.picked(everyone, effect.workspaces, root)
        # What a filter leaves open may be any of them.
        return everyone if isinstance(picked, Unknown) else picked
    root_too = effect.flags.get("include-workspace-root")
    if effect.manager == "npm" and (root_too is None or root_too.literal == "false"):
        return members
    return members if top is None else (top, *members)


def _with_arguments(source: str, given: tuple[Text, ...]) -> tuple[str, dict[str, Text]]:
    """The script with its arguments behind it; hidden ones stand in variables."""
    pieces = [source]
    local: dict[str, Text] = {}
    for number, word in enumerate(given):
        literal = word.literal
        if literal is None:
            local[f"__argument_{number}"] = word
            pieces.append(f"$__argument_{number}")
        else:
            pieces.append(shlex.quote(literal))
    return " ".join(pieces), local


# --- script files ---------------------------------------------------------------------------------


def _file(walk: Walk, effect: RunsFile, command: Command, frame: Frame) -> bool:
    literal = effect.path.literal
    where = paths.resolve(command.folder, literal) if literal else None
    if where is None:
        return False
    folder, _, name = where.rpartition("/")
    tree = walk.state.in_tree(folder)
    if tree is None:
        return False
    path = f"{tree}/{name}" if tree else name
    source = next(
        (
            found
            for ending in ("", ".js", ".mjs", ".cjs", ".ts", "/index.js", "/index.mjs", "/index.ts")
            if (found := walk.repository.script(path + ending)) is not None
        ),
        None,
    )
    if source is None:
        return False
    inner = walk.enter(frame, "script-file", f"file:{path}")
    if inner is None:
        # Arguments change nothing about what is seen of a program; a second reading shows no more.
        if effect.language == "sh":
            walk.repository.limit(frame.place, f"`{path}` calls itself, or is nested too deeply")
        return True
    language = effect.language
    if language == "sh":
        language = language_of(source)
    shell = Shell(
        {**command.exported, **command.env},
        command.folder,
        arguments=effect.arguments,
        strict=_strictness(command, source),
        tolerated=command.tolerated,
    )
    if language == "sh":
        walk.shell(shell, source, inner, expressions=False)
    else:
        from checker.workflows.walking import spawning

        inner = replace(inner, dry_run=inner.dry_run or _is_dry(source, effect.arguments))
        spawning.run(walk, path, source, language, shell, inner)
    return True


def _hidden(_: str) -> Text:
    """A string of a program whose text the files show in part."""
    return hole(Hidden("a string of the program"))


def language_of(source: str) -> str:
    """The language of a program that may begin with `#!`: `sh`, `js`, `py`."""
    first = source.partition("\n")[0]
    if not first.startswith("#!"):
        return "sh"
    return next((kind for word, kind in _SHEBANGS if word in first), "sh")


def _strictness(command: Command, source: str = "") -> Strictness:
    """Whether a script ends where a command of it fails. source: of one that may run by itself."""
    words = [word.literal or "" for word in prefixes.unwrapped(list(command.words))]
    if words and "/" in words[0]:
        return strictness.of_first_line(source)
    return strictness.of_command(words, command.strict)


def _is_dry(source: str, given: tuple[Text, ...]) -> bool:
    """Whether a program that knows of dry runs is started as one."""
    asked = any(_DRY_FLAG.fullmatch(word.literal or "") for word in given)
    return asked and bool(_KNOWS_DRY.search(source))


# --- text for another shell or an interpreter -----------------------------------------------------


def _text(walk: Walk, effect: RunsText, command: Command, frame: Frame) -> bool:
    """`bash -c "…"`, `node -e "…"`."""
    inner = walk.enter(frame, "", "text")
    if inner is None or not effect.source.shown:
        return True
    folder = None if effect.elsewhere else command.folder
    env = {**command.exported, **command.env}
    if effect.local:
        env = executables.with_local_bins(env, folder)
    if effect.language != "sh":
        source = "".join(p if isinstance(p, str) else "0" for p in effect.source.parts)
        from checker.workflows.walking import spawning

        fill = _hidden if effect.source.holes else text
        inner = replace(inner, env=env)
        spawning.run_text(walk, source, effect.language, folder, inner, fill)
        return True
    if effect.workspaces or effect.every:
        inner = replace(inner, spread=effect, spread_from=folder)
    shell = Shell(
        env,
        folder,
        arguments=effect.arguments,
        strict=_strictness(command),
        tolerated=command.tolerated,
    )
    source, shell.local = with_variables(effect.source)
    walk.shell(shell, source, inner)
    return True


def with_variables(source: Text) -> tuple[str, dict[str, Text]]:
    """A text for a shell, with its hidden pieces in variables."""
    local: dict[str, Text] = {}
    pieces: list[str] = []
    for number, part in enumerate(source.parts):
        if isinstance(part, Hidden):
            local[f"__{number}"] = hole(part)
            pieces.append(f"${{__{number}}}")
        else:
            pieces.append(part)
    return "".join(pieces), local


# --- make -----------------------------------------------------------------------------------------


def _make(walk: Walk, effect: RunsMake, command: Command, frame: Frame) -> bool:
    folder = command.folder
    if effect.folder is not None:
        folder = paths.enter(folder, effect.folder)
    tree = walk.state.in_tree(folder) if folder is not None else None
    if tree is None:
        return False
    names = (effect.makefile.literal or "",) if effect.makefile else makefile.NAMES
    parsed = None
    for name in names:
        path = paths.resolve(tree, name)
        parsed = walk.repository.makefile(path) if path else None
        if parsed is not None:
            break
    if parsed is None:
        return False
    env = {**command.exported, **command.env}
    variables = {**{k: text(v) for k, v in parsed.variables}, **effect.variables}
    for target in effect.targets or parsed.default:
        for name, recipe in parsed.recipes(target):
            inner = walk.enter(frame, "script-file", f"make:{tree}:{name}")
            if inner is None:
                continue
            for line in recipe:
                shell = Shell(dict(env), folder, tolerated=command.tolerated)
                shell.local.update(variables)
                walk.shell(shell, line, inner, expressions=False)
    return True
