"""The image's locked requirements against pyproject.toml; no engine needed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
# A pin, its environment marker, and the hashes on the lines that continue it.
PIN = re.compile(
    r"^([a-z0-9-]+)==\S+(?: ; [^\\\n]+)?(?: \\\n +--hash=sha256:[0-9a-f]{64})+$", re.MULTILINE
)


LEFT_OUT = re.findall(
    r"^# ([a-z0-9-]+)$", LOCK.partition("were excluded from the output")[2], re.MULTILINE
)
# Imports every given module in a Python that has none of the packages that the lock leaves out.
WITHOUT = """
import importlib, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
for name in MODULES:
    importlib.import_module(name)
"""


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


def test_nothing_that_the_lock_leaves_out_is_imported() -> None:
    assert "cryptography" in LEFT_OUT
    absent = {name.removesuffix("-py").replace("-", "_") for name in LEFT_OUT}
    done = imported(modules(), absent)
    assert done.returncode == 0, done.stderr


def test_a_package_that_is_imported_and_left_out_would_be_seen() -> None:
    done = imported(modules(), {"nacl"})
    assert "No module named 'nacl'" in done.stderr


def imported(names: list[str], absent: set[str]) -> subprocess.CompletedProcess[str]:
    source = WITHOUT.replace("ABSENT", repr(absent)).replace("MODULES", repr(names))
    command = [sys.executable, "-c", source]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def modules() -> list[str]:
    """Every module of the program, and every one of others that it imports anywhere."""
    paths = [path for path in ROOT.glob("checker/**/*.py") if path.stem != "__main__"]
    found = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths}
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return sorted(name.removesuffix(".__init__") for name in found)
