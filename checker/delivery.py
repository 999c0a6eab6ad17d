"""Where the report goes: stdout or a file, the job summary, the action's outputs, the exit."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from checker.report import Report, Severity, Verdict
from checker.reporters import REPORTERS, escape, plain
from checker.reporters.frames import Lines
from checker.settings import FailOn, Format, Settings

_SEVERITIES = {
    FailOn.ERROR: (Severity.ERROR,),
    FailOn.WARNING: (Severity.ERROR, Severity.WARNING),
    FailOn.NEVER: (),
}

# Where the runner mounts the job's temporary folder in the container of a Docker action; the job's
# other steps know it by another path.
_MOUNTED_TEMP = "/github/runner_temp"


class Undelivered(Exception):
    """The report cannot be written where it was asked for. The text is one sentence."""


def fails(report: Report, settings: Settings) -> bool:
    """Whether the run fails: findings at or above `fail-on`, or `unknown` where that is asked."""
    counted = _SEVERITIES[settings.fail_on]
    if any(f.severity in counted and f.suppressed is None for f in report.findings):
        return True
    return settings.fail_on_unknown and report.verdict is Verdict.UNKNOWN


def deliver(report: Report, settings: Settings, environ: Mapping[str, str], lines: Lines) -> None:
    """Write the report everywhere it is looked for. lines: of the repository's files, by path.

    Raises `Undelivered` where `output` cannot be written.
    """
    in_actions = environ.get("GITHUB_ACTIONS") == "true"
    shown = settings.format
    if shown is Format.AUTO:
        shown = Format.GITHUB if in_actions else Format.PLAIN
    for note in settings.notes:
        sys.stderr.write(f"{note}\n")
    remark = None
    if settings.comment:
        from checker.commenting import comment

        remark = comment(report, settings, environ)
    if remark is not None:
        report = replace(report, remarks=(*report.remarks, remark))
    text = _render(report, shown, settings, lines)
    if settings.output is None:
        sys.stdout.write(text)
    else:
        try:
            Path(settings.output).write_text(text, encoding="utf-8")
        except OSError as error:
            raise Undelivered(f"`{settings.output}` cannot be written: {error.strerror}.") from None
        sys.stdout.write(REPORTERS["github"](report) if in_actions else _last_line(report))
    if in_actions and (shown is Format.GITHUB or remark is not None):
        _append(environ.get("GITHUB_STEP_SUMMARY"), REPORTERS["markdown"](report))
    if in_actions:
        _write_outputs(report, environ)


def _write_outputs(report: Report, environ: Mapping[str, str]) -> None:
    import secrets

    from checker.reporters import github

    pairs = github.outputs(report, _report_files(report, environ, secrets.token_hex(4)))
    _append(environ.get("GITHUB_OUTPUT"), github.output_file(pairs, secrets.token_hex(16)))


def _render(report: Report, shown: Format, settings: Settings, lines: Lines) -> str:
    if shown is Format.GITHUB:
        import secrets

        from checker.reporters import github

        return github.render(report, stop_token=secrets.token_hex(16))
    if shown is Format.PLAIN and settings.output is None and sys.stdout.isatty():
        import shutil

        columns = shutil.get_terminal_size().columns
        return plain.render(report, color=True, width=columns, source=lines)
    if shown is Format.PLAIN:
        return plain.render(report, source=lines)
    return REPORTERS[shown](report)


def _last_line(report: Report) -> str:
    return plain.render(report).rstrip("\n").rpartition("\n")[2] + "\n"


def _append(path: str | None, text: str) -> None:
    """Append to one of the runner's files; without it the job log has to do."""
    if not path:
        return
    # Without O_NONBLOCK a pipe that nobody reads would keep the program waiting.
    flags = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    end = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    try:
        with os.fdopen(os.open(path, end | flags, 0o666), "a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        sys.stderr.write(f"`{Path(path).name}` of the runner was not written: {error.strerror}.\n")


def _report_files(report: Report, environ: Mapping[str, str], word: str) -> Mapping[str, str]:
    """Write the reports for other programs outside the checkout: output name to path.

    word: what nobody can guess of their names. {} where no later step could open them.
    """
    temp = environ.get("RUNNER_TEMP")
    # act gives the container of a Docker action a temporary folder that dies with it.
    if not temp or environ.get("ACT") == "true":
        return {}
    name = f"npm-publish-preflight-{word}"
    written: dict[str, str] = {}
    for output, reporter in (("report", "json"), ("sarif", "sarif")):
        file = f"{name}.{reporter}"
        try:
            (Path(temp) / file).write_text(REPORTERS[reporter](report), encoding="utf-8")
        except OSError as error:
            why = escape.name(str(error.strerror))
            sys.stderr.write(f"The {reporter.upper()} report was not written: {why}.\n")
        else:
            written[output] = _as_the_job_knows_it(temp, file, environ)
    return written


def _as_the_job_knows_it(temp: str, name: str, environ: Mapping[str, str]) -> str:
    workspace = environ.get("RUNNER_WORKSPACE", "")
    if temp == _MOUNTED_TEMP and workspace:
        # The runner keeps its work folders side by side: `<work>/_temp` and `<work>/<repository>`.
        return str(PurePosixPath(workspace).parent / "_temp" / name)
    return str(PurePosixPath(temp) / name)
