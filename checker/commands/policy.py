"""`policy`: npm's decision table of a day, its sources, and what is announced."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date

from checker.commands import exits


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument("--on", metavar="DATE", help="an ISO date (default: today, UTC)")


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`."""
    from checker import pages
    from checker.sources.clock import utc_now

    try:
        day = date.fromisoformat(given.on) if given.on is not None else utc_now().date()
    except ValueError:
        return exits.bad_input(f"--on: `{given.on}` is not a date such as 2027-02-01.")
    sys.stdout.write(pages.policy_page(day))
    return exits.GOOD
