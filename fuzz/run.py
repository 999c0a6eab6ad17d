"""The bounded fuzzing run: each reader for its share of the time, one process after the other.

`python fuzz/run.py --seconds 120` ends with 1 where something was found; the input that did it is
then named. Without atheris it says so and ends with 0. Seeds are the example repositories and what
was found before; what libFuzzer collects goes to `--corpus`, by default to a temporary folder.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from seeds import DICTIONARY, write_seeds
from targets import TARGETS

HERE = Path(__file__).parent
FOUND = HERE / "found"
_DONE = re.compile(r"^(?:Done (\d+) runs|stat::number_of_executed_units:\s*(\d+))", re.MULTILINE)
# What one input may take before it counts as a hang, in seconds and in MiB: by the clock, so that
# a busy machine finds no hang that is none.
LONGEST, LARGEST = 20, 2048
# A fuzzer that goes on so long after its time, in seconds, is ended and counts as broken.
GRACE = 300


def main() -> int:
    """Fuzz every target that is asked for."""
    options = _options()
    if importlib.util.find_spec("atheris") is None:
        print("Skipped: atheris is not installed for this Python.")
        return 0
    names = options.target or list(TARGETS)
    share = max(1, options.seconds // len(names))
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(options.corpus or Path(scratch, "corpus"))
        dictionary = Path(scratch, "words.dict")
        dictionary.write_text(DICTIONARY, encoding="utf-8")
        broken = [n for n in names if not _fuzz(n, share, corpus / n, Path(scratch), dictionary)]
    if broken:
        print(f"Found something in: {', '.join(broken)}")
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=120, help="for all targets together")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS))
    parser.add_argument("--corpus", help="keep what is collected in this folder")
    parser.add_argument("--keep", help="copy what breaks a target into this folder")
    return parser.parse_args()


def _fuzz(name: str, seconds: int, corpus: Path, scratch: Path, dictionary: Path) -> bool:
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = scratch / "seeds" / name
    write_seeds(name, seeds)
    finds = scratch / "finds" / name
    finds.mkdir(parents=True)
    command = [
        sys.executable,
        str(HERE / "one.py"),
        name,
        f"-max_total_time={seconds}",
        f"-timeout={LONGEST}",
        f"-rss_limit_mb={LARGEST}",
        f"-artifact_prefix={finds}/",
        f"-dict={dictionary}",
        "-max_len=20000",
        "-print_final_stats=1",
        str(corpus),
        str(seeds),
        *(str(folder) for folder in _kept(name)),
    ]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False,
            timeout=seconds + GRACE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"{name:16} did not end {GRACE} s after its {seconds} s", flush=True)
        return False
    counted = _DONE.search(ended.stderr)
    runs = next((n for n in counted.groups() if n), "?") if counted else "?"
    print(f"{name:16} {runs:>9} inputs in {seconds} s, exit code {ended.returncode}", flush=True)
    if ended.returncode != 0:
        _tell(ended.stderr, finds)
    return ended.returncode == 0


def _kept(name: str) -> Iterator[Path]:
    if (FOUND / name).is_dir():
        yield FOUND / name


def _tell(log: str, finds: Path) -> None:
    print("\n".join(log.splitlines()[-25:]))
    keep = _options().keep
    for find in finds.iterdir():
        data = find.read_bytes()
        print(f"{find.name}: {len(data)} bytes: {data[:300]!r}")
        if keep:
            folder = Path(keep, finds.name)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / find.name).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
