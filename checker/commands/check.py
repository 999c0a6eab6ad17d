"""`check`: the main job. Judge a repository and write the report where people look."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from checker.commands import exits, repository


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    repository.add(parser)


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`."""
    from checker import suppressions
    from checker.delivery import deliver, fails
    from checker.files import lines as file_lines
    from checker.gather import workflow_paths
    from checker.rules import by_id
    from checker.settings import BadInput

    if not Path(given.path).is_dir():
        return exits.bad_input(f"`{given.path}` is not a folder.")
    try:
        judged = repository.judge(given, environ)
    except BadInput as error:
        repository.annotate(error, environ)
        return exits.bad_input(str(error))
    lines = lru_cache(maxsize=64)(partial(file_lines, judged.tree))
    report = suppressions.apply(judged.report, lines, workflow_paths(judged.tree), by_id())
    deliver(report, judged.settings, environ, lines)
    return exits.FINDINGS if fails(report, judged.settings) else exits.GOOD
