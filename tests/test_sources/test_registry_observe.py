"""What npm's public record says of a package becomes facts; what it does not say stays unknown."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
import responses
from loopback_server import Server, serving
from registry_documents import attestations, by_trusted_publisher, packument

from checker.facts import LastPublish, Observed, Unknown
from checker.sources.registry import Registry

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

BASE = "https://registry.npmjs.org/"


@pytest.fixture
def npm() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def registry() -> Registry:
    return Registry(sleep=lambda seconds: None, connections=2)


def observe(name: str, **options: object) -> Observed:
    ((answered, observed),) = registry().observe([name], **options)  # type: ignore[arg-type]  # by name
    assert answered == name
    return observed


def test_versions_tags_and_maintainers_are_read(npm: responses.RequestsMock) -> None:
    tags = {"latest": "1.1.0", "next": "2.0.0-beta.1"}
    document = packument("widget", "1.0.0", "1.1.0", "2.0.0-beta.1", **{"dist-tags": tags})
    npm.get(f"{BASE}widget", json=document)
    observed = observe("widget")
    assert observed.exists is True
    assert observed.versions == ("1.0.0", "1.1.0", "2.0.0-beta.1")
    assert observed.tags == (("latest", "1.1.0"), ("next", "2.0.0-beta.1"))
    assert observed.maintainers == ("ana",)


def test_a_deleted_version_counts_as_published(npm: responses.RequestsMock) -> None:
    document = packument("widget", "1.0.0", "1.1.0")
    del document["versions"]["1.0.0"]  # type: ignore[attr-defined]  # it is a dict
    npm.get(f"{BASE}widget", json=document)
    assert observe("widget").versions == ("1.0.0", "1.1.0")


def test_a_package_deleted_as_a_whole_exists_no_more_and_keeps_its_versions(
    npm: responses.RequestsMock,
) -> None:
    times = {"created": "x", "unpublished": {"versions": ["1.0.0", "1.1.0"]}}
    npm.get(f"{BASE}widget", json={"name": "widget", "time": times})
    observed = observe("widget")
    assert (observed.exists, observed.versions) == (False, ("1.0.0", "1.1.0"))
    assert observed.last_publish is None


def test_a_placeholder_of_staging_is_a_package_that_nobody_has_published(
    npm: responses.RequestsMock,
) -> None:
    npm.get(f"{BASE}widget", json=packument("widget", "0.0.0-stage"))
    observed = observe("widget")
    assert (observed.exists, observed.last_publish) == (True, None)


def test_an_unscoped_name_that_npm_does_not_know_is_new(npm: responses.RequestsMock) -> None:
    npm.get(f"{BASE}widget", status=404, json={"error": "Not found"})
    assert observe("widget").exists is False


def test_a_scoped_name_that_npm_does_not_show_is_new_or_private(
    npm: responses.RequestsMock,
) -> None:
    npm.get(f"{BASE}@acme%2Fcore", status=404)
    exists = observe("@acme/core").exists
    assert isinstance(exists, Unknown)
    assert (exists.fact, "it is new, or it is private" in exists.why) == ("exists", True)


def test_a_scoped_name_whose_publish_is_public_is_new_when_npm_does_not_show_it(
    npm: responses.RequestsMock,
) -> None:
    npm.get(f"{BASE}@acme%2Fcore", status=404)
    assert observe("@acme/core", public={"@acme/core"}).exists is False


def test_two_names_that_differ_in_case_are_two_packages(npm: responses.RequestsMock) -> None:
    npm.get(f"{BASE}JSONStream", json=packument("JSONStream", "1.0.0"))
    npm.get(f"{BASE}jsonstream", status=404)
    upper, lower = registry().observe(["JSONStream", "jsonstream"])
    assert (upper[0], upper[1].exists) == ("JSONStream", True)
    assert (lower[0], lower[1].exists) == ("jsonstream", False)


def test_a_record_of_another_spelling_is_not_taken_for_the_package(
    npm: responses.RequestsMock,
) -> None:
    npm.get(f"{BASE}jsonstream", json=packument("JSONStream", "1.0.0"))
    exists = observe("jsonstream").exists
    assert isinstance(exists, Unknown)
    assert "not this package" in exists.why


def test_answers_come_in_the_order_of_the_names_each_once(npm: responses.RequestsMock) -> None:
    for name in "abc":
        npm.get(f"{BASE}{name}", status=404)
    asked: list[str] = []
    answers = registry().observe(["c", "a", "b", "a"], progress=asked.append)
    assert [name for name, _ in answers] == ["c", "a", "b"]
    assert sorted(asked) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "name", ["../-/whoami", "..", "@acme/../x", "a/b", "a?b", "a#b", "a b", "a%2fb", "", "x" * 215]
)
def test_a_name_that_npm_cannot_have_is_not_asked_about(name: str) -> None:
    with responses.RequestsMock():  # which fails on any request
        exists = observe(name).exists
    assert isinstance(exists, Unknown)
    assert "npm takes no package of this name" in exists.why


# --- who published last -----------------------------------------------------------------------


def test_the_last_publish_is_the_newest_in_time_not_in_number(
    npm: responses.RequestsMock,
) -> None:
    npm.get(f"{BASE}widget", json=packument("widget", "2.0.0", "1.9.1"))
    assert observe("widget").last_publish == LastPublish("1.9.1", False, None, None, None)


def test_of_versions_of_one_moment_the_last_named_is_the_newest(
    npm: responses.RequestsMock,
) -> None:
    moment = "2026-01-01T10:00:00.000Z"
    times = {"1.9.0": moment, "1.10.0": moment}
    npm.get(f"{BASE}widget", json=packument("widget", "1.9.0", "1.10.0", time=times))
    last = observe("widget").last_publish
    assert isinstance(last, LastPublish)
    assert last.version == "1.10.0"


def test_a_mirror_that_leaves_out_who_published_proves_nothing(
    npm: responses.RequestsMock,
) -> None:
    document = packument("widget", "1.0.0", versions={"1.0.0": {"version": "1.0.0"}})
    npm.get(f"{BASE}widget", json=document)
    assert isinstance(observe("widget").last_publish, Unknown)


def test_a_trusted_publisher_shows_its_repository_workflow_and_event(
    npm: responses.RequestsMock,
) -> None:
    document = by_trusted_publisher(packument("@acme/core", "1.0.0", "1.1.0"), "1.1.0")
    npm.get(f"{BASE}@acme%2Fcore", json=document)
    npm.get(f"{BASE}-/npm/v1/attestations/@acme%2Fcore@1.1.0", json=attestations())
    assert observe("@acme/core").last_publish == LastPublish(
        "1.1.0", True, "acme/widget", "release.yml", "push"
    )


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (attestations(repository="https://gitlab.com/acme/widget"), (None, "release.yml", "push")),
        (attestations(path="https://x/y.yml"), ("acme/widget", None, "push")),
        (attestations(event="a\nb"), ("acme/widget", "release.yml", None)),
        ({"attestations": []}, (None, None, None)),
        ({"attestations": [{"predicateType": "https://slsa.dev/provenance/v1"}]}, (None,) * 3),
        ([], (None, None, None)),
    ],
)
def test_what_an_attestation_does_not_say_is_absent(
    npm: responses.RequestsMock, document: object, wanted: tuple[str | None, ...]
) -> None:
    npm.get(f"{BASE}widget", json=by_trusted_publisher(packument("widget", "1.0.0"), "1.0.0"))
    npm.get(f"{BASE}-/npm/v1/attestations/widget@1.0.0", json=document)
    assert observe("widget").last_publish == LastPublish("1.0.0", True, *wanted)


def test_an_attestation_that_cannot_be_read_leaves_the_last_publish_unknown(
    npm: responses.RequestsMock,
) -> None:
    npm.get(f"{BASE}widget", json=by_trusted_publisher(packument("widget", "1.0.0"), "1.0.0"))
    npm.get(f"{BASE}-/npm/v1/attestations/widget@1.0.0", body="<html>")
    observed = observe("widget")
    assert observed.exists is True
    assert isinstance(observed.last_publish, Unknown)


# --- documents that are not npm's -------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Welcome to the airport</body></html>",
        '{"name": "widget", "versions": {',
        "",
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"name": "widget", "versions": {}, "n": ' + "9" * 5000 + "}",
        b"\xff\xfe\x00",
        "null",
        "[]",
        '{"name": "widget"}',
        '{"name": "widget", "versions": []}',
        '{"name": "other", "versions": {"1.0.0": {}}}',
    ],
)
def test_an_answer_that_is_no_record_is_unknown(
    npm: responses.RequestsMock, body: str | bytes
) -> None:
    npm.get(f"{BASE}widget", body=body)
    observed = observe("widget")
    assert isinstance(observed.exists, Unknown)
    assert observed.versions == ()


def test_odd_values_in_a_record_are_left_out(npm: responses.RequestsMock) -> None:
    document = packument(
        "widget",
        "1.0.0",
        maintainers=[{"name": 1}, "ana", None, {"name": "b\x1b[31m"}, {"name": "c"}],
        **{"dist-tags": {"latest": "1.0.0", "odd": 3, "bad\n": "1.0.0"}},
        time={"1.0.0": 5, "0.9.0\n": "x", "0.9.0": "y"},
    )
    npm.get(f"{BASE}widget", json=document)
    observed = observe("widget")
    assert observed.maintainers == ("c",)
    assert observed.tags == (("latest", "1.0.0"),)
    assert observed.versions == ("1.0.0", "0.9.0")


@pytest.mark.parametrize("status", [400, 401, 403, 418])
def test_a_refusal_is_told_and_is_no_absence(npm: responses.RequestsMock, status: int) -> None:
    npm.get(f"{BASE}widget", status=status)
    exists = observe("widget").exists
    assert isinstance(exists, Unknown)
    assert str(status) in exists.why


# --- many at once -----------------------------------------------------------------------------


def test_many_packages_are_asked_about_at_the_same_time() -> None:
    together = threading.Barrier(8, timeout=5)

    def answer(server: Server, connection: socket.socket) -> None:
        together.wait()  # breaks unless eight are there
        connection.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")

    with serving(answer) as server:
        answers = Registry(server.url, connections=8).observe([f"p{n}" for n in range(8)])
    assert [observed.exists for _, observed in answers] == [False] * 8
