"""What the commands about a repository share: options, facts, report. Secrets are hidden first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

from checker.facts import Facts, Unknown
from checker.files import Files, Remembered
from checker.report import Report
from checker.settings import BadInput, Settings, add_options, load
from checker.sources.checkout import Checkout

if TYPE_CHECKING:
    from checker.remedies.model import Fixes


class Judged(Struct, frozen=True):
    """A repository, what is known of it, and what npm will answer."""

    root: Path
    tree: Files
    settings: Settings
    facts: Facts
    report: Report


def add(parser: argparse.ArgumentParser) -> None:
    """The path and the options of `check`."""
    parser.add_argument("path", nargs="?", default=".", help="the repository's root (default: .)")
    add_options(parser)


def judge(given: argparse.Namespace, environ: Mapping[str, str]) -> Judged:
    """Read the repository and judge it. Raises `BadInput`."""
    from checker.evaluate import evaluate
    from checker.gather import gather
    from checker.rules import by_id
    from checker.sources.clock import utc_now

    root = Path(given.path)
    hide = partial(_hide, environ, _for_commands(given, environ))
    _mask(environ, hide)
    settings = load(vars(given), environ, root, Checkout, by_id())
    tree = Remembered(Checkout(root))
    facts = gather(settings, root, environ, utc_now(), hide, tree)
    for why in dict.fromkeys(_unanswered(facts)):
        sys.stderr.write(f"What only npm's registry knows is presumed: {why}.\n")
    report = evaluate(facts, tuple((one.rule, one.reason) for one in settings.ignore))
    return Judged(root, tree, settings, facts, report)


def fixes(judged: Judged, *, stage: bool) -> Fixes:
    """What moves the repository to trusted publishing, or with `stage` to staging."""
    from checker.remedies.fix import fix

    return fix(
        judged.tree,
        judged.facts,
        judged.report,
        stage=stage,
        node=judged.settings.node_version,
        npm=judged.settings.npm_version,
    )


def _for_commands(given: argparse.Namespace, environ: Mapping[str, str]) -> TextIO:
    """Where the runner reads commands: stderr where stdout is for another program."""
    shown = getattr(given, "format", None) or environ.get("INPUT_FORMAT")
    return sys.stderr if shown in ("json", "sarif", "markdown") else sys.stdout


def _mask(environ: Mapping[str, str], hide: Callable[[str], None]) -> None:
    """Have the runner hide the tokens before anything else is printed."""
    from checker.settings import github_token, npm_token

    # The runner hides `GITHUB_TOKEN` by itself; what is handed over as an input may be any token.
    given = github_token.find(environ) if environ.get("INPUT_GITHUB-TOKEN") else None
    for token in (npm_token.find(environ)[0], given):
        if token is not None:
            hide(token)


def _hide(environ: Mapping[str, str], stream: TextIO, secret: str) -> None:
    if environ.get("GITHUB_ACTIONS") == "true":
        for line in secret.splitlines():
            if line.strip():
                stream.write(f"::add-mask::{line.replace('%', '%25')}\n")
        stream.flush()


def _unanswered(facts: Facts) -> Iterator[str]:
    """Why the registry told nothing of a package, where it was asked."""
    for _, observed in facts.observed:
        if isinstance(observed.exists, Unknown):
            yield observed.exists.why


def annotate(error: BadInput, environ: Mapping[str, str]) -> None:
    """Show in GitHub Actions the faults of the config file at their lines."""
    from checker.reporters import escape

    if environ.get("GITHUB_ACTIONS") != "true":
        return
    for fault in error.faults:
        place = (("file", fault.path), ("line", str(fault.line))) if fault.path else ()
        sys.stdout.write(escape.command("error", str(fault), place) + "\n")
