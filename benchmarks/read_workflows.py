"""Times the reader on many workflow files of real size, and prints the figure; no test.

python benchmarks/read_workflows.py [FILES]
"""

from __future__ import annotations

import sys
import time
from datetime import date

from checker.cli import collect_garbage_seldom
from checker.files import MemoryFiles
from checker.workflows.publishes import read

_TOP = """\
name: Release
on:
  push:
    tags: ['v*']
  pull_request:
  workflow_dispatch:
permissions:
  contents: read
jobs:
"""
_TEST = """\
  test_{number}:
    runs-on: ${{{{ matrix.os }}}}
    strategy:
      matrix:
        os: [ubuntu-latest, windows-latest, macos-latest]
        node: [20, 22, 24]
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v6
        with:
          node-version: ${{{{ matrix.node }}}}
          cache: npm
      - name: Install
        run: |
          npm ci
          npm run build --if-present
          npm test -- --coverage
      - name: Compare
        if: github.event_name == 'push' && startsWith(github.ref, 'refs/tags/')
        env:
          FILE: {file}
        run: |
          set -euo pipefail
          VERSION=$(node -p "require('./package.json').version")
          if [ "$VERSION" != "${{GITHUB_REF_NAME#v}}" ]; then
            echo "::error::wrong version in $FILE"
            exit 1
          fi
          for name in a b c; do
            echo "$name" >> out.txt
          done
      - uses: actions/upload-artifact@v5
        with:
          name: out
          path: out.txt
"""
_RELEASE = """\
  publish:
    needs: [test_0]
    runs-on: ubuntu-latest
    permissions:
      id-token: write
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
"""


def tree(count: int) -> MemoryFiles:
    """`count` workflow files of about 130 lines, no two alike, each with one publishing job."""
    content = {"package.json": b'{"name": "w", "scripts": {"build": "tsc", "test": "jest"}}'}
    for file in range(count):
        tests = "".join(_TEST.format(number=number, file=file) for number in range(3))
        content[f".github/workflows/{file}.yml"] = (_TOP + tests + _RELEASE).encode()
    return MemoryFiles(content)


def main() -> None:
    """Reads the tree once and prints what it took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    collect_garbage_seldom()
    files = tree(count)
    size = sum(map(len, files.content.values()))
    start, work = time.perf_counter(), time.process_time()
    reading = read(files, today=date(2026, 11, 24), repository="acme/widget")
    wall, cpu = time.perf_counter() - start, time.process_time() - work
    sys.stdout.write(
        f"{count} workflows, {size / 1e6:.1f} MB, {len(reading.publishes)} publishing steps: "
        f"{wall:.2f} s ({cpu:.2f} s of processor time)\n"
    )


if __name__ == "__main__":
    main()
