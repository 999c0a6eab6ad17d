"""Asks a Docker engine through its own client: build, run as a runner does, look inside."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BUILD_SECONDS = 900
RUN_SECONDS = 120


@dataclass(frozen=True)
class Image:
    """A built image. Sizes in millions of bytes, as `docker images` counts.

    layers: the digests of their contents, the base's first.
    """

    tag: str
    megabytes: float
    own_megabytes: float
    layers: tuple[str, ...]
    config: Mapping[str, object]


@dataclass(frozen=True)
class Ended:
    """What a finished program left: exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


class Engine:
    """The engine that the environment's `docker` command speaks to."""

    def answers(self) -> bool:
        return self._docker("version", "--format", "{{.Server.Version}}", seconds=20).code == 0

    def has(self, tag: str) -> bool:
        return self._docker("image", "inspect", tag).code == 0

    def build(self, context: Path, tag: str, *options: str) -> Image:
        built = self._docker("build", *options, "--tag", tag, str(context), seconds=BUILD_SECONDS)
        assert built.code == 0, built.text
        (found,) = json.loads(self._docker("image", "inspect", tag).out)
        sizes = (found["Size"] / 1e6, self._copied(tag) / 1e6)
        return Image(tag, *sizes, tuple(found["RootFS"]["Layers"]), found["Config"])

    def _copied(self, tag: str) -> int:
        """Bytes of the newest layer that a COPY made."""
        listing = ("history", "--no-trunc", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}")
        layers = self._docker(*listing, tag).out.splitlines()
        return next(int(layer.split()[0]) for layer in layers if "COPY" in layer)

    def remove(self, image: Image) -> None:
        self._docker("image", "rm", "--force", image.tag)

    def run(
        self, image: Image, *arguments: str, options: tuple[str, ...] = (), network: str = "none"
    ) -> Ended:
        """One container, by default without a network, gone when it ends."""
        command = ("run", "--rm", "--network", network, *options, image.tag, *arguments)
        return self._docker(*command, seconds=RUN_SECONDS)

    def start(self, image: Image, *arguments: str, options: tuple[str, ...], network: str) -> str:
        """A container that goes on by itself; its id. Whoever starts it removes it."""
        command = ("run", "--detach", "--network", network, *options, image.tag, *arguments)
        started = self._docker(*command)
        assert started.code == 0, started.text
        return started.out.strip()

    def say(self, container: str) -> str:
        """What the container has printed so far."""
        return self._docker("logs", container).text

    def signal(self, container: str, name: str) -> Ended:
        """Sends a signal to a container's first process, and waits for its end."""
        sent = self._docker("kill", "--signal", name, container)
        assert sent.code == 0, sent.text
        code = int(self._docker("wait", container).out)
        said = self._docker("logs", container)
        return Ended(code, said.out, said.err)

    def drop(self, container: str) -> None:
        self._docker("rm", "--force", container)

    def _docker(self, *arguments: str, seconds: int = 60) -> Ended:
        done = subprocess.run(
            ["docker", *arguments],
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=seconds,
        )
        return Ended(done.returncode, done.stdout, done.stderr)
