"""Command lines of npm, pnpm, yarn, bun, npx and corepack: what each of them does.

`commands` looks a line's first word up here, and is asked again for what npx and its kin run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from checker.facts import Command as PublishCommand
from checker.workflows.command_lines import arguments, commands, installing, other_tools
from checker.workflows.command_lines.arguments import Arguments, name_and_version
from checker.workflows.command_lines.effects import (
    ChangesVersion,
    ChoosesNode,
    DropsConfig,
    Effect,
    Installs,
    InstallsProject,
    Publishes,
    RunsFile,
    RunsScript,
    RunsText,
    SetsConfig,
    Writes,
)
from checker.workflows.shell import prefixes
from checker.workflows.text import Hidden, Text, hole, join, split, text

# npm takes any beginning of a command that no other command has.
_PUBLISH = frozenset("publish"[:length] for length in range(2, 8))


def _npm(words: list[Text], version: str | None) -> Iterator[Effect]:
    parsed = arguments.parse(words)
    verbs = [word.literal for word in parsed.words]
    verb = verbs[0] if verbs else None
    if verb in _PUBLISH:
        yield _publishes("npm", parsed, 1, version)
    elif verb in {"stage", "stag"} and verbs[1:2] == ["publish"]:
        yield _publishes("npm", parsed, 2, version)
    elif verb in {"logout"}:
        yield DropsConfig("")
    elif verb in {"run", "run-script", "rum", "urn"} and len(parsed.words) > 1:
        yield from _script("npm", parsed, parsed.words[1], parsed.words[2:])
    elif verb in {"test", "t", "tst", "start", "stop", "restart"}:
        name = text("test" if verb in {"t", "tst"} else verb)
        yield from _script("npm", parsed, name, parsed.words[1:])
    elif verb in {"exec", "x"}:
        inner = execute(parsed.words[1:] + parsed.rest, parsed)
        chosen = parsed.all("workspace")
        if chosen:
            yield from _within(inner, *chosen)
        else:
            yield from each(inner) if parsed.on("workspaces") else inner
    elif verb == "version" and len(verbs) > 1:
        yield from _version("npm", parsed)
    elif verbs[:2] in (["pkg", "set"], ["pkg", "delete"]):
        yield _fields(parsed.words[2:])
    elif verb in {"config", "c", "set"}:
        yield from _config("npm", parsed, verb)
    elif verb in {"install", "i", "add", "in", "update", "up", "upgrade"} and _is_global(parsed):
        for effect in _installs(parsed.words[1:]):
            yield replace(effect, spec=_ELSEWHERE) if "prefix" in parsed.flags else effect
    elif installing.is_install("npm", parsed):
        yield from _installed("npm", parsed)
    elif verb is None and parsed.words and parsed.words[0].holes:
        yield from _hidden_verb("npm", parsed)


def _installed(manager: str, parsed: Arguments) -> Iterator[Effect]:
    yield from installing.of_project(manager, parsed)
    if parsed.words and installing.tests(parsed.words[0].literal):
        yield from _script(manager, parsed, text("test"), ())


def _fields(words: tuple[Text, ...]) -> Effect:
    """`npm pkg set`: the version alone is one thing, any other field may be the name."""
    if not all(word.shown.startswith("version") for word in words):
        return Writes(text("package.json"), None, False)
    _, *value = split(words[-1], "=", 1) if words else ()
    return ChangesVersion(_asked(value[0]) if value else None)


# A version that is a prerelease whatever its hidden end is: `0.0.0-canary.$GITHUB_SHA`.
_SHOWN_PRERELEASE = re.compile(r"\d+\.\d+\.\d+-[0-9A-Za-z.-]*", re.ASCII)


def _asked(word: Text) -> str | None:
    """The version or step; where its end is hidden, something of the same kind, else None."""
    if word.literal is None and _SHOWN_PRERELEASE.fullmatch(word.start):
        return f"{word.start}x+hidden"
    return word.literal


def _version(manager: str, parsed: Arguments) -> Iterator[Effect]:
    """`npm version` runs scripts of its own, and `postversion` is where some publish."""
    given = parsed.words[1] if len(parsed.words) > 1 else parsed.first("new-version")
    yield ChangesVersion(_asked(given) if given is not None else None)
    if not parsed.on("ignore-scripts"):
        for script in ("preversion", "version", "postversion"):
            for effect in _script(manager, parsed, text(script), ()):
                lifecycle = isinstance(effect, RunsScript)
                yield replace(effect, lifecycle=True, hooks=False) if lifecycle else effect


def _is_global(parsed: Arguments) -> bool:
    where = parsed.first("location")
    return parsed.on("global") or (where is not None and where.literal == "global")


# Whether `PATH` has the folder of `--prefix`, and where, only the runner knows.
_ELSEWHERE = hole(Hidden("what is installed below `--prefix`"))


def _installs(words: tuple[Text, ...]) -> Iterator[Installs]:
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
    surplus = False
    flags = dict(parsed.flags)
    for word in positional:
        if word.literal is None and not word.shown and looks_like_flags(word):
            if not word.holes[0].choices:
                unseen = unseen or word.why
            either = hole(Hidden(word.why))
            flags.update(dict.fromkeys(_flags_among(word.holes[0].choices), either))
        elif word.literal != "":
            surplus = surplus or (target is not None and word.literal is not None)
            target = target or word
    stage = verbs == 2 and (parsed.words[0].literal or "").startswith("stag")
    picks, every = parsed.all("workspace", "filter"), parsed.on("workspaces", "recursive")
    # npm's `--prefix` says where the workspaces are; what is published lies in the working folder.
    moved = "prefix" if tool != "npm" or picks or every else "dir"
    filtered = tool == "pnpm" and bool(parsed.all("filter"))
    return Publishes(
        tool,
        PublishCommand.STAGE if stage else PublishCommand.PUBLISH,
        flags,
        target,
        picks,
        every,
        parsed.first(moved, "dir", "cwd"),
        version,
        unseen,
        parsed.always("dry-run"),
        recursive=parsed.on("workspaces", "recursive") or filtered,
        surplus=surplus,
    )


def _flags_among(choices: Iterable[str]) -> Iterator[str]:
    """The flags that one of several texts may give. That it may be a dry run does not matter."""
    for choice in choices:
        yield from arguments.parse(map(text, choice.split())).flags.keys() - {"dry-run"}


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
    where = parsed.first("location")
    project = where is not None and where.literal == "project"
    if verb != "set":
        if words and words[0].literal in {"delete", "del", "rm"}:
            yield from (DropsConfig(word.literal, project) for word in words[1:] if word.literal)
            return
        if not words or words[0].literal not in {"set", "s"}:
            return
        words = words[1:]
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
        yield from _script("pnpm", parsed, parsed.words[1], _behind(words, parsed.words[1]))
    elif verb in {"exec", "dlx"}:
        inner = execute(_program(words, parsed), parsed)
        chosen = parsed.first("filter")
        if chosen is not None:
            yield from _within(inner, chosen)
        else:
            yield from each(inner) if parsed.on("recursive") else inner
    elif verb == "version" and len(verbs) > 1:
        yield from _version("pnpm", parsed)
    elif verb in {"config", "c", "set"}:
        yield from _config("pnpm", parsed, verb)
    elif verb in {"add", "install", "i"} and _is_global(parsed):
        yield from _installs(parsed.words[1:])
    elif installing.is_install("pnpm", parsed):
        yield from _installed("pnpm", parsed)
    elif verb == "env" and verbs[1:2] == ["use"] and len(parsed.words) > 2:
        yield ChoosesNode(parsed.words[2])
    elif verb is not None and verb not in _PNPM_VERBS:
        given = _behind(words, parsed.words[0])
        yield from _script("pnpm", parsed, parsed.words[0], given, _binary(words, parsed.words[0]))


_PNPM_VERBS_TEXT = """
    install i add remove update up link unlink import rebuild prune fetch list ls outdated
    why pack deploy patch store root bin env setup init create licenses audit
    approve-builds doctor help version view info whoami login logout self-update server cat-file
    ci
