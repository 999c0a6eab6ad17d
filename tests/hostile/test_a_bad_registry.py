"""The whole program against a registry that fails or lies: the same verdict as without a network.

What one module does with each such answer is held in `test_sources/test_registry_failures.py`;
here it is what a job is told at the end.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from registry.issuer import Issuer, Run
from registry.server import Registry
from registry.world import Account, World, package, utc

from hostile.program import Ended, in_a_job, run, write, written_in
from hostile.release import BY_TOKEN, files, step, workflow

sys.path.append(str(Path(__file__).resolve().parents[1] / "test_sources"))
from loopback_server import Server, says, serving  # of the sources' tests

LONGEST = 60  # seconds, with room for a busy machine
TODAY = ("--today", "2026-11-24")
# Built, so that no scanner takes it for a real one.
TOKEN = "npm_" + "b4" * 18
KEY = b"the issuer of this test"
UNDECLARED = "account-2fa: auth-and-writes\n"
JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"


def whole(status: str, body: bytes, head: bytes = b"") -> bytes:
    return (
        f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n".encode()
        + head
        + b"\r\n"
        + body
    )


def endless(server: Server, connection: socket.socket) -> None:
    connection.sendall(JSON + b"content-length: %d\r\n\r\n" % (200 << 20))
    while not server.stopped.is_set():
        connection.sendall(b" " * (1 << 20))


WORLDS: dict[str, Callable[[Server, socket.socket], None]] = {
    "fails": says(whole("503 Service Unavailable", b"{}")),
    "busy": says(whole("429 Too Many Requests", b"{}")),
    "busy-for-an-hour": says(whole("429 Too Many Requests", b"{}", b"retry-after: 3600\r\n")),
    "html": says(whole("200 OK", b"<html>Welcome to the airport</html>")),
    "cut-short": says(JSON + b"content-length: 900\r\n\r\n{"),
    "truncated-json": says(whole("200 OK", b'{"name": "@acme/widget", "versions": {')),
    "another-package": says(whole("200 OK", b'{"name": "x", "versions": {"1.0.0": {}}')),
    "200-megabytes": endless,
    "elsewhere": says(whole("302 Found", b"", b"location: https://hostile.example/\r\n")),
    "no-http": says(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "teapot": says(whole("418 I'm a teapot", b"{}")),
}


def shows_no_secret(ended: Ended, runner: Path, *secrets: str) -> bool:
    """Whether only the command that hides a secret has it, and no file of the runner."""
    lines = [line for line in ended.all.splitlines() if not line.startswith("::add-mask::")]
    shown = "\n".join(lines) + written_in(runner)
    return not any(secret in shown for secret in secrets)


def three_releases() -> dict[str, bytes]:
    """By a token that is declared, by a publisher that is, and by one that nobody declared."""
    config = """\
publishing-access: 2fa-or-bypass-token
token:
  {type: granular, bypass-2fa: true, permission: read-write, expires: 2027-01-20, packages: all}
packages:
  by-token: {trusted-publishers: []}
  by-publisher:
    trusted-publishers:
      - {repository: acme/widget, workflow: release.yml, allow: [publish], published: true}
