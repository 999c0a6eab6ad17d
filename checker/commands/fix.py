"""`fix`: the edits that move a repository to trusted publishing, as a diff or written."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from checker.commands import exits, repository

if TYPE_CHECKING:
    from checker.remedies.model import Fixes


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument("--write", action="store_true", help="write the files (default: a diff)")
    parser.add_argument(
        "--stage", action="store_true", help="move to staged publishing, which a person approves"
    )
    repository.add(parser)


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`. Findings: something is left that a person must do, or could not be read."""
    from msgspec.structs import replace

    from checker.remedies import diff, left
    from checker.reporters import escape
    from checker.settings import BadInput
    from checker.sources import rewrite

    if not Path(given.path).is_dir():
        return exits.bad_input(f"`{given.path}` is not a folder.")
    try:
        judged = repository.judge(given, environ)
    except BadInput as error:
        return exits.bad_input(str(error))
    fixes = repository.fixes(judged, stage=given.stage)
    fixes = replace(fixes, refusals=(*left.unseen(judged.report), *fixes.refusals))
    if given.write:
        try:
            rewrite.write(judged.root, fixes.changes)
        except rewrite.NotWritten as error:
            return exits.bad_input(f"Nothing was written: `{error.path}`: {error}.")
        paths = (escape.without_commands(escape.name(change.path)) for change in fixes.changes)
        sys.stdout.writelines(f"{path}\n" for path in paths)
    else:
        fixes = _without_secrets(fixes)
        _show(diff.unified(fixes), environ)
    # The repository's own words stand in it, and the runner reads stderr for commands too.
    sys.stderr.write(escape.without_commands(escape.lines(left.text(fixes))))
    return exits.FINDINGS if fixes.refusals else exits.GOOD


def _without_secrets(fixes: Fixes) -> Fixes:
    """The fixes less the changes whose diff would show a credential, which are refused instead.

    A line cannot be left out of a diff, nor can another word stand in it: it would not apply.
    """
    from msgspec.structs import replace

    from checker.remedies import diff, left
    from checker.reporters import frames

    shown, refusals = [], []
    for change in fixes.changes:
        patch = diff.unified(replace(fixes, changes=(change,))).decode(errors="replace")
        secret = next((row for row in patch.split("\n") if frames.hides(row)), None)
        if secret is None:
            shown.append(change)
        else:
            before = change.before.decode(errors="replace").split("\n")
            line = before.index(secret[1:]) + 1 if secret[1:] in before else 1
            refusals.append(left.unshown(change, line))
    return replace(fixes, changes=tuple(shown), refusals=(*fixes.refusals, *refusals))


def _show(patch: bytes, environ: Mapping[str, str]) -> None:
    """The diff as it is: a file may have any encoding, and its line ends are part of it.

    In a job's log a line of a stranger's file would be a command to the runner; it is told on
    stderr to take none meanwhile, so that stdout stays a diff. A terminal gets no codes.
    """
    from checker.reporters import escape

    if sys.stdout.isatty():
        text = patch.decode(errors="replace").replace("\r\n", "\n")
        sys.stdout.write(escape.harmless(text, keep="\n\t"))
        return
    ends = secrets.token_hex(16) if environ.get("GITHUB_ACTIONS") == "true" else None
    if ends and patch:
        sys.stderr.write(f"::stop-commands::{ends}\n")
        sys.stderr.flush()
    sys.stdout.flush()
    sys.stdout.buffer.write(patch)
    sys.stdout.buffer.flush()
    if ends and patch:
        sys.stderr.write(f"::{ends}::\n")
        sys.stderr.flush()