"""
_PNPM_VERBS = frozenset(_PNPM_VERBS_TEXT.split())


def _program(words: list[Text], parsed: Arguments) -> tuple[Text, ...]:
    """The command that `exec` and its kin run; what stands behind its name is its own."""
    named = parsed.words[1:2]
    return (*named, *(_behind(words, named[0]) if named else ()), *parsed.rest)


def _behind(words: list[Text], name: Text) -> tuple[Text, ...]:
    """What stands behind the name of a script or a tool, its flags too, up to a `--`."""
    rest = words[words.index(name) + 1 :]
    end = next((n for n, word in enumerate(rest) if word.literal == "--"), len(rest))
    return tuple(rest[:end])


def _yarn(words: list[Text], version: str | None) -> Iterator[Effect]:
    parsed = arguments.parse(words)
    verbs = [word.literal for word in parsed.words]
    verb = verbs[0] if verbs else None
    if verbs[:2] == ["npm", "publish"]:
        found = _publishes("yarn", parsed, 2, version)
        # Of yarn 4, `-n` is `--dry-run`.
        yield replace(found, berry=True, dry_run=found.dry_run or parsed.always("no-yes"))
    elif verb == "publish":
        # yarn 1 takes `--dry-run` without a word and publishes: seen with 1.22.22.
        yield replace(_publishes("yarn", parsed, 1, version), dry_run=False)
    elif verb == "workspace" and len(parsed.words) > 2:
        yield from _within(
            _yarn(words[words.index(parsed.words[1]) + 1 :], version), parsed.words[1]
        )
    elif verbs[:2] == ["workspaces", "focus"]:
        yield installing.of_focus(parsed)
    elif verb in {"workspaces", "wsrun"} and len(verbs) > 2:
        start = next((n for n, w in enumerate(words) if w.literal in {"foreach", "run"}), None)
        if start:
            inner = words[start + (1 if words[start].literal == "foreach" else 0) :]
            command, chosen = _foreach(inner)
            done = _yarn(command, version)
            yield from _within(done, *chosen) if chosen else each(done)
    elif verb == "run" and len(parsed.words) > 1:
        yield from _yarn_script(parsed, parsed.words[1], words)
    elif verb in {"exec", "dlx"}:
        yield from execute(_program(words, parsed), parsed)
    elif verb == "version":
        yield from _version("yarn", parsed)
    elif verbs[:2] == ["config", "set"]:
        yield from _config("yarn", parsed, "config")
    elif verb == "global" and verbs[1:2] == ["add"]:
        yield from _installs(parsed.words[2:])
    elif verbs[:2] == ["set", "version"] and len(parsed.words) > 2:
        yield Installs("yarn", parsed.words[2])
    elif installing.is_install("yarn", parsed) and [word.literal for word in words] != ["-v"]:
        yield from _installed("yarn", parsed)
    elif verb is not None and verb not in _YARN_VERBS:
        yield from _yarn_script(parsed, parsed.words[0], words)


_YARN_VERBS_TEXT = """
    install add remove upgrade up dedupe pack version versions node npm plugin info why
    list cache config init link unlink login logout tag owner team set rebuild import
    audit outdated constraints stage unplug create help licenses global check autoclean
    bin
