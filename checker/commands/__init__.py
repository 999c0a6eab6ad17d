"""The commands, one file each: `add` says what it takes, `run` does it and gives the exit code."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import ModuleType
from typing import Protocol, cast


class Command(Protocol):
    """One command: a module of this package."""

    def add(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes."""

    def run(self, given: argparse.Namespace, environ: Mapping[str, str]) -> int:
        """Do it; the exit code."""


# name -> (module, what it does); modules are imported when their command runs.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "check": ("check", "judge every publishing step of a repository"),
    "explain": ("explain", "print one rule's page, or the list of rules"),
    "policy": ("policy", "print npm's decision table of a day"),
    "fix": ("fix", "print or write the edits that move a repository to trusted publishing"),
    "trust": ("trust", "print the `npm trust` commands that make npm agree with a repository"),
    "import": ("import_", "write what npm lists of tokens and publishers into the config file"),
    "audit": ("audit", "judge every repository of an owner, through GitHub's API"),
    "diagnose": ("diagnose", "name the cause behind the text of a failed release's log"),
}


def load(name: str) -> Command:
    """The module of the command `name`."""
    from importlib import import_module

    module: ModuleType = import_module(f"checker.commands.{COMMANDS[name][0]}")
    return cast("Command", module)
