"""`fix`: the edits that move a repository to trusted publishing, as a diff or written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from checker.commands import exits, repository


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument("--write", action="store_true", help="write the files (default: a diff)")
    parser.add_argument(
        "--stage", action="store_true", help="move to staged publishing, which a person approves"
    )
    repository.add(parser)


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`. Findings: something is left that a person must do."""
    from checker.remedies import diff, left
    from checker.remedies.fix import fix
    from checker.reporters import escape
    from checker.settings import BadInput
    from checker.sources import rewrite

    if not Path(given.path).is_dir():
        return exits.bad_input(f"`{given.path}` is not a folder.")
    try:
        judged = repository.judge(given, environ)
    except BadInput as error:
        return exits.bad_input(str(error))
    fixes = fix(
        judged.tree,
        judged.facts,
        judged.report,
        stage=given.stage,
        node=judged.settings.node_version,
        npm=judged.settings.npm_version,
    )
    if given.write:
        try:
            rewrite.write(judged.root, fixes.changes)
        except rewrite.NotWritten as error:
            return exits.bad_input(f"Nothing was written: `{error.path}`: {error}.")
        sys.stdout.writelines(f"{change.path}\n" for change in fixes.changes)
    else:
        # A diff is bytes: a file may have any encoding, and its line ends are part of it.
        sys.stdout.flush()
        sys.stdout.buffer.write(diff.unified(fixes))
        sys.stdout.buffer.flush()
    sys.stderr.write(escape.lines(left.text(fixes)))
    return exits.FINDINGS if fixes.refusals else exits.GOOD
