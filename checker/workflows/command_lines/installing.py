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
# With these npm and pnpm run the script `test` next.
_TESTS = frozenset({"install-test", "it", "cit", "install-ci-test", "clean-install-test", "sit"})


def tests(verb: str | None) -> bool:
    """Whether the command goes on with the script `test`."""
    return verb in _TESTS


def is_install(manager: str, parsed: Arguments) -> bool:
    """Whether a command installs for a project, as `yarn` without a word does."""
    if not parsed.words:
        return manager == "yarn" and parsed.flags.keys().isdisjoint({"version", "help"})
    rows = install_scripts.rows(manager)
    return any(parsed.words[0].literal in row.verbs | row.adds for row in rows)


def of_project(manager: str, parsed: Arguments) -> Iterator[InstallsProject]:
    """What an install does with the scripts of its project."""
    verb = parsed.words[0].literal if parsed.words else "install"
    names = len(parsed.words) > 1 and verb not in _CLEAN
    may_add = any(row.adds for row in install_scripts.rows(manager))
    if parsed.on("ignore-scripts") or (names and not may_add):
        return
    moves = parsed.first("prefix", "dir", "cwd")
    yield InstallsProject(
        manager,
        parsed.all("workspace" if manager == "npm" else "filter"),
        moves,
        parsed.flags,
        alone=(manager == "npm" and moves is not None) or parsed.on("ignore-workspace"),
    )
