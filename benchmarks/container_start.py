"""Times a container of the image from start to verdict beside an empty one of its base; no test.

python benchmarks/container_start.py

Needs a Docker engine that answers and has, or can pull, the base image.
"""

from __future__ import annotations

import subprocess
import sys

from timing import ROOT, in_turn

ROUNDS = 9
TAG = "npm-publish-preflight:benchmark"


def main() -> None:
    """Builds the image, runs both in turn, prints the medians, and removes the image."""
    base = next(
        line.split()[1]
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("FROM") and " AS " not in line
    )
    try:
        build = ("docker", "build", "--quiet", "--tag", TAG, str(ROOT))
        subprocess.run(build, check=True, capture_output=True)  # noqa: S603  our own Dockerfile
    except (OSError, subprocess.CalledProcessError):
        sys.stdout.write("No Docker engine answers here, or the image cannot be built.\n")
        return
    run = ("docker", "run", "--rm", "--network", "none")
    mount = ("--volume", f"{ROOT / 'examples' / 'undeclared'}:/github/workspace:ro")
    try:
        took = in_turn(
            {
                "verdict": (*run, *mount, TAG, "check", "/github/workspace", "--offline"),
                "python": (*run, "--entrypoint", "python", base, "-c", "pass"),
                "empty": (*run, "--entrypoint", "true", base),
            },
            rounds=ROUNDS,
        )
    finally:
        subprocess.run(("docker", "image", "rm", "--force", TAG), check=False, capture_output=True)  # noqa: S603, S607
    verdict, python, empty = (took[name].seconds for name in ("verdict", "python", "empty"))
    sys.stdout.write(
        f"container: start to verdict {verdict:.2f} s; an empty container of {base} {empty:.2f} s,"
        f" ratio {verdict / empty:.2f}; with an empty interpreter {python:.2f} s;"
        f" our share {verdict - empty:.2f} s\n"
    )


if __name__ == "__main__":
    main()
