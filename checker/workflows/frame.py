"""Where the walk of a job is, and the way that led there."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from checker.facts import Place
from checker.workflows.command_lines.effects import RunsText
from checker.workflows.syntax.document import Node
from checker.workflows.syntax.model import Step, child
from checker.workflows.text import Text
from checker.workflows.ways import Way

MAX_DEPTH = 12


class Frame(Struct, frozen=True):
    """Where the walk is, and the way here.

    step: of the workflow file, which has the lines `place`. current: the step that is done, another
    one inside a composite action. words: the text of the current step, to look for names in.
    way: the conditions and branches around it that only a run decides. own_env: the `env` of the
    steps that led here, which in a composite action's steps wins over what earlier steps wrote to
    `GITHUB_ENV`. spot: the commands that led here, each by where it begins in its text. asks: one
    of the scripts on the way looks at what is published. by_program: a program spawns it.
    contained: why nothing is known of where it runs, in a container or on a host; None else.
    """

    job: str
    step: Step
    current: Step
    place: Place
    via: tuple[str, ...]
    env: dict[str, Text]
    env_places: Mapping[str, Place]
    words: str
    way: Way = ()
    depth: int = 0
    chain: tuple[str, ...] = ()
    spread: RunsText | None = None
    spread_from: str | None = None
    unsure: str | None = None
    dry_run: bool = False
    own_env: Mapping[str, Text] = msgspec.field(default_factory=dict)
    spot: tuple[int, ...] = ()
    asks: bool = False
    by_program: bool = False
    contained: str | None = None

    def enter(self, kind: str, name: str) -> Frame | None:
        """One level of indirection further in; None on a cycle or beyond the bound.

        kind: a word of `via`, "" for text handed to another shell, which is no way of its own.
        """
        if self.depth >= MAX_DEPTH or (kind and name in self.chain):
            return None
        via = (*self.via, kind) if kind else self.via
        return replace(self, via=via, depth=self.depth + 1, chain=(*self.chain, name))


def env_places(fields: Node, path: str) -> dict[str, Place]:
    """The lines of each variable of the `env` of a step, a job or a workflow."""
    env = child(fields, "env")
    if env is None:
        return {}
    return {
        key.value: Place(path, key.line, max(key.line, node.end_line)) for key, node in env.entries
    }
