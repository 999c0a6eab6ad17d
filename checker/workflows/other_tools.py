"""Release tools' command lines: which of them publish to npm, and which look it and do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checker.facts import Command as PublishCommand
from checker.workflows import arguments
from checker.workflows.arguments import Arguments
from checker.workflows.effects import Publishes
from checker.workflows.text import Text

# npx takes a package's name; the command inside it is called otherwise.
PACKAGE_COMMANDS = {
    "@changesets/cli": "changeset",
    "@lerna-lite/cli": "lerna-lite",
    "@napi-rs/cli": "napi",
    "@intuit-auto/cli": "auto",
    "@microsoft/rush": "rush",
    "@auto-it/core": "auto",
    "yarnpkg": "yarn",
}


def publishes(name: str, words: list[Text], version: str | None) -> Iterator[Publishes]:
    """The publish that the release tool `name` with these words does, if it does one."""
    rule = _TOOLS.get(name)
    if rule is None:
        return
    parsed = arguments.parse(words)
    if not rule(parsed):
        return
    yield Publishes(
        _NAMES.get(name, name),
        PublishCommand.PUBLISH,
        parsed.flags,
        every=name not in {"np", "release-it"},
        version=version,
        dry_run=_dry(name, parsed),
        unseen=None,
    )


def _dry(name: str, parsed: Arguments) -> bool:
    if name in {"np"}:
        return parsed.on("preview")
    if name in {"nx", "auto", "semantic-release"}:
        return parsed.on("dry-run", "d", "verbose") and (
            "dry-run" in parsed.flags or "d" in parsed.flags
        )
    return parsed.on("dry-run")


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


_TOOLS: dict[str, Callable[[Arguments], bool]] = {
    "lerna": _lerna,
    "lerna-lite": _lerna,
    "changeset": _verb("publish"),
    "changesets": _verb("publish"),
    "semantic-release": _always,
    "multi-semantic-release": _always,
    "release-it": _always,
    "nx": _nx,
    "rush": _rush,
    "auto": _auto,
    "np": _always,
    "napi": _verb("prepublish", "pre-publish"),
    "publib": _always,
    "publib-npm": _always,
    "jsii-release": _always,
    "jsii-release-npm": _always,
    "wasm-pack": _verb("publish"),
    "release-plan": _verb("publish"),
    "beachball": _verb("publish"),
}
_NAMES = {
    "changeset": "changesets",
    "publib-npm": "publib",
    "jsii-release": "publib",
    "jsii-release-npm": "publib",
    "multi-semantic-release": "semantic-release",
}
