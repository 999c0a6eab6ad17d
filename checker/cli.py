"""The commands: what is read, what goes to stdout and to the runner's files, exit codes."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from checker import __version__
from checker.facts import Facts, Unknown

EXIT_GOOD, EXIT_FINDINGS, EXIT_BAD_INPUT, EXIT_DEFECT = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the exit code as documented in the README."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments, os.environ)
    except BrokenPipeError:
        # The reader of our output has seen enough (`| head`); a second flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_GOOD
    except Exception as defect:  # noqa: BLE001  # exit code 1 would read as a finding
        _report_defect(defect)
        return EXIT_DEFECT


def _run(arguments: list[str], environ: Mapping[str, str]) -> int:
    if not arguments and environ.get("GITHUB_ACTIONS") == "true":
        arguments = ["check"]
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command == "check":
        return _check(given, environ)
    if given.command == "explain":
        return _explain(given.rule)
    if given.command == "policy":
        return _policy(given.on)
    parser.print_help()
    return EXIT_BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    from checker.settings import add_options

    parser = argparse.ArgumentParser(
        prog="npm-publish-preflight",
        description="Will npm accept what this repository's workflows publish?",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    check = commands.add_parser(
        "check", help="judge every publishing step of a repository", allow_abbrev=False
    )
    check.add_argument("path", nargs="?", default=".", help="the repository's root (default: .)")
    add_options(check)
    explain = commands.add_parser("explain", help="print one rule's page, or the list of rules")
    explain.add_argument("rule", nargs="?", help="a rule id")
    policy = commands.add_parser("policy", help="print npm's decision table of a day")
    policy.add_argument("--on", metavar="DATE", help="an ISO date (default: today, UTC)")
    return parser


# --- check ------------------------------------------------------------------------------------


def _check(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from checker import suppressions
    from checker.evaluate import evaluate
    from checker.files import lines as file_lines
    from checker.gather import gather, workflow_paths
    from checker.rules import by_id
    from checker.settings import BadInput, load
    from checker.sources.checkout import Checkout
    from checker.sources.clock import utc_now

    root = Path(given.path)
    if not root.is_dir():
        return _bad_input(f"`{given.path}` is not a folder.")
    _mask(environ)
    try:
        settings = load(vars(given), environ, root, Checkout, by_id())
    except BadInput as error:
        _annotate_faults(error, environ)
        return _bad_input(str(error))
    facts = gather(settings, root, environ, utc_now(), partial(_hide, environ))
    for why in dict.fromkeys(_unanswered(facts)):
        sys.stderr.write(f"What only npm's registry knows is presumed: {why}.\n")
    report = evaluate(facts, tuple((one.rule, one.reason) for one in settings.ignore))
    tree = Checkout(root)
    lines = lru_cache(maxsize=64)(partial(file_lines, tree))
    report = suppressions.apply(report, lines, workflow_paths(tree), by_id())
    from checker.delivery import deliver, fails

    deliver(report, settings, environ, lines)
    return EXIT_FINDINGS if fails(report, settings) else EXIT_GOOD


def _mask(environ: Mapping[str, str]) -> None:
    """Have the runner hide the tokens before anything else is printed."""
    from checker.settings import github_token, npm_token

    # The runner hides `GITHUB_TOKEN` by itself; what is handed over as an input may be any token.
    given = github_token.find(environ) if environ.get("INPUT_GITHUB-TOKEN") else None
    for token in (npm_token.find(environ)[0], given):
        if token is not None:
            _hide(environ, token)


def _hide(environ: Mapping[str, str], secret: str) -> None:
    if environ.get("GITHUB_ACTIONS") == "true":
        for line in secret.splitlines():
            if line.strip():
                sys.stdout.write(f"::add-mask::{line.replace('%', '%25')}\n")
        sys.stdout.flush()


def _unanswered(facts: Facts) -> Iterator[str]:
    """Why the registry told nothing of a package, where it was asked."""
    for _, observed in facts.observed:
        if isinstance(observed.exists, Unknown):
            yield observed.exists.why


def _annotate_faults(error: Exception, environ: Mapping[str, str]) -> None:
    from checker.reporters import escape
    from checker.settings import BadInput

    if environ.get("GITHUB_ACTIONS") != "true" or not isinstance(error, BadInput):
        return
    for fault in error.faults:
        place = (("file", fault.path), ("line", str(fault.line))) if fault.path else ()
        sys.stdout.write(escape.command("error", str(fault), place) + "\n")


def _bad_input(text: str) -> int:
    from checker.reporters import escape

    sys.stderr.write(escape.lines(text).rstrip("\n") + "\n")
    return EXIT_BAD_INPUT


# --- explain and policy -----------------------------------------------------------------------


def _explain(rule_id: str | None) -> int:
    from checker import pages

    if rule_id is None:
        sys.stdout.write(pages.rule_list())
        return EXIT_GOOD
    page = pages.rule_page(rule_id)
    if page is None:
        from difflib import get_close_matches

        from checker.rules import by_id

        near = get_close_matches(rule_id, by_id(), n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        return _bad_input(f"There is no rule `{rule_id}`.{hint} `explain` alone lists them.")
    sys.stdout.write(page)
    return EXIT_GOOD


def _policy(on: str | None) -> int:
    from checker import pages
    from checker.sources.clock import utc_now

    try:
        day = date.fromisoformat(on) if on is not None else utc_now().date()
    except ValueError:
        return _bad_input(f"--on: `{on}` is not a date such as 2027-02-01.")
    sys.stdout.write(pages.policy_page(day))
    return EXIT_GOOD


# --- a defect of ours -------------------------------------------------------------------------


def _report_defect(defect: Exception) -> None:
    """Where it happened and what kind it is; never its text, which may hold a secret."""
    frame = traceback.extract_tb(defect.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    sys.stderr.write(
        f"npm-publish-preflight {__version__} failed by a defect of its own:"
        f" {type(defect).__name__} at {where}. Nothing was judged. Please report this line.\n"
    )