"""
    steps = "".join(
        f"- run: npm publish -w {name}\n" for name in ("by-publisher", "undeclared")
    ) + step("npm publish -w by-token")
    tree = files(workflow(steps), config, {"private": True, "workspaces": ["packages/*"]})
    for name in ("by-token", "by-publisher", "undeclared"):
        manifest = {"name": name, "version": "1.2.3", "repository": "acme/widget"}
        tree[f"packages/{name}/package.json"] = json.dumps(manifest).encode()
    return tree


def judged(ended: Ended) -> list[tuple[object, ...]]:
    """Of each step: its packages, the verdict, and what that rests on."""
    return [
        (one["packages"], one["verdict"], one["cases"][0]["presented"], one["cases"][0]["assumed"])
        for one in json.loads(ended.out)["publishes"]
    ]


def test_without_a_network_two_of_the_releases_are_accepted_and_one_is_unknown(
    tmp_path: Path,
) -> None:
    root = write(tmp_path / "checkout", three_releases())
    env = in_a_job(tmp_path / "runner")
    offline = run("check", root, "--offline", "--format", "json", *TODAY, env=env)
    assert {str(names): verdict for names, verdict, *_ in judged(offline)} == {
        "['by-publisher']": "accepted",
        "['by-token']": "accepted",
        "['undeclared']": "unknown",
    }


@pytest.mark.parametrize("name", WORLDS)
def test_an_answer_that_is_none_changes_no_verdict(name: str, tmp_path: Path) -> None:
    root, runner = write(tmp_path / "checkout", three_releases()), tmp_path / "runner"
    begun = time.monotonic()
    with Issuer(Run(), KEY, utc(2026, 11, 24)) as issuer, serving(WORLDS[name]) as server:
        env = in_a_job(runner, NODE_AUTH_TOKEN=TOKEN, **issuer.environment())
        offline = run("check", root, "--offline", "--format", "json", *TODAY, env=env)
        asked = run("check", root, "--registry", server.url, "--format", "json", *TODAY, env=env)
        id_token = issuer.token("npm:127.0.0.1")
    assert time.monotonic() - begun < LONGEST
    assert (judged(asked), asked.code) == (judged(offline), offline.code)
    assert "Traceback" not in asked.all
    assert {head.partition(" ")[0] for head in server.heads} == {"GET", "POST"}
    assert shows_no_secret(asked, runner, TOKEN, id_token)


def test_a_certificate_that_fails_gets_no_credential(tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    root = write(tmp_path / "checkout", files(workflow(step("npm publish"))))
    with serving(says(whole("200 OK", b"{}")), tls=tls) as server:
        env = in_a_job(tmp_path / "runner", NODE_AUTH_TOKEN=TOKEN)
        ended = run("check", root, "--registry", server.url, *TODAY, env=env)
    assert server.heads == []
    assert ended.code == 0
    assert "the certificate of the registry" in ended.err


def test_to_a_registry_that_the_checkout_names_nothing_is_sent(tmp_path: Path) -> None:
    world = World().add(Account(), package("@acme/widget", "1.1.0"))
    with (
        serving(says(whole("200 OK", b"{}"))) as hostile,
        Registry(world, utc(2026, 11, 24), KEY) as npm,
        Issuer(Run(), KEY, npm.now) as issuer,
    ):
        manifest = {
            "name": "@acme/widget",
            "version": "1.2.3",
            "repository": "acme/widget",
            "publishConfig": {"registry": hostile.url},
        }
        address = hostile.url.removeprefix("http:")
        npmrc = (
            f"registry={hostile.url}\n@acme:registry={hostile.url}\n"
            f"{address}:_authToken=${{NODE_AUTH_TOKEN}}\n"
        )
        release = workflow(step("npm publish") + step(f"npm publish --registry {hostile.url}"))
        tree = files(release, UNDECLARED, manifest) | {".npmrc": npmrc.encode()}
        root = write(tmp_path / "checkout", tree)
        env = in_a_job(tmp_path / "runner", NODE_AUTH_TOKEN=TOKEN, **issuer.environment())
        ended = run(
            "check", root, "--registry", npm.url, "--probe", "on", *TODAY, env=env, folder=root
        )
    assert hostile.heads == []
    assert ended.code in {0, 1}


@pytest.mark.parametrize("spoilt", [f"{TOKEN}\n", f"{TOKEN}%0A::error::x", f"a%b{TOKEN}\nX: y"])
def test_a_token_with_a_percent_sign_or_a_line_break_is_hidden_and_sends_no_header_of_its_own(
    spoilt: str, tmp_path: Path
) -> None:
    root = write(tmp_path / "checkout", files(workflow(step("npm publish"))))
    runner = tmp_path / "runner"
    with serving(says(whole("401 Unauthorized", b"{}"))) as server:
        env = in_a_job(runner, NODE_AUTH_TOKEN=spoilt)
        ended = run("check", root, "--registry", server.url, *TODAY, env=env)
    assert ended.code in {0, 1}
    assert shows_no_secret(ended, runner, TOKEN)
    assert not any("\r\nX: y" in head for head in server.heads)
    masks = [line for line in ended.out.splitlines() if line.startswith("::add-mask::")]
    assert [line.replace("%25", "%").removeprefix("::add-mask::") for line in masks] == [
        line for line in spoilt.splitlines() if line
    ]


def test_two_packages_that_differ_in_case_are_two_packages(tmp_path: Path) -> None:
    world = World().add(Account(), package("widget", "1.1.0"), package("Widget", "1.2.3"))
    release = workflow(step("npm publish --workspaces"), job="permissions: {contents: read}\n")
    tree = files(release, BY_TOKEN, {"private": True, "workspaces": ["packages/*"]})
    for folder, name in (("lower", "widget"), ("upper", "Widget")):
        manifest = {"name": name, "version": "1.2.3", "repository": "acme/widget"}
        tree[f"packages/{folder}/package.json"] = json.dumps(manifest).encode()
    root = write(tmp_path / "checkout", tree)
    with Registry(world, utc(2026, 11, 24), KEY) as npm:
        env = in_a_job(tmp_path / "runner")
        ended = run("check", root, "--registry", npm.url, "--format", "json", *TODAY, env=env)
    published = [
        finding["packages"]
        for finding in json.loads(ended.out)["findings"]
        if finding["rule"] == "version-already-published"
    ]
    assert published == [["Widget"]]
    assert {request.path for request in npm.asked("GET")} >= {"/widget", "/Widget"}
