"""Prints the machine's pip settings as a pip.conf for the base image; asks pip and nothing else.

Only what decides how an index is reached: directories of this machine do not exist in the image,
and the certificates lie where the image has them.
"""

import ast
import subprocess
import sys

REACHING = (
    "index-url",
    "extra-index-url",
    "trusted-host",
    "proxy",
    "timeout",
    "default-timeout",
    "retries",
)
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def settings() -> dict[str, str]:
    """What `pip config list` has, by bare name; the environment, listed first, wins over files."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    known: dict[str, str] = {}
    for line in listed.splitlines():
        key, _, quoted = line.partition("=")
        known.setdefault(key.rpartition(".")[2], ast.literal_eval(quoted))
    return known


def lines(known: dict[str, str]) -> list[str]:
    """The lines of the pip.conf, values that name a file left out."""
    found = ["[global]", f"cert = {CERTIFICATES}", "disable-pip-version-check = true"]
    for name in REACHING:
        values = [value for value in known.get(name, "").split() if not value.startswith("file:")]
        if values:
            found.append(f"{name.removeprefix('default-')} = {' '.join(values)}")
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines(settings())) + "\n")
