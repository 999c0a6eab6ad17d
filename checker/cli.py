"""The program's door: which command runs, and what becomes of a defect of ours."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from checker import __version__
from checker.commands import COMMANDS, exits, load


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the exit code as documented in the README."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments, os.environ)
    except BrokenPipeError:
        # The reader of our output has seen enough (`| head`); a second flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.GOOD
    except Exception as defect:  # noqa: BLE001  # exit code 1 would read as a finding
        _report_defect(defect)
        return exits.DEFECT


def _run(arguments: list[str], environ: Mapping[str, str]) -> int:
    if not arguments and environ.get("GITHUB_ACTIONS") == "true":
        arguments = ["check"]
    parser = _parser(arguments)
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help()
        return exits.BAD_INPUT
    return load(given.command).run(given, environ)


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; only the command that is asked for is loaded, so that help stays quick."""
    parser = argparse.ArgumentParser(
        prog="npm-publish-preflight",
        description="Will npm accept what this repository's workflows publish?",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (_, does) in COMMANDS.items():
        command = commands.add_parser(name, help=does, description=does, allow_abbrev=False)
        if name in arguments:
            load(name).add(command)
    return parser


def _report_defect(defect: Exception) -> None:
    """Where it happened and what kind it is; never its text, which may hold a secret."""
    frame = traceback.extract_tb(defect.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    sys.stderr.write(
        f"npm-publish-preflight {__version__} failed by a defect of its own:"
        f" {type(defect).__name__} at {where}. Nothing was judged. Please report this line.\n"
    )
