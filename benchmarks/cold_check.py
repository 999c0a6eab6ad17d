"""Times a cold `check` of a small repository and says where the time goes; no test.

python benchmarks/cold_check.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys

from timing import ROOT, in_turn

ROUNDS = 15
EXAMPLE = ROOT / "examples" / "undeclared"
# In one process: what `check` loads, then the check itself, each by its own clock.
_PARTS = """
import contextlib, io, sys, time
started = time.perf_counter()
import checker.cli, checker.commands.repository
import checker.delivery, checker.reporters.plain, checker.evaluate, checker.workflows.publishes
loaded = time.perf_counter()
from checker.commands import repository
judge = repository.judge
def judged(*given, **named):
    start = time.perf_counter()
    try:
        return judge(*given, **named)
    finally:
        sys.stderr.write(f"{time.perf_counter() - start} ")
repository.judge = judged
with contextlib.redirect_stdout(io.StringIO()):
    checker.cli.main(["check", sys.argv[1], "--offline"])
sys.stderr.write(f"{loaded - started} {time.perf_counter() - loaded}")
"""


def shares() -> tuple[float, float, float]:
    """Seconds of loading, of reading and judging, of reporting: medians."""
    rows: list[list[float]] = []
    for _ in range(ROUNDS):
        ended = subprocess.run(  # noqa: S603  this Python, this file's own text
            [sys.executable, "-c", _PARTS, str(EXAMPLE)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        judged, loaded, whole = map(float, ended.stderr.split())
        rows.append([loaded, judged, whole - judged])
    load, judge, report = (statistics.median(column) for column in zip(*rows, strict=True))
    return load, judge, report


def main() -> None:
    """Prints the whole, an empty interpreter beside it, and the shares."""
    took = in_turn(
        {
            "check": (sys.executable, "-m", "checker", "check", EXAMPLE, "--offline"),
            "python": (sys.executable, "-c", "pass"),
        },
        rounds=ROUNDS,
    )
    check, empty = took["check"], took["python"]
    load, judge, report = shares()
    sys.stdout.write(
        f"cold check: {check.seconds:.2f} s, {check.peak:.0f} MiB; an empty interpreter"
        f" {empty.seconds:.2f} s, ratio {check.seconds / empty.seconds:.1f}; of it the interpreter"
        f" {empty.seconds:.2f} s, imports {load:.2f} s, reading and judging {judge:.2f} s,"
        f" report {report:.3f} s\n"
    )


if __name__ == "__main__":
    main()
