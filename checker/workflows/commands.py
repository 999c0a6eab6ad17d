"""A simple command to what it does: publish, run a script, set a token, install a tool.

Only words are looked at; no file is read here. What is not known to matter does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from checker.facts import Command as PublishCommand
from checker.workflows import arguments, other_tools
from checker.workflows.arguments import Arguments, name_and_version
from checker.workflows.effects import (
    ChangesVersion,
    ChoosesNode,
    Copies,
    Effect,
    Installs,
    Publishes,
    RunsFile,
    RunsMake,
    RunsScript,
    RunsText,
    SetsConfig,
    Writes,
)
from checker.workflows.shell import Command, output
from checker.workflows.text import Hidden, Text, hole, join, split, text

MAX_PREFIXES = 8
_FILE_KINDS = {
    ".sh": "sh", ".bash": "sh", ".js": "js", ".mjs": "js", ".cjs": "js",
    ".ts": "js", ".mts": "js", ".cts": "js", ".py": "py",
}  # fmt: skip
_RUNTIMES = {
    "bash": "sh", "sh": "sh", "zsh": "sh", "dash": "sh", "source": "sh", ".": "sh",
    "node": "js", "tsx": "js", "ts-node": "js", "deno": "js", "esno": "js", "jiti": "js",
    "zx": "js", "babel-node": "js", "vite-node": "js", "python": "py", "python3": "py",
}  # fmt: skip
# A word before the command that changes nothing about it, and the flags that take a word.
_PREFIXES: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C"}),
    "time": frozenset({"-f", "-o"}),
    "nice": frozenset({"-n"}),
    "nohup": frozenset(),
    "command": frozenset(),
    "exec": frozenset({"-a"}),
    "builtin": frozenset(),
    "call": frozenset(),
    "env": frozenset({"-u", "-C", "-S"}),
    "xargs": frozenset({"-n", "-I", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args"}),
    "timeout": frozenset({"-s", "-k", "--signal", "--kill-after"}),
    "retry": frozenset({"-t", "-d", "--times", "--delay", "--max-attempts"}),
    "cross-env": frozenset(),
    "dotenv": frozenset({"-e", "-f"}),
    "dotenvx": frozenset({"-f"}),
    "op": frozenset({"--env-file"}),
    "doppler": frozenset({"-p", "-c"}),
    "infisical": frozenset({"--env", "--path"}),
    "volta": frozenset({"--node", "--npm"}),
    "mise": frozenset({"-C"}),
    "asdf": frozenset(),
    "fnm": frozenset({"--using"}),
    "unbuffer": frozenset(),
    "stdbuf": frozenset({"-o", "-e", "-i"}),
    "devbox": frozenset(),
    "wait-on": frozenset(),
    "then": frozenset(),
    "&": frozenset(),
}
_TAKES_WORD = {"-r", "--require", "--import", "--loader", "--env-file", "-o", "-O"}
_PREFIX_VERBS = {"run", "exec", "x"}


def effects(command: Command) -> Iterator[Effect]:
    """What `command` does, in order."""
    yield from _writes(command)
    words = _unwrapped(list(command.words))
    if not words:
        return
    if len(command.words) > 1 and len(words) == 1 and (words[0].literal or "").count(" ") > 1:
        yield RunsText(words[0])
        return
    yield from of_words(words)


def of_words(words: list[Text], version: str | None = None) -> Iterator[Effect]:
    """What a bare command line does. version: of the tool, where a runner such as npx names it."""
    if not words:
        return
    name = words[0].literal
    if name is None:
        yield from _hidden_name(words)
        return
    name = name.removesuffix(".cmd").removesuffix(".exe")
    short = name.rpartition("/")[2]
    rest = words[1:]
    if short in _MANAGERS:
        yield from _MANAGERS[short](rest, version)
    elif name in {"eval"}:
        yield RunsText(join(*_spaced(rest)))
    elif short in _RUNTIMES:
        yield from _interpreter(short, rest)
    elif short in {"make", "gmake"}:
        yield from _make(rest)
    elif short in _EDITORS and any(word.shown.endswith("package.json") for word in rest):
        yield from _edits(rest)
    elif short in {"cp", "mv", "copy", "move", "install"}:
        yield from _copy(rest)
    elif short in {"nvm", "fnm", "n", "nvs"}:
        yield from _node_manager(short, rest)
    elif short in _SCRIPT_RUNNERS:
        yield from _script_runner(short, rest)
    elif "/" in name or name.endswith(tuple(_FILE_KINDS)):
        if "node_modules/.bin/" in name:
            yield from other_tools.publishes(short, rest, version)
            return
        kind = next((k for end, k in _FILE_KINDS.items() if name.endswith(end)), "sh")
        yield RunsFile(words[0], kind, tuple(rest))
    elif short in {"lerna", "lerna-lite"} and rest and rest[0].literal in {"run", "exec"}:
        yield from _lerna(rest)
    elif short == "nx" and (targets := _nx_targets(rest)):
        for target, project in targets:
            workspaces = (text(project),) if project else ()
            yield RunsScript("nx", target, workspaces=workspaces, every=not project)
    else:
        yield from other_tools.publishes(short, rest, version)


def _lerna(words: list[Text]) -> Iterator[Effect]:
    """`lerna run x` and `lerna exec -- x`, in every workspace."""
    parsed = arguments.parse(words)
    if words[0].literal == "exec":
        yield from _each(_exec(parsed.words[1:] + parsed.rest, None))
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


def _spaced(words: list[Text]) -> list[Text | str]:
    pieces: list[Text | str] = []
    for word in words:
        pieces += [" ", word] if pieces else [word]
    return pieces


def _hidden_name(words: list[Text]) -> Iterator[Effect]:
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
            dry_run=parsed.on("dry-run"),
        )  # fmt: skip


def _unwrapped(words: list[Text]) -> list[Text]:
    for _ in range(MAX_PREFIXES):
        name = (words[0].literal or "").rpartition("/")[2] if words else ""
        if name not in _PREFIXES:
            return words
        rest = _after_prefix(name, words[1:])
        if rest is None:
            return words
        if name == "xargs" and rest:
            rest = [*rest, hole(Hidden("the words piped to it"))]
        words = rest
    return words


def _after_prefix(name: str, words: list[Text]) -> list[Text] | None:
    """The command behind a prefix; None when the prefix is the command."""
    takes = _PREFIXES[name]
    rest = list(words)
    if name in {"volta", "mise", "asdf", "fnm", "op", "doppler", "infisical", "dotenvx", "devbox"}:
        if not rest or rest[0].literal not in _PREFIX_VERBS:
            return None
        rest = rest[1:]
        if name == "mise" and not any(w.literal == "--" for w in rest):
            return None
    if any(word.literal == "--" for word in rest) and name not in {"xargs", "env", "sudo"}:
        return rest[[w.literal for w in rest].index("--") + 1 :]
    while rest:
        word = rest[0].start
        if word.startswith("-") and rest[0].literal is not None:
            rest = rest[2:] if rest[0].literal in takes else rest[1:]
        elif "=" in word and name in {"env", "cross-env", "sudo", "dotenv"}:
            rest = rest[1:]
        elif name == "timeout" and word[:1].isdigit():
            rest = rest[1:]
            break
        elif name == "retry" and word.isdigit():
            rest = rest[1:]
        else:
            break
    return rest


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


def _interpreter(name: str, words: list[Text]) -> Iterator[Effect]:
    kind = _RUNTIMES[name]
    takes_text = {"sh": "-c", "py": "-c", "js": "-e"}[kind]
    rest = list(words)
    while rest:
        literal = rest[0].literal or ""
        if kind == "sh" and re.fullmatch(r"-[a-z]*c[a-z]*", literal):
            if len(rest) > 1:
                yield RunsText(rest[1], tuple(rest[3:]))
            return
        if literal == takes_text:
            return
        if literal in {
            "-r",
            "--require",
            "--import",
            "--loader",
            "--env-file",
            "-o",
            "-O",
            "--experimental-loader",
        }:
            rest = rest[2:]
        elif literal.startswith("-") or (name in {"deno"} and literal in {"run", "task"}):
            rest = rest[1:]
        else:
            break
    if rest:
        yield RunsFile(rest[0], kind, tuple(rest[1:]))


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


def _copy(words: list[Text]) -> Iterator[Effect]:
    plain = [word for word in words if not word.start.startswith("-")]
    if len(plain) == 2:
        yield Copies(plain[0], plain[1])


_SCRIPT_RUNNERS = {
    "run-s", "run-p", "npm-run-all", "npm-run-all2", "turbo", "concurrently", "wsrun", "ultra",
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
    if name == "turbo":
        names = names[1:] if names[:1] == ["run"] else names
        for script in names:
            yield RunsScript("turbo", script, every=True)
        return
    for script in names:
        yield RunsScript("npm", script)


# --- package managers ---------------------------------------------------------------------------


def _npm(words: list[Text], version: str | None) -> Iterator[Effect]:
    parsed = arguments.parse(words)
    verbs = [word.literal for word in parsed.words]
    verb = verbs[0] if verbs else None
    if verb in {"publish", "pub", "pu"} or verbs[:2] in (["stage", "publish"], ["stage", "pub"]):
        yield _publishes("npm", parsed, 2 if verb == "stage" else 1, version)
    elif verb in {"run", "run-script", "rum", "urn"} and len(parsed.words) > 1:
        yield from _script("npm", parsed, parsed.words[1], parsed.words[2:])
    elif verb in {"test", "t", "tst", "start", "stop", "restart"}:
        yield from _script("npm", parsed, text("test" if verb in {"t", "tst"} else verb), ())
    elif verb in {"exec", "x"}:
        yield from _exec(parsed.words[1:] + parsed.rest, parsed)
    elif verb == "version" and len(verbs) > 1:
        yield from _version("npm", parsed)
    elif verbs[:2] in (["pkg", "set"], ["pkg", "delete"]):
        changes_version = all(w.shown.startswith("version") for w in parsed.words[2:])
        yield ChangesVersion() if changes_version else Writes(text("package.json"), None, False)
    elif verb in {"config", "c", "set"}:
        yield from _config("npm", parsed, verb)
    elif verb in {"install", "i", "add", "in", "update", "up", "upgrade"} and _is_global(parsed):
        yield from _installs(parsed.words[1:])
    elif verb is None and parsed.words and parsed.words[0].holes:
        yield from _hidden_verb("npm", parsed)


def _version(manager: str, parsed: Arguments) -> Iterator[Effect]:
    """`npm version` runs scripts of its own, and `postversion` is where some publish."""
    yield ChangesVersion()
    if not parsed.on("ignore-scripts"):
        for script in ("preversion", "version", "postversion"):
            yield from _script(manager, parsed, text(script), ())


def _is_global(parsed: Arguments) -> bool:
    where = parsed.first("location")
    return parsed.on("global") or (where is not None and where.literal == "global")


def _installs(words: tuple[Text, ...]) -> Iterator[Effect]:
    for word in words:
        known = name_and_version(word)
        if known is not None:
            yield Installs(known[0], known[1])


def _hidden_verb(tool: str, parsed: Arguments) -> Iterator[Effect]:
    choices = parsed.words[0].holes[0].choices
    if "publish" in choices:
        yield _publishes(tool, parsed, 1, None)
        return
    # `npm ${{ inputs.command }}`: only a publish where something else says so.
    if any("publish" in hidden.why.lower() for hidden in parsed.words[0].holes):
        yield Publishes(tool, PublishCommand.PUBLISH, parsed.flags, unseen=parsed.words[0].why)


def _publishes(tool: str, parsed: Arguments, verbs: int, version: str | None) -> Publishes:
    positional = list(parsed.words[verbs:]) + list(parsed.rest)
    unseen: str | None = None
    target: Text | None = None
    for word in positional:
        if word.literal is None and not word.shown and looks_like_flags(word):
            unseen = unseen or word.why
        elif word.literal != "":
            target = target or word
    stage = parsed.words[0].literal == "stage"
    return Publishes(
        tool,
        PublishCommand.STAGE if stage else PublishCommand.PUBLISH,
        parsed.flags,
        target,
        parsed.all("workspace", "filter"),
        parsed.on("workspaces", "recursive"),
        parsed.first("prefix", "dir", "cwd"),
        version,
        unseen,
        parsed.on("dry-run"),
    )


_FLAG_NAMES = re.compile(
    r"(?<![a-z])(?:flags?|args?|arguments?|opts?|options?|dry|tag|extra|access|provenance|params?|otp)"
    r"(?![a-z])",
    re.IGNORECASE,
)


def looks_like_flags(word: Text) -> bool:
    """Whether a hidden word stands for flags by its name, and not for what is published."""
    hidden = word.holes[0]
    if hidden.choices:
        return all(not c or c.startswith("-") for c in hidden.choices)
    if "$(" in hidden.why:
        return "--" in hidden.why
    return bool(_FLAG_NAMES.search(re.sub(r"([a-z])([A-Z])", r"\1_\2", hidden.why)))


def _script(
    manager: str,
    parsed: Arguments,
    name: Text,
    given: tuple[Text, ...],
    otherwise: Iterable[Effect] = (),
) -> Iterator[Effect]:
    names = [name.literal] if name.literal else list(name.holes[0].choices if name.holes else ())
    for script in names:
        if script:
            yield RunsScript(
                manager,
                script,
                (*given, *parsed.rest),
                parsed.first("prefix", "dir", "cwd"),
                parsed.all("workspace", "filter"),
                parsed.on("workspaces", "recursive"),
                parsed.flags if manager == "npm" else {},
                tuple(otherwise),
            )


def _config(manager: str, parsed: Arguments, verb: str) -> Iterator[Effect]:
    words = parsed.words[1:]
    if verb != "set":
        if not words or words[0].literal not in {"set", "s"}:
            return
        words = words[1:]
    where = parsed.first("location")
    project = where is not None and where.literal == "project"
    if len(words) == 2 and "=" not in words[0].shown:
        yield SetsConfig(manager, words[0], words[1], project)
        return
    for word in words:
        key, *value = split(word, "=", 1)
        if value:
            yield SetsConfig(manager, key, value[0], project)
    if len(words) == 1 and "=" not in words[0].shown and parsed.rest:
        yield SetsConfig(manager, words[0], parsed.rest[0], project)


def _pnpm(words: list[Text], version: str | None) -> Iterator[Effect]:
    parsed = arguments.parse(words)
    verbs = [word.literal for word in parsed.words]
    verb = verbs[0] if verbs else None
    if verb in {"recursive", "multi", "m"}:
        yield from _pnpm([text("-r"), *words[1:]], version)
    elif verb == "publish" or verbs[:2] == ["stage", "publish"]:
        yield _publishes("pnpm", parsed, 2 if verb == "stage" else 1, version)
    elif verb in {"run", "run-script"} and len(parsed.words) > 1:
        yield from _script("pnpm", parsed, parsed.words[1], parsed.words[2:])
    elif verb in {"exec", "dlx"}:
        inner = _exec(parsed.words[1:] + parsed.rest, parsed)
        chosen = parsed.first("filter")
        if chosen is not None:
            yield from _within(inner, chosen)
        else:
            yield from _each(inner) if parsed.on("recursive") else inner
    elif verb == "version" and len(verbs) > 1:
        yield from _version("pnpm", parsed)
    elif verb in {"config", "c", "set"}:
        yield from _config("pnpm", parsed, verb)
    elif verb in {"add", "install", "i"} and _is_global(parsed):
        yield from _installs(parsed.words[1:])
    elif verb == "env" and verbs[1:2] == ["use"] and len(parsed.words) > 2:
        yield ChoosesNode(parsed.words[2])
    elif verb is not None and verb not in _PNPM_VERBS:
        given = (*parsed.words[1:], *_flag_words(words))
        tool = other_tools.publishes(verb, list(given), None)
        yield from _script("pnpm", parsed, parsed.words[0], parsed.words[1:], tool)


_PNPM_VERBS_TEXT = """
    install i add remove update up link unlink import rebuild prune fetch list ls outdated
    why pack deploy patch store root bin env setup init create licenses audit
    approve-builds doctor help version view info whoami login logout self-update server cat-file
    ci
