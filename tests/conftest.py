"""What every test may use: the fixture `golden`, with its flag."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import generated
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        generated.FLAG,
        action="store_true",
        help="write every generated file anew instead of comparing it",
    )


def pytest_configure(config: pytest.Config) -> None:
    try:
        generated.may_rewrite(config.getoption(generated.FLAG), os.environ)
    except generated.Refused as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Call with a path and a text: the file holds that text, or is made to by the flag."""
    rewrite = request.config.getoption(generated.FLAG)
    return lambda path, text: generated.hold(path, text, rewrite=rewrite)
