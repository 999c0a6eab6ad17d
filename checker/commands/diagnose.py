"""`diagnose`: after a failure, the cause behind the text of a log."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from checker.commands import exits


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument("log", nargs="?", default="-", help="a file, or - for stdin (the default)")


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`. Findings: a cause is named."""
    from checker.diagnosis.model import names_a_cause
    from checker.diagnosis.page import page
    from checker.diagnosis.reading import diagnose_lines

    try:
        if given.log == "-":
            found = diagnose_lines(sys.stdin)
        else:
            with Path(given.log).open(encoding="utf-8", errors="replace") as log:
                found = diagnose_lines(log)
    except OSError as error:
        return exits.bad_input(f"`{given.log}` cannot be read: {error.strerror}.")
    sys.stdout.write(page(found))
    return exits.FINDINGS if names_a_cause(found) else exits.GOOD