"""
_PNPM_VERBS = frozenset(_PNPM_VERBS_TEXT.split())


def _flag_words(words: list[Text]) -> list[Text]:
    return [word for word in words if word.start.startswith("-")]


def _yarn(words: list[Text], version: str | None) -> Iterator[Effect]:
    parsed = arguments.parse(words)
    verbs = [word.literal for word in parsed.words]
    verb = verbs[0] if verbs else None
    if verbs[:2] == ["npm", "publish"]:
        yield replace(_publishes("yarn", parsed, 2, version), berry=True)
    elif verb == "publish":
        yield _publishes("yarn", parsed, 1, version)
    elif verb == "workspace" and len(parsed.words) > 2:
        yield from _within(
            _yarn(words[words.index(parsed.words[1]) + 1 :], version), parsed.words[1]
        )
    elif verb in {"workspaces", "wsrun"} and len(verbs) > 2:
        start = next((n for n, w in enumerate(words) if w.literal in {"foreach", "run"}), None)
        if start:
            inner = words[start + (1 if words[start].literal == "foreach" else 0) :]
            yield from _each(_yarn(_foreach(inner), version))
    elif verb == "run" and len(parsed.words) > 1:
        yield from _yarn_script(parsed, parsed.words[1], parsed.words[2:], words)
    elif verb in {"exec", "dlx"}:
        yield from _exec(parsed.words[1:] + parsed.rest, parsed)
    elif verb == "version":
        yield from _version("yarn", parsed)
    elif verbs[:2] == ["config", "set"]:
        yield from _config("yarn", parsed, "config")
    elif verb == "global" and verbs[1:2] == ["add"]:
        yield from _installs(parsed.words[2:])
    elif verbs[:2] == ["set", "version"] and len(parsed.words) > 2:
        yield Installs("yarn", parsed.words[2])
    elif verb is not None and verb not in _YARN_VERBS:
        yield from _yarn_script(parsed, parsed.words[0], parsed.words[1:], words)


_YARN_VERBS_TEXT = """
    install add remove upgrade up dedupe pack version versions node npm plugin info why
    list cache config init link unlink login logout tag owner team set rebuild import
    audit outdated constraints stage unplug create help licenses global check autoclean
    bin
