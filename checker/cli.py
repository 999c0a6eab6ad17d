"""The program's door: which command runs, and what becomes of a defect of ours."""

from __future__ import annotations

import argparse
import errno
import gc
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from checker import __version__
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
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the exit code as documented in the README."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run_to_the_end(arguments)
    except BrokenPipeError:
        # The reader of our output has seen enough (`| head`); a second flush must not complain.
        _close_stdout()
        return exits.GOOD
    except KeyboardInterrupt:
        return _stopped(signal.SIGINT)
    except _Terminated:
        return _stopped(signal.SIGTERM)
    except OSError as error:
        if error.errno not in _FULL:
            _report_defect(error)
            return exits.DEFECT
        _close_stdout()
        return exits.bad_input(f"The output could not be written: {error.strerror}.")
    except Exception as defect:  # noqa: BLE001  # exit code 1 would read as a finding
        _report_defect(defect)
        return exits.DEFECT


def _run_to_the_end(arguments: list[str]) -> int:
    _prepare()
    code = _run(arguments, os.environ)
    # Whatever cannot be written shows here, and not when the interpreter has left.
    sys.stdout.flush()
    return code


def _prepare() -> None:
    """Streams that take every character, an end in words where the program is stopped."""
    collect_garbage_seldom()
    # A stream that was closed before the start (`<&-`) is None to Python.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # for good
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
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
    _close_stdout()
    sys.stderr.write(f"Stopped by {number.name} before the end; there is no verdict.\n")
    sys.stderr.flush()
    # Threads may wait for a registry that never answers.
    os._exit(128 + number)


def _close_stdout() -> None:
    """Let go of what could not be written, so that the interpreter does not try again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
