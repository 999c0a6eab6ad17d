"""Times `check` on ever larger repositories; what grows in proportion keeps its ratio; no test.

python benchmarks/growth.py
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from read_workflows import tree
from timing import once

WORKFLOWS = (625, 1_250, 2_500, 5_000)
PACKAGES = (250, 500, 1_000, 2_000)
_RELEASE = """\
on: {push: {tags: ['v*']}}
permissions: {contents: read, id-token: write}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: {node-version: 24, registry-url: 'https://registry.npmjs.org'}
      - run: npm publish --workspaces
"""


def workspace(count: int) -> Iterator[tuple[str, bytes]]:
    """One workflow that publishes `count` packages."""
    root = {"name": "root", "private": True, "workspaces": ["packages/*"]}
    yield "package.json", json.dumps(root).encode()
    yield ".github/workflows/release.yml", _RELEASE.encode()
    for number in range(count):
        manifest = {"name": f"@acme/package-{number}", "version": "1.0.0"}
        yield f"packages/{number}/package.json", json.dumps(manifest).encode()


def measured(files: Iterator[tuple[str, bytes]]) -> tuple[float, float]:
    """Seconds of processor time and peak MiB of one check."""
    with tempfile.TemporaryDirectory() as folder:
        for path, content in files:
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(content)
        took = once((sys.executable, "-m", "checker", "check", folder, "--offline"))
    return took.processor, took.peak


def main() -> None:
    """Prints both rows, each figure with its ratio to the one of half the size."""
    for what, sizes in (("workflow files", WORKFLOWS), ("packages", PACKAGES)):
        cells, before = [], 0.0
        for size in sizes:
            files = iter(tree(size).content.items()) if sizes is WORKFLOWS else workspace(size)
            seconds, peak = measured(files)
            ratio = f", x{seconds / before:.2f}" if before else ""
            cells.append(f"{size:,}: {seconds:.2f} s{ratio} ({peak:.0f} MiB)")
            before = seconds
        sys.stdout.write(f"growth in {what}, processor time: {'; '.join(cells)}\n")


if __name__ == "__main__":
    main()
