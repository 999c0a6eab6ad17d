"""Small repositories that release to npm, as the tests of the audit need them."""

from __future__ import annotations

import json

from github_api import git

TEST = b"on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n"
RELEASE = """\
on:
  release:
    types: [published]
permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: {command}
        env:
          NODE_AUTH_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}
"""
BYPASS = """\
publishing-access: 2fa-or-bypass-token
token:
  type: granular
  bypass-2fa: {bypass}
  permission: read-write
  expires: {expires}
  packages: all
"""

Files = dict[str, git.Content]


def manifest(name: str = "@acme/widget", **more: object) -> bytes:
    return json.dumps({"name": name, "version": "1.0.0", **more}).encode()


def release(command: str = "npm publish", **more: git.Content) -> Files:
    """A package that is released by token. more: further files, `/` and `.` written as they are."""
    files: Files = {
        "package.json": manifest(),
        ".github/workflows/release.yml": RELEASE.format(command=command).encode(),
    }
    return files | more


def declared(*, bypass: bool = True, expires: str = "2027-01-20") -> Files:
    text = BYPASS.format(bypass=str(bypass).lower(), expires=expires)
    return {".github/npm-publish-preflight.yml": text.encode()}