"""
_YARN_VERBS = frozenset(_YARN_VERBS_TEXT.split())


def _yarn_script(parsed: Arguments, name: Text, words: list[Text]) -> Iterator[Effect]:
    yield from _script("yarn", parsed, name, _behind(words, name), _binary(words, name))


def _binary(words: list[Text], name: Text) -> Iterator[Effect]:
    """What is run where no script has the name: the command of an installed package."""
    if name.literal is not None:
        yield from execute(tuple(words[words.index(name) :]), None)


def _foreach(words: list[Text]) -> tuple[list[Text], list[Text]]:
    """The command of `yarn workspaces foreach -A --include x run y`, and its workspaces.

    () for all of them; `!x` for all but x. https://yarnpkg.com/cli/workspaces/foreach
    """
    rest, chosen = list(words), list[Text]()
    while rest and rest[0].start.startswith("-"):
        named, *value = split(rest[0], "=", 1)
        flag, rest = named.literal, rest[1:]
        if not value and flag in _FOREACH_TAKES:
            value, rest = rest[:1], rest[1:]
        if flag == "--include":
            chosen += value
        elif flag == "--exclude":
            chosen += [join("!", pattern) for pattern in value]
        elif flag == "--from":
            chosen.append(hole(Hidden("what `--from` reaches")))
    return rest, chosen


_FOREACH_TAKES = frozenset({"--include", "--exclude", "--from", "-j", "--jobs"})


def _within(inner: Iterator[Effect], *workspaces: Text) -> Iterator[Effect]:
    for effect in inner:
        if isinstance(effect, Publishes | RunsScript | RunsText | InstallsProject):
            yield replace(effect, workspaces=workspaces)
        else:
            yield effect


def each(inner: Iterator[Effect]) -> Iterator[Effect]:
    """What a command does when every workspace runs it."""
    for effect in inner:
        if isinstance(effect, Publishes | RunsScript | RunsText):
            yield replace(effect, every=True)
        else:
            yield effect


def _bun(words: list[Text], version: str | None) -> Iterator[Effect]:
    parsed = arguments.parse(words)
    verbs = [word.literal for word in parsed.words]
    verb = verbs[0] if verbs else None
    if verb == "publish":
        yield _publishes("bun", parsed, 1, version)
    elif verb == "run" and len(parsed.words) > 1:
        yield from _bun_run(parsed, parsed.words[1], words)
    elif verb == "x":
        yield from execute(_program(words, parsed), parsed)
    elif verb in {"add", "install", "i"} and parsed.on("global"):
        yield from _installs(parsed.words[1:])
    elif installing.is_install("bun", parsed):
        yield from _installed("bun", parsed)
    elif verb is not None and verb not in {"install", "i", "add", "remove", "test", "build", "pm"}:
        yield from _bun_run(parsed, parsed.words[0], words)


def _bun_run(parsed: Arguments, name: Text, words: list[Text]) -> Iterator[Effect]:
    given = _behind(words, name)
    if (name.literal or "").endswith(tuple(commands.FILE_KINDS)):
        yield RunsFile(name, "js", given)
    else:
        yield from _script("bun", parsed, name, given, _binary(words, name))


def _runner(words: list[Text], version: str | None) -> Iterator[Effect]:
    """npx, bunx, pnpx: the package's command, which may be installed for it."""
    yield from execute(tuple(words), None)


