"""What runs beside a publish: a package's own lifecycle scripts, a release tool's own commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from checker.facts import Package, Run, Unknown
from checker.workflows.command_lines.effects import Publishes, RunsText
from checker.workflows.publishing import tool_settings
from checker.workflows.shell import failing
from checker.workflows.shell.command import Command
from checker.workflows.shell.script import Shell
from checker.workflows.syntax.document import Mapping, Node, Scalar, Sequence
from checker.workflows.syntax.model import string
from checker.workflows.text import Hidden, Text, join, text
from checker.workflows.walking import executables, program_text

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk

# https://docs.npmjs.com/cli/v11/using-npm/scripts#npm-publish
_LIFECYCLE = (
    "prepublishOnly", "prepack", "prepare", "postpack", "publish", "postpublish",
)  # fmt: skip
# https://yarnpkg.com/advanced/lifecycle-scripts
_OF_BERRY = ("prepublish", "prepack", "postpack")
# pnpm, seen with 9 and 10, and yarn 1 run one that npm has given up.
_WITH_PREPUBLISH = frozenset({"pnpm", "yarn"})
# They are package managers, or run their publish command on the package as it is.
_STOP_WITH_A_SCRIPT = frozenset(
    {"npm", "pnpm", "yarn", "bun", "lerna", "lerna-lite", "changesets", "semantic-release", "np"}
)
_AFTER_THE_UPLOAD = frozenset({"publish", "postpublish"})
# npm gives its flags to the scripts as variables; these mean nothing to another package.
_OF_THIS_RUN = frozenset({"prefix", "workspace", "workspaces", "silent", "dry-run"})
# It hands npm `--ignore-scripts`. https://github.com/JS-DevTools/npm-publish
_NO_SCRIPTS = frozenset({"js-devtools/npm-publish", "unknown"})


def publish(walk: Walk, effect: Publishes, frame: Frame, folder: str | None) -> None:
    """Notes a publish, and what else is published on the way."""
    _commands(walk, effect, frame, folder)
    before = len(walk.found)
    walk.publish(effect, frame, folder)
    ignored = effect.flags.get("ignore-scripts")
    if effect.tool in _NO_SCRIPTS or (ignored is not None and ignored.literal != "false"):
        return
    if effect.tool in _STOP_WITH_A_SCRIPT:
        _stop(walk, effect, before)
    packages = [p for found in walk.found[before:] for p in _packages(found.found.run)]
    _lifecycle(walk, effect, dict.fromkeys(packages), frame, folder)


def _stop(walk: Walk, effect: Publishes, start: int) -> None:
    """Notes of the packages that were just found which of them a script of their own holds back."""
    for at, found in enumerate(walk.found[start:], start):
        run = found.found.run
        if not isinstance(run.packages, Unknown):
            packages = tuple(_stopped(walk, effect, package) for package in run.packages)
            own = replace(found.found, run=replace(run, packages=packages))
            walk.found[at] = replace(found, found=own)


def _stopped(walk: Walk, effect: Publishes, package: Package) -> Package:
    manifest = walk.repository.manifest(package.path.rpartition("/")[0])
    for name in _scripts(effect) if manifest is not None else ():
        source = manifest.script(name) if manifest is not None else None
        if name not in _AFTER_THE_UPLOAD and source is not None and failing.always(source):
            return replace(package, stopped_by=name)
    return package


def _lifecycle(
    walk: Walk, effect: Publishes, packages: Iterable[str], frame: Frame, folder: str | None
) -> None:
    """Runs the scripts of the packages that are published, some of which publish more."""
    tree = walk.state.in_tree(folder) if folder is not None else None
    if tree is None or folder is None:
        return
    checkout = folder[: len(folder) - len(tree)].rstrip("/")
    env = dict(frame.env)
    for flag, value in effect.flags.items() if effect.tool == "npm" else ():
        if flag not in _OF_THIS_RUN:
            env[f"npm_config_{flag.replace('-', '_')}"] = value
    for path in packages:
        own = path.rpartition("/")[0]
        manifest = walk.repository.manifest(own)
        where = f"{checkout}/{own}".strip("/")
        for name in _scripts(effect):
            source = manifest.script(name) if manifest is not None else None
            key = f"script:{own}:{name}"
            if source is None or key in frame.chain:
                continue
            inner = walk.enter(frame, "package-script", key)
            if inner is None:
                continue
            inner = replace(inner, dry_run=inner.dry_run or effect.dry_run, spread=None)
            shell = Shell(executables.with_local_bins(env, where), where)
            walk.shell(shell, source, inner, expressions=False)


def _scripts(effect: Publishes) -> tuple[str, ...]:
    if effect.berry:
        return _OF_BERRY
    return ("prepublish", *_LIFECYCLE) if effect.tool in _WITH_PREPUBLISH else _LIFECYCLE


def _packages(run: Run) -> Iterator[str]:
    if isinstance(run.packages, tuple):
        yield from (package.path for package in run.packages)


def _commands(walk: Walk, publish: Publishes, frame: Frame, folder: str | None) -> None:
    """Runs the commands that the settings of a release tool have it run."""
    reader = _READERS.get(publish.tool)
    tree = walk.state.in_tree(folder) if folder is not None else None
    if reader is None or tree is None:
        return
    settings = tool_settings.settings_of(walk.repository, publish, tree)
    if settings is not None:
        found = list(reader[0](settings))
    else:
        source = tool_settings.program_of(walk.repository, publish.tool, tree)
        found = list(_in_program(source, reader[1])) if source is not None else []
    if not found:
        return
    inner = walk.enter(frame, "script-file", f"settings:{publish.tool}:{tree}")
    if inner is None:
        return
    inner = replace(inner, dry_run=inner.dry_run or publish.dry_run)
    env = executables.with_local_bins(frame.env, folder)
    for written in dict.fromkeys(found):
        command = Command((text("sh"),), {}, env, folder, 0, 0)
        walk.effect(RunsText(_filled(written)), command, inner)


# Both fill in what the release is: `${nextRelease.version}`, `${version}`.
_TEMPLATE = re.compile(r"\$\{[^{}]*\}|<%[^%]*%>")


def _filled(written: str) -> Text:
    pieces: list[str | Hidden] = []
    end = 0
    for match in _TEMPLATE.finditer(written):
        pieces += [written[end : match.start()], Hidden(f"`{match.group()[:40]}`")]
        end = match.end()
    return join(*pieces, written[end:])


def _of_semantic_release(settings: Mapping) -> Iterator[str]:
    """`publishCmd` and its kin of @semantic-release/exec, `cmd` where it is written by steps.

    https://github.com/semantic-release/exec
    """
    for mapping in _mappings(settings):
        for key, (_, value) in mapping.by_key.items():
            if key == "cmd" or key.endswith("Cmd"):
                yield from _texts(value)


def _of_release_it(settings: Mapping) -> Iterator[str]:
    """The `hooks`. https://github.com/release-it/release-it#hooks ."""
    hooks = settings.get("hooks")
    if isinstance(hooks, Mapping):
        for _, value in hooks.by_key.values():
            yield from _texts(value)


