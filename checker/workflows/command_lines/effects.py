"""What a command does, as far as publishing is concerned; values only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field

from checker.facts import Command as PublishCommand
from checker.facts import Unknown
from checker.workflows.text import Text


class Publishes(Struct, frozen=True):
    """A publish of one tool.

    flags: long names without dashes, `true` for a bare one. target: what is published when named.
    workspaces: names or folders of workspaces. every: all workspaces. folder: the folder that a
    flag moves the tool to. version: of the tool where the command names it (`npx npm@11 publish`).
    unseen: an argument that the files do not show may add flags. token: where it is handed to the
    tool itself, an action's input. berry: `yarn npm publish`, which yarn 1 does not have.
    executable: the path by which the command names the tool. local: `node_modules/.bin` is looked
    in before `PATH`. npm: the npm that is run in place of the job's, None for the job's own.
    unsure: why it may be passed over, where a program decides by itself. skips_prechecks: the
    tool's own questions before the publish are switched off. recursive: workspaces at once, by the
    tool's own flag. surplus: more than one thing to publish is named.
    """

    tool: str
    command: PublishCommand
    flags: Mapping[str, Text] = field(default_factory=dict)
    target: Text | None = None
    workspaces: tuple[Text, ...] = ()
    every: bool = False
    folder: Text | None = None
    version: str | None = None
    unseen: str | None = None
    dry_run: bool = False
    token: Text | None = None
    berry: bool = False
    executable: str | None = None
    local: bool = False
    npm: str | Unknown | None = None
    unsure: str | None = None
    skips_prechecks: bool = False
    recursive: bool = False
    surplus: bool = False


class RunsScript(Struct, frozen=True):
    """A script of a package.json.

    flags: of the package manager, which become `npm_config_…` variables of the script. otherwise:
    what the command does where no package.json has the script. hooks: the scripts before and after
    it are run too. lifecycle: nobody asks for it, it goes with another command.
    """

    manager: str
    script: str
    arguments: tuple[Text, ...] = ()
    folder: Text | None = None
    workspaces: tuple[Text, ...] = ()
    every: bool = False
    flags: Mapping[str, Text] = field(default_factory=dict)
    otherwise: tuple[Effect, ...] = ()
    hooks: bool = True
    lifecycle: bool = False


class InstallsProject(Struct, frozen=True):
    """An install of what a project lists, which runs scripts of the project itself.

    workspaces: those that the command names. folder: the one that a flag moves it to.
    alone: the folder is a project of its own, be it a workspace of another. verb: the command.
    """

    manager: str
    workspaces: tuple[Text, ...] = ()
    folder: Text | None = None
    flags: Mapping[str, Text] = field(default_factory=dict)
    alone: bool = False
    verb: str = "install"


class RunsFile(Struct, frozen=True):
    """A script file. language: `sh`, `js`, `py`."""

    path: Text
    language: str
    arguments: tuple[Text, ...] = ()


class RunsText(Struct, frozen=True):
    """Text handed to another shell, or to an interpreter.

    elsewhere: in a folder that is not known. workspaces, every: in the folders of these workspaces.
    local: `node_modules/.bin` is looked in first. language: `sh`, `js`, `py`.
    """

    source: Text
    arguments: tuple[Text, ...] = ()
    elsewhere: bool = False
    workspaces: tuple[Text, ...] = ()
    every: bool = False
    local: bool = False
    language: str = "sh"


class RunsContained(Struct, frozen=True):
    """A command in a container.

    words: the command, () for the one that the image names. given: variables that it gets, None for
    one that stands outside under the same name. image: or the container or service that it is run
    in. composed: a compose file gives it variables of its own.
    """

    words: tuple[Text, ...]
    given: Mapping[str, Text | None]
    image: Text
    composed: bool = False


class BuildsImage(Struct, frozen=True):
    """`docker build`, which runs what a Dockerfile says.

    context: the folder. file: of the Dockerfile, None for the one of the folder. given: the
    variables that it is handed.
    """

    context: Text
    file: Text | None
    given: Mapping[str, Text | None]


class RunsMake(Struct, frozen=True):
    """Targets of a Makefile."""

    targets: tuple[str, ...]
    folder: Text | None = None
    makefile: Text | None = None
    variables: Mapping[str, Text] = field(default_factory=dict)


class RunsTask(Struct, frozen=True):
    """Tasks of a runner that keeps them in a file of its own: `just`, `task`, `wireit`.

    words: the tasks, and what just gives them. folder, file: that a flag names. variables: that the
    command sets. rest: what stands behind `--`.
    """

    runner: str
    words: tuple[Text, ...] = ()
    folder: Text | None = None
    file: Text | None = None
    variables: Mapping[str, Text] = field(default_factory=dict)
    rest: tuple[Text, ...] = ()


class Installs(Struct, frozen=True):
    """A tool put on PATH: `npm install -g npm@11`. spec: "" when none is written."""

    tool: str
    spec: Text


class SetsConfig(Struct, frozen=True):
    """`npm config set`. project: into the project's file and not the user's."""

    manager: str
    key: Text
    value: Text
    project: bool = False


class DropsConfig(Struct, frozen=True):
    """`npm config delete`, `npm logout`: lines of the user's file go; key "": every token's."""

    key: str
    project: bool = False


class ChangesVersion(Struct, frozen=True):
    """`npm version`: what the manifest says is not what is published.

    to: the version or the step (`prerelease`) that is asked for; None where it is not known.
    """

    to: str | None = None


class Copies(Struct, frozen=True):
    """A file copied onto another; moves: it is no longer where it was."""

    source: Text
    target: Text
    moves: bool = False


class Discards(Struct, frozen=True):
    """git takes files of the workspace back.

    untracked: those that are not committed go; ignored: even those that .gitignore names. changes:
    those that are committed are as they were. everywhere: not only below the folder it is run in.
    keeps: git can bring them back. to_index: what was added comes back, and not what is committed.
    perhaps: which of the added ones, somebody chooses. elsewhere: what is committed is then that of
    another commit.
    """

    untracked: bool = False
    ignored: bool = False
    changes: bool = False
    everywhere: bool = False
    keeps: bool = False
    to_index: bool = False
    perhaps: bool = False
    elsewhere: bool = False


class Adds(Struct, frozen=True):
    """`git add`: files go into the next commit as they are now.

    paths: files and folders; () for all there are. tracked: of those alone that git knows. forced:
    even those that .gitignore names. perhaps: which of them, the files do not show.
    """

    paths: tuple[Text, ...] = ()
    tracked: bool = False
    forced: bool = False
    perhaps: bool = False


class Commits(Struct, frozen=True):
    """`git commit`: of what was added. every: of all that git knows, as it is now."""

    every: bool = False


class BringsBack(Struct, frozen=True):
    """`git stash pop`: what git put away last is there again. stays: and may be so once more."""

    stays: bool = False


class MovesHead(Struct, frozen=True):
    """git checks another branch out, or is set up anew."""


class Writes(Struct, frozen=True):
    """A file that gets this content; None where it is not known. append: after what is there."""

    path: Text
    content: Text | None
    append: bool


class ChoosesNode(Struct, frozen=True):
    """A version manager in the script sets Node: `nvm use 24`."""

    spec: Text


Effect: TypeAlias = (
    Publishes
    | RunsScript
    | InstallsProject
    | RunsFile
    | RunsText
    | RunsContained
    | BuildsImage
    | RunsMake
    | RunsTask
    | Installs
    | SetsConfig
    | DropsConfig
    | Writes
    | ChoosesNode
    | ChangesVersion
    | Copies
    | Discards
    | Adds
    | Commits
    | BringsBack
    | MovesHead
)
