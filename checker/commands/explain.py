"""`explain`: one rule's page, or the list of all rules."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from checker.commands import exits


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument("rule", nargs="?", help="a rule id")


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`."""
    from checker import pages

    if given.rule is None:
        sys.stdout.write(pages.rule_list())
        return exits.GOOD
    page = pages.rule_page(given.rule)
    if page is None:
        from difflib import get_close_matches

        from checker.rules import by_id

        near = get_close_matches(given.rule, by_id(), n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        return exits.bad_input(
            f"There is no rule `{given.rule}`.{hint} `explain` alone lists them."
        )
    sys.stdout.write(page)
    return exits.GOOD
