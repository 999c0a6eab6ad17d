"""Draws `summary.png`: the job summary of an example, as GitHub lays it out, by a real browser.

    python docs/draw_summary.py

Needs the project with its test dependencies, and Chromium (`apt-get install chromium
fonts-noto-color-emoji`). The text is the program's own; only the look is made here.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent / "examples" / "granular-token-without-bypass"
DAY = "2026-11-24"
WIDTH, HEIGHT = 1012, 900

STYLE = """
body { margin: 24px 32px; background: #fff; color: #1f2328; font: 16px/1.5 "Noto Sans",
  "DejaVu Sans", Helvetica, Arial, sans-serif; }
h2, h3 { margin: 20px 0 12px; line-height: 1.25; font-weight: 600; }
h2 { margin-top: 0; padding-bottom: 8px; border-bottom: 1px solid #d1d9e0; font-size: 24px; }
h3 { font-size: 20px; }
p, ul, ol, table, pre, details { margin: 0 0 12px; }
ul, ol { padding-left: 32px; }
code, pre { font: 13.6px/1.45 "Noto Mono", "DejaVu Sans Mono", monospace; }
code { padding: 3px 6px; border-radius: 6px; background: #818b981f; }
pre { padding: 12px 16px; border-radius: 6px; background: #f6f8fa; overflow: hidden; }
pre code { padding: 0; background: none; }
table { border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid #d1d9e0; }
a { color: #0969da; }
"""


def markdown() -> str:
    """The summary that the program writes for the example."""
    command = (sys.executable, "-m", "checker", "check", str(EXAMPLE), "--today", DAY)
    done = subprocess.run(  # noqa: S603  # this very program
        (*command, "--offline", "--format", "markdown"),
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise SystemExit(done.stderr)
    return done.stdout


def page(text: str) -> str:
    """The Markdown as a page."""
    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{body}'


def draw(html: str, picture: Path, browser: str) -> None:
    """Have the browser draw the page as wide and high as one screen shows it."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "summary.html"
        file.write_text(html, encoding="utf-8")
        subprocess.run(  # noqa: S603  # the browser that the caller names
            (
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                f"--user-data-dir={scratch}/profile",
                f"--window-size={WIDTH},{HEIGHT}",
                f"--screenshot={picture}",
                file.as_uri(),
            ),
            check=True,
            capture_output=True,
        )


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description="Draws docs/summary.png.")
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--output", type=Path, default=HERE / "summary.png")
    given = parser.parse_args()
    draw(page(markdown()), given.output.resolve(), given.browser)


if __name__ == "__main__":
    main()
