"""A simple command to what it does: publish, run a script, set a token, install a tool.

Only words are looked at; no file is read here. What is not known to matter does nothing.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from msgspec.structs import replace

from checker.facts import Command as PublishCommand
from checker.workflows.command_lines import (
    arguments,
    configuration_files,
    containers,
    git,
    other_tools,
    package_managers,
    task_runners,
    windows,
)
from checker.workflows.command_lines.effects import (
    ChangesVersion,
    ChoosesNode,
    Copies,
    Effect,
    MovesHead,
    Publishes,
    RunsFile,
    RunsMake,
    RunsScript,
    RunsText,
    Writes,
)
from checker.workflows.shell import prefixes
from checker.workflows.shell.command import Command
from checker.workflows.shell.printed import output
from checker.workflows.text import Hidden, Text, hole, join, split, text

FILE_KINDS = {
    ".sh": "sh", ".bash": "sh", ".js": "js", ".mjs": "js", ".cjs": "js",
    ".ts": "js", ".mts": "js", ".cts": "js", ".py": "py",
}  # fmt: skip
_RUNTIMES = {
    "bash": "sh", "sh": "sh", "zsh": "sh", "dash": "sh", "source": "sh", ".": "sh",
    "node": "js", "tsx": "js", "ts-node": "js", "deno": "js", "esno": "js", "jiti": "js",
    "zx": "js", "babel-node": "js", "vite-node": "js", "python": "py", "python3": "py",
}  # fmt: skip
_TAKES_WORD = {
    "-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file", "-o", "-O",
}  # fmt: skip

# Interpreters that find their program on standard input, and its language.
_ON_STDIN = {
    "node": "js", "node -": "js", "node --input-type=module": "js", "python": "py",
    "node --input-type=module -": "js", "python -": "py", "python3": "py", "python3 -": "py",
}  # fmt: skip


def effects(command: Command) -> Iterator[Effect]:
    """What `command` does, in order."""
    yield from _writes(command)
    words = prefixes.unwrapped(list(command.words))
    if not words:
        return
    if len(command.words) > 1 and len(words) == 1 and (words[0].literal or "").count(" ") > 1:
        yield RunsText(words[0])
        return
    if _reads_stdin(words) and command.input is not None:
        yield RunsText(command.input)
        return
    language = _ON_STDIN.get(" ".join(word.shown for word in words))
    if language is not None and command.input is not None:
        yield RunsText(command.input, language=language)
        return
    done = tuple(of_words(words))
    yield from done or configuration_files.touched(words, command)


def _reads_stdin(words: list[Text]) -> bool:
    """`bash -euo pipefail` by itself, and `bash -s a b`: the script comes on standard input."""
    name = (words[0].literal or "").rpartition("/")[2]
    if name not in {"bash", "sh", "zsh", "dash"}:
        return False
    rest = [word.literal or "" for word in words[1:]]
    while rest:
        flag = rest.pop(0)
        if not flag.startswith(("-", "+")) or (flag[:2] != "--" and "c" in flag):
            return False
        if "s" in flag and flag[:2] != "--":
            return True
        if _NAMES_OPTION.fullmatch(flag):
            rest = rest[1:]
    return True


def of_words(words: list[Text], version: str | None = None) -> Iterator[Effect]:
    """What a bare command line does. version: of the tool, where a runner such as npx names it."""
    if not words:
        return
    name = words[0].literal
    if name is None:
        yield from hidden_name(words)
        return
    name = name.removesuffix(".cmd").removesuffix(".exe")
    short = name.rpartition("/")[2]
    rest = words[1:]
    if short in package_managers.MANAGERS:
        for effect in package_managers.MANAGERS[short](rest, version):
            if "/" in name and isinstance(effect, Publishes) and effect.tool == short:
                effect = replace(effect, executable=name)
            yield effect
    elif name in {"eval"}:
        yield RunsText(join(*_spaced(rest)))
    elif short in _RUNTIMES:
        yield from _interpreter(short, rest)
    elif short.lower() in windows.NAMES:
        yield from windows.runs(short.lower(), rest)
    elif name == "trap" and len(rest) > 1:
        yield RunsText(rest[0])
    elif short == "find":
        yield from _find(rest)
    elif short in containers.NAMES:
        yield from containers.runs(short, rest)
    elif short in {"make", "gmake"}:
        yield from _make(rest)
    elif short in task_runners.RUNNERS:
        yield from task_runners.RUNNERS[short](rest)
    elif short in _EDITORS and any(word.shown.endswith("package.json") for word in rest):
        yield from _edits(rest)
    elif short in {"cp", "mv", "copy", "move", "install"}:
        yield from _copy(short, rest)
    elif short == "git":
        yield from git.discards(rest)
        if git.moves_head(rest):
            yield MovesHead()
    elif short in {"rm", "unlink", "del", "shred"}:
        yield from configuration_files.removed(rest)
    elif short in {"nvm", "fnm", "n", "nvs"}:
        yield from _node_manager(short, rest)
    elif short in _SCRIPT_RUNNERS:
        yield from _script_runner(short, rest)
    elif "/" in name or name.endswith(tuple(FILE_KINDS)):
        if "node_modules/.bin/" in name:
            yield from other_tools.publishes(short, rest, version)
            return
        kind = next((k for end, k in FILE_KINDS.items() if name.endswith(end)), "sh")
        yield RunsFile(words[0], kind, tuple(rest))
    elif short in {"lerna", "lerna-lite"} and rest and rest[0].literal in {"run", "exec"}:
        yield from _lerna(rest)
    elif short == "nx" and (targets := _nx_targets(rest)):
        for target, project in targets:
            workspaces = (text(project),) if project else ()
            if target == _NX_PUBLISH:
                yield from _nx_publishes(rest, workspaces)
            else:
                yield RunsScript("nx", target, workspaces=workspaces, every=not project)
    else:
        yield from other_tools.publishes(short, rest, version)


def _find(words: list[Text]) -> Iterator[Effect]:
    """`find … -exec npm publish {} +`: what it runs for each file that it finds."""
    rest = list(words)
    while rest:
        flag = rest.pop(0).literal
        if flag not in {"-exec", "-execdir", "-ok", "-okdir"}:
            continue
        end = next((n for n, word in enumerate(rest) if word.literal in {";", "+"}), len(rest))
        inner = [hole(_FOUND) if word.literal == "{}" else word for word in rest[:end]]
        rest = rest[end:]
        if flag in {"-exec", "-ok"}:
            yield from of_words(prefixes.unwrapped(inner))
        else:
            quoted = (text(shlex.quote(w.literal)) if w.literal is not None else w for w in inner)
            yield RunsText(join(*_spaced(list(quoted))), elsewhere=True)


_FOUND = Hidden("what `find` finds")


def _lerna(words: list[Text]) -> Iterator[Effect]:
    """`lerna run x` and `lerna exec -- x`, in every workspace."""
    parsed = arguments.parse(words)
    if words[0].literal == "exec":
        inner = package_managers.execute(parsed.words[1:] + parsed.rest, None)
        yield from package_managers.each(inner)
    elif len(parsed.words) > 1 and parsed.words[1].literal:
        yield RunsScript("lerna", parsed.words[1].literal, every=True)


def _nx_targets(words: list[Text]) -> list[tuple[str, str]]:
    """The targets that nx runs, each with its project or "" for all: `nx run-many -t publish`."""
    parsed = arguments.parse(words, short={"t": "target", "p": "projects"}, bare_short=frozenset())
    verbs = [word.literal or "" for word in parsed.words]
    named = [word.literal or "" for word in parsed.all("target", "targets")]
    if verbs[:1] in (["run-many"], ["affected"]):
        found = [name for part in named for name in part.split(",")]
        return [(name, "") for name in (*found, *verbs[1:]) if name]
    if verbs[:1] == ["run"] and len(verbs) > 1 and ":" in verbs[1]:
        project, _, target = verbs[1].partition(":")
        return [(target.split(":")[0], project)]
    if len(verbs) == 2 and verbs[0] not in {"release", "g", "generate", "migrate", "add"}:
        return [(verbs[0], verbs[1])]
    return []


# What `nx release publish` runs for each project.
_NX_PUBLISH = "nx-release-publish"


def _nx_publishes(words: list[Text], workspaces: tuple[Text, ...]) -> Iterator[Effect]:
    for effect in other_tools.publishes("nx", [text("release"), text("publish")], None):
        if isinstance(effect, Publishes):
            flags = arguments.parse(words).flags
            yield replace(effect, flags=flags, workspaces=workspaces, every=not workspaces)


def _spaced(words: list[Text]) -> list[Text | str]:
    pieces: list[Text | str] = []
    for word in words:
        pieces += [" ", word] if pieces else [word]
    return pieces


def hidden_name(words: list[Text]) -> Iterator[Effect]:
    """`$PM publish`, `${{ inputs.pm }} run release`: which tool it is only a run knows."""
    choices = words[0].holes[0].choices if len(words[0].parts) == 1 and words[0].holes else ()
    for choice in choices:
        if choice:
            yield RunsText(join(*_spaced([text(choice), *words[1:]])))
    if choices:
        return
    rest = [word.literal for word in words[1:]]
    if "publish" in rest and not {"--dry-run", "docker", "image"} & set(rest):
        parsed = arguments.parse(words[1:])
        yield Publishes(
            "unknown", PublishCommand.PUBLISH, parsed.flags, unseen=words[0].why,
            dry_run=parsed.always("dry-run"),
        )  # fmt: skip


def _writes(command: Command) -> Iterator[Effect]:
    name = command.words[0].literal
    produced = output(command)
    for write in command.writes:
        yield Writes(write.path, produced, write.append)
    if name == "tee":
        rest = [word for word in command.words[1:] if not word.start.startswith("-")]
        append = any(word.literal in {"-a", "--append"} for word in command.words[1:])
        for path in rest:
            yield Writes(path, command.input, append)


# `bash -euo pipefail deploy.sh`
_NAMES_OPTION = re.compile(r"[-+][a-z]*[oO]")


def _interpreter(name: str, words: list[Text]) -> Iterator[Effect]:
    kind = _RUNTIMES[name]
    rest = list(words)
    if name == "deno":
        verb = next((word.literal for word in rest if not word.start.startswith("-")), None)
        if verb == "task":
            yield from _deno_task(rest)
        if verb != "run":
            return
    while rest:
        literal = rest[0].literal or ""
        if kind == "sh" and re.fullmatch(r"-[a-z]*c[a-z]*", literal):
            if len(rest) > 1:
                yield RunsText(rest[1], tuple(rest[3:]))
            return
        if literal in _TAKES_TEXT[kind]:
            if len(rest) > 1:
                yield RunsText(rest[1], tuple(rest[2:]), language=kind)
            return
        if name == "node" and (literal == "--run" or literal.startswith("--run=")):
            script = literal[6:] or (rest[1].literal if len(rest) > 1 else None)
            if script:
                given = rest[rest.index(text("--")) + 1 :] if text("--") in rest else []
                yield RunsScript("node", script, tuple(given), hooks=False)
            return
        if literal in _TAKES_WORD or (kind == "sh" and _NAMES_OPTION.fullmatch(literal)):
            rest = rest[2:]
        elif literal.startswith("-") or (name == "deno" and literal == "run"):
            rest = rest[1:]
        else:
            break
    if not rest:
        return
    if (rest[0].literal or "").rpartition("/")[2] in _RUSH:
        yield from of_words([text("rush"), *rest[1:]])
        return
    installed = _installed_command(rest[0].literal or "")
    if installed is not None:
        yield from of_words([text(installed), *rest[1:]])
    elif name == "deno" and rest[0].start.startswith("npm:"):
        yield from package_managers.execute((text(rest[0].start[4:]), *rest[1:]), None)
    else:
        yield RunsFile(rest[0], kind, tuple(rest[1:]))


# https://rushjs.io/pages/maintainer/enabling_ci_builds/
_RUSH = frozenset({"install-run-rush.js", "install-run-rush-pnpm.js"})
_TAKES_TEXT = {"sh": {"-c"}, "py": {"-c"}, "js": {"-e", "--eval", "-p", "--print", "-pe"}}
_INSTALLED = re.compile(r"^(?P<before>.*?)node_modules/(?P<package>(?:@[^/]+/)?[^/.][^/]*)(?:/|$)")


def _installed_command(path: str) -> str | None:
    """The command whose program stands at a path inside `node_modules`; None elsewhere."""
    if "node_modules/.bin/" in path:
        return path
    match = _INSTALLED.match(path)
    if match is None:
        return None
    package = match["package"]
    name = other_tools.PACKAGE_COMMANDS.get(package, package)
    return f"{match['before']}node_modules/.bin/{name}" if "/" not in name else None


def _deno_task(words: list[Text]) -> Iterator[Effect]:
    plain = [word for word in words if not word.start.startswith("-")]
    if len(plain) > 1 and plain[1].literal:
        yield RunsScript("deno", plain[1].literal, tuple(plain[2:]))


def _make(words: list[Text]) -> Iterator[Effect]:
    parsed = arguments.parse(
        words,
        bare=frozenset({"silent", "quiet", "always-make", "keep-going", "dry-run"}),
        short={"C": "directory", "f": "file"},
        bare_short=frozenset({"s", "B", "k", "n", "i", "e", "w", "j"}),
    )
    targets, variables = [], {}
    for word in parsed.words:
        key, *value = split(word, "=", 1)
        if value and key.literal:
            variables[key.literal] = value[0]
        elif word.literal:
            targets.append(word.literal)
    yield RunsMake(tuple(targets), parsed.first("directory"), parsed.first("file"), variables)


def _node_manager(name: str, words: list[Text]) -> Iterator[Effect]:
    rest = [word for word in words if not word.start.startswith("-")]
    if name == "n" and rest:
        yield ChoosesNode(rest[0])
    elif rest and rest[0].literal in {"use", "install", "default"}:
        yield ChoosesNode(rest[1] if len(rest) > 1 else text(".nvmrc"))


_EDITORS = {"sed", "perl", "json", "yq", "dot-json", "jq", "dasel", "gojq", "sponge", "node", "npe"}


def _edits(words: list[Text]) -> Iterator[Effect]:
    """A manifest changed in place: its version, or anything."""
    if any("version" in word.shown.lower() for word in words):
        yield ChangesVersion()
        return
    in_place = any((w.literal or "").startswith(("-i", "-I", "--in-place")) for w in words)
    for word in words if in_place else []:
        if word.shown.endswith("package.json"):
            yield Writes(word, None, append=False)


def _copy(name: str, words: list[Text]) -> Iterator[Effect]:
    plain = [word for word in words if not word.start.startswith("-")]
    if len(plain) == 2:
        yield Copies(plain[0], plain[1], moves=name in {"mv", "move"})


_SCRIPT_RUNNERS = {
    "run-s", "run-p", "npm-run-all", "npm-run-all2", "turbo", "lage", "concurrently", "wsrun",
    "ultra",
}  # fmt: skip


def _script_runner(name: str, words: list[Text]) -> Iterator[Effect]:
    """Tools that run package scripts by name."""
    rest = [word.literal for word in words if not word.start.startswith("-")]
    if name == "concurrently":
        for word in rest:
            if word and word.startswith("npm:"):
                yield RunsScript("npm", word[4:])
            elif word and " " in word:
                yield RunsText(text(word))
        return
    names = [word for word in rest if word]
    if name in {"turbo", "lage"}:
        names = names[1:] if names[:1] == ["run"] else names
        for script in names:
            yield _task(name, script)
        return
    for script in names:
        yield RunsScript("npm", script)


def _task(runner: str, task: str) -> RunsScript:
    """`task` of every workspace, `package#task` of one, `//#task` of the root alone."""
    package, mark, script = task.rpartition("#")
    if not mark:
        return RunsScript(runner, task, every=True)
    return RunsScript(runner, script, workspaces=() if package == "//" else (text(package),))
