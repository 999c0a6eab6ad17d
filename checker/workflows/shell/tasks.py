"""What the files of task runners have in common: tasks of shell texts and of other tasks."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Call(Struct, frozen=True):
    """Another task, run in between. arguments, variables: as written where it is called."""

    task: str
    arguments: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()


class Parameter(Struct, frozen=True):
    """What a task is given. default: as written; None where it must be given one."""

    name: str
    default: str | None = None
    takes_rest: bool = False


class Task(Struct, frozen=True):
    """steps: each a text for a shell of its own, or a call. folder: seen from that of the file.

    whole: the steps are programs that begin with `#!`. unsure: why it may be passed over.
    """

    name: str
    steps: tuple[str | Call, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    folder: str | None = None
    whole: bool = False
    unsure: str | None = None


class TaskFile(Struct, frozen=True):
    """tasks: by name, other names of theirs too. variables: as written, in order.

    exports: of the variables, those that commands find in their environment. default: of a bare
    command. includes: other files, by the prefix of their tasks' names, seen from that of the file.
    is_open: not all that it says is understood.
    """

    tasks: Mapping[str, Task] = field(default_factory=dict)
    variables: tuple[tuple[str, str], ...] = ()
    exports: frozenset[str] = frozenset()
    env: tuple[tuple[str, str], ...] = ()
    default: str | None = None
    includes: tuple[tuple[str, str, str], ...] = ()
    is_open: bool = False
