"""Actions that publish to npm, one row an action: which tool they are, what their inputs mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from checker.facts import Command as PublishCommand
from checker.knowledge.limits import NPM_REGISTRY_HOST
from checker.workflows import paths
from checker.workflows.command_lines.effects import Publishes, RunsText
from checker.workflows.config import Line
from checker.workflows.publishing import configuration
from checker.workflows.shell.command import Command
from checker.workflows.text import EMPTY, Text, text
from checker.workflows.walking import beside, lasting

if TYPE_CHECKING:
    from checker.workflows.frame import Frame
    from checker.workflows.walking.walk import Walk


class Row(Struct, frozen=True):
    """One publishing action.

    name: in lower case. tool: as the report has it. command: the input that holds a command to
    run; the action publishes nothing itself then, and nothing at all when the input is empty and
    there is no `otherwise`. token, folder, target, dry_run: inputs. flags: input and npm's flag.
    every: it takes all workspaces. source: where this is known from. renamed: the major version
    since which `command` has another name, and that name; with the old one the action ends in an
    error. brings: the action has a tool of its own, whatever the repository asks for, in the
    version that this input names, "" where none does.
    """

    name: str
    tool: str
    source: str
    command: str | None = None
    otherwise: str = ""
    token: tuple[str, ...] = ()
    folder: str | None = None
    target: str | None = None
    dry_run: str | None = None
    flags: tuple[tuple[str, str], ...] = ()
    every: bool = False
    renamed: tuple[int, str] | None = None
    brings: str | None = None


_NPM_FLAGS = (
    ("registry", "registry"),
    ("tag", "tag"),
    ("access", "access"),
    ("provenance", "provenance"),
)

ROWS: tuple[Row, ...] = (
    Row(
        "changesets/action",
        "changesets",
        "https://github.com/changesets/action",
        command="publish",
        folder="cwd",
        renamed=(2, "publish-script"),
    ),
    Row(
        "changesets/action/publish",
        "changesets",
        "https://github.com/changesets/action",
        folder="cwd",
        every=True,
    ),
    Row(
        "js-devtools/npm-publish",
        "js-devtools/npm-publish",
        "https://github.com/JS-DevTools/npm-publish",
        token=("token",),
        target="package",
        dry_run="dry-run",
        flags=_NPM_FLAGS,
    ),
    Row(
        "cycjimmy/semantic-release-action",
        "semantic-release",
        "https://github.com/cycjimmy/semantic-release-action",
        folder="working_directory",
        dry_run="dry_run",
        flags=(("extends", "extends"),),
        brings="semantic_version",
    ),
    Row(
        "codfish/semantic-release-action",
        "semantic-release",
        "https://github.com/codfish/semantic-release-action",
        dry_run="dry-run",
        flags=(("plugins", "plugins"), ("extends", "extends")),
        brings="",
    ),
    Row(
        "bcomnes/npm-bump",
        "npm",
        "https://github.com/bcomnes/npm-bump",
        command="publish_cmd",
        otherwise="npm publish",
    ),
    Row(
        "mikeal/merge-release",
        "mikeal/merge-release",
        "https://github.com/mikeal/merge-release",
    ),
    Row(
        "pascalgn/npm-publish-action",
        "pascalgn/npm-publish-action",
        "https://github.com/pascalgn/npm-publish-action",
        folder="workspace",
    ),
    Row("primer/publish", "primer/publish", "https://github.com/primer/publish"),
    Row(
        "epeli/npm-release",
        "epeli/npm-release",
        "https://github.com/epeli/npm-release",
        token=("token",),
    ),
    Row(
        "simenandre/publish-with-pnpm",
        "simenandre/publish-with-pnpm",
        "https://github.com/simenandre/publish-with-pnpm",
        token=("npm-auth-token",),
        every=True,
    ),
    Row(
        "decentraland/oddish-action",
        "decentraland/oddish-action",
        "https://github.com/decentraland/oddish-action",
        folder="cwd",
    ),
)
_BY_NAME = {row.name: row for row in ROWS}


def use(walk: Walk, frame: Frame, name: str, major: int | None, given: dict[str, Text]) -> bool:
    """Does a step with a publishing action; False when `name` is none."""
    row = _BY_NAME.get(name)
    if row is None:
        # Other actions of a known publisher's repository do other things.
        return "/".join(name.split("/")[:2]) in _BY_NAME
    inner = walk.enter(frame, "uses", f"uses:{name}")
    if inner is None:
        return True
    folder: str | None = ""
    if row.folder and given.get(row.folder, EMPTY).parts:
        folder = paths.enter("", given[row.folder])
    if row.command is not None:
        if _is_renamed(row, major, given):
            walk.publish(_never_runs(row), inner, folder)
            return True
        source = _command(row, major, given)
        if source.parts:
            _prepare(walk, row, major, given, frame)
            command = Command((text("sh"),), {}, dict(frame.env), folder, 0, 0)
            walk.effect(RunsText(source), command, inner)
        return True
    beside.publish(walk, _publish(row, major, given), inner, folder)
    return True


def _command(row: Row, major: int | None, given: dict[str, Text]) -> Text:
    """The command to run, under the name that the action's version has for it."""
    names = [row.command or ""]
    if row.renamed is not None and (major is None or major >= row.renamed[0]):
        names.append(row.renamed[1])
    found = (given[name] for name in names if given.get(name, EMPTY).parts)
    return next(found, text(row.otherwise))


