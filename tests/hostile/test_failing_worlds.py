"""Disks, networks, clocks, signals that fail: the right exit code and one clear line, in time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hostile.program import CHECKER, DEADLINE, in_a_job, run, variables, write, written_in
from hostile.release import BY_TOKEN, files, step, workflow

LONGEST = 40  # seconds, with room for a busy machine; the registry's own deadline is 20


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return write(tmp_path / "checkout", files(workflow(step("npm publish"))))


# --- where the report goes ----------------------------------------------------------------------

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@needs_full
@pytest.mark.parametrize("command", ["check", "trust", "explain"])
def test_a_full_disk_behind_stdout_is_told_in_one_line(command, checkout):
    arguments = [command] if command == "explain" else [command, str(checkout), "--offline"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "checker", *arguments],
            env=variables(), cwd=CHECKER, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip

    assert ended.returncode == 2
    assert ended.stderr.decode() == "The output could not be written: No space left on device.\n"


@pytest.mark.parametrize("path", ["missing/report.json", "."])
def test_an_output_that_cannot_be_written_is_bad_input(path, checkout, tmp_path):
    ended = run("check", checkout, "--offline", "--output", tmp_path / path, env=variables())

    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert "cannot be written" in ended.err


@pytest.mark.parametrize("gone", ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "RUNNER_TEMP"])
def test_without_one_of_the_runners_files_the_verdict_still_comes(gone, checkout, tmp_path):
    env = in_a_job(tmp_path / "runner")
    for broken in (None, str(tmp_path / "not" / "there")):
        env.pop(gone, None)
        if broken:
            env[gone] = broken
        ended = run("check", checkout, "--offline", "--today", "2026-11-24", env=env)

        assert ended.code == 0
        assert "accepted: npm will accept `@acme/widget`" in ended.out


def test_a_terminal_that_knows_no_sign_but_ascii_gets_the_report(checkout):
    env = variables(PYTHONIOENCODING="ascii")

    assert run("check", checkout, "--offline", env=env).code == 0
    assert run("explain", "no-credential", env=env).code == 0


def test_check_changes_nothing_in_the_checkout(checkout, tmp_path):
    before = written_in(checkout / ".github" / "workflows"), sorted(checkout.rglob("*"))
    run("check", checkout, "--offline", env=in_a_job(tmp_path / "runner"))

    assert (written_in(checkout / ".github" / "workflows"), sorted(checkout.rglob("*"))) == before


# --- the network ----------------------------------------------------------------------------------


@contextmanager
def registry(answer: int | None) -> Iterator[str]:
    """A loopback registry: `answer` for every package; None for 404, and 503 for one of them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = answer or (503 if self.path.endswith("p7") else 404)
            self.send_response(status)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def silence() -> Iterator[str]:
    """A registry that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("address", ["https://127.0.0.1:9", "https://nothing.invalid"])
def test_without_a_network_the_verdict_says_what_it_presumes(address, checkout):
    begun = time.monotonic()
    ended = run("check", checkout, "--registry", address, "--today", "2026-11-24", env=variables())

    assert time.monotonic() - begun < LONGEST
    assert ended.code == 0
    assert ended.err.startswith("What only npm's registry knows is presumed: the registry ")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("answer", [503, None])
def test_a_registry_that_fails_for_all_or_one_of_fifty_packages(answer, tmp_path):
    names = [f"p{number}" for number in range(50)]
    tree = files(workflow(step("npm publish --workspaces")), config=BY_TOKEN)
    tree["package.json"] = json.dumps({"private": True, "workspaces": ["packages/*"]}).encode()
    for name in names:
        tree[f"packages/{name}/package.json"] = json.dumps(
            {"name": name, "version": "1.0.0", "repository": "acme/widget"}
        ).encode()
    root = write(tmp_path / "checkout", tree)
    begun = time.monotonic()
    with registry(answer) as address:
        ended = run("check", root, "--registry", address, "--format", "json", env=variables())
    report = json.loads(ended.out)

    assert time.monotonic() - begun < LONGEST
    assert ended.code in {0, 1}
    assert len(report["publishes"][0]["packages"]) == 50
    assert ended.err.count("What only npm's registry knows is presumed") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_with_one_line(number, checkout):
    with silence() as address:
        process = subprocess.Popen(
            [sys.executable, "-m", "checker", "check", str(checkout), "--registry", address],
            env=variables(), cwd=CHECKER, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        time.sleep(1.5)
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=5)

    assert process.returncode == 128 + number
    assert out == b""
    assert err.decode() == f"Stopped by {number.name} before the end; there is no verdict.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_leaves_a_whole_verdict_or_none(number, checkout):
    for moment in range(12):
        process = subprocess.Popen(
            [sys.executable, "-m", "checker", "check", str(checkout), "--offline"],
            env=variables(), cwd=CHECKER, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        time.sleep(moment * 0.07)
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=DEADLINE)
        if process.returncode == 128 + number:
            assert b"Stopped by" in err
            assert out == b""
        elif process.returncode == 0:
            assert b"accepted: npm will accept" in out
        else:
            # Before the program's first line it is Python that ends; it prints no verdict either.
            assert process.returncode == -number or b"import" in err, err
            assert out == b""


def test_the_day_that_the_clock_has_is_in_the_report_and_expires_the_token(checkout):
    late = run("check", checkout, "--offline", "--today", "2027-11-24", env=variables())

    assert late.code == 1
    assert "2027-11-24" in late.out
    assert "token-expired" in late.out
