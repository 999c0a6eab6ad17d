"""Audits a synthetic organisation behind a loopback API, and prints what that takes; no test.

python benchmarks/audit.py [REPOSITORIES] [--few N]

Requests a repository, peak memory for few and for many, repositories a second, what a second audit
and an interruption cost, and whether resumed and merged audits say the same to the byte. The server
runs beside the audit on the same machine and takes its share of it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from github_api import server  # noqa: E402
from github_api.organization import OWNER, organization  # noqa: E402

TODAY = "2026-11-24"
SHARDS = 8


@dataclass(frozen=True)
class Took:
    """One audit. peak: MiB. requests: by status; trees, queries, blobs, listing: by kind."""

    seconds: float
    processor: float
    peak: float
    statuses: Counter[int]
    kinds: Counter[str]
    report: bytes


class Bench:
    """One organisation, its server, and audits of it."""

    def __init__(self, count: int, folder: Path) -> None:
        self.github = organization(count)
        self.folder = folder

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server, for the length of the block."""
        with server.serving(self.github) as address:
            self._address = address
            yield

    def audit(self, cache: str, *arguments: str) -> Took:
        """One audit to its end. cache: the name of a folder, the same to go on with it."""
        seen = len(self.github.requests)
        statuses = self.github.statuses.copy()
        begun = time.perf_counter()
        process = self.start(cache, *arguments)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            raise SystemExit(f"the audit ended with {process.returncode}")
        return Took(
            seconds,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024,
            self.github.statuses - statuses,
            Counter(map(_kind, self.github.requests[seen:])),
            self._output.read_bytes(),
        )

    def start(self, cache: str, *arguments: str) -> subprocess.Popen[bytes]:
        """An audit that has begun."""
        self._output = self.folder / "report.json"
        return subprocess.Popen(  # noqa: S603 this program
            (
                *(sys.executable, "-m", "checker", "audit", *(arguments or (OWNER,))),
                *("--today", TODAY, "--format", "json", "--output", str(self._output)),
            ),
            cwd=ROOT,
            env={
                **os.environ,
                "GITHUB_API_URL": self._address,
                "GITHUB_TOKEN": server.TOKEN,
                "XDG_CACHE_HOME": str(self.folder / cache),
            },
            stderr=subprocess.DEVNULL,
        )


def _kind(request: tuple[str, str]) -> str:
    method, path = request
    if method == "POST":
        return "queries"
    return next((kind for kind in ("trees", "blobs") if f"/git/{kind}/" in path), "listing")


def main() -> None:
    """Run every audit and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", nargs="?", type=int, default=2_000)
    parser.add_argument("--few", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few = _cold(given.few, Path(folder) / "few")
        _say(f"{given.few:,} repositories", few)
        bench = Bench(given.repositories, Path(folder))
        with bench.serving():
            many = bench.audit("first")
            _say(f"{given.repositories:,} repositories", many)
            _print(f"  memory: {many.peak / few.peak:.2f} times that of {given.few:,} repositories")
            _print(_requests(many))
            _say("the same again, nothing changed", bench.audit("first"))
            _interrupted(bench, many)
            _parts(bench, many)


def _cold(count: int, folder: Path) -> Took:
    folder.mkdir()
    bench = Bench(count, folder)
    with bench.serving():
        return bench.audit("first")


def _interrupted(bench: Bench, whole: Took) -> None:
    answered = sum(bench.github.answered.values())
    first = bench.github.answered.copy()
    process = bench.start("stopped")
    half = sum(whole.kinds.values()) // 2
    while sum(bench.github.answered.values()) - answered < half:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    rest = bench.audit("stopped")
    twice = sum(count > first[asked] + 1 for asked, count in bench.github.answered.items())
    _say("killed half way and resumed", rest)
    _print(f"  asked twice: {twice} (on their way when it was killed); {_same(rest, whole)}")


def _parts(bench: Bench, whole: Took) -> None:
    parts = bench.folder / "parts"
    parts.mkdir()
    sizes = []
    for number in range(1, SHARDS + 1):
        took = bench.audit("first", OWNER, "--shard", f"{number}/{SHARDS}")
        (parts / f"{number}.json").write_bytes(took.report)
        sizes.append(len(json.loads(took.report)["repositories"]))
    merged = bench.audit("first", "--merge", str(parts))
    _say(f"{SHARDS} shards of {min(sizes)} to {max(sizes)} repositories, merged", merged)
    _print(f"  {_same(merged, whole)}")


def _same(one: Took, other: Took) -> str:
    return f"the same to the byte: {'yes' if one.report == other.report else 'NO'}"


def _say(what: str, took: Took) -> None:
    count = len(json.loads(took.report)["repositories"])
    _print(
        f"{what}: {took.seconds:.1f} s ({took.processor:.1f} s of processor time),"
        f" {count / took.seconds:.0f} a second, peak {took.peak:.0f} MiB,"
        f" {sum(took.kinds.values()):,} requests, {took.statuses[304]:,} of them unchanged"
    )


def _requests(took: Took) -> str:
    told = json.loads(took.report)
    looked_at = len(told["repositories"])
    publishing = sum(bool(one["packages"]) for one in told["repositories"])
    rest = took.kinds["trees"] + took.kinds["blobs"] + took.kinds["listing"]
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in took.kinds.most_common())
    return (
        f"  requests: {kinds}; {rest / looked_at:.2f} by REST and"
        f" {took.kinds['queries'] / looked_at:.2f} by GraphQL a repository"
        f" ({looked_at:,} looked at, of which {publishing:,} publish)"
    )


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
