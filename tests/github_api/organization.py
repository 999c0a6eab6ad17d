"""An organisation of synthetic repositories: the same for the same seed, each made when looked at.

The mix is that of real organisations as far as it bears on an audit: most repositories publish
nothing, few publish many packages, and some are broken.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import partial

from github_api import git
from github_api.server import GitHub, Repository

OWNER = "harbour-works"
SEED = 20261124

_CHECKOUT = "actions/checkout@v6"
_TEST = """\
name: Test
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm ci
      - run: npm test
"""
_RELEASE = """\
name: Release {number}
on:
  release:
    types: [published]
permissions:
  contents: read{permission}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: {node}
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: {command}
{env}"""
_TOKEN = """\
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
"""
_SCRIPT = """\
import {{ execSync }} from 'node:child_process'
import {{ say }} from './say.mjs'
say('release {number}')
execSync('npm publish', {{ stdio: 'inherit' }})
"""
_DECLARED = """\
publishing-access: 2fa-or-bypass-token
token:
  type: granular
  bypass-2fa: {bypass}
  permission: read-write
  expires: {expires}
  packages: all
"""
_PUBLISHERS = """\
trusted-publishers:
  - repository: {name}
    workflow: release.yml
    allow: [publish]
    published: true
"""


def organization(count: int, seed: int = SEED, owner: str = OWNER) -> GitHub:
    """A GitHub with one organisation of `count` repositories."""
    names = [f"{owner}/{_word(seed, number)}-{number:05}" for number in range(count)]
    made: dict[str, Callable[[], Repository]] = {
        name.lower(): partial(_repository, seed, number, name) for number, name in enumerate(names)
    }
    return GitHub(made)


_WORDS = ("anchor", "buoy", "capstan", "davit", "fender", "halyard", "jetty", "keel", "mooring")


def _word(seed: int, number: int) -> str:
    return random.Random(f"{seed}-{number}-name").choice(_WORDS)  # noqa: S311 the same for the same seed


# Weight, and what makes the files of one.
def _repository(seed: int, number: int, name: str) -> Repository:
    chance = random.Random(f"{seed}-{number}")  # noqa: S311 the same for the same seed
    kind = chance.choices([each for each, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    files = kind(chance, number, name)
    return Repository(
        full_name=name,
        files=files if isinstance(files, dict) else None,
        visibility=chance.choice(["public"] * 4 + ["private"]),
        archived=chance.random() < 0.05,
        fork=chance.random() < 0.05,
        language=chance.choice(["TypeScript", "JavaScript", "Go", None]),
        topics=("npm-package",) if chance.random() < 0.3 else (),
        status=files if isinstance(files, int) else 200,
    )


Files = dict[str, git.Content]


def _library(chance: random.Random, number: int, package: str, **more: object) -> Files:
    manifest = {"name": package, "version": f"1.{number % 40}.0", **more}
    files: Files = {
        "package.json": json.dumps(manifest, indent=2).encode(),
        "README.md": f"# {package}\n".encode(),
        ".github/workflows/test.yml": _TEST.encode(),
    }
    for each in range(chance.randint(5, 60)):
        files[f"src/part{each % 7}/file{each}.ts"] = f"export const n{each} = {number}\n".encode()
    return files


def _package(name: str) -> str:
    return f"@harbour/{name.partition('/')[2]}"


def _release(number: int, *, oidc: bool, token: bool, node: str, command: str) -> bytes:
    text = _RELEASE.format(
        number=number,
        permission="\n  id-token: write" if oidc else "",
        node=node,
        command=command,
        env=_TOKEN if token else "",
    )
    return text.encode()


def _nothing(chance: random.Random, number: int, name: str) -> Files:
    files: Files = {"README.md": f"# {name}\n".encode()}
    for each in range(chance.randint(3, 80)):
        files[f"docs/page{each}.md"] = f"page {each}\n".encode()
    return files


def _tested(chance: random.Random, number: int, name: str) -> Files:
    return _library(chance, number, _package(name), private=True)


def _by_token(chance: random.Random, number: int, name: str) -> Files:
    files = _library(chance, number, _package(name))
    node = chance.choice(["20", "22", "24"])
    files[".github/workflows/release.yml"] = _release(
        number, oidc=False, token=True, node=node, command="npm publish"
    )
    return files


def _by_declared_token(chance: random.Random, number: int, name: str) -> Files:
    files = _by_token(chance, number, name)
    day = f"2027-0{chance.randint(1, 2)}-{chance.randint(10, 28)}"
    bypass = "true" if chance.random() < 0.7 else "false"
    files[".github/npm-publish-preflight.yml"] = _DECLARED.format(
        bypass=bypass, expires=day
    ).encode()
    return files


def _trusted(chance: random.Random, number: int, name: str) -> Files:
    repository = {"type": "git", "url": f"git+https://github.com/{name}.git"}
    files = _library(chance, number, _package(name), repository=repository)
    files[".github/workflows/release.yml"] = _release(
        number, oidc=True, token=False, node="24", command="npm publish"
    )
    files[".github/npm-publish-preflight.yml"] = _PUBLISHERS.format(name=name).encode()
    return files


def _by_script(chance: random.Random, number: int, name: str) -> Files:
    files = _library(chance, number, _package(name), scripts={"ship": "node tools/ship.mjs"})
    files[".github/workflows/release.yml"] = _release(
        number, oidc=False, token=True, node="24", command="npm run ship"
    )
    files["tools/ship.mjs"] = _SCRIPT.format(number=number).encode()
    files["tools/say.mjs"] = b"export const say = (text) => console.log(text)\n"
    return files


def _monorepo(chance: random.Random, number: int, name: str) -> Files:
    files = _library(chance, number, "root", private=True, workspaces=["packages/*"])
    for each in range(chance.randint(3, 14)):
        manifest = {"name": f"{_package(name)}-{each}", "version": "2.0.0"}
        files[f"packages/p{each}/package.json"] = json.dumps(manifest).encode()
        files[f"packages/p{each}/src/index.ts"] = b"export {}\n"
    files[".github/workflows/release.yml"] = _release(
        number, oidc=True, token=True, node="22", command="npm publish --workspaces"
    )
    return files


def _linked(chance: random.Random, number: int, name: str) -> Files:
    files = _by_token(chance, number, name)
    files["tools/release.yml"] = files.pop(".github/workflows/release.yml")
    files[".github/workflows/release.yml"] = git.Link("../../tools/release.yml")
    files["vendored"] = git.Submodule()
    return files


def _led_out(chance: random.Random, number: int, name: str) -> Files:
    files = _library(chance, number, _package(name))
    files[".github/workflows/release.yml"] = git.Link("../../../../etc/passwd")
    return files


def _unreadable(chance: random.Random, number: int, name: str) -> Files:
    files = _by_token(chance, number, name)
    files[".github/workflows/broken.yml"] = b"on: push\njobs: [\n"
    return files


def _misconfigured(chance: random.Random, number: int, name: str) -> Files:
    files = _by_token(chance, number, name)
    files[".github/npm-publish-preflight.yml"] = b"publishing-acess: legacy-none\n"
    return files


def _latin(chance: random.Random, number: int, name: str) -> Files:
    files = _by_token(chance, number, name)
    files[".github/workflows/notes.yml"] = "# Größe\non: push\njobs: {}\n".encode("latin-1")
    return files


def _empty(chance: random.Random, number: int, name: str) -> None:
    return None


def _gone(chance: random.Random, number: int, name: str) -> int:
    return 404


def _broken(chance: random.Random, number: int, name: str) -> int:
    return 451


_KINDS = (
    (_nothing, 40),
    (_tested, 22),
    (_by_token, 9),
    (_by_declared_token, 9),
    (_trusted, 8),
    (_by_script, 3),
    (_monorepo, 4),
    (_linked, 1),
    (_led_out, 0.5),
    (_unreadable, 0.5),
    (_misconfigured, 0.7),
    (_latin, 0.5),
    (_empty, 1),
    (_gone, 0.5),
    (_broken, 0.3),
)
