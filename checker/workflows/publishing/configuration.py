"""Which configuration files a publish command reads, and what they are by then in the job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checker.facts import Command, Place
from checker.knowledge.limits import YARN_REGISTRY
from checker.manifests.workspaces import Kind
from checker.workflows import bun_config, paths, yarn_config
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.config import NOT_KNOWN, Config, Filling, Line, unknown_content
from checker.workflows.publishing import projects
from checker.workflows.publishing.situation import Situation
from checker.workflows.repository import Repository
from checker.workflows.state import JobState
from checker.workflows.text import Text
from checker.workflows.yarn_config import Setting

_NPMRC = ".npmrc"


def of_publish(
    repository: Repository,
    state: JobState,
    publish: Publishes,
    situation: Situation,
    *,
    by_berry: bool,
    filling: Filling = NOT_KNOWN,
) -> Config:
    """The configuration for a command in a folder, written files included.

    by_berry: yarn from version 2 on uploads. filling: what its tool makes of `${NAME?}`.
    """
    if by_berry:
        return _of_yarn(repository, state, publish, situation)
    own_files = _project_files(repository, state, publish.tool, situation.folder)
    layers = [file_lines(repository, state, path) for path in own_files]
    if publish.tool == "rush":
        layers.append(file_lines(repository, state, "common/config/rush/.npmrc-publish"))
    user = publish.flags.get("userconfig") or _variable(situation.env, "NPM_CONFIG_USERCONFIG")
    path: str | None = state.userconfig
    if user is not None:
        path = paths.resolve(situation.folder, user.literal) if user.literal else None
    if path is None:
        hidden = user.why if user is not None else ""
        layers.append(unknown_content(f"the file {hidden} names", situation.place))
    elif _is_moved(state, situation):
        layers.append(unknown_content("the .npmrc of the home that `HOME` names", situation.place))
    else:
        layers.append(file_lines(repository, state, path))
    env = dict(situation.env)
    if publish.tool not in _TAKES_YARNS_NAME:
        env = {name: value for name, value in env.items() if not _is_yarns_name(name, value)}
    home = _of_home(repository, state, situation)
    return Config(publish.flags, env, tuple(layers), filling=filling, home=home)


def _of_home(repository: Repository, state: JobState, situation: Situation) -> tuple[Line, ...]:
    """The lines of the .npmrc in the home of the user, whatever names another file."""
    path = f"{paths.HOME}/{_NPMRC}"
    home = situation.env.get("HOME")
    if path in state.npmrc and home is not None and home.literal != paths.HOME:
        return unknown_content("the .npmrc of the home that `HOME` names", situation.place)
    return file_lines(repository, state, path)


def _is_moved(state: JobState, situation: Situation) -> bool:
    """Whether the job wrote a file of its user, and the command may look for it in another home."""
    home = situation.env.get("HOME")
    is_homes = state.userconfig in state.npmrc and state.userconfig.startswith(f"{paths.HOME}/")
    return is_homes and home is not None and home.literal != paths.HOME


# Who takes it where a variable has yarn's name for npm's registry. Others go to npm's own, as lerna
# and changesets say in these sources; of release-it the third one says that it does not.
# https://github.com/lerna/lerna/blob/main/libs/commands/publish/src/index.ts
# https://github.com/changesets/changesets/blob/main/packages/cli/src/commands/publish/npm-utils.ts
# https://github.com/release-it/release-it/issues/992
# np 11.2.2 was seen to hand the variable to `npm whoami` and to `yarn publish` alike.
_TAKES_YARNS_NAME = frozenset({"npm", "pnpm", "yarn", "release-it", "np", "unknown"})


def _is_yarns_name(name: str, value: Text) -> bool:
    is_registry = name.lower() == "npm_config_registry"
    return is_registry and (value.literal or "").rstrip("/") == YARN_REGISTRY


def of_npm(
    repository: Repository,
    state: JobState,
    flags: Mapping[str, Text],
    env: Mapping[str, Text],
    folder: str | None,
    place: Place,
) -> Config:
    """The configuration for any command of npm's."""
    npm = Publishes("npm", Command.PUBLISH, flags)
    situation = Situation(env, {}, folder, place, "")
    return of_publish(repository, state, npm, situation, by_berry=False)


def _of_yarn(
    repository: Repository, state: JobState, publish: Publishes, situation: Situation
) -> Config:
    """yarn from version 2 on: its own files, and `YARN_` variables."""
    settings: list[Setting] = []
    tree = state.in_tree(situation.folder) if situation.folder is not None else None
    for folder in dict.fromkeys(("", tree or "")):
        path = f"{folder}/{yarn_config.FILE}" if folder else yarn_config.FILE
        content = repository.read(path)
        if content is not None:
            settings += yarn_config.file_settings(content, path)
    env = {k: v for k, v in situation.env.items() if not k.lower().startswith("npm_config_")}
    for name in ("YARN_NPM_REGISTRY_SERVER", "YARN_NPM_PUBLISH_REGISTRY"):
        if name in env:
            env["npm_config_registry"] = yarn_config.as_npms(env[name])
    lines = yarn_config.lines([*settings, *(setting for _, setting in state.yarn)])
    return Config(publish.flags, env, (lines,), own=True, filling=Filling(defaults=True))


def _variable(env: Mapping[str, Text], name: str) -> Text | None:
    return next((value for key, value in env.items() if key.upper() == name and value.parts), None)


def file_lines(repository: Repository, state: JobState, path: str) -> tuple[Line, ...]:
    """The lines of a configuration file at a path of the workspace: written ones, else ours."""
    if path in state.npmrc:
        return state.npmrc[path]
    return checked_in(repository, state, path)


def checked_in(repository: Repository, state: JobState, path: str) -> tuple[Line, ...]:
    """The lines of a configuration file as the checkout brings it."""
    folder, _, name = path.rpartition("/")
    tree = state.in_tree(folder)
    if tree is None:
        return ()
    path = f"{tree}/{name}" if tree else name
    if bun_config.is_one(path):
        content = repository.read(path)
        return bun_config.file_lines(content, path) if content is not None else ()
    return repository.npmrc(path)


def _project_files(
    repository: Repository, state: JobState, tool: str, folder: str | None
) -> Iterator[str]:
    """The .npmrc files of the project, the nearest first.

    npm reads that of its project alone: in a workspace the root's. Of pnpm's workspaces both count,
    of others nothing says that the root's does not. Seen with npm 10 and 11, pnpm 9 and 10.
    """
    if folder is None or folder.startswith("/"):
        yield _NPMRC
        return
    tree = state.in_tree(folder)
    if tree is None:
        yield f"{folder}/{_NPMRC}" if folder else _NPMRC
        return
    depth = folder[: len(folder) - len(tree)] if tree else folder
    prefix = repository.prefix(tree)
    own = tree if prefix is None else prefix
    kind = _WORKSPACES.get(tool)
    root = projects.root_above(repository, own, kind)
    if root is None or kind is not Kind.NPM:
        yield _join(depth, own)
    if root is not None:
        yield _join(depth, root)


# Whose list of workspaces makes a root of the folder above; any list for the others.
_WORKSPACES = {"npm": Kind.NPM, "pnpm": Kind.PNPM}


def _join(checkout: str, folder: str) -> str:
    parts = [part.strip("/") for part in (checkout, folder, _NPMRC) if part.strip("/")]
    return "/".join(parts)
