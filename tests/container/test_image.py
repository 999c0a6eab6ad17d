"""What is in the image and what is not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from docker_engine import Engine, Image

pytestmark = pytest.mark.container

HOME = "/opt/npm-publish-preflight"
LOOK_INSIDE = """
import importlib.util, json, pathlib, sysconfig
packages = pathlib.Path(sysconfig.get_path("purelib"))
sources = [path for path in packages.rglob("*.py")]
print(json.dumps({
    "installed": sorted(path.name for path in packages.iterdir()),
    "uncompiled": [
        str(path) for path in (packages / "checker").rglob("*.py")
        if not pathlib.Path(importlib.util.cache_from_source(path)).exists()
    ],
    "rules": len(list((packages / "checker" / "rules").glob("*.py"))),
    "home": sorted(path.name for path in pathlib.Path("HOME").iterdir()),
    "commands": sorted(path.name for path in pathlib.Path("HOME/bin").iterdir()),
}))
""".replace("HOME", HOME)


@pytest.fixture(scope="module")
def inside(engine: Engine, image: Image) -> dict[str, list[str]]:
    ended = engine.run(
        image, "-I", "-c", LOOK_INSIDE, options=("--entrypoint", f"{HOME}/bin/python")
    )
    assert ended.code == 0, ended.text
    found: dict[str, list[str]] = json.loads(ended.out)
    return found


def test_the_program_is_inside_and_byte_compiled(inside: dict[str, list[str]]) -> None:
    assert "checker" in inside["installed"]
    assert inside["rules"]
    assert inside["uncompiled"] == []


def test_no_installer_no_test_tool_and_no_tests_are_inside(inside: dict[str, list[str]]) -> None:
    unwanted = {"pip", "setuptools", "wheel", "pytest", "hypothesis", "responses", "tests"}
    assert unwanted.isdisjoint(inside["installed"])
    assert unwanted.isdisjoint(inside["home"])


def test_the_licence_travels_with_the_program(inside: dict[str, list[str]]) -> None:
    assert "LICENSE" in inside["home"]


def test_the_entrypoint_is_one_program_by_its_absolute_path(image: Image) -> None:
    entrypoint = image.config["Entrypoint"]
    assert isinstance(entrypoint, list)
    assert entrypoint[0] == f"{HOME}/bin/python"
    assert not image.config.get("Cmd")


def test_user_and_working_directory_are_left_to_the_runner(image: Image) -> None:
    assert not image.config.get("User")
    assert image.config.get("WorkingDir") in {"", "/"}


def test_the_image_says_what_it_is(image: Image) -> None:
    labels = image.config["Labels"]
    assert isinstance(labels, dict)
    assert labels["org.opencontainers.image.title"] == "npm-publish-preflight"
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"


def test_help_needs_nothing_but_the_image(engine: Engine, image: Image) -> None:
    ended = engine.run(image, "--help")
    assert ended.code == 0, ended.text
    assert "npm-publish-preflight" in ended.out
    assert "check" in ended.out


def test_a_dependencys_own_commands_are_not_inside(inside: dict[str, list[str]]) -> None:
    assert inside["commands"] == ["python", "python3", "python3.13"]


def test_the_program_adds_less_than_forty_megabytes_to_its_base(image: Image) -> None:
    assert image.own_megabytes < 40


def test_the_same_files_make_the_same_layers_again(
    engine: Engine, image: Image, shipped: Path
) -> None:
    again = engine.build(shipped, f"npm-publish-preflight:again-{os.getpid()}", "--no-cache")
    engine.remove(again)
    assert again.layers == image.layers
