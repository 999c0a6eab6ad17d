"""Which of a project's own scripts each package manager runs when it installs. Data only.

Seen on 2026-11-24 with npm 10.9 and 11.19, pnpm 9.15, 10.34 and 11.28, yarn 1.22.22, 3 and 4 and
bun 1.4.5, each in a folder of workspaces that all have every script; the sources say the same.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Reach(StrEnum):
    """Whose scripts are run where an install is started in some workspaces, or for some of them."""

    ALL = "all"  # the project's and those of every workspace
    BOTH = "both"  # the project's and theirs
    ALONE = "alone"  # theirs
    AS_PROJECT = "as project"  # theirs in place of the project's, and those of every workspace


class InstallScripts(Struct, frozen=True):
    """One package manager, in one range of its versions, with one kind of its commands.

    verbs: the commands that install what the manifest lists. adds: those that add something to it
        and run the same; where there is none, naming what is to be added runs none.
    project: scripts of the package.json that counts as the project, in order; members: of each
        workspace. members_first: before those of the project.
    below, picked: in a workspace's folder; for workspaces that a flag names.
    not_with: flags with which none is run; spares_members: with which none of the workspaces is.
    one_folder: in the folder of the project none of the workspaces' is run, but with `-r`.
    by_name: what is named behind the verb is a package, of which alone scripts are run.
    """

    manager: str
    versions: str
    verbs: frozenset[str]
    project: tuple[str, ...]
    members: tuple[str, ...]
    below: Reach
    picked: Reach
    source: str
    adds: frozenset[str] = frozenset()
    members_first: bool = False
    not_with: frozenset[str] = frozenset()
    spares_members: frozenset[str] = frozenset()
    one_folder: bool = False
    by_name: bool = False


_INSTALL = ("preinstall", "install", "postinstall")
_PREPARE = ("preprepare", "prepare", "postprepare")
_IN_ANY = frozenset({"install", "i"})

INSTALL_SCRIPTS = (
    InstallScripts(
        manager="npm",
        versions="*",
        verbs=_IN_ANY
        | {"in", "add", "ci", "clean-install", "ic", "install-clean"}
        | {"install-test", "it", "install-ci-test", "cit", "clean-install-test", "sit"},
        project=(*_INSTALL, "prepublish", *_PREPARE),
        members=("preinstall", "prepare", "install", "postinstall"),
        below=Reach.BOTH,
        picked=Reach.BOTH,
        source="https://docs.npmjs.com/cli/v11/using-npm/scripts#life-cycle-operation-order",
        members_first=True,
        spares_members=frozenset({"package-lock-only", "dry-run"}),
        by_name=True,
    ),
    # Seen with 10.9 and 11.21: what is linked into node_modules is built, and the project is not.
    InstallScripts(
        manager="npm",
        versions="*",
        verbs=frozenset({"update", "up", "upgrade", "udpate", "dedupe", "ddp", "prune"})
        | {"uninstall", "unlink", "remove", "rm", "un"},
        project=(),
        members=("preinstall", "prepare", "install", "postinstall"),
        below=Reach.ALONE,
        picked=Reach.ALONE,
        source="https://docs.npmjs.com/cli/v11/using-npm/scripts#life-cycle-operation-order",
        not_with=frozenset({"package-lock-only", "dry-run"}),
    ),
    InstallScripts(
        manager="npm",
        versions="*",
        verbs=frozenset({"rebuild", "rb"}),
        project=_INSTALL,
        members=("preinstall", "prepare", "install", "postinstall"),
        below=Reach.ALL,
        picked=Reach.ALL,
        source="https://docs.npmjs.com/cli/v11/commands/npm-rebuild",
        by_name=True,
    ),
    InstallScripts(
        manager="pnpm",
        versions="*",
        verbs=_IN_ANY | {"ci", "clean-install", "install-test", "it", "dedupe"},
        project=("pnpm:devPreinstall", *_INSTALL, *_PREPARE),
        members=(*_INSTALL, *_PREPARE),
        below=Reach.ALL,
        picked=Reach.BOTH,
        source="https://pnpm.io/scripts",
        not_with=frozenset({"lockfile-only"}),
    ),
    # Seen with 9.15, 10.34 and 11.28: the root's, and those of the folder or of what a flag names.
    InstallScripts(
        manager="pnpm",
        versions="*",
        verbs=frozenset({"update", "up", "upgrade"}),
        project=("pnpm:devPreinstall", *_INSTALL, *_PREPARE),
        members=(*_INSTALL, *_PREPARE),
        below=Reach.BOTH,
        picked=Reach.BOTH,
        source="https://pnpm.io/cli/add",
        adds=frozenset({"add"}),
        not_with=frozenset({"lockfile-only"}),
        one_folder=True,
    ),
    InstallScripts(
        manager="pnpm",
        versions="<11",
        verbs=frozenset({"prune"}),
        project=("pnpm:devPreinstall", *_INSTALL, *_PREPARE),
        members=(*_INSTALL, *_PREPARE),
        below=Reach.BOTH,
        picked=Reach.BOTH,
        source="https://pnpm.io/cli/prune",
        one_folder=True,
    ),
    InstallScripts(
        manager="pnpm",
        versions=">=11",
        verbs=frozenset({"prune"}),
        project=("pnpm:devPreinstall", *_INSTALL, *_PREPARE),
        members=(*_INSTALL, *_PREPARE),
        below=Reach.ALL,
        picked=Reach.ALL,
        source="https://pnpm.io/cli/prune",
    ),
    InstallScripts(
        manager="pnpm",
        versions="*",
        verbs=frozenset({"rebuild", "rb"}),
        project=(*_INSTALL, "prepublish", "prepare"),
        members=(*_INSTALL, "prepublish", "prepare"),
        below=Reach.ALONE,
        picked=Reach.ALONE,
        source="https://pnpm.io/cli/rebuild",
        one_folder=True,
        by_name=True,
    ),
    InstallScripts(
        manager="yarn",
        versions="<2",
        verbs=_IN_ANY,
        project=(*_INSTALL, "prepublish", "prepare"),
        members=_INSTALL,
        below=Reach.AS_PROJECT,
        picked=Reach.AS_PROJECT,
        source="https://github.com/yarnpkg/yarn/blob/v1.22.22/src/cli/commands/install.js",
        adds=frozenset({"add"}),
    ),
    InstallScripts(
        manager="yarn",
        versions=">=2",
        verbs=_IN_ANY,
        project=_INSTALL,
        members=_INSTALL,
        below=Reach.ALL,
        picked=Reach.ALL,
        source="https://yarnpkg.com/advanced/lifecycle-scripts",
        adds=frozenset({"add"}),
        not_with=frozenset({"mode"}),
    ),
    InstallScripts(
        manager="yarn",
        versions=">=2",
        verbs=frozenset({"focus"}),
        project=_INSTALL,
        members=_INSTALL,
        below=Reach.ALONE,
        picked=Reach.ALONE,
        source="https://yarnpkg.com/cli/workspaces/focus",
    ),
    InstallScripts(
        manager="bun",
        versions="*",
        verbs=_IN_ANY | {"ci", "update"},
        project=(*_INSTALL, *_PREPARE),
        members=(*_INSTALL, "prepare"),
        below=Reach.ALL,
        picked=Reach.ALONE,
        source="https://bun.sh/docs/pm/lifecycle",
        adds=frozenset({"add", "a"}),
        members_first=True,
        not_with=frozenset({"lockfile-only", "dry-run"}),
    ),
)
NAMES: frozenset[str] = frozenset(
    name for row in INSTALL_SCRIPTS for name in (*row.project, *row.members)
)
VERBS: frozenset[str] = frozenset[str]().union(*(row.verbs | row.adds for row in INSTALL_SCRIPTS))


def rows(manager: str, verb: str) -> tuple[InstallScripts, ...]:
    """The rows of a command of a package manager; () where it installs nothing."""
    rows = (row for row in INSTALL_SCRIPTS if row.manager == manager)
    return tuple(row for row in rows if verb in row.verbs | row.adds)
