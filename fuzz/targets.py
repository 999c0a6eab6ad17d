"""One entry a reader: bytes of an attacker in, nothing out; what is raised is a defect.

No fuzzer is imported here: atheris, hypothesis and the kept regression cases all call these. Every
entry lets through what its reader documents, and checks that what is printed holds no token.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from checker.diagnosis.page import page
from checker.diagnosis.reading import diagnose
from checker.evaluate import evaluate
from checker.facts import Facts, RunningJob, Setting
from checker.files import MemoryFiles, Unreadable
from checker.importing import CannotImport, import_facts
from checker.manifests import lockfiles, npm_lists, package_json, plain_yaml, workspaces
from checker.remedies import diff, left, trust_script
from checker.remedies.fix import fix
from checker.remedies.trust import trust
from checker.reporters import REPORTERS
from checker.rules import by_id
from checker.settings import BadInput, declared, load
from checker.settings.config_file import read as read_config
from checker.sources import actions_env, git_config
from checker.sources.registry import documents
from checker.sources.remote.api import Answer, Api, Failed
from checker.sources.remote.cache import Cache
from checker.sources.remote.repositories import Repositories
from checker.sources.remote.tree import RemoteFiles
from checker.suppressions import marks
from checker.workflows import config, text
from checker.workflows.command_lines import commands
from checker.workflows.publishes import read as read_workflows
from checker.workflows.shell import makefile
from checker.workflows.shell.script import Shell
from checker.workflows.syntax import document, expressions
from checker.workflows.syntax.values import Value
from checker.workflows.walking import spawned

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
RULES = by_id()

# What every planted token looks like: no output may hold one.
PLANTED = re.compile(r"npm_[A-Za-z0-9]{36}|gh[pousr]_[A-Za-z0-9]{36}")
TOKEN = "npm_" + "PLANTEDplanted0123456789PLANTEDplant"[:36]


class Leaked(AssertionError):
    """An output holds something with a token's shape."""


def clean(output: str) -> None:
    """Raises `Leaked` without saying what."""
    if PLANTED.search(output):
        raise Leaked


def _printable(data: bytes) -> str:
    return data.decode("utf-8", "replace")


# --- text -------------------------------------------------------------------------------------


def yaml_documents(data: bytes) -> None:
    """The three readers of YAML: of workflows, of manifests, of the config file."""
    try:
        document.parse(data)
    except document.Broken as error:
        clean(str(error))
    try:
        plain_yaml.read(_printable(data))
    except plain_yaml.NotYaml as error:
        clean(str(error))


def _names(name: str) -> Value:
    return text.hole(text.Hidden(f"`{name}`")) if name != "env" else None


def expression(data: bytes) -> None:
    """`${{ }}`, and the bare expressions of `if`."""
    source = _printable(data)
    expressions.interpolate(source, _names)
    expressions.condition(source, _names)
    expressions.evaluate(source, _names)


def shell_text(data: bytes) -> None:
    """A `run:` block, a Makefile, and programs that spawn commands."""
    source = _printable(data)
    shell = Shell({"NPM_TOKEN": text.hole(text.Hidden("a secret", ("NPM_TOKEN",)))})
    for command in shell.run(source, lambda hole: text.hole(text.Hidden("an expression"))):
        tuple(commands.effects(command))
    parsed = makefile.parse(source)
    for target in parsed.default:
        tuple(parsed.recipes(target))
    for language in ("js", "py"):
        spawned.calls(source, language)


def npmrc(data: bytes) -> None:
    """A checked-in `.npmrc`, and what is looked up in it."""
    lines = config.file_lines(data, ".npmrc")
    found = config.Config({}, {"NODE_AUTH_TOKEN": text.text("x")}, (lines,))
    address = found.registry("@acme/widget")
    found.token(address)
    config.registry_kind(address)
    found.read_variables()


def log(data: bytes) -> None:
    """A log for `diagnose`."""
    clean(page(diagnose(_printable(data))))


