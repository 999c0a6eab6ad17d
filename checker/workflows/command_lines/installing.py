"""Command lines that install what a manifest lists: they run scripts of the project itself."""

from __future__ import annotations

from collections.abc import Iterator

from checker.knowledge import install_scripts
from checker.workflows.command_lines.arguments import Arguments
from checker.workflows.command_lines.effects import InstallsProject

# Whatever stands behind these, they install what the lockfile lists.
_CLEAN = frozenset(
    {
        *("ci", "clean-install", "ic", "install-clean"),
        *("cit", "install-ci-test", "clean-install-test", "sit"),
    }
)
# Where something is named behind them they are `add`; npm runs none of the project's then.
_ADDS_TOO = frozenset({"install", "i"})
# With these npm and pnpm run the script `test` next.
_TESTS = frozenset({"install-test", "it", "cit", "install-ci-test", "clean-install-test", "sit"})


def tests(verb: str | None) -> bool:
    """Whether the command goes on with the script `test`."""
    return verb in _TESTS


def is_install(manager: str, parsed: Arguments) -> bool:
    """Whether a command installs for a project, as `yarn` without a word does."""
    if not parsed.words:
        return manager == "yarn" and parsed.flags.keys().isdisjoint({"version", "help"})
    return bool(install_scripts.rows(manager, parsed.words[0].literal or ""))


def of_project(manager: str, parsed: Arguments) -> Iterator[InstallsProject]:
    """What an install does with the scripts of its project."""
    verb = (parsed.words[0].literal or "") if parsed.words else "install"
    if len(parsed.words) > 1 and verb in _ADDS_TOO:
        verb = "add"
    names = len(parsed.words) > 1 and verb not in _CLEAN
    by_name = any(row.by_name for row in install_scripts.rows(manager, verb))
    if parsed.on("ignore-scripts") or (names and by_name):
        return
    moves = parsed.first("prefix", "dir", "cwd")
    yield InstallsProject(
        manager,
        parsed.all("workspace" if manager == "npm" else "filter"),
        moves,
        parsed.flags,
        alone=(manager == "npm" and moves is not None) or parsed.on("ignore-workspace"),
        verb=verb,
    )


def of_focus(parsed: Arguments) -> InstallsProject:
    """`yarn workspaces focus a`: for those alone, else for the one of the folder."""
    named = parsed.words[2:]
    alone = not named and not parsed.on("all")
    verb = "install" if parsed.on("all") else "focus"
    moves = parsed.first("cwd")
    return InstallsProject("yarn", named, moves, parsed.flags, alone=alone, verb=verb)
