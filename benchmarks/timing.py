"""Whole commands timed side by side, and their figures; nothing here knows what they do."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Took:
    """One run. seconds: by the clock. processor: seconds, user and system. peak: MiB resident."""

    seconds: float
    processor: float
    peak: float


def once(
    command: Sequence[str | Path],
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    codes: tuple[int, ...] = (0, 1),
) -> Took:
    """Runs a command to its end, its output thrown away. Raises SystemExit at another code."""
    start = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  the benchmarks' own commands
        list(map(str, command)),
        env=dict(os.environ if environ is None else environ),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"{command[0]} ended with code {process.returncode}")
    return Took(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(
    commands: Mapping[str, Sequence[str | Path]],
    *,
    rounds: int,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    codes: tuple[int, ...] = (0, 1),
) -> dict[str, Took]:
    """The medians of each command, run in turn so that what disturbs one disturbs all."""
    # As every installation has it; a checkout has none where Python is told to write none.
    compileall.compile_dir(ROOT / "checker", quiet=1)
    for command in commands.values():
        once(command, environ=environ, cwd=cwd, codes=codes)
    runs: dict[str, list[Took]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(once(command, environ=environ, cwd=cwd, codes=codes))
    return {
        name: Took(
            statistics.median(took.seconds for took in tooks),
            statistics.median(took.processor for took in tooks),
            max(took.peak for took in tooks),
        )
        for name, tooks in runs.items()
    }