def small_texts(data: bytes) -> None:
    """Comments that ignore findings, `.git/config`, the event's payload."""
    source = _printable(data)
    marks(".github/workflows/a.yml", source.splitlines())
    url = git_config.origin_url(source)
    if url:
        git_config.repository_of(url)
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "event.json"}
    event = actions_env.event(environ, lambda path: data)
    actions_env.visibility(environ, event)


# --- manifests --------------------------------------------------------------------------------


def manifest(data: bytes) -> None:
    """A package.json."""
    try:
        package_json.parse(data, "package.json")
    except package_json.NotAManifest as error:
        clean(str(error))


_LOCKS = ("package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "npm-shrinkwrap.json")


def lockfile(data: bytes) -> None:
    """Every kind of lockfile, the same bytes as each of them."""
    asked = b'{"name":"a","devDependencies":{"lerna":"^9"},"packageManager":"pnpm@10.0.0"}'
    for name in _LOCKS:
        files = MemoryFiles({"package.json": asked, name: data})
        lockfiles.locked_version(files, "", "lerna")
    lockfiles.package_manager(_printable(data[:200]))


def workspace_globs(data: bytes) -> None:
    """Workspace patterns: one a line for npm, and the files of pnpm, lerna and rush."""
    patterns = _printable(data).split("\n")[:20]
    listed = json.dumps({"name": "root", "workspaces": patterns}).encode()
    files = {
        "package.json": listed,
        "packages/a/package.json": b'{"name":"a","version":"1.0.0"}',
        "packages/b/c/package.json": b'{"name":"c","version":"1.0.0"}',
    }
    workspaces.members(MemoryFiles(files), "")
    workspaces.all_packages(MemoryFiles(files))
    workspaces.members(MemoryFiles(files | {"pnpm-workspace.yaml": data}), "")
    workspaces.members(MemoryFiles(files | {"lerna.json": data}), "")
    workspaces.all_packages(MemoryFiles(files | {"rush.json": data}))


# --- settings and npm's documents -------------------------------------------------------------


def config_file(data: bytes) -> None:
    """The config file."""
    try:
        read_config(".github/npm-publish-preflight.yml", data, RULES)
    except BadInput as error:
        clean(str(error))


def npm_json(data: bytes) -> None:
    """What npm's registry and its command line answer, and `import` with it."""
    source = _printable(data)
    try:
        answer = json.loads(source)
    except (ValueError, RecursionError):
        answer = None
    with suppress(documents.Strange):
        documents.packument(answer, "@acme/widget")
    documents.provenance(answer)
    for read in (npm_lists.token, npm_lists.publisher):
        read(answer)
    with suppress(ValueError):
        npm_lists.page_of_tokens(answer)
    before = "# kept\ntoken:\n  type: granular\n"
    try:
        clean(import_facts(source, before, rules=RULES, token="ci"))
    except (CannotImport, BadInput) as error:
        clean(str(error))


class _GitHub:
    """GitHub's API that answers every question alike."""

    def __init__(self, told: object) -> None:
        self._told = told

    def get(self, path: str, etag: str | None = None) -> Answer:
        return Answer(200, None, self._told)


def github_json(data: bytes) -> None:
    """What GitHub's API says of repositories and trees; after a NUL a path that is looked up."""
    source, _, looked_up = _printable(data).partition("\0")
    try:
        told = json.loads(source)
    except (ValueError, RecursionError):
        told = {"sha": "1", "tree": [], "truncated": True}
    asked = Repositories(cast("Api", _GitHub(told)), Cache(None), "fuzzing")
    with suppress(Failed):
        asked.named("acme/widget")
    with suppress(Failed):
        tuple(asked.of_owner("acme"))
    with suppress(Failed):
        files = RemoteFiles(asked.tree("acme/widget"))
        for path in (looked_up, *files.paths[:20]):
            with suppress(Unreadable):
                files.list(path)
                files.folders(path)
                files.read(path)


# --- the whole program ------------------------------------------------------------------------

WORKFLOW = b"""\
name: Release
on: {push: {tags: ['v*']}}
permissions: {contents: read}
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions: {contents: read, id-token: write}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: {node-version: 24, registry-url: 'https://registry.npmjs.org'}
      - run: npm ci && npm run release
        env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}
"""
PACKAGE = b"""\
{"name": "@acme/widget", "version": "1.2.3", "repository": "acme/widget",
 "scripts": {"release": "npm publish --access public"}}
"""
CONFIG = b"""\
publishing-access: 2fa-or-bypass-token
token: {type: granular, bypass-2fa: true, permission: read-write}
"""
WORKFLOW_PATH = ".github/workflows/release.yml"
CONFIG_PATH = ".github/npm-publish-preflight.yml"
TREE: Mapping[str, bytes] = {WORKFLOW_PATH: WORKFLOW, "package.json": PACKAGE, CONFIG_PATH: CONFIG}
_PLACES = (WORKFLOW_PATH, "package.json", ".npmrc", "package-lock.json", "lerna.json", "Makefile")


def judge(files: Mapping[str, bytes]) -> tuple[str, str]:
    """The verdict on a tree, and all that would be printed. Raises `BadInput`."""
    tree = MemoryFiles(files)
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/widget",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_JOB": "gate",
    }
    with tempfile.TemporaryDirectory() as folder:
        settings = load({"offline": True}, environ, Path(folder), lambda root: tree, RULES)
    reading = read_workflows(tree, today=TODAY, repository="acme/widget")
    default, packages = declared(settings)
    facts = Facts(
        today=TODAY,
        now=NOW,
        reading=reading,
        running=RunningJob(Setting.ACTIONS, repository="acme/widget", job="gate", event="push"),
        visibility="public",
        default=default,
        declared=packages,
    )
    report = evaluate(facts, ())
    printed = [render(report) for render in REPORTERS.values()]
    fixes = fix(tree, facts, report, stage=False)
    printed.append(left.text(fixes))
    printed.append(trust_script.render(trust(facts)))
    diff.unified(fixes)
    return str(report.verdict), "\n".join(printed)


