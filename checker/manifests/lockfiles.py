"""Reads which version of a tool a lockfile holds; the text of a lockfile goes no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.facts import Unknown
    from checker.files import Files


def locked_version(files: Files, folder: str, package: str) -> tuple[str, ...] | Unknown:
    """The exact versions of `package` that an install in `folder` may give.

    The nearest lockfile counts, from `folder` up to the root. Several versions where the lockfile
    cannot say which of them a command in `folder` would run. () when `package` is neither locked
    nor asked for. Unknown("tool", ...) when a range is asked for and nothing locks it.
    """
    raise NotImplementedError(files, folder, package)


def asked_range(files: Files, folder: str, package: str) -> str | None:
    """The range that the nearest package.json naming `package` asks for; None when none does."""
    raise NotImplementedError(files, folder, package)


def package_manager(field: str) -> tuple[str, str] | None:
    """`packageManager: pnpm@10.4.1+sha512…` as name and exact version; None for any other text."""
    raise NotImplementedError(field)
