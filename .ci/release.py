"""What a release needs beyond building: `python .ci/release.py ready`, `notes` and `pin`.

The version stands in `checker/__init__.py` and nowhere else; what has to repeat it (the changelog's
newest section, the tag) is compared with it here.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

_VERSION = re.compile(r'^__version__ = "(\d+\.\d+\.\d+)"$', re.MULTILINE)
_SECTION = re.compile(r"^## \[(?P<version>\d+\.\d+\.\d+)\] - (?P<day>.+)$", re.MULTILINE)
_IMAGE = re.compile(r"ghcr\.io/[a-z0-9._-]+/[a-z0-9._/-]+@sha256:[0-9a-f]{64}")
_BUILT_AT_EACH_RUN = "  image: Dockerfile\n"


class NotReady(Exception):
    """A release would not be what it says; the text says why."""


def version(package: str) -> str:
    """The version that the text of `checker/__init__.py` states."""
    found = _VERSION.findall(package)
    if len(found) != 1:
        raise NotReady("checker/__init__.py states no version of the form 1.2.3, or several")
    return str(found[0])


def ready(asked: str, package: str, changelog: str) -> dict[str, str]:
    """`version`, `tag` and the moving `major` tag, for the version that is asked for.

    Raises `NotReady` where code and changelog are of another version, or it has no day or notes.
    """
    stated = version(package)
    if asked != stated:
        raise NotReady(f"{asked} is asked for and checker/__init__.py says {stated}")
    notes(stated, changelog)
    return {"version": stated, "tag": f"v{stated}", "major": f"v{stated.partition('.')[0]}"}


def notes(wanted: str, changelog: str) -> str:
    """What the changelog says of its newest version, which has to be the wanted one."""
    sections = list(_SECTION.finditer(changelog))
    if not sections or sections[0]["version"] != wanted:
        raise NotReady(f"the newest section of CHANGELOG.md is not `## [{wanted}] - DAY`")
    newest, end = sections[0], sections[1].start() if len(sections) > 1 else len(changelog)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", newest["day"]):
        raise NotReady(f"CHANGELOG.md has no day for {wanted}, but `{newest['day']}`")
    text = changelog[newest.end() : end].strip()
    if not text:
        raise NotReady(f"CHANGELOG.md says nothing of {wanted}")
    return f"{text}\n"


def pin(action: str, image: str) -> str:
    """action.yml as it is at a release's tag: the image by digest, in place of the Dockerfile."""
    if not _IMAGE.fullmatch(image):
        raise NotReady(f"`{image}` is no image of ghcr.io by its digest")
    if action.count(_BUILT_AT_EACH_RUN) != 1:
        raise NotReady("action.yml does not have the line `image: Dockerfile` once")
    return action.replace(_BUILT_AT_EACH_RUN, f"  image: docker://{image}\n")


def main(argv: Sequence[str], root: Path) -> int:
    """Read the files of `root`, print or write; 1 with a sentence where it is not ready."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("ready", help="print what later steps need").add_argument("version")
    commands.add_parser("notes", help="print the notes").add_argument("version")
    commands.add_parser("pin", help="write action.yml for the tag").add_argument("image")
    given = parser.parse_args(argv)
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    action = root / "action.yml"
    try:
        if given.command == "ready":
            package = (root / "checker" / "__init__.py").read_text(encoding="utf-8")
            found = ready(given.version, package, changelog)
            sys.stdout.write("".join(f"{name}={value}\n" for name, value in found.items()))
        elif given.command == "notes":
            sys.stdout.write(notes(given.version, changelog))
        else:
            action.write_text(pin(action.read_text(encoding="utf-8"), given.image), "utf-8")
    except NotReady as why:
        sys.stderr.write(f"Not ready: {why}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent.parent))
