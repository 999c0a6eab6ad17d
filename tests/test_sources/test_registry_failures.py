"""A registry that is down, slow, endless, busy or elsewhere: told in words, in time, no secret."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from typing import TYPE_CHECKING

import pytest
import responses
import trustme
from loopback_server import Server, drips, says, serving
from registry_documents import packument

from checker.facts import Unknown
from checker.knowledge.registry_address import BadAddress
from checker.sources.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.facts import Observed

BASE = "https://registry.npmjs.org/"
GOOD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def observe(url: str = BASE, *, seconds: float = 20.0, clock: Clock | None = None) -> Observed:
    clock = clock or Clock()
    registry = Registry(url, seconds=seconds, clock=clock, sleep=clock.sleep)
    ((_, observed),) = registry.observe(["widget"])
    return observed


def why(observed: Observed) -> str:
    assert isinstance(observed.exists, Unknown)
    assert observed.exists.fact == "exists"
    assert observed.versions == ()
    return observed.exists.why


def from_server(answer: Callable[[Server, socket.socket], None], seconds: float = 1.0) -> str:
    """Why the package is unknown, of a server that answers so."""
    with serving(answer) as server:
        ((_, observed),) = Registry(server.url, seconds=seconds).observe(["widget"])
    return why(observed)


def nobody() -> str:
    """An address of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


# --- down and slow ----------------------------------------------------------------------------


def test_a_registry_that_is_down_is_tried_again_and_then_unknown() -> None:
    clock = Clock()
    assert "cannot be reached" in why(observe(nobody(), clock=clock))
    assert len(clock.slept) == 2


def test_a_registry_that_is_down_is_not_tried_for_each_of_many_packages() -> None:
    clock = Clock()
    registry = Registry(nobody(), clock=clock, sleep=clock.sleep, connections=1, seconds=600)
    answers = registry.observe([f"package-{number}" for number in range(100)])
    assert all("cannot be reached" in why(observed) for _, observed in answers)
    assert len(clock.slept) == 2


@pytest.mark.parametrize(
    "before",
    [b"", b"HTTP/1.1 200 OK\r\nx-slow: ", GOOD + b"\r\n{", GOOD + b"content-length: 900\r\n\r\n{"],
    ids=["no status", "a header that never ends", "a body without length", "a body of 900 bytes"],
)
def test_a_registry_that_drips_meets_the_deadline(before: bytes) -> None:
    begin = time.monotonic()
    assert "in time" in from_server(drips(before, every=0.05), seconds=0.6)
    assert time.monotonic() - begin < 2


def test_all_calls_together_meet_one_deadline() -> None:
    begin = time.monotonic()
    with serving(drips(b"", every=0.05)) as server:
        registry = Registry(server.url, seconds=0.6, seconds_in_all=0.9)
        for _ in range(5):
            ((_, observed),) = registry.observe(["widget"])
            assert "in time" in why(observed)
    assert 0.8 < time.monotonic() - begin < 2


def test_a_slow_package_keeps_no_other_from_its_answer() -> None:
    body = b'{"name": "quick", "versions": {"1.0.0": {}}}'
    quick = GOOD + b"content-length: %d\r\n\r\n" % len(body) + body

    def answer(server: Server, connection: socket.socket) -> None:
        head = server.heads[-1]
        (says(quick) if head.startswith("GET /quick ") else drips(b"", every=0.05))(
            server, connection
        )

    with serving(answer) as server:
        answers = dict(Registry(server.url, seconds=0.8).observe(["slow", "quick"]))
    assert answers["quick"].exists is True
    assert "in time" in why(answers["slow"])


