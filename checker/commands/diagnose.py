"""`diagnose`: after a failure, the cause behind the text of a log."""

from __future__ import annotations

import argparse
import codecs
import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from checker.commands import exits

if TYPE_CHECKING:
    from checker.asking.job_log import Page

_NO_TOKEN = (
    "GitHub shows a job's log to nobody without a token: set `GITHUB_TOKEN`, for example to the"
    " output of `gh auth token`."
)


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument(
        "log",
        nargs="?",
        default="-",
        help="a file, - for stdin (the default), or the address of a run or job on GitHub, whose"
        " log is then read through its API with GITHUB_TOKEN",
    )


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`. Findings: a cause is named."""
    from checker.asking import job_log
    from checker.diagnosis.model import names_a_cause
    from checker.diagnosis.page import page
    from checker.diagnosis.reading import diagnose_lines

    try:
        asked = job_log.page(given.log, environ)
    except job_log.NotMeant as error:
        return exits.bad_input(f"`{given.log}` cannot be read: {error}.")
    if asked is not None:
        return _of_jobs(asked, environ)
    try:
        if given.log == "-":
            found = diagnose_lines(_as_text(sys.stdin.buffer))
        else:
            with Path(given.log).open("rb") as log:
                found = diagnose_lines(_as_text(log))
    except OSError as error:
        return exits.bad_input(f"`{given.log}` cannot be read: {error.strerror}.")
    sys.stdout.write(page(found))
    return exits.FINDINGS if names_a_cause(found) else exits.GOOD


def _as_text(log: BinaryIO) -> TextIO:
    """The text of a log. Windows PowerShell's `>` writes UTF-16, with a mark in front."""
    buffered = io.BufferedReader(cast("io.RawIOBase", log))
    is_wide = buffered.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return io.TextIOWrapper(buffered, "utf-16" if is_wide else "utf-8", errors="replace")


def _of_jobs(asked: Page, environ: Mapping[str, str]) -> int:
    """The same of each failed job of a run, or of the one job that is asked for."""
    from checker.asking import job_log
    from checker.diagnosis.model import names_a_cause
    from checker.diagnosis.page import heading, no_job_failed, page
    from checker.diagnosis.reading import diagnose_lines
    from checker.settings import github_token
    from checker.sources.github import Failed

    token = github_token.find(environ)
    if token is None:
        return exits.bad_input(_NO_TOKEN)
    named, read = False, 0
    try:
        for job, lines in job_log.logs(asked, token, environ):
            found = diagnose_lines(lines)
            sys.stdout.write(f"{heading(job.name, job.page)}{page(found)}")
            named, read = named or names_a_cause(found), read + 1
    except Failed as failure:
        return exits.bad_input(f"The log cannot be had from GitHub: {failure}.")
    if not read:
        sys.stdout.write(no_job_failed())
    return exits.FINDINGS if named else exits.GOOD
