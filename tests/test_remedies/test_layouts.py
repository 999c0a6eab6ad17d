"""The same release in the ways that people write it: each is fixed, and stays as it was written."""

from __future__ import annotations

import pytest

from checker.report import Verdict
from test_remedies.repositories import changed, small

RELEASE = ".github/workflows/release.yml"
PACKAGE = {
    "name": "@acme/widget",
    "version": "1.2.0",
    "repository": "github:acme/widget",
}

# Each: before, after; `~` is a blank at the end of a line.
LAYOUTS = {
    "list without indentation": (
        """\
name: Release
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v6
    - uses: actions/setup-node@v6
      with:
        node-version: 20

    # to npm
    - run: npm publish
      env:
        NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
""",
        """\
name: Release
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
    steps:
    - uses: actions/checkout@v6
    - uses: actions/setup-node@v6
      with:
        node-version: 24

    # to npm
    - run: npm publish
""",
    ),
    "four blanks, quotes, runs-on last": (
        """\
---
"on": [push]
"jobs":
    "publish":
        'steps':
            - "uses": 'actions/checkout@v6'
            - "uses": "actions/setup-node@v6"
              "with": {"node-version": "20.x", "registry-url": "https://registry.npmjs.org"}
            - "run": 'npm publish'
              "env": {"CI": "1", "NODE_AUTH_TOKEN": "${{ secrets.NPM_TOKEN }}"}
        "runs-on": "ubuntu-latest"   # last
""",
        """\
---
"on": [push]
"jobs":
    "publish":
        'steps':
            - "uses": 'actions/checkout@v6'
            - "uses": "actions/setup-node@v6"
              "with": {"node-version": "24", "registry-url": "https://registry.npmjs.org"}
            - "run": 'npm publish'
              "env": {"CI": "1"}
        "runs-on": "ubuntu-latest"   # last
        permissions:
            contents: read
            id-token: write
""",
    ),
    "runs-on as a list over lines, env first": (
        """\
on:
  release: {types: [published]}
jobs:
  publish:
    runs-on:
      - ubuntu-latest
    # rights
    permissions: {contents: write,}
    steps:
      - uses: actions/checkout@v6
      -
        uses: actions/setup-node@v6
        with:
          node-version: >-
            20
      - env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
        name: Publish
        run: >
          npm publish
          --access public
""",
        """\
on:
  release: {types: [published]}
jobs:
  publish:
    runs-on:
      - ubuntu-latest
    # rights
    permissions: {contents: write, id-token: write,}
    steps:
      - uses: actions/checkout@v6
      -
        uses: actions/setup-node@v6
        with:
          node-version: >-
            20
      - run: npm install -g npm@11
      - name: Publish
        run: >
          npm publish
          --access public
""",
    ),
    "a script with a heredoc and trailing blanks": (
        """\
on: push
jobs:
  publish:
    runs-on: ubuntu-latest~~
    steps:
      - uses: actions/checkout@v6
      - name: Publish
        env:
          # the robot's token
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }} # rotates
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
        run: |
          cat <<'EOF'
          # no comment: text
          EOF
          npm publish~~

  # the end
""",
        """\
on: push
jobs:
  publish:
    runs-on: ubuntu-latest~~
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@v6
      - run: npm install -g npm@11
      - name: Publish
        # the robot's token
        run: |
          cat <<'EOF'
          # no comment: text
          EOF
          npm publish~~

  # the end
""",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_stays_as_it_was_written(layout: str) -> None:
    before, after = (text.replace("~", " ") for text in LAYOUTS[layout])
    known = small({RELEASE: before, "package.json": PACKAGE})
    fixes = known.fix()
    assert fixes.refusals == ()
    assert changed(known, fixes, RELEASE) == after
    assert known.after(fixes).registered().verdict is Verdict.ACCEPTED
    assert known.after(fixes).fix().changes == ()
