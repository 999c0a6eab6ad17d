"""SECURITY.md names where each thing is prevented and what shows it: all of that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:[\w-]+/)*(?:[\w-]+\.(?:py|md|txt)|[\w-]+/))`", PAGE)))
FILES = [
    path.relative_to(ROOT).as_posix()
    for folder in ("checker", "tests", "fuzz", "mutation", "docs")
    for path in (ROOT / folder).rglob("*")
    if "__pycache__" not in path.parts
] + [path.name for path in ROOT.iterdir() if path.is_file()]
ROWS = [
    [cell.strip() for cell in row.strip("| ").split(" | ")]
    for row in PAGE.partition("| never |")[2].partition("\n\n")[0].splitlines()[2:]
]


def test_files_are_named():
    assert len(NAMED) > 30


@pytest.mark.parametrize("name", NAMED)
def test_what_the_threat_model_names_is_there(name):
    wanted = name.rstrip("/")

    assert [path for path in FILES if path == wanted or path.endswith(f"/{wanted}")] or (
        ROOT / wanted
    ).exists()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_whatever_must_never_happen_is_shown_by_a_test(row):
    _, prevented, shown = row

    assert prevented
    assert re.search(r"`(tests/|fuzz/|test_)", shown)
