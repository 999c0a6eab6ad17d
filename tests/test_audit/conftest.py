"""A server of GitHub's API for as long as a test runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from auditing_world import World
from github_api import server
from github_api.server import GitHub


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Callable[[GitHub], World]]:
    """Call with a GitHub: it is served until the test ends."""
    with ExitStack() as stack:
        yield lambda github: World(
            github, stack.enter_context(server.serving(github)), tmp_path / "cache"
        )
