"""Command lines to flags and positional words, as npm and its kin read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from checker.workflows.text import EMPTY, Text, join, split, text

# Flags that stand alone; every other flag of these tools takes the word after it.
BARE_TEXT = """
    dry-run provenance workspaces include-workspace-root ignore-scripts silent quiet
    verbose force json global yes no-git-checks recursive report-summary non-interactive
    no-git-tag-version foreground-scripts strict-ssl git-checks all parallel topological
    topological-dev no-private tolerate-republish interlaced stream if-present skip-existing
    ci debug no-verify-access no-push force-publish canary no-git-reset
    conventional-commits exact no-changelog no-private save-exact legacy-peer-deps offline
    prefer-offline update-notifier no-audit no-fund audit fund workspace-root help version
    no-bail bail aggregate-output include-dependencies sort no-sort color no-color batch
    summary-only location-user
"""
BARE = frozenset(BARE_TEXT.split())
# What `--no-` in front of them switches off, whatever a file or a variable says.
_SWITCHES = frozenset(
    {"provenance", "dry-run", "workspaces", "include-workspace-root", "ignore-scripts"}
)
SHORT = {
    "w": "workspace",
    "ws": "workspaces",
    "iwr": "include-workspace-root",
    "C": "prefix",
    "r": "recursive",
    "F": "filter",
    "s": "silent",
    "d": "verbose",
    "f": "force",
    "g": "global",
    "y": "yes",
    "n": "no-yes",
    "q": "quiet",
    "A": "all",
    "p": "parallel",
    "t": "topological",
    "v": "verbose",
    "W": "workspace-root",
    "L": "location",
    "m": "message",
    "D": "save-dev",
    "P": "save-prod",
    "E": "exact",
    "h": "help",
}
_BARE_SHORT_TEXT = """
    ws iwr r s d f g y n q A p t v W D P E h
"""
_BARE_SHORT = frozenset(_BARE_SHORT_TEXT.split())


class Arguments(Struct, frozen=True):
    """A command line taken apart.

    flags: the last value of each, `true` for a bare one. lists: every value, for those that repeat.
    words: what is no flag, in order. rest: what follows `--`.
    """

    flags: Mapping[str, Text]
    lists: Mapping[str, tuple[Text, ...]]
    words: tuple[Text, ...]
    rest: tuple[Text, ...]

    def all(self, *names: str) -> tuple[Text, ...]:
        """Every value of the flags of these names."""
        return tuple(value for name in names for value in self.lists.get(name, ()))

    def on(self, *names: str) -> bool:
        """Whether one of these switches is on, or may be."""
        return any((self.flags[n].literal or "") != "false" for n in names if n in self.flags)

    def always(self, *names: str) -> bool:
        """Whether one of these switches is on whatever a run decides."""
        return any(self.flags[n].literal not in {"false", None} for n in names if n in self.flags)

    def first(self, *names: str) -> Text | None:
        """The value of the first of these flags that is given."""
        return next((self.flags[name] for name in names if name in self.flags), None)


def parse(
    words: Iterable[Text],
    bare: Collection[str] = BARE,
    short: Mapping[str, str] = SHORT,
    bare_short: Collection[str] = _BARE_SHORT,
) -> Arguments:
    """The command line `words`, without the command's own name."""
    lists: dict[str, list[Text]] = {}
    plain: list[Text] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        start = word.start
        if word.literal == "--":
            break
        if not start.startswith("-") or start == "-":
            plain.append(word)
            continue
        named, *value = split(word, "=", 1)
        name = named.literal or named.start
        key = name.lstrip("-")
        is_bare = key in bare or key.startswith("no-")
        if name == "--reg":
            key = "registry"
        if not name.startswith("--"):
            is_bare = key in bare_short
            key = short.get(key, key)
        if value:
            lists.setdefault(key, []).append(value[0])
        elif key.startswith("no-") and key[3:] in _SWITCHES:
            lists.setdefault(key[3:], []).append(text("false"))
        elif is_bare or not queue or (queue[0].start.startswith("-") and queue[0].start != "-"):
            given = queue and key in bare and _is_switch(key, queue[0])
            if not given and queue and key == "dry-run" and _may_be_switch(queue[0]):
                # Either `false`, or what is published: then it is a dry run. Both stay open.
                lists.setdefault(key, []).append(queue[0])
            else:
                nothing = EMPTY if key == "tag" else text("true")
                lists.setdefault(key, []).append(queue.pop(0) if given else nothing)
        else:
            lists.setdefault(key, []).append(queue.pop(0))
    flags = {key: values[-1] for key, values in lists.items()}
    return Arguments(flags, {k: tuple(v) for k, v in lists.items()}, tuple(plain), tuple(queue))


def _is_switch(key: str, word: Text) -> bool:
    """Whether the word behind a switch turns it on or off: npm's and yargs' parsers take it so.

    Of a word that does not show its name tells: `--dry-run "$DRY_RUN"`.
    """
    if word.literal is not None or word.shown:
        return word.literal in {"true", "false"}
    choices = {choice for hidden in word.holes for choice in hidden.choices}
    if choices:
        return choices <= {"true", "false"}
    said = re.sub(r"[^a-z]+", "-", word.why.lower()).split("-")
    return key.replace("-", "") in "".join(said) or (key == "dry-run" and "dry" in said)


# Words in the names of what is published.
_PLACES = re.compile(
    r"folder|dir|path|package|pkg|file|tarball|tgz|dist|artifact|archive|workspace|module|project",
    re.IGNORECASE,
)


def _may_be_switch(word: Text) -> bool:
    """Whether a word that only a run knows may be the `false` of the switch before it."""
    if word.literal is not None or word.shown:
        return False
    choices = {choice for hidden in word.holes for choice in hidden.choices}
    return "false" in choices if choices else not _PLACES.search(word.why)


def name_and_version(spec: Text) -> tuple[str, Text] | None:
    """`@scope/name@range` as name and range ("" without one); None when the name is hidden."""
    start = spec.start
    at = start.find("@", 1)
    if at < 0:
        literal = spec.literal
        return None if literal is None else (literal, text(""))
    pieces = [start[at + 1 :], *spec.parts[1:]]
    return start[:at], join(*pieces)
