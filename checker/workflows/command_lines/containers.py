"""Commands that run another one elsewhere, in a container or on a host: which, with what variables.

https://docs.docker.com/reference/cli/docker/container/run/, .../container/exec/, .../compose/run/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.workflows.command_lines.effects import BuildsImage, RunsContained
from checker.workflows.command_lines.package_managers import looks_like_flags
from checker.workflows.text import Text, join, split, text

_ENGINES = frozenset({"docker", "podman", "nerdctl", "docker-compose", "podman-compose"})
# What they run stands behind `--`.
_EXECUTES = frozenset({"kubectl", "oc", "lxc", "multipass"})
NAMES = _ENGINES | _EXECUTES | {"ssh", "devcontainer"}
_VERBS = frozenset({"run", "exec"})
_COMPOSE = frozenset({"docker-compose", "podman-compose"})
# Switches; every other flag takes the word behind it.
_BARE_TEXT = """
    --rm --interactive --tty --detach --init --privileged --read-only --no-healthcheck --quiet
    --oom-kill-disable --sig-proxy --publish-all --disable-content-trust --no-deps --build
    --service-ports --use-aliases --remove-orphans --no-TTY --no-tty --quiet-pull --quiet-build
    --debug --tls --tlsverify --compatibility --dry-run --all-resources --replace --rmi
"""
_BARE = frozenset(_BARE_TEXT.split())
_BARE_SHORT = frozenset("itdqPDT")


def runs(name: str, words: list[Text]) -> Iterator[RunsContained | BuildsImage]:
    """What `docker run`, `kubectl exec`, `ssh` and their kin run there. words: behind `name`."""
    verbs = [word.literal for word in words[:2]]
    if name in _ENGINES and (verbs[:1] == ["build"] or verbs == ["buildx", "build"]):
        yield from _build(words[verbs.index("build") + 1 :])
    elif name in _ENGINES:
        yield from _in_container(name, words)
    elif name == "ssh":
        yield from _on_host(words)
    elif words and words[0].literal == "exec":
        rest = _behind_flags(words[1:], frozenset()) if name == "devcontainer" else words[1:]
        marks = [number for number, word in enumerate(rest) if word.literal == "--"]
        if marks or name == "devcontainer":
            inner = rest[marks[0] + 1 :] if marks else rest
            yield RunsContained(tuple(inner), {}, text(name))


def _build(words: list[Text]) -> Iterator[BuildsImage]:
    """https://docs.docker.com/reference/cli/docker/buildx/build/."""
    rest, given = list(words), dict[str, Text | None]()
    context: Text | None = None
    file: Text | None = None
    while rest:
        if not rest[0].start.startswith("-"):
            context = rest.pop(0)
            continue
        width = 1 if rest[0].start in _BUILD_BARE else _width(rest)
        flag, value = _flag(rest[:width])
        rest = rest[width:]
        if flag in {"-f", "--file"}:
            file = value
        elif flag == "--build-arg" and value is not None:
            key, *inner = split(value, "=", 1)
            if key.literal:
                given[key.literal] = inner[0] if inner else None
        elif flag == "--secret" and value is not None:
            named = _SECRET.search(value.shown)
            if named:
                given[named["name"]] = None
    if context is not None:
        yield BuildsImage(context, file, given)


_BUILD_BARE = frozenset(
    ["--no-cache", "--pull", "--push", "--load", "--force-rm", "--squash", "-q"]
)
_SECRET = re.compile(r"\benv=(?P<name>\w+)")


_SSH_BARE = frozenset("46AaCfGgKkMNnqsTtVvXxYy")


def _on_host(words: list[Text]) -> Iterator[RunsContained]:
    """https://man.openbsd.org/ssh: the words behind the host are joined for its shell."""
    rest = _behind_flags(words, _SSH_BARE)
    if rest:
        pieces = [piece for word in rest[1:] for piece in (" ", word)]
        shell = (text("sh"), text("-c"), join(*pieces[1:])) if pieces else (text("sh"),)
        yield RunsContained(shell, {}, rest[0])


def _behind_flags(words: list[Text], bare: frozenset[str]) -> list[Text]:
    rest = list(words)
    while rest and rest[0].start.startswith("-") and rest[0].literal != "--":
        word = rest[0].start
        alone = bare.issuperset(word[1:]) or "=" in word or (word[1] != "-" and len(word) > 2)
        rest = rest[1:] if alone else rest[2:]
    return rest


def _in_container(name: str, words: list[Text]) -> Iterator[RunsContained]:
    rest, compose, verb = list(words), name in _COMPOSE, None
    while rest and verb is None:
        if rest[0].start.startswith("-"):
            rest = rest[_width(rest) :]
            continue
        word = rest.pop(0).literal
        if word in _VERBS:
            verb = word
        elif word == "compose":
            compose = True
        elif word != "container":
            return
    given: dict[str, Text | None] = {}
    entry: tuple[Text, ...] = ()
    while rest and (rest[0].start.startswith("-") or _is_flags(rest)):
        width = _width(rest)
        flag, value = _flag(rest[:width])
        if flag in {"-e", "--env"} and value is not None:
            key, *inner = split(value, "=", 1)
            if key.literal:
                given[key.literal] = inner[0] if inner else None
        elif flag == "--entrypoint" and value is not None and value.parts:
            entry = (value,)
        rest = rest[width:]
    if verb is not None and rest:
        yield RunsContained((*entry, *rest[1:]), given, rest[0], compose)


def _is_flags(words: list[Text]) -> bool:
    """Whether a hidden word stands for flags, and not for the image."""
    first = words[0]
    return first.literal is None and not first.shown and looks_like_flags(first)


def _width(words: list[Text]) -> int:
    """How many words a flag takes up, its value included."""
    word = words[0].start
    if words[0].literal is None and not word:
        return 1
    if word.startswith("--"):
        bare = word in _BARE or "=" in word
    else:
        bare = _BARE_SHORT.issuperset(word[1:]) or len(word) > 2
    return 1 if bare or len(words) < 2 else 2


def _flag(words: list[Text]) -> tuple[str, Text | None]:
    """A flag's name and value, whichever way they are joined: `-eA=b`, `--env=A=b`, `-e A=b`."""
    if len(words) == 2:
        return words[0].start, words[1]
    first = words[0]
    if first.start.startswith("--"):
        name, *value = split(first, "=", 1)
        return name.start, value[0] if value else None
    head, parts = first.start[:2], first.parts
    if len(first.start) > 2 and not _BARE_SHORT.issuperset(first.start[1:]):
        return head, Text((first.start[2:], *parts[1:]))
    return head, None
