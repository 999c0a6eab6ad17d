"""Times one question to a registry on this machine beside npm's own two; no test.

python benchmarks/live_question.py

`check` asks about the package and the token of one small release; beside it, with the same registry
and token, `npm publish --dry-run`, which is what people try before a release, and `npm whoami`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from timing import in_turn

ROUNDS = 9
_TOKEN = "npm_" + "0" * 36  # nobody's
_WORKFLOW = """\
on: {{push: {{tags: ['v*']}}}}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: {{node-version: 24, registry-url: '{registry}'}}
      - run: npm publish
        env: {{NODE_AUTH_TOKEN: '${{{{ secrets.NPM_TOKEN }}}}'}}
"""
_RECORD = {
    "name": "example-widget",
    "dist-tags": {"latest": "1.0.0"},
    "versions": {"1.0.0": {"name": "example-widget", "version": "1.0.0"}},
    "time": {"1.0.0": "2026-01-01T00:00:00.000Z"},
    "maintainers": [{"name": "ana"}],
}


class _Registry(BaseHTTPRequestHandler):
    """Answers at once: who asks, and one package's record."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    asked: ClassVar[set[str]] = set()

    def do_GET(self) -> None:
        """One answer."""
        self.asked.add(self.path)
        body = json.dumps({"username": "ana"} if "whoami" in self.path else _RECORD).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's too
        """Nothing: the figures are the output."""


def release(folder: Path, registry: str) -> None:
    """A small release repository with the token that npm and `check` are both given."""
    (folder / ".github" / "workflows").mkdir(parents=True)
    manifest = {"name": "example-widget", "version": "1.1.0"}
    (folder / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    workflow = _WORKFLOW.format(registry=registry)
    (folder / ".github" / "workflows" / "release.yml").write_text(workflow, encoding="utf-8")
    host = registry.partition(":")[2]
    (folder / ".npmrc").write_text(f"{host}:_authToken=${{NODE_AUTH_TOKEN}}\n", encoding="utf-8")


def main() -> None:
    """Runs the three in turn and prints the medians and ratios."""
    npm = shutil.which("npm")
    if npm is None:
        sys.stdout.write("There is no npm here.\n")
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Registry)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    registry = f"http://127.0.0.1:{server.server_port}/"
    with tempfile.TemporaryDirectory() as name:
        release(Path(name), registry)
        environ = {**os.environ, "NODE_AUTH_TOKEN": _TOKEN, "npm_config_update_notifier": "false"}
        check = (sys.executable, "-m", "checker", "check", name, "--registry", registry)
        publish = (npm, "publish", "--dry-run", "--ignore-scripts", "--registry", registry)
        took = in_turn(
            {
                "check": check,
                "publish": (
                    npm,
                    "publish",
                    "--dry-run",
                    "--ignore-scripts",
                    "--registry",
                    registry,
                ),
                "whoami": (npm, "whoami", "--registry", registry),
            },
            rounds=ROUNDS,
            environ=environ,
            cwd=Path(name),
        )
    server.shutdown()
    ours, publish, whoami = (took[name].seconds for name in ("check", "publish", "whoami"))
    sys.stdout.write(
        f"one live question: check {ours:.2f} s; npm publish --dry-run {publish:.2f} s, ratio"
        f" {ours / publish:.2f}; npm whoami {whoami:.2f} s, ratio {ours / whoami:.2f}"
        f" (asked: {', '.join(sorted(_Registry.asked))})\n"
    )


if __name__ == "__main__":
    main()
