"""The standard streams: that they are there, take every character and outlast their readers."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


class _Unread(io.FileIO):
    """A pipe into which may be written when its reader has seen enough (`| head`, `| grep -q`).

    What a job is told by the exit code, the outputs and the summary does not turn on who reads
    along: a refused release must not pass because its report was read in part.
    """

    def write(self, data: Buffer) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def prepare() -> None:
    """Give the program streams that are there and take every character."""
    # A stream that was closed before the start (`<&-`) is None to Python.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # for good
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def outlast_readers() -> None:
    """Write on where nobody reads any more. For a process that is the program and nothing else."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            raw = _Unread(stream.fileno(), "w", closefd=False)
            pipe = io.TextIOWrapper(
                io.BufferedWriter(raw),
                encoding=stream.encoding,
                errors=stream.errors,
                line_buffering=stream.line_buffering,
                write_through=stream.write_through,
            )
            setattr(sys, name, pipe)


def tell(text: str) -> None:
    """Write to stderr, for whoever may read it: the exit code says the same to those who cannot."""
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def flush() -> None:
    """Write what is still held, as far as that goes."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()


def close_stdout() -> None:
    """Let go of what could not be written, so that the interpreter does not try again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
