"""Runs atheris on one target: `python fuzz/one.py TARGET [libFuzzer's options] [folders]`."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["checker", "targets"]):
    import targets


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    target = targets.TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
