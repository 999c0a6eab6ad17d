"""Command lines of just, go-task and wireit: which tasks of which file they run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.workflows.command_lines import arguments
from checker.workflows.command_lines.effects import RunsTask, RunsText
from checker.workflows.text import Text, join, split

_VARIABLE = re.compile(r"[A-Za-z_][\w-]*(?==)")

# just: https://just.systems/man/en/, `just --help` of 1.59.0.
_TAKES_ONE_TEXT = """
    --color --chooser --dotenv-filename --dotenv-path -E --shell --shell-arg --command-color
    --timestamp-format --dump-format --list-heading --list-prefix --alias-style --cygpath
    --group --tempdir --ceiling --indentation
"""
_TAKES_ONE = frozenset(_TAKES_ONE_TEXT.split())
_RUNS_NONE_TEXT = """
    -l --list -s --show --summary --evaluate --fmt --dump --init --choose --usage --variables
    -e --edit --changelog --completions --man --groups -n --dry-run -h --help -V --version --json
"""
_RUNS_NONE = frozenset(_RUNS_NONE_TEXT.split())


def _just(words: list[Text]) -> Iterator[RunsTask | RunsText]:
    rest = list(words)
    folder: Text | None = None
    file: Text | None = None
    variables: dict[str, Text] = {}
    while rest and (rest[0].start.startswith("-") or _VARIABLE.match(rest[0].start)):
        word = rest.pop(0)
        if not word.start.startswith("-"):
            key, value = split(word, "=", 1)
            variables[key.literal or ""] = value
            continue
        named, *given = split(word, "=", 1)
        flag = named.literal or named.start
        if flag in _RUNS_NONE:
            return
        if flag in {"-c", "--command"}:
            yield RunsText(join(*(piece for one in rest for piece in (one, " "))))
            return
        if flag == "--set" and len(rest) > 1:
            variables[rest[0].literal or ""] = rest[1]
            rest = rest[2:]
        elif flag in {"-f", "--justfile", "-d", "--working-directory", *_TAKES_ONE}:
            value = given[0] if given else rest.pop(0) if rest else word
            file = value if flag in {"-f", "--justfile"} else file
            folder = value if flag in {"-d", "--working-directory"} else folder
    yield RunsTask("just", tuple(rest), folder, file, variables)


# go-task: https://taskfile.dev/docs/reference/cli
_BARE_TEXT = """
    force force-all silent verbose yes watch parallel dry exit-code list list-all json summary
    status init version help global download offline clear-cache insecure no-status nested
    output-group-error-only disable-fuzzy failfast experiments
"""
_LOOKS = frozenset(
    {"dry", "list", "list-all", "summary", "status", "init", "version", "help", "global"}
)
_SHORT = {
    "d": "dir", "t": "taskfile", "o": "output", "C": "concurrency", "I": "interval", "n": "dry",
    "l": "list", "a": "list-all", "i": "init", "h": "help", "g": "global",
}  # fmt: skip


def _task(words: list[Text]) -> Iterator[RunsTask]:
    parsed = arguments.parse(
        words, frozenset(_BARE_TEXT.split()), _SHORT, frozenset("fsvywpnxlajihgF")
    )
    if parsed.on(*_LOOKS):
        return
    variables: dict[str, Text] = {}
    named: list[Text] = []
    for word in parsed.words:
        if _VARIABLE.match(word.start):
            key, value = split(word, "=", 1)
            variables[key.literal or ""] = value
        else:
            named.append(word)
    moved, file = parsed.first("dir"), parsed.first("taskfile")
    yield RunsTask("task", tuple(named), moved, file, variables, parsed.rest)


def _wireit(words: list[Text]) -> Iterator[RunsTask]:
    yield RunsTask("wireit", tuple(words))


RUNNERS = {"just": _just, "task": _task, "go-task": _task, "wireit": _wireit}
