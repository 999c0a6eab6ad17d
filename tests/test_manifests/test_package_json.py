"""package.json as npm reads it, with its odd corners, and the lines its keys stand on."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checker.facts import Package
from checker.manifests.package_json import Manifest, NotAManifest, parse

TEXT = """\
{
  "name": "@acme/core",
  "version": "1.2.3",
  "scripts": {
    "build": "tsc -p . && echo \\"{done}\\"",
    "release": "npm publish"
  },
  "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git" },
  "publishConfig": {
    "access": "public",
    "provenance": true,
    "tag": "next",
    "registry": "https://npm.pkg.github.com",
    "@acme:registry": "https://registry.example.com/",
    "directory": "dist"
  },
  "packageManager": "pnpm@10.4.1",
  "engines": { "node": ">=22" },
  "volta": { "node": "24.18.0", "npm": "11.16.0" },
  "workspaces": ["packages/*"],
  "dependencies": { "react": "^19.0.0", "np": "^9" },
  "devDependencies": { "np": "^10" },
  "release-it": { "npm": { "publish": false } }
}
"""


def read(**fields: object) -> Manifest:
    return parse(json.dumps({"name": "widget", **fields}).encode(), "package.json")


def package(**fields: object) -> Package:
    found = read(**fields).package
    assert found is not None
    return found


def test_the_fields_of_a_package() -> None:
    manifest = parse(TEXT.encode(), "packages/core/package.json")
    assert manifest.package is not None
    assert set(dict(manifest.package.lines)) <= {
        "name",
        "version",
        "private",
        "repository",
        "publishConfig",
    }
    assert replace(manifest.package, lines=()) == Package(
        name="@acme/core",
        version="1.2.3",
        path="packages/core/package.json",
        private=False,
        access="public",
        tag="next",
        provenance=True,
        registry="https://npm.pkg.github.com",
        repository="git+https://github.com/acme/widget.git",
    )
    assert manifest.folder == "packages/core"
    assert manifest.script("release") == "npm publish"
    assert manifest.script("test") is None
    assert manifest.workspaces == ("packages/*",)
    assert manifest.package_manager == "pnpm@10.4.1"
    assert manifest.engines_node == ">=22"
    assert (manifest.volta_node, manifest.volta_npm) == ("24.18.0", "11.16.0")
    assert manifest.dependency("np") == "^10"
    assert manifest.dependency("react") == "^19.0.0"
    assert manifest.configuration("release-it") == '{"npm":{"publish":false}}'
    assert manifest.configuration("release") is None
    assert manifest.publish_directory == "dist"
    assert manifest.scope_registries == (("@acme", "https://registry.example.com/"),)


def test_the_lines_of_its_keys() -> None:
    manifest = parse(TEXT.encode(), "package.json")
    assert manifest.line_of("name") == 2
    assert manifest.line_of("scripts.release") == 6
    assert manifest.line_of("repository.url") == 8
    assert manifest.line_of("publishConfig.tag") == 12
    assert manifest.line_of("packageManager") == 17
    assert manifest.line_of("no.such.key") == 1


def test_of_equal_keys_the_last_counts() -> None:
    manifest = parse(b'{"name": "a",\n"version": "1.0.0",\n"version": "2.0.0"}', "package.json")
    assert manifest.package is not None
    assert manifest.package.version == "2.0.0"
    assert manifest.line_of("version") == 3


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse(b'\xef\xbb\xbf{"name": "widget"}', "package.json").package is not None


@pytest.mark.parametrize("value", [True, "true", "false", 1, [], {}])
def test_private_is_what_javascript_takes_for_true(value: object) -> None:
    assert package(private=value).private


@pytest.mark.parametrize("value", [False, None, "", 0])
def test_anything_else_is_not_private(value: object) -> None:
    assert not package(private=value).private


@pytest.mark.parametrize("name", ["widget", " widget ", "@acme/widget", "Widget", "a~b", "@a/_b"])
def test_a_name_that_npm_takes(name: str) -> None:
    assert package(name=name).name == name.strip()


@pytest.mark.parametrize(
    "name",
    [
        "",
        None,
        7,
        ["a"],
        "my widget",
        ".widget",
        "@acme",
        "@/a",
        "@a/.b",
        "a/b",
        "a@1",
        "_a",
        "node_modules",
    ],
)
def test_a_name_that_npm_cannot_publish_makes_no_package(name: object) -> None:
    assert read(name=name).package is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.2.3", "1.2.3"),
        ("v1.2.3", "1.2.3"),
        (" 1.2.3 ", "1.2.3"),
        ("1.2.3-rc.1", "1.2.3-rc.1"),
        ("1.2.3+build", "1.2.3"),
        ("workspace", "workspace"),
        ("", '""'),
        (1, "1"),
        (None, "null"),
    ],
)
def test_a_version_is_cleaned_as_npm_cleans_it(written: object, meant: str | None) -> None:
    assert package(version=written).version == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("acme/widget", "acme/widget"),
        ({"type": "git", "url": "github:acme/widget"}, "github:acme/widget"),
        ({"directory": "packages/core"}, None),
        (["acme/widget"], None),
        (7, None),
        ("", None),
    ],
)
def test_repository_is_kept_as_written(written: object, meant: str | None) -> None:
    assert package(repository=written).repository == meant


def test_the_first_of_several_repositories_wins() -> None:
    assert package(repositories=["acme/a", "acme/b"], repository="acme/c").repository == "acme/a"


@pytest.mark.parametrize(
    ("written", "meant"), [(True, True), (False, False), ("true", True), ("yes", None), (1, None)]
)
def test_provenance_is_a_switch(written: object, meant: bool | None) -> None:
    assert package(publishConfig={"provenance": written}).provenance is meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["a", "b/*"], ("a", "b/*")),
        ({"packages": ["a"], "nohoist": ["x"]}, ("a",)),
        ("a", ("a",)),
        ([1, None, "a"], ("a",)),
        (True, ()),
        ({}, ()),
    ],
)
def test_workspaces_in_every_form(written: object, meant: tuple[str, ...]) -> None:
    assert read(workspaces=written).workspaces == meant


def test_the_node_of_a_version_file_is_volta_s_then_dev_engines_then_engines() -> None:
    runtime = {"name": "Node", "version": "^24"}
    engines = {"node": ">=20"}
    assert read(engines=engines).node_of_version_file() == ">=20"
    assert read(engines=engines, devEngines={"runtime": runtime}).node_of_version_file() == "^24"
    assert read(devEngines={"runtime": [{"name": "bun"}, runtime]}).dev_engines_node == "^24"
    assert read(volta={"node": "24.1.0"}, engines=engines).node_of_version_file() == "24.1.0"
    assert read().node_of_version_file() is None


def test_half_a_surrogate_pair_can_be_written_to_any_file() -> None:
    found = package(description="x", repository="acme/\ud800")
    assert found.repository == "acme/?"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'"widget"',
        b"null",
        b"{",
        b"{'name': 'widget'}",
        b'{"name": "widget",}',
        b'{"name": NaN}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"1" * 5_000 + b"}",
    ],
)
def test_what_is_no_package_json_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(NotAManifest, match=r"^it .*[^.]$"):
        parse(data, "package.json")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)
_KEYS = st.sampled_from(
    [
        "name",
        "version",
        "private",
        "scripts",
        "repository",
        "repositories",
        "publishConfig",
        "workspaces",
        "engines",
        "devEngines",
        "volta",
        "dependencies",
        "release",
    ]
)


@given(st.dictionaries(_KEYS, _JSON))
def test_any_values_in_the_known_keys_can_be_read(fields: dict[str, object]) -> None:
    text = json.dumps(fields, indent=2)
    manifest = parse(text.encode("utf-8", "surrogatepass"), "package.json")
    for key in fields:
        assert f'"{key}"' in text.splitlines()[manifest.line_of(key) - 1]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(NotAManifest):
        assert parse(data, "a/package.json").folder == "a"
