"""The one golden mechanism: a file that is made from code equals what the code makes now.

`pytest --rewrite-generated` writes every such file anew; where CI is set it refuses, so that a
drift is seen and not mended. Tests reach it through the fixture `golden`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FLAG = "--rewrite-generated"


class Refused(Exception):
    """Generated files may not be rewritten here."""


def may_rewrite(asked: bool, environ: Mapping[str, str]) -> bool:
    """Whether to write instead of compare. Raises `Refused` in CI."""
    if asked and environ.get("CI"):
        raise Refused(f"{FLAG} is refused where CI is set: run it by hand and commit the result")
    return asked


def hold(path: Path, text: str, *, rewrite: bool) -> None:
    """The file at `path` holds exactly `text`; with `rewrite`, from now on."""
    now = path.read_bytes().decode() if path.exists() else None
    if rewrite and now != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return
    assert now is not None, f"{path} does not exist; run pytest {FLAG}"
    assert now == text, f"{path} is not what the code makes now; run pytest {FLAG}"


def between(path: Path, begin: str, end: str, text: str) -> str:
    """The text of the file with the lines between two marker lines replaced."""
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    assert found, f"{path} has no line {begin}"
    assert closed, f"{path} has no line {end}"
    return f"{before}{begin}\n{text}{end}{after}"
