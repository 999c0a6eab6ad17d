"""What a step runs of the repository, as far as names lead: scripts, files, tasks, actions.

Wider than the reader of publishes, on purpose: a name that stands in a script may be run by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.facts import Publish
from checker.files import Unreadable
from checker.manifests import workspaces
from checker.manifests.package_json import Manifest
from checker.remedies.model import Tree
from checker.workflows import paths
from checker.workflows.shell import justfile, taskfile
from checker.workflows.syntax.model import Step

_INDIRECT = frozenset({"package-script", "script-file", "composite"})
# The files of runners of tasks, by the command that runs them.
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_GULPFILES = ("gulpfile.js", "gulpfile.mjs", "gulpfile.cjs", "gulpfile.ts")
_RAKEFILES = ("Rakefile", "rakefile", "Rakefile.rb", "rakefile.rb")
_TASK_FILES = {
    "make": _MAKEFILES,
    "gmake": _MAKEFILES,
    "just": justfile.NAMES,
    "task": taskfile.NAMES,
    "go-task": taskfile.NAMES,
    "rake": _RAKEFILES,
    "gulp": _GULPFILES,
    "grunt": ("Gruntfile.js", "Gruntfile.cjs", "gruntfile.js"),
    "jake": ("Jakefile", "Jakefile.js", "jakefile.js"),
    "mise": ("mise.toml", ".mise.toml"),
}
_YARN = ".yarnrc.yml"
_MANAGERS_FILES = (_YARN, "bunfig.toml")
# What package managers, and setup-node's line in `.npmrc`, read by themselves.
_BY_ITSELF = re.compile(r"NODE_AUTH_TOKEN|(?:p?npm_config|yarn)_\w+", re.IGNORECASE)
_WORD = re.compile(r"[\w.:/@-]{1,200}")
_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun", "npx", "run-s", "run-p", "npm-run-all"})
# What a package manager runs by itself: https://docs.npmjs.com/cli/using-npm/scripts
_LIFECYCLE = frozenset(
    {
        *("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare"),
        *("postprepare", "prepack", "postpack", "prepublishOnly", "publish", "postpublish"),
        *("preversion", "version", "postversion", "dependencies"),
    }
)
# What may be run: no manifest, no lockfile, no page of text.
_RUNS = re.compile(
    r"(?:^|/)(?:[^./]+|action\.ya?ml|[^/]+\.(?:[cm]?[jt]s|sh|bash|zsh|py|mk|ps1|just|rake|rb))$"
    r"|(?:^|/)\.?(?:justfile|mise\.toml)$|(?:^|/)taskfile(?:\.dist)?\.ya?ml$",
    re.IGNORECASE,
)
MAX_FILES = 200
_MODULES = ("/mod.just", *(f"/{name}" for name in justfile.NAMES))


def run_by(tree: Tree, step: Step) -> dict[str, str]:
    """What a step runs, beside its own text: what to call it, and its text."""
    start = "\n".join((step.text("run") or "", *(value for _, value in step.pairs("with"))))
    uses = step.text("uses") or ""
    if uses.startswith("./"):
        folder = paths.resolve("", uses)
        start += f"\n{folder}/action.yml\n{folder}/action.yaml"
    manifests = workspaces.all_packages(tree).manifests
    found: dict[str, str] = {}
    queue = [start]
    while queue and len(found) < MAX_FILES:
        words = frozenset(_WORD.findall(queue.pop()))
        for name, text in (*_scripts(manifests, words), *_files(tree, words)):
            if name not in found:
                found[name] = text
                queue.append(text)
    return found


def naming(tree: Tree, step: Step, publish: Publish, name: str, *, outside: bool) -> str | None:
    """What may read the variable `name`, for a sentence; None when nothing does.

    outside: the variable reaches other steps than the publishing one.
    """
    variable = re.compile(rf"\b{re.escape(name)}\b")
    # Without a default an unset variable ends every command of yarn.
    if re.search(rf"\$\{{{re.escape(name)}\}}", _text(tree, _YARN)):
        return f"`{_YARN}`"
    if outside and any(variable.search(_text(tree, path)) for path in _npmrcs(tree)):
        return "`.npmrc`"
    found = run_by(tree, step)
    readers = [shown for shown, text in found.items() if variable.search(text)]
    if readers:
        return readers[0]
    return "a script" if not found and _INDIRECT & set(publish.via) else None


def by_installs(tree: Tree, name: str) -> bool:
    """Whether a package manager that installs may read the variable `name`."""
    named = re.compile(rf"\b{re.escape(name)}\b")
    return bool(_BY_ITSELF.fullmatch(name)) or any(
        named.search(_text(tree, path)) for path in (*_npmrcs(tree), *_MANAGERS_FILES)
    )


def _npmrcs(tree: Tree) -> Iterator[str]:
    yield ".npmrc"
    for manifest in workspaces.all_packages(tree).manifests[:MAX_FILES]:
        if manifest.folder:
            yield f"{manifest.folder}/.npmrc"


def _scripts(manifests: tuple[Manifest, ...], words: frozenset[str]) -> Iterator[tuple[str, str]]:
    if not words & _MANAGERS:
        return
    for manifest in manifests:
        for name, command in manifest.scripts:
            plain = name.removeprefix("pre").removeprefix("post")
            if name in words or plain in words or name in _LIFECYCLE:
                yield f"the script `{name}` of `{manifest.path}`", command


def _files(tree: Tree, words: frozenset[str]) -> Iterator[tuple[str, str]]:
    named = sorted(path for word in words if (path := paths.resolve("", word)))
    for runner in sorted(_TASK_FILES.keys() & words):
        named += _TASK_FILES[runner]
    if "includes:" in words:
        # https://taskfile.dev/docs/guide#including-other-taskfiles: a folder may be named.
        named += [f"{path}/{name}" for path in named[:MAX_FILES] for name in taskfile.NAMES]
    if "mod" in words:
        # https://just.systems/man/en/modules1.html
        named += [f"{path}{end}" for path in named[:MAX_FILES] for end in (".just", *_MODULES)]
    for path in sorted({path for path in named if _RUNS.search(path)}):
        text = _text(tree, path)
        if text:
            yield f"`{path}`", text


def _text(tree: Tree, path: str) -> str:
    try:
        content = tree.read(path)
    except Unreadable:
        return ""
    return content.decode("utf-8", errors="replace") if content is not None else ""
