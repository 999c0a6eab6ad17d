"""`trust`: the `npm trust` commands and the form's fields that make npm agree with a repository."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from checker.commands import exits, repository


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument(
        "--stage", action="store_true", help="allow staging only, as after `fix --stage`"
    )
    repository.add(parser)


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`. Findings: something could not be registered from here."""
    from checker.remedies import trust_script
    from checker.remedies.trust import trust
    from checker.reporters import escape
    from checker.settings import BadInput

    if not Path(given.path).is_dir():
        return exits.bad_input(f"`{given.path}` is not a folder.")
    try:
        judged = repository.judge(given, environ)
    except BadInput as error:
        return exits.bad_input(str(error))
    answer = trust(judged.facts, stage=given.stage)
    fixes = repository.fixes(judged, stage=given.stage)
    unready = tuple(one.place for one in fixes.refusals)
    text = escape.harmless(trust_script.render(answer, unready), keep="\n")
    sys.stdout.write(escape.without_commands(text))
    return exits.GOOD if answer.is_complete else exits.FINDINGS
