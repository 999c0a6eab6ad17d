"""Loads settings from flags, inputs and a config file as a user would write them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from checker.files import MemoryFiles
from checker.settings import CONFIG_PATH, BadInput, Fault, Settings, add_options, declared, load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.facts import Declared

RULES = frozenset({"bypass-token-sunset", "token-left-over", "token-needs-2fa"})

# The shape of a token and the value of none.
TOKEN = "npm_" + "aB3" * 12


def load_from(
    config: str | bytes | None = None,
    *,
    flags: Sequence[str] = (),
    inputs: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    elsewhere: Mapping[Path, Mapping[str, bytes]] | None = None,
    root: Path | None = None,
) -> Settings:
    """Settings of a repository, at the working directory unless told. inputs: name to value."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    add_options(parser)
    content = {path: text.encode() for path, text in (files or {}).items()}
    if config is not None:
        content[CONFIG_PATH] = config if isinstance(config, bytes) else config.encode()
    root = root or Path.cwd()
    folders = {root: content, **(elsewhere or {})}
    variables = {f"INPUT_{name.upper()}": value for name, value in (inputs or {}).items()}
    return load(
        vars(parser.parse_args(flags)),
        {**variables, **(environ or {})},
        root,
        lambda folder: MemoryFiles(folders.get(folder, {})),
        RULES,
    )


def faults_of(
    config: str | bytes | None = None,
    *,
    flags: Sequence[str] = (),
    inputs: Mapping[str, str] | None = None,
) -> tuple[Fault, ...]:
    """What is wrong with the input; () when nothing is."""
    try:
        load_from(config, flags=flags, inputs=inputs)
    except BadInput as error:
        return error.faults
    return ()


def the_fault(config: str | bytes) -> Fault:
    """The one fault of a config file."""
    (fault,) = faults_of(config)
    return fault


def declared_by(config: str, package: str | None = None, *, flags: Sequence[str] = ()) -> Declared:
    """What is declared about a package that the file names, or about any other one."""
    default, packages = declared(load_from(config, flags=flags))
    return dict(packages)[package] if package else default
