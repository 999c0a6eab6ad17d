"""Release tools' command lines: which of them publish to npm, and which look it and do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checker.facts import Command as PublishCommand
from checker.knowledge import tools
from checker.workflows.command_lines import arguments
from checker.workflows.command_lines.arguments import Arguments
from checker.workflows.command_lines.effects import ChangesVersion, Effect, Publishes, RunsText
from checker.workflows.text import Text, join, text

# npx takes a package's name; the command inside it is called otherwise.
PACKAGE_COMMANDS = {
    "@changesets/cli": "changeset",
    "@lerna-lite/cli": "lerna-lite",
    "@napi-rs/cli": "napi",
    "@intuit-auto/cli": "auto",
    "@microsoft/rush": "rush",
    "@auto-it/core": "auto",
    "@go-task/cli": "task",
    "rust-just": "just",
    "yarnpkg": "yarn",
    "@jsdevtools/npm-publish": "npm-publish",
}


# semantic-release takes these as lists. https://semantic-release.gitbook.io
_SHORT = {"semantic-release": {"p": "plugins", "e": "extends", "b": "branches"}}
# Tools have short flags of their own: only those that never take a word are said here.
_BARE_SHORT = frozenset(["d", "y", "p", "q", "f", "h"])


def publishes(name: str, words: list[Text], version: str | None) -> Iterator[Effect]:
    """The publish that the release tool `name` with these words does, if it does one."""
    if name in _THROUGH_NPM:
        yield from _THROUGH_NPM[name](words)
        return
    rule = _TOOLS.get(name)
    if rule is None:
        return
    tool = _NAMES.get(name, name)
    short = _SHORT.get(tool, {})
    parsed = arguments.parse(words, short=short, bare_short=_BARE_SHORT - short.keys())
    if not rule(parsed):
        return
    rows = tools.rows(tool)
    dry = {flag.lstrip("-") for row in rows for flag in row.dry_run_flags}
    token = [flag.lstrip("-") for row in rows for flag in row.token_flags]
    stage = parsed.on("stage", "npm.stage")
    flags = dict(parsed.flags)
    for flag in ("plugins", "extends") if tool == "semantic-release" else ():
        if flag in flags:
            flags[flag] = _one_list(parsed, flag)
    yield Publishes(
        tool,
        PublishCommand.STAGE if stage else PublishCommand.PUBLISH,
        flags,
        every=name not in _ONE_PACKAGE,
        folder=_folder(name, parsed),
        version=version,
        dry_run=parsed.always(*dry),
        token=parsed.first(*token),
    )


def _folder(name: str, parsed: Arguments) -> Text | None:
    """`npm-publish ./dist`, or its package.json."""
    if name != "npm-publish" or not parsed.words:
        return None
    literal = parsed.words[0].literal
    if literal is None:
        return parsed.words[0]
    return text(literal.removesuffix("package.json").rstrip("/") or ".")


def _changelogen(words: list[Text]) -> Iterator[Effect]:
    """https://github.com/unjs/changelogen: `--publish` runs `npm publish` with a tag."""
    parsed = arguments.parse(words, short={}, bare_short=frozenset())
    if parsed.on("release", "bump"):
        yield ChangesVersion()
    if parsed.on("publish"):
        tag = parsed.first("publishTag", "nameSuffix") or text("latest")
        yield Publishes("npm", PublishCommand.PUBLISH, {"tag": tag})


def _clean_publish(words: list[Text]) -> Iterator[Effect]:
    """https://github.com/shashkovdanil/clean-publish: it publishes a cleaned copy.

    Of its scripts only few are left, none of them of those that a package has as a guard.
    """
    parsed = arguments.parse(words, short={}, bare_short=frozenset())
    if parsed.on("without-publish", "help", "version"):
        return
    manager = parsed.first("package-manager", "packageManager")
    tool = (manager.literal or "unknown") if manager is not None else "npm"
    flags = {flag: parsed.flags[flag] for flag in ("access", "tag") if flag in parsed.flags}
    flags["ignore-scripts"] = text("true")
    dry = parsed.always("dry-run")
    yield Publishes(tool, PublishCommand.PUBLISH, flags, dry_run=dry, unseen=_HIDDEN.get(tool))