def whole_check(data: bytes) -> None:
    """The first byte says which file the rest is; the others are a plain release."""
    place = _PLACES[data[0] % len(_PLACES)] if data else WORKFLOW_PATH
    try:
        _, printed = judge({**TREE, place: data[1:]})
    except BadInput as error:
        printed = str(error)
    clean(printed)


def run_step(data: bytes) -> None:
    """Shell text in the publishing step of a plain release."""
    body = json.dumps(_printable(data)).encode()
    workflow = WORKFLOW.replace(b"npm ci && npm run release", body)
    try:
        _, printed = judge({**TREE, WORKFLOW_PATH: workflow})
    except BadInput as error:
        printed = str(error)
    clean(printed)


_TASK_FILES = ("justfile", "Taskfile.yml", "package.json", "Makefile")
_TASKS = json.dumps(
    "just release 1.2.3\ntask release -- next\nnpm run release\nmake release"
).encode()


def task_files(data: bytes) -> None:
    """The files of task runners, which a plain release runs; the first byte says which one."""
    place = _TASK_FILES[data[0] % len(_TASK_FILES)] if data else "justfile"
    workflow = WORKFLOW.replace(b"npm ci && npm run release", _TASKS)
    try:
        _, printed = judge({**TREE, WORKFLOW_PATH: workflow, place: data[1:]})
    except BadInput as error:
        printed = str(error)
    clean(printed)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    one.__name__: one
    for one in (
        yaml_documents,
        expression,
        shell_text,
        npmrc,
        log,
        small_texts,
        manifest,
        lockfile,
        workspace_globs,
        config_file,
        npm_json,
        github_json,
        whole_check,
        run_step,
        task_files,
    )
}