def execute(words: tuple[Text, ...], parsed: Arguments | None) -> Iterator[Effect]:
    """What `npx` and its kin run. parsed: the flags of a manager in front of it."""
    for effect in _executed(words, parsed):
        if isinstance(effect, Publishes | RunsText):
            yield replace(effect, local=True)
        else:
            yield effect


def _executed(words: tuple[Text, ...], parsed: Arguments | None) -> Iterator[Effect]:
    rest = list(words)
    version: str | None = None
    call = parsed.first("call", "c") if parsed else None
    brought = parsed.first("package") if parsed else None
    if brought is not None:
        known = name_and_version(brought)
        version = known[1].literal if known else None
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
        yield from commands.hidden_name(rest)
        return
    name, spec = known
    if spec.parts:
        version = spec.literal or "?"
    name = other_tools.PACKAGE_COMMANDS.get(name, name)
    if len(rest) == 1 and " " in name:
        yield RunsText(text(name))
    elif "/" in name or name.endswith(tuple(commands.FILE_KINDS)):
        yield from other_tools.publishes(name, rest[1:], version or None)
    else:
        yield from commands.of_words(prefixes.unwrapped([text(name), *rest[1:]]), version or None)


# `corepack enable` alone leaves npm as it is. https://github.com/nodejs/corepack
_SHIM = hole(Hidden("the npm that corepack runs in place of Node's own"))


def _corepack(words: list[Text], version: str | None) -> Iterator[Effect]:
    rest = [word for word in words if not word.start.startswith("-")]
    verb = rest[0].literal if rest else None
    if verb in {"prepare", "install", "use", "up"}:
        yield from _installs(tuple(rest[1:]))
    elif verb == "enable":
        if any(word.literal == "npm" for word in rest[1:]):
            yield Installs("npm", _SHIM)
    elif verb is not None:
        known = name_and_version(rest[0])
        if known and known[0] in MANAGERS:
            yield from commands.of_words([text(known[0]), *words[1:]], known[1].literal or None)


MANAGERS = {
    "npm": _npm,
    "pnpm": _pnpm,
    "pn": _pnpm,
    "yarn": _yarn,
    "yarnpkg": _yarn,
    "bun": _bun,
    "npx": _runner,
    "pnpx": _runner,
    "pnx": _runner,
    "bunx": _runner,
    "corepack": _corepack,
}
