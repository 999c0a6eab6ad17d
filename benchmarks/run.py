"""Runs every benchmark and prints its figures: python benchmarks/run.py [NAME ...]; no test."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = (
    "read_workflows",
    "beside_zizmor",
    "cold_check",
    "live_question",
    "registry",
    "container_start",
    "growth",
    "audit",
)


def main() -> None:
    """One after the other: what runs beside a benchmark is measured with it."""
    sys.stdout.write(
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}\n"
    )
    for name in sys.argv[1:] or NAMES:
        sys.stdout.write(f"\n{name}\n")
        sys.stdout.flush()
        command = (sys.executable, str(HERE / f"{name}.py"))
        if subprocess.run(command, check=False).returncode:  # noqa: S603  a file beside this one
            sys.stdout.write("ended without figures\n")


if __name__ == "__main__":
    main()