"""
_YARN_VERBS = frozenset(_YARN_VERBS_TEXT.split())


def _yarn_script(
    parsed: Arguments, name: Text, given: tuple[Text, ...], words: list[Text]
) -> Iterator[Effect]:
    tool = other_tools.publishes(name.literal or "", [*given, *_flag_words(words)], None)
    yield from _script("yarn", parsed, name, given, tool)


def _foreach(words: list[Text]) -> list[Text]:
    """The command of `yarn workspaces foreach -A --include x run y`."""
    rest = list(words)
    while rest and rest[0].start.startswith("-"):
        takes = rest[0].literal in {"--include", "--exclude", "--from", "--since", "-j", "--jobs"}
        rest = rest[2:] if takes else rest[1:]
    return rest


def _within(inner: Iterator[Effect], workspace: Text) -> Iterator[Effect]:
    for effect in inner:
        if isinstance(effect, Publishes | RunsScript):
            yield replace(effect, workspaces=(workspace,))
        else:
            yield replace(effect, elsewhere=True) if isinstance(effect, RunsText) else effect


def _each(inner: Iterator[Effect]) -> Iterator[Effect]:
    for effect in inner:
        if isinstance(effect, Publishes | RunsScript):
            yield replace(effect, every=True)
        else:
            yield replace(effect, elsewhere=True) if isinstance(effect, RunsText) else effect


def _bun(words: list[Text], version: str | None) -> Iterator[Effect]:
    parsed = arguments.parse(words)
    verbs = [word.literal for word in parsed.words]
    verb = verbs[0] if verbs else None
    if verb == "publish":
        yield _publishes("bun", parsed, 1, version)
    elif verb == "run" and len(parsed.words) > 1:
        yield from _bun_run(parsed, parsed.words[1], parsed.words[2:])
    elif verb == "x":
        yield from _exec(parsed.words[1:] + parsed.rest, parsed)
    elif verb in {"add", "install", "i"} and parsed.on("global"):
        yield from _installs(parsed.words[1:])
    elif verb is not None and verb not in {"install", "i", "add", "remove", "test", "build", "pm"}:
        yield from _bun_run(parsed, parsed.words[0], parsed.words[1:])


def _bun_run(parsed: Arguments, name: Text, given: tuple[Text, ...]) -> Iterator[Effect]:
    if (name.literal or "").endswith(tuple(_FILE_KINDS)):
        yield RunsFile(name, "js", given)
    else:
        tool = other_tools.publishes(name.literal or "", list(given), None)
        yield from _script("bun", parsed, name, given, tool)


def _runner(words: list[Text], version: str | None) -> Iterator[Effect]:
    """npx, bunx, pnpx: the package's command, which may be installed for it."""
    yield from _exec(tuple(words), None)


