"""The platforms' packages of napi: those in the tree, else those of the targets."""

from __future__ import annotations

import pytest

from test_workflows.tree import WIDGET, reading, workflow


def names(napi: dict[str, object] | None, **files: object) -> list[str] | None:
    manifest = {**WIDGET, "repository": "github:acme/widget", "napi": napi}
    (found,) = reading(
        workflow("- run: npx napi prepublish -t npm"), **{"package.json": manifest, **files}
    ).publishes
    (run,) = found.runs
    return [p.name for p in run.packages] if isinstance(run.packages, tuple) else None


@pytest.mark.parametrize(
    ("target", "platform"),
    [
        ("x86_64-unknown-linux-gnu", "linux-x64-gnu"),
        ("aarch64-unknown-linux-musl", "linux-arm64-musl"),
        ("aarch64-apple-darwin", "darwin-arm64"),
        ("i686-pc-windows-msvc", "win32-ia32-msvc"),
        ("armv7-unknown-linux-gnueabihf", "linux-arm-gnueabihf"),
        ("aarch64-linux-android", "android-arm64"),
        ("armv7-linux-androideabi", "android-arm-eabi"),
        ("x86_64-unknown-freebsd", "freebsd-x64"),
        ("wasm32-wasip1-threads", "wasm32-wasi"),
    ],
)
def test_a_target_is_a_package_of_its_own(target, platform):
    assert names({"targets": [target]}) == [f"@acme/widget-{platform}"]


@pytest.mark.parametrize(
    ("napi", "expected"),
    [
        (
            {"packageName": "@acme/native", "targets": ["aarch64-apple-darwin"]},
            ["@acme/native-darwin-arm64"],
        ),
        (
            {"package": {"name": "@acme/old"}, "triples": {"additional": ["aarch64-apple-darwin"]}},
            [
                "@acme/old-darwin-x64",
                "@acme/old-linux-x64-gnu",
                "@acme/old-win32-x64-msvc",
                "@acme/old-darwin-arm64",
            ],
        ),
        ({"triples": {"defaults": False, "additional": []}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_settings_name_the_packages_and_without_targets_they_are_not_known(napi, expected):
    assert names(napi) == expected


def test_the_packages_that_are_in_the_tree_come_first():
    there = {"npm/darwin-arm64/package.json": {"name": "@acme/here", "version": "1.0.0"}}

    assert names({"targets": ["x86_64-unknown-linux-gnu"]}, **there) == ["@acme/here"]
