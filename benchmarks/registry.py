"""Times questions about many packages against a slow registry on this machine; no test.

python benchmarks/registry.py [PACKAGES]

Prints what they take one after the other and at the same time, the ratio of the two, and beside
it what `npm publish --dry-run` takes for one package, where npm is installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from checker.sources.registry import Registry

LATENCY_SECONDS = 0.05
VERSIONS = 30


class _Slow(BaseHTTPRequestHandler):
    """Answers with a record of some ten kilobytes, as late as a registry across an ocean."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """One record."""
        time.sleep(LATENCY_SECONDS)
        body = _record(unquote(self.path.removeprefix("/")))
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's too
        """Nothing: the figures are the output."""


def _record(name: str) -> bytes:
    versions = [f"1.{minor}.0" for minor in range(VERSIONS)]
    manifest = {"name": name, "description": "x" * 200, "_npmUser": {"name": "ana"}}
    times = {version: f"2026-01-01T00:{at:02}:00.000Z" for at, version in enumerate(versions)}
    return json.dumps(
        {
            "name": name,
            "dist-tags": {"latest": versions[-1]},
            "versions": {version: {**manifest, "version": version} for version in versions},
            "time": times,
        }
    ).encode()


def seconds(url: str, names: list[str], connections: int) -> float:
    """What it takes to ask about all names over so many connections."""
    registry = Registry(url, connections=connections, seconds=600)
    start = time.perf_counter()
    answers = registry.observe(names)
    took = time.perf_counter() - start
    registry.close()
    if not all(observed.exists is True for _, observed in answers):
        raise SystemExit("not every package was answered for")
    return took


def npm_dry_run(url: str) -> float | None:
    """What npm takes to pretend one publish; None where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        manifest = {"name": "package-0", "version": "2.0.0"}
        Path(folder, "package.json").write_text(json.dumps(manifest), encoding="utf-8")
        command = [npm, "publish", "--dry-run", "--ignore-scripts", "--registry", url]
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
        return time.perf_counter() - start if done.returncode == 0 else None


def main() -> None:
    """Runs both ways and prints the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    names = [f"package-{number}" for number in range(count)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    together = seconds(url, names, 16)
    serial = seconds(url, names, 1)
    npm = npm_dry_run(url)
    server.shutdown()
    beside = "no npm here" if npm is None else f"`npm publish --dry-run` of one: {npm:.2f} s"
    sys.stdout.write(
        f"{count} packages, {LATENCY_SECONDS * 1000:.0f} ms latency: {serial:.2f} s one by one, "
        f"{together:.2f} s together, ratio {together / serial:.2f} ({beside})\n"
    )


if __name__ == "__main__":
    main()