def _of_auto(settings: Mapping) -> Iterator[str]:
    """The exec plugin. https://intuit.github.io/auto/docs/generated/exec ."""
    plugins = settings.get("plugins")
    for plugin in plugins.items if isinstance(plugins, Sequence) else ():
        if isinstance(plugin, Sequence) and len(plugin.items) > 1:
            name, options = string(plugin.items[0]) or "", plugin.items[1]
            if name.endswith("exec") and isinstance(options, Mapping):
                for _, value in options.by_key.values():
                    yield from _texts(value)


def _mappings(node: Node) -> Iterator[Mapping]:
    queue = [node]
    while queue:
        here = queue.pop()
        if isinstance(here, Mapping):
            yield here
            queue += [value for _, value in here.by_key.values()]
        elif isinstance(here, Sequence):
            queue += here.items


def _texts(node: Node) -> Iterator[str]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar) and not item.is_null:
            yield item.value


_QUOTED = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`"
_STRING = re.compile(_QUOTED)


def _in_program(source: str, keys: str) -> Iterator[str]:
    """The strings behind these keys in a program that exports settings."""
    plain = program_text.without_comments(source, "js")
    values = rf"(?:{keys})['\"]?\s*:\s*(?P<value>{_QUOTED}|\[(?:[^\]'\"`]|{_QUOTED})*\])"
    for match in re.finditer(values, plain):
        for quoted in _STRING.findall(match["value"]):
            yield re.sub(r"\\(.)", r"\1", quoted[1:-1])


_READERS = {
    "semantic-release": (_of_semantic_release, r"\b\w*Cmd|\bcmd"),
    "release-it": (_of_release_it, r"\b(?:before|after):[\w:-]+"),
    "auto": (_of_auto, r"\b(?:before|after|on|make)\w+"),
}
