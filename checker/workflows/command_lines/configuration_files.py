"""Commands that take npm's configuration files away, or change them in ways that are not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from checker.workflows.command_lines.effects import Writes
from checker.workflows.text import EMPTY, Text, text

if TYPE_CHECKING:
    from checker.workflows.shell.command import Command

# These look at a file, or do with it what npm does not mind.
_HARMLESS_TEXT = """
    cat ls stat test [ [[ grep egrep fgrep head tail wc echo printf chmod chown diff cmp less
    more file git sha256sum md5sum realpath readlink basename dirname trap true false : source .
    export set npm tee pnpm yarn bun npx corepack find touch du mkdir cd pwd read return exit
    sleep which command
"""
_HARMLESS = frozenset(_HARMLESS_TEXT.split())
_IN_PLACE = frozenset({"sed", "perl", "awk", "gawk", "yq", "jq"})


def is_one(word: Text) -> bool:
    """Whether a word names an .npmrc, or the variable that holds the path of the user's."""
    return "npmrc" in word.shown.lower() or "USERCONFIG" in word.why.upper()


def removed(words: Iterable[Text]) -> Iterator[Writes]:
    """`rm`: what was in the file is no longer read."""
    for word in words:
        if word.start.startswith("-"):
            continue
        if is_one(word):
            yield Writes(word, EMPTY, append=False)
        elif word.shown.endswith("package.json"):
            yield Writes(word, None, append=False)


def touched(words: list[Text], command: Command) -> Iterator[Writes]:
    """A command that is not understood, with such a file among its words or in its program."""
    name = (words[0].literal or "").rpartition("/")[2]
    if name in _HARMLESS or (name in _IN_PLACE and not _in_place(words)):
        return
    named = [word for word in words[1:] if is_one(word)]
    for word in named:
        yield Writes(_path(word), None, append=False)
    program = command.input
    if not named and program is not None and is_one(program):
        yield Writes(text(".npmrc"), None, append=False)


def _in_place(words: list[Text]) -> bool:
    return any(word.start.startswith(("-i", "--in-place", "-pi", "-p", "-n")) for word in words)


def _path(word: Text) -> Text:
    """The file of a word; the project's where a program or a flag only speaks of one."""
    literal = word.literal
    if literal is not None and not literal.endswith("npmrc"):
        return text(".npmrc")
    return word