def _bumpp(words: list[Text]) -> Iterator[Effect]:
    """https://github.com/antfu-collective/bumpp: it runs the command of `--execute`."""
    parsed = arguments.parse(words, short={"x": "execute"}, bare_short=_BARE_SHORT)
    yield ChangesVersion()
    command = parsed.first("execute")
    if command is not None:
        yield RunsText(command, local=True)


_HIDDEN = {"unknown": "the package manager of clean-publish"}
_THROUGH_NPM: dict[str, Callable[[list[Text]], Iterator[Effect]]] = {
    "changelogen": _changelogen,
    "clean-publish": _clean_publish,
    "bumpp": _bumpp,
}


def _one_list(parsed: Arguments, flag: str) -> Text:
    """The values of a flag that takes all the words behind it."""
    values = [*parsed.all(flag), *parsed.words]
    return join(*(piece for value in values for piece in (value, ",")))


_ONE_PACKAGE = frozenset({"np", "npm-publish", "release-it", "semantic-release"})


def _verb(*wanted: str) -> Callable[[Arguments], bool]:
    def matches(parsed: Arguments) -> bool:
        words = tuple(word.literal for word in parsed.words)
        return any(words[: len(w.split())] == tuple(w.split()) for w in wanted)

    return matches


def _always(parsed: Arguments) -> bool:
    return not {"help", "version"} & set(parsed.flags)


def _lerna(parsed: Arguments) -> bool:
    return _verb("publish")(parsed)


def _nx(parsed: Arguments) -> bool:
    words = [word.literal for word in parsed.words]
    if words[:1] != ["release"]:
        return False
    return words[1:2] in ([], ["publish"]) and parsed.flags.get("skip-publish") is None


def _rush(parsed: Arguments) -> bool:
    return _verb("publish")(parsed) and parsed.on("publish", "p", "include-all")


def _auto(parsed: Arguments) -> bool:
    return _verb("shipit", "latest", "next", "canary")(parsed)


def _release_it(parsed: Arguments) -> bool:
    """It prints the version or the changelog of the release to come, and ends."""
    return _always(parsed) and not parsed.on("release-version", "changelog")


def _unless_off(*verbs: str) -> Callable[[Arguments], bool]:
    """A tool that `--no-publish` keeps from publishing."""

    def matches(parsed: Arguments) -> bool:
        if parsed.always("no-publish") or "false" in _literal(parsed, "publish"):
            return False
        return _verb(*verbs)(parsed) if verbs else _always(parsed)

    return matches


def _literal(parsed: Arguments, flag: str) -> tuple[str, ...]:
    return tuple(value.literal or "" for value in parsed.all(flag))


def _napi(parsed: Arguments) -> bool:
    return _verb("prepublish", "pre-publish")(parsed) and not parsed.on("skip-optional-publish")


_TOOLS: dict[str, Callable[[Arguments], bool]] = {
    "lerna": _lerna,
    "lerna-lite": _lerna,
    "changeset": _verb("publish"),
    "changesets": _verb("publish"),
    "semantic-release": _always,
    "multi-semantic-release": _always,
    "release-it": _release_it,
    "nx": _nx,
    "rush": _rush,
    "auto": _auto,
    "np": _unless_off(),
    "napi": _napi,
    "publib": _always,
    "publib-npm": _always,
    "jsii-release": _always,
    "jsii-release-npm": _always,
    "wasm-pack": _verb("publish"),
    "release-plan": _verb("publish"),
    "beachball": _unless_off("publish"),
    "npm-publish": _always,
}
_NAMES = {
    "changeset": "changesets",
    "publib-npm": "publib",
    "jsii-release": "publib",
    "jsii-release-npm": "publib",
    "multi-semantic-release": "semantic-release",
    "npm-publish": "js-devtools/npm-publish",
}