def _is_renamed(row: Row, major: int | None, given: dict[str, Text]) -> bool:
    """Whether the command stands under a name that the action's version refuses."""
    if row.renamed is None or major is None or major < row.renamed[0]:
        return False
    return bool(given.get(row.command or "", EMPTY).parts)


def _never_runs(row: Row) -> Publishes:
    """A publish that is meant, and that nothing reaches: what becomes of it is not npm's answer."""
    old, new = row.command, row.renamed[1] if row.renamed else ""
    why = f"`{row.name}`, which ends with an error where `{new}` is still called `{old}`,"
    return Publishes("unknown", PublishCommand.PUBLISH, unseen=why)


def _publish(row: Row, major: int | None, given: dict[str, Text]) -> Publishes:
    flags = {flag: given[key] for key, flag in row.flags if given.get(key, EMPTY).parts}
    token = next((given[key] for key in row.token if given.get(key, EMPTY).parts), None)
    dry = given.get(row.dry_run, EMPTY).literal if row.dry_run else ""
    target = given.get(row.target, EMPTY) if row.target else EMPTY
    folder = None
    if target.literal and not target.literal.endswith((".tgz", "*")):
        # The input names a folder or its package.json.
        where = target.literal.removesuffix("package.json").rstrip("/")
        folder, target = text(f"./{where}" if where else "."), EMPTY
    return Publishes(
        row.tool,
        PublishCommand.PUBLISH,
        flags,
        target if target.parts else None,
        every=row.every,
        folder=folder,
        version=_version(row, major, given),
        dry_run=dry == "true",
        token=token,
    )


def _version(row: Row, major: int | None, given: dict[str, Text]) -> str | None:
    """The tool's version, as a range; `?` for the one that the action brings unasked."""
    if row.brings is not None:
        return given.get(row.brings, EMPTY).literal or "?"
    return None if major is None or row.tool != row.name else str(major)


def _prepare(walk: Walk, row: Row, major: int | None, given: dict[str, Text], frame: Frame) -> None:
    """changesets/action v1 writes the user's .npmrc from `NPM_TOKEN` when there is none yet."""
    if row.renamed is None or given.get(row.renamed[1], EMPTY).parts:
        return
    if major is not None and major >= row.renamed[0]:
        return
    home = f"{paths.HOME}/.npmrc"
    value = frame.env.get("NPM_TOKEN")
    if value is None or configuration.file_lines(walk.repository, walk.state, home):
        return
    place = frame.env_places.get("NPM_TOKEN", frame.place)
    with lasting.on_way(walk, frame.way):
        walk.state.npmrc[home] = (Line(f"//{NPM_REGISTRY_HOST}/:_authToken", value, place),)


def is_known(repository: str | None) -> bool:
    """Whether a repository is itself one of the publishing actions."""
    return repository is not None and repository.lower() in _BY_NAME
