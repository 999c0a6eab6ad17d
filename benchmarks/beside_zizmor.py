"""Times `check` on 800 workflow files beside zizmor on the same files; no test.

python benchmarks/beside_zizmor.py [FILES]

zizmor looks for other things in the same files, and is known to be quick: it is the yardstick.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from read_workflows import tree
from timing import in_turn

ROUNDS = 5
# zizmor tells by its exit code what it found.
ZIZMOR_CODES = tuple(range(15))


def main() -> None:
    """Runs both in turn and prints the medians and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    zizmor = shutil.which("zizmor")
    if zizmor is None:
        sys.stdout.write("zizmor is not installed here: python -m pip install zizmor\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        for path, content in tree(count).content.items():
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(content)
        took = in_turn(
            {
                "check": (sys.executable, "-m", "checker", "check", folder, "--offline"),
                "zizmor": (zizmor, "--offline", "--no-progress", "--quiet", folder),
            },
            rounds=ROUNDS,
            codes=ZIZMOR_CODES,
        )
    check, other = took["check"], took["zizmor"]
    sys.stdout.write(
        f"{count} workflows: check {check.seconds:.2f} s, zizmor {other.seconds:.2f} s,"
        f" ratio {check.seconds / other.seconds:.2f}"
        f" (processor time {check.processor:.2f} s and {other.processor:.2f} s;"
        f" peak {check.peak:.0f} and {other.peak:.0f} MiB)\n"
    )


if __name__ == "__main__":
    main()
