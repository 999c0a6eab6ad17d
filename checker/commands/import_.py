"""`import`: what npm lists of tokens and trusted publishers, into the config file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from checker.commands import exits

_MAX_BYTES = 8 << 20


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument("path", nargs="?", default=".", help="the repository's root (default: .)")
    parser.add_argument("--token", help="the token that the workflow uses: its name or its id")
    parser.add_argument("--secret", help="the secret that holds it, where there are several")
    parser.add_argument("--package", help="the package that the list is about (default: all)")


def run(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """See `Command`. Reads `npm token list --json` and `npm trust list --json` on stdin."""
    from checker.files import Unreadable
    from checker.importing import CannotImport, WhichToken, import_facts
    from checker.rules import by_id
    from checker.settings import CONFIG_PATH, BadInput
    from checker.sources import rewrite
    from checker.sources.checkout import Checkout

    root = Path(given.path)
    if not root.is_dir():
        return exits.bad_input(f"`{given.path}` is not a folder.")
    listed = sys.stdin.buffer.read(_MAX_BYTES + 1)
    if len(listed) > _MAX_BYTES:
        return exits.bad_input("The list on stdin is larger than 8 MiB.")
    try:
        before = Checkout(root).read(CONFIG_PATH)
        text = import_facts(
            listed.decode("utf-8", "replace"),
            before.decode("utf-8") if before is not None else None,
            rules=by_id(),
            token=given.token,
            secret=given.secret,
            package=given.package,
        )
        rewrite.put(root, CONFIG_PATH, before, text.encode())
    except WhichToken as error:
        names = ", ".join(f"`{name}`" for name in error.names)
        return exits.bad_input(f"{error} Name one with `--token`: {names}.")
    except (CannotImport, BadInput) as error:
        return exits.bad_input(str(error))
    except (Unreadable, UnicodeDecodeError):
        return exits.bad_input(f"`{CONFIG_PATH}` cannot be read as text.")
    except rewrite.NotWritten as error:
        return exits.bad_input(f"Nothing was written: `{error.path}`: {error}.")
    sys.stdout.write(f"{CONFIG_PATH}\n")
    return exits.GOOD