def _exec(words: tuple[Text, ...], parsed: Arguments | None) -> Iterator[Effect]:
    rest = list(words)
    version: str | None = None
    call = parsed.first("call", "c") if parsed else None
    while rest and rest[0].start.startswith("-"):
        flag = rest[0].literal or ""
        if flag in {"-p", "--package"} and len(rest) > 1:
            known = name_and_version(rest[1])
            version = known[1].literal if known else None
            rest = rest[2:]
        elif flag in {"-c", "--call"} and len(rest) > 1:
            call, rest = rest[1], rest[2:]
        elif flag.startswith("--package="):
            known = name_and_version(text(flag.partition("=")[2]))
            version = known[1].literal if known else None
            rest = rest[1:]
        else:
            rest = rest[1:]
    if call is not None:
        yield RunsText(call)
    if not rest:
        return
    known = name_and_version(rest[0])
    if known is None:
        yield from _hidden_name(rest)
        return
    name, spec = known
    if spec.parts:
        version = spec.literal or "?"
    name = other_tools.PACKAGE_COMMANDS.get(name, name)
    if len(rest) == 1 and " " in name:
        yield RunsText(text(name))
    elif "/" in name or name.endswith(tuple(_FILE_KINDS)):
        yield from other_tools.publishes(name, rest[1:], version or None)
    else:
        yield from of_words(_unwrapped([text(name), *rest[1:]]), version or None)


def _corepack(words: list[Text], version: str | None) -> Iterator[Effect]:
    rest = [word for word in words if not word.start.startswith("-")]
    verb = rest[0].literal if rest else None
    if verb in {"prepare", "install", "use", "up"}:
        yield from _installs(tuple(rest[1:]))
    elif verb is not None:
        known = name_and_version(rest[0])
        if known and known[0] in _MANAGERS:
            yield from of_words([text(known[0]), *words[1:]], known[1].literal or None)


_MANAGERS = {
    "npm": _npm,
    "pnpm": _pnpm,
    "yarn": _yarn,
    "yarnpkg": _yarn,
    "bun": _bun,
    "npx": _runner,
    "pnpx": _runner,
    "bunx": _runner,
    "corepack": _corepack,
}
