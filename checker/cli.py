"""The program's door: which command runs, and what becomes of a defect of ours."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from checker import __version__, streams
from checker.commands import COMMANDS, exits, load

# Nowhere to write to: the disk, or somebody's share of it.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class _Terminated(BaseException):
    """The program was told to stop."""


def program() -> NoReturn:
    """Run the program and end its process at once.

    Python's own tidying would take a tenth of a check's time, and a signal in it would end a
    process that has said its verdict with another exit code.
    """
    streams.outlast_readers()
    code = main()
    streams.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the exit code as documented in the README."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run_to_the_end(arguments)
    except KeyboardInterrupt:
        return _stopped(signal.SIGINT)
    except _Terminated:
        return _stopped(signal.SIGTERM)
    except OSError as error:
        if error.errno not in _FULL:
            _report_defect(error)
            return exits.DEFECT
        streams.close_stdout()
        return exits.bad_input(f"The output could not be written: {error.strerror}.")
    except Exception as defect:  # noqa: BLE001  # exit code 1 would read as a finding
        _report_defect(defect)
        return exits.DEFECT


def _run_to_the_end(arguments: list[str]) -> int:
    _prepare()
    try:
        code = _run(arguments, os.environ)
    except SystemExit as end:  # the parser has told its help, its version or what is wrong
        code = end.code if isinstance(end.code, int) else exits.GOOD
    # Whatever cannot be written shows here, and not when the interpreter has left.
    sys.stdout.flush()
    return code


def _prepare() -> None:
    """Streams that take every character, an end in words where the program is stopped."""
    collect_garbage_seldom()
    streams.prepare()
    # As a container's first process it would otherwise not be stopped at all.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)


def collect_garbage_seldom() -> None:
    """Hardly anything is let go before the end: a fifth of the reading, a tenth of a start."""
    gc.set_threshold(1_000_000, 20, 100)


def _terminate(number: int, frame: object) -> None:
    raise _Terminated


def _stopped(number: signal.Signals) -> int:
    """What a shell would say of a process that the signal has ended: 130, 143."""
    streams.close_stdout()
    streams.tell(f"Stopped by {number.name} before the end; there is no verdict.\n")
    # Threads may wait for a registry that never answers.
    os._exit(128 + number)


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
    streams.tell(
        f"npm-publish-preflight {__version__} failed by a defect of its own:"
        f" {type(defect).__name__} at {where}. Nothing was judged. Please report this line.\n"
    )
