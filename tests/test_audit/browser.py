"""A real browser without a window, where the machine has one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# How long the page's own time runs before it is looked at.
_BUDGET = "--virtual-time-budget=3000"


class Browser:
    """Opens pages from a folder."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder

    def dom(self, page: str, width: int = 1280) -> str:
        """The page as it is after its scripts ran, in a window of that width."""
        return self._run(page, "--dump-dom", _BUDGET, f"--window-size={width},900")

    def picture(self, page: str, width: int) -> bytes:
        """The page as it looks, as PNG."""
        target = self._folder / f"{width}.png"
        self._run(page, f"--screenshot={target}", f"--window-size={width},900")
        return target.read_bytes()

    def _run(self, page: str, *arguments: str) -> str:
        path = self._folder / "page.html"
        path.write_text(page, encoding="utf-8")
        command = (
            self._program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-data-dir={self._folder / 'profile'}",
            *arguments,
            path.as_uri(),
        )
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return done.stdout


def found(folder: Path) -> Browser:
    """The machine's browser, or a skip that says there is none."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if os.environ.get("REQUIRE_CHROMIUM") == "1":
            pytest.fail("no Chromium on PATH", pytrace=False)
        pytest.skip("no Chromium on PATH")
    return Browser(program, folder)