def test_a_connection_that_breaks_off_is_unknown() -> None:
    assert "breaks off" in from_server(says(b""))
    assert "breaks off" in from_server(says(GOOD + b"content-length: 900\r\n\r\n{"))
    assert "breaks off" in from_server(says(GOOD + b"transfer-encoding: chunked\r\n\r\nff\r\n{"))
    assert "breaks off" in from_server(says(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"))


# --- endless ----------------------------------------------------------------------------------


def test_a_record_that_announces_200_megabytes_is_not_read() -> None:
    sent = 0

    def answer(server: Server, connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(GOOD + b"content-length: %d\r\n\r\n" % (200 << 20))
        for _ in range(200):
            connection.sendall(b" " * (1 << 20))
            sent += 1

    assert "more than 64 MiB" in from_server(answer, seconds=20)
    assert sent < 20


def test_a_record_of_200_megabytes_without_a_length_is_read_to_the_limit_only() -> None:
    sent = 0

    def answer(server: Server, connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(GOOD + b"\r\n")
        for _ in range(200):
            connection.sendall(b" " * (1 << 20))
            sent += 1

    assert "more than 64 MiB" in from_server(answer, seconds=30)
    assert sent < 90


def test_a_small_answer_that_unpacks_to_200_megabytes_is_not_unpacked() -> None:
    bomb = gzip.compress(b" " * (200 << 20), compresslevel=1)
    head = GOOD + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(bomb)
    assert "more than 64 MiB" in from_server(says(head + bomb), seconds=30)


def test_an_error_page_without_end_does_not_hide_its_status() -> None:
    head = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    assert "403" in from_server(says(head + b"<p>no</p>" * 100_000), seconds=5)


# --- busy -------------------------------------------------------------------------------------


def test_a_busy_registry_is_asked_again_after_the_time_it_names() -> None:
    clock = Clock()
    with responses.RequestsMock() as npm:
        npm.get(f"{BASE}widget", status=429, headers={"retry-after": "7"})
        npm.get(f"{BASE}widget", json=packument("widget", "1.0.0"))
        assert observe(clock=clock).exists is True
    assert clock.slept == [7]


@pytest.mark.parametrize("headers", [{}, {"retry-after": "soon"}, {"retry-after": "-5"}])
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_without_such_a_time_it_is_asked_again_after_growing_pauses(
    status: int, headers: dict[str, str]
) -> None:
    clock = Clock()
    with responses.RequestsMock() as npm:
        npm.get(f"{BASE}widget", status=status, headers=headers)
        assert str(status) in why(observe(clock=clock, seconds=60))
        assert len(npm.calls) == 4
    assert len(clock.slept) == 3
    assert 0 < clock.slept[0] < clock.slept[1] < clock.slept[2] < 10


@pytest.mark.parametrize("asked", ["3600", "99999999999999999999", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_registry_that_asks_for_an_hour_is_not_waited_for(asked: str) -> None:
    clock = Clock()
    with responses.RequestsMock() as npm:
        npm.get(f"{BASE}widget", status=429, headers={"retry-after": asked})
        assert "asks to wait" in why(observe(clock=clock))
        assert len(npm.calls) == 1
    assert clock.slept == []


def test_an_outage_that_ends_is_forgotten() -> None:
    with responses.RequestsMock() as npm:
        npm.get(f"{BASE}widget", status=503)
        npm.get(f"{BASE}widget", json=packument("widget", "1.0.0"))
        assert observe().exists is True


# --- elsewhere --------------------------------------------------------------------------------


def redirect(to: str) -> Callable[[Server, socket.socket], None]:
    return says(f"HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n".encode())


def test_a_redirect_to_another_host_is_not_followed() -> None:
    with serving(says(GOOD + b"\r\n{}")) as hostile:
        assert "redirects to another host" in from_server(redirect(f"{hostile.url}widget"))
        assert hostile.heads == []


@pytest.mark.parametrize(
    "to",
    [
        "//hostile.example/widget",
        "https://127.0.0.1/widget",
        "http://user@127.0.0.1/",
        "file:///etc/passwd",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_to_anything_but_the_same_origin_is_not_followed(to: str) -> None:
    assert "redirects to another host" in from_server(redirect(to))


def test_a_redirect_on_the_same_host_is_followed() -> None:
    with responses.RequestsMock() as npm:
        npm.get(f"{BASE}widget", status=301, headers={"location": "/moved/widget"})
        npm.get(f"{BASE}moved/widget", json=packument("widget", "1.0.0"))
        assert observe().exists is True


def test_a_redirect_in_a_circle_ends() -> None:
    with responses.RequestsMock() as npm:
        npm.get(f"{BASE}widget", status=302, headers={"location": f"{BASE}widget"})
        assert "again and again" in why(observe())
        assert len(npm.calls) == 4


def test_a_redirect_with_an_endless_page_is_judged_by_its_head() -> None:
    begin = time.monotonic()
    head = b"HTTP/1.1 302 Found\r\nlocation: https://hostile.example/\r\n\r\n"
    assert "redirects to another host" in from_server(drips(head, every=0.05), seconds=0.6)
    assert time.monotonic() - begin < 2


def test_a_certificate_that_cannot_be_verified_ends_it_at_once() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    clock = Clock()
    with serving(says(GOOD + b"\r\n{}"), tls=tls) as server:
        assert "the certificate" in why(observe(server.url, clock=clock))
        assert server.heads == []
    assert clock.slept == []


# --- what is sent -----------------------------------------------------------------------------


def test_a_plain_http_address_of_another_machine_is_refused() -> None:
    with pytest.raises(BadAddress):
        Registry("http://registry.example.org/")


def test_a_question_about_a_package_carries_no_credential_and_no_cookie(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password open-sesame\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with responses.RequestsMock() as npm:
        cookie = {"set-cookie": "session=1; Path=/"}
        npm.get(f"{BASE}widget", status=503, headers=cookie)
        npm.get(f"{BASE}widget", status=404, headers=cookie)
        observe()
        for call in npm.calls:
            sent = {name.lower() for name in call.request.headers}
            assert not {"authorization", "cookie"} & sent


def test_what_a_checkout_says_of_registries_is_neither_read_nor_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(says(GOOD + b"\r\n{}")) as hostile:
        (tmp_path / ".npmrc").write_text(
            f"registry={hostile.url}\n@acme:registry={hostile.url}\n", encoding="utf-8"
        )
        (tmp_path / "package.json").write_text(
            f'{{"name": "widget", "publishConfig": {{"registry": "{hostile.url}"}}}}',
            encoding="utf-8",
        )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("npm_config_registry", hostile.url)
        with responses.RequestsMock() as npm:
            npm.get(f"{BASE}widget", json=packument("widget", "1.0.0"))
            assert observe().exists is True
        assert hostile.heads == []
