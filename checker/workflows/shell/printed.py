"""What a command that only prints puts out, as far as its words show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.workflows.text import EMPTY, Hidden, Text, join

if TYPE_CHECKING:
    from checker.workflows.shell.command import Command


def output(command: Command) -> Text | None:
    """What a command that only prints puts out; None for any other command."""
    words = list(command.words)
    name = words[0].literal
    if name in {":", "true"}:
        return EMPTY
    if name == "echo":
        rest = words[1:]
        while rest and rest[0].literal in {"-e", "-n", "-E", "-ne", "-en"}:
            rest = rest[1:]
        pieces: list[Text | str] = []
        for word in rest:
            pieces += [" ", word] if pieces else [word]
        # -e or not: a written `\n` stands for a new line wherever it was meant for a file.
        return join(_new_lines(join(*pieces)), "\n")
    if name == "printf" and len(words) > 1:
        return _printf(words[1], words[2:])
    if name in {"cat", "tee"} and command.input is not None:
        return command.input
    return None


def _new_lines(value: Text) -> Text:
    return join(*(p.replace("\\n", "\n") if isinstance(p, str) else p for p in value.parts))


def _printf(template: Text, values: list[Text]) -> Text:
    pieces: list[Text | str | Hidden] = []
    left = list(values)
    for part in template.parts:
        if isinstance(part, Hidden):
            pieces.append(part)
            continue
        for index, chunk in enumerate(part.replace("\\n", "\n").split("%s")):
            if index:
                pieces.append(left.pop(0) if left else EMPTY)
            pieces.append(chunk)
    for value in left:
        pieces += [value, "\n"]
    return join(*pieces)
