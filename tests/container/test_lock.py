"""The image's locked requirements against pyproject.toml; no engine needed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
# A pin, its environment marker, and the hashes on the lines that continue it.
PIN = re.compile(
    r"^([a-z0-9-]+)==\S+(?: ; [^\\\n]+)?(?: \\\n +--hash=sha256:[0-9a-f]{64})+$", re.MULTILINE
)


def named(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_everything_the_program_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = set(PIN.findall(LOCK))
    assert {named(requirement) for requirement in project["dependencies"]} <= locked


def test_every_locked_release_is_held_by_hashes() -> None:
    starts = [line for line in LOCK.splitlines() if line and line[0] not in " #"]
    assert len(starts) == len(PIN.findall(LOCK))


def test_the_lock_names_no_index() -> None:
    assert "://" not in LOCK
    assert "index-url" not in LOCK
