"""The Docker engine, the built image and act, each made once a session; no assertions here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from act_run import Act
from docker_engine import Engine, Image

ROOT = Path(__file__).resolve().parents[2]
# What GitHub hands to the engine when a workflow uses this action: the repository at a ref.
SHIPPED = ("action.yml", "native", "Dockerfile", "requirements.txt", "LICENSE", "checker")
IMAGE_SIZES = pytest.StashKey[list[str]]()
SKIPPED = pytest.StashKey[str]()


def missing(request: pytest.FixtureRequest, what: str) -> NoReturn:
    """Skips the test, or fails it where a skip would hide that nothing was proved."""
    if os.environ.get("REQUIRE_CONTAINER") == "1":
        pytest.fail(what, pytrace=False)
    request.config.stash[SKIPPED] = what
    pytest.skip(what)


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    if shutil.which("docker") is None:
        missing(request, "no docker command on PATH")
    engine = Engine()
    if not engine.answers():
        missing(request, "no Docker engine answers; start one, or let .ci/run do it")
    return engine


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the action's own files and nothing else of the checkout."""
    target = tmp_path_factory.mktemp("action")
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    return target


@pytest.fixture(scope="session")
def image(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Image]:
    """The image as `docker build` makes it from the checkout, under a name of its own."""
    built = engine.build(ROOT, f"npm-publish-preflight:test-{os.getpid()}")
    report = f"{built.megabytes:.0f} MB, of which {built.own_megabytes:.0f} MB above its base"
    request.config.stash[IMAGE_SIZES] = [report]
    yield built
    engine.remove(built)


@pytest.fixture(scope="session")
def act(
    engine: Engine,
    shipped: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Act:
    program = os.environ.get("ACT") or shutil.which("act")
    if program is None:
        missing(request, "no act on PATH: python -m pip install -r .ci/act.txt")
    base = next(
        line.split()[1]
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("FROM ")
    )
    if not engine.has(base):
        missing(request, f"the engine has no image {base} for act to run jobs in")
    return Act(program, base, shipped, tmp_path_factory.mktemp("act"))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(IMAGE_SIZES, []):
        terminalreporter.write_line(f"The image has {line}.")
    if reason := config.stash.get(SKIPPED, None):
        terminalreporter.write_line(f"Container tests skipped: {reason}.")
