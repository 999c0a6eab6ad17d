"""Which npm a command really runs, where `PATH`, a local `.bin` or a path goes before the job's.

Nothing is run and no link followed: folders of the tree and lockfiles are all that is looked at.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Mapping

from checker.facts import Unknown
from checker.workflows import paths
from checker.workflows.command_lines.effects import Publishes
from checker.workflows.repository import Repository
from checker.workflows.state import JobState
from checker.workflows.text import Hidden, Text, hole, join, split

VARIABLE = "PATH"
_BIN = "node_modules/.bin"
_MAX_ENTRIES = 64
# A program of this name in a folder of the tree does in npm's place what it likes.
_NAMES = frozenset({"npm", "npx", "node", "pnpm", "yarn", "bun"})
_HOLDS_NODE = re.compile(r"npm|node|nvm|volta|fnm|asdf|mise|corepack", re.IGNORECASE)
# Where installers of other languages and tools put their commands.
_OF_OTHERS = re.compile(
    r"GOPATH|GOBIN|go env|CARGO|BUN_|DENO|PNPM_HOME|JAVA|ANDROID|PYTHON|FOUNDRY|EMSDK|DOTNET|RUBY"
)
_LOCAL_OUTPUT = re.compile(r"(?:npm|yarn|pnpm) bin\b|npm root")


def job_path(env: Mapping[str, Text]) -> Text:
    """The value of `PATH`; the job's own stands in it as a hole."""
    return env.get(VARIABLE) or hole(Hidden("`$PATH`", unset=VARIABLE))


def with_local_bins(env: Mapping[str, Text], folder: str | None) -> dict[str, Text]:
    """The variables of what `npm run`, `npx` and their kin start in `folder`."""
    if folder is not None and folder.startswith("/"):
        return dict(env)
    return {**env, VARIABLE: join(_bins(folder or ""), ":", job_path(env))}


@functools.lru_cache(maxsize=1024)
def _bins(folder: str) -> str:
    folders = [folder]
    while folders[-1]:
        folders.append(folders[-1].rpartition("/")[0])
    return ":".join(posixpath.join(paths.absolute(one), _BIN) for one in folders[:_MAX_ENTRIES])


def with_added(env: Mapping[str, Text], added: Text | None) -> Text:
    """`PATH` after lines were written to `GITHUB_PATH`; None for lines that are not known."""
    if added is None:
        return join(Hidden("what a command writes to `GITHUB_PATH`"), ":", job_path(env))
    value = job_path(env)
    for row in split(added, "\n"):
        if row.parts:
            value = join(row, ":", value)
    return value


def npm(
    repository: Repository,
    state: JobState,
    publish: Publishes,
    env: Mapping[str, Text],
    folder: str | None,
) -> str | Unknown | None:
    """The exact npm that `publish` runs; None for the job's.

    Unknown("npm", …) where its version is not shown, Unknown("tool", …) where another program may
    stand in the tool's place.
    """
    if publish.executable is not None:
        return _named(repository, state, publish.executable, folder)
    if VARIABLE not in env:
        return None
    wanted = _NAMES | {publish.tool, publish.tool.removesuffix("s")}
    for entry in split(env[VARIABLE], ":")[:_MAX_ENTRIES]:
        if any(VARIABLE in (hidden.unset or hidden.why) for hidden in entry.holes):
            return None
        found = _in_entry(repository, state, entry, folder, wanted)
        if found is not None:
            return found
    return None


def _in_entry(
    repository: Repository, state: JobState, entry: Text, folder: str | None, wanted: frozenset[str]
) -> str | Unknown | None:
    literal = entry.literal
    if literal is None:
        if _OF_OTHERS.search(entry.why):
            return None
        if not _LOCAL_OUTPUT.search(entry.why):
            return Unknown("npm", f"`PATH` begins with a folder that is not known: {entry.why}")
        literal = posixpath.join(paths.WORKSPACE, _BIN)
    if not literal:
        return None
    there = paths.resolve(folder, literal)
    tree = state.in_tree(there) if there is not None else None
    if tree is None and there is not None and _is_bin(there) and not there.startswith("/"):
        # The workspace around a checkout has no package.json, and nothing is installed into it.
        return None
    if tree is None:
        return _outside(there or literal)
    if _is_bin(tree):
        return repository.installed_npm(tree[: -len(_BIN)].rstrip("/"))
    names = {_plain(path) for path in repository.files.list(tree)}
    if names & wanted:
        return Unknown(
            "tool", f"`PATH` begins with `{tree[:80]}`, which has a program of that name"
        )
    if names or list(repository.files.folders(tree)):
        return None
    return Unknown("npm", f"`PATH` begins with `{tree[:80]}`, which is not in the repository")


def _is_bin(folder: str) -> bool:
    return folder == _BIN or folder.endswith("/" + _BIN)


def _outside(folder: str) -> Unknown | None:
    """Folders below a hidden one of the user's are other tools'; any other may have an npm."""
    if folder.startswith(f"{paths.HOME}/.") and not _HOLDS_NODE.search(folder):
        return None
    return Unknown("npm", f"`PATH` begins with `{folder[:80]}`, which may have an npm of its own")


def _plain(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".cmd").removesuffix(".exe")


def _named(
    repository: Repository, state: JobState, executable: str, folder: str | None
) -> str | Unknown | None:
    """A path to npm names that npm, whatever the job has."""
    there = paths.resolve(folder, executable)
    where, _, _ = (there or "").rpartition("/")
    tree = state.in_tree(where) if there is not None else None
    if tree is not None and _is_bin(tree):
        found = repository.installed_npm(tree[: -len(_BIN)].rstrip("/"))
        if found is not None:
            return found
    elif tree is not None and there is not None and _is_ours(repository, tree, there):
        return Unknown("tool", f"`{executable[:80]}` is a program of the repository")
    return Unknown("npm", f"which npm `{executable[:80]}` is cannot be known")


def _is_ours(repository: Repository, tree: str, there: str) -> bool:
    """Whether a file of the repository is what the path names."""
    return any(_plain(path) == _plain(there) for path in repository.files.list(tree))
