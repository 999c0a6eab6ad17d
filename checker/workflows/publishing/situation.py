"""Where a publish command stands: the job's path, and what the command finds there."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from checker.facts import Place, Unknown
from checker.workflows.text import Text
from checker.workflows.ways import Way


class JobPath(Struct, frozen=True):
    """What is the same for every step of a job on one path."""

    entry_workflow: str
    event: str
    matrix: tuple[tuple[str, str], ...]
    id_token: bool | Unknown
    permissions_place: Place
    environment: str | Unknown | None
    runs_on: tuple[str, ...] | Unknown
    hosted: bool | Unknown
    exceeds_caller: bool = False


class Situation(Struct, frozen=True):
    """Where a publish command stands.

    env_places: the lines of its variables. words: the step's own text. way: the conditions and
    branches around it that only a run decides.
    """

    env: Mapping[str, Text]
    env_places: Mapping[str, Place]
    folder: str | None
    place: Place
    words: str
    way: Way = ()
