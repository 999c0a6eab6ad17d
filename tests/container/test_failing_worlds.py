"""The image where disk, network, memory or clock fail: verdict, exit code and one line, in time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docker_engine import Engine, Image
from example_repositories import checkout
from runner_job import Step, Where, use_action

pytestmark = pytest.mark.container

SIGNAL_FLAGS = Where("example-harbour/signal-flags")
LONGEST = 60  # seconds with the start of the container; the registry's own deadline is 20
PYTHON = ("--entrypoint", "/opt/npm-publish-preflight/bin/python")
PRESUMED = "What only npm's registry knows is presumed: "
# A registry on the loopback of its own container, whose network other containers share. `answer`
# is a status, `one` for 503 to the package p7 alone, or `silent`.
REGISTRY = """
import http.server, socket, sys, threading
answer = sys.argv[1]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = (503 if self.path.endswith("p7") else 404) if answer == "one" else int(answer)
        self.send_response(status)
        self.send_header("content-length", "2")
        self.send_header("date", "Tue, 24 Nov 2026 09:00:00 GMT")
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *arguments):
        print(self.path, flush=True)
if answer == "silent":
    listening = socket.create_server(("127.0.0.1", 4873), backlog=50)
    print("ready", flush=True)
    while True:
        kept = listening.accept()
        print("asked", flush=True)
        threading.Thread(target=kept[0].recv, args=(1 << 20,)).start()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 4873), Handler)
print("ready", flush=True)
server.serve_forever()
"""
ADDRESS = "http://127.0.0.1:4873"


@contextmanager
def registry(engine: Engine, image: Image, answer: str) -> Iterator[str]:
    """The container of a registry that does nothing but `answer`."""
    words = ("-I", "-u", "-c", REGISTRY, answer)
    container = engine.start(image, *words, options=PYTHON, network="none")
    try:
        until(engine, container, "ready")
        yield container
    finally:
        engine.drop(container)


def until(engine: Engine, container: str, word: str) -> None:
    """Waits until a container has said something."""
    end = time.monotonic() + LONGEST
    while word not in engine.say(container):
        assert time.monotonic() < end, f"{word!r} was not said: {engine.say(container)}"
        time.sleep(0.1)


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def trusted(tmp_path: Path) -> Path:
    return checkout("trusted-publishing", tmp_path)


def ended_well(step: Step) -> None:
    assert step.ended.code == 0, step.ended.text
    assert "signal-flags" in step.ended.out


# --- the network ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["", "https://nothing.invalid", "https://127.0.0.1:9", "https://203.0.113.9"]
)
def test_without_a_network_or_a_name_server_the_verdict_says_what_it_presumes(
    engine: Engine, image: Image, tmp_path: Path, address: str
) -> None:
    begun = time.monotonic()
    inputs = {"offline": "false", "registry": address}
    step = use_action(engine, image, trusted(tmp_path), SIGNAL_FLAGS, inputs)

    assert time.monotonic() - begun < LONGEST
    ended_well(step)
    assert step.outputs["verdict"] == "accepted"
    (line,) = lines(step.ended.err)
    assert line.startswith(PRESUMED)
    assert "the package exists on npm" in step.summary


def fifty_packages(tmp_path: Path) -> Path:
    workspace = trusted(tmp_path)
    manifest = json.loads((workspace / "package.json").read_text(encoding="utf-8"))
    for number in range(50):
        folder = workspace / "packages" / f"p{number}"
        folder.mkdir(parents=True)
        one = {"name": f"p{number}", "version": "1.0.0", "repository": manifest["repository"]}
        (folder / "package.json").write_text(json.dumps(one), encoding="utf-8")
    root = {"private": True, "workspaces": ["packages/*"]}
    (workspace / "package.json").write_text(json.dumps(root), encoding="utf-8")
    release = workspace / ".github" / "workflows" / "release.yml"
    text = release.read_text(encoding="utf-8")
    assert "npm publish" in text
    release.write_text(text.replace("npm publish", "npm publish --workspaces"), encoding="utf-8")
    return workspace


@pytest.mark.parametrize("answer", ["503", "one"])
def test_a_registry_that_fails_for_all_or_for_one_of_fifty_packages_is_told_in_one_line(
    engine: Engine, image: Image, tmp_path: Path, answer: str
) -> None:
    begun = time.monotonic()
    inputs = {"offline": "false", "registry": ADDRESS, "today": ""}
    with registry(engine, image, answer) as container:
        step = use_action(
            engine, image, fifty_packages(tmp_path), SIGNAL_FLAGS, inputs,
            network=f"container:{container}",
        )  # fmt: skip
        asked = engine.say(container)

    assert time.monotonic() - begun < LONGEST
    assert "/p7" in asked
    # 404 means that 49 packages have no version yet, which trusted publishing cannot create.
    assert step.outputs["verdict"] == ("accepted" if answer == "503" else "refused"), step
    assert step.ended.code == (0 if answer == "503" else 1)
    (line,) = lines(step.ended.err)
    assert line.startswith(PRESUMED)
    assert "503" in line


# --- a signal -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_job_that_is_cancelled_ends_at_once_with_one_line(
    engine: Engine, image: Image, tmp_path: Path, name: str, code: int
) -> None:
    mount = ("--volume", f"{trusted(tmp_path)}:/repository:ro")
    with registry(engine, image, "silent") as container:
        checking = engine.start(
            image, "check", "/repository", "--registry", ADDRESS, options=mount,
            network=f"container:{container}",
        )  # fmt: skip
        try:
            until(engine, container, "asked")
            begun = time.monotonic()
            ended = engine.signal(checking, name)
        finally:
            engine.drop(checking)

    assert time.monotonic() - begun < 10
    assert ended.code == code
    assert ended.out == ""
    assert lines(ended.err) == [f"Stopped by {name} before the end; there is no verdict."]


# --- the disk -------------------------------------------------------------------------------------


def test_a_workspace_and_an_image_that_cannot_be_written_to_change_nothing(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(
        engine, image, trusted(tmp_path), SIGNAL_FLAGS,
        options=("--read-only",), read_only=("/github/workspace",),
    )  # fmt: skip

    ended_well(step)
    assert step.outputs["verdict"] == "accepted"
    assert step.ended.err == ""


def test_without_a_job_summary_the_log_has_the_verdict(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(
        engine, image, trusted(tmp_path), SIGNAL_FLAGS, env={"GITHUB_STEP_SUMMARY": ""}
    )

    ended_well(step)
    assert step.outputs["verdict"] == "accepted"
    assert step.summary == ""
    assert step.ended.err == ""


@pytest.mark.parametrize(
    ("full", "told"),
    [
        ("/github/runner_temp", ["The JSON report was not", "The SARIF report was not"]),
        ("/github/file_commands", ["`summary` of the runner was not", "`output` of the runner"]),
    ],
)
def test_a_full_disk_costs_the_files_and_not_the_verdict(
    engine: Engine, image: Image, tmp_path: Path, full: str, told: list[str]
) -> None:
    step = use_action(engine, image, trusted(tmp_path), SIGNAL_FLAGS, tiny=full)

    ended_well(step)
    assert "accepted" in step.ended.out
    said = lines(step.ended.err)
    assert [word for word in told if any(line.startswith(word) for line in said)]
    assert all("No space left on device" in line for line in said)


@pytest.mark.parametrize("place", ["/github/runner_temp", "/github/file_commands"])
def test_runners_files_that_cannot_be_written_cost_the_files_and_not_the_verdict(
    engine: Engine, image: Image, tmp_path: Path, place: str
) -> None:
    step = use_action(engine, image, trusted(tmp_path), SIGNAL_FLAGS, read_only=(place,))

    ended_well(step)
    assert "accepted" in step.ended.out
    assert len(lines(step.ended.err)) == 2
    assert all("Read-only file system" in line for line in lines(step.ended.err))


# --- the machine ----------------------------------------------------------------------------------

CLOCK_OFF = """
import datetime, runpy, sys
from checker.sources import clock
off, right = datetime.timedelta(days=int(sys.argv.pop(1))), clock.utc_now
clock.utc_now = lambda: right() + off
runpy.run_module("checker", run_name="__main__")
"""


@pytest.mark.parametrize(("days", "expired"), [(-365, False), (0, False), (365, True)])
def test_a_clock_that_is_a_year_off_shows_in_the_day_that_the_report_names(
    engine: Engine, image: Image, tmp_path: Path, days: int, expired: bool
) -> None:
    workspace = checkout("granular-token-without-bypass", tmp_path)
    today = datetime.now(UTC).date()
    (workspace / ".github" / "npm-publish-preflight.yml").write_text(
        f"publishing-access: 2fa-or-bypass-token\ntrusted-publishers: []\ntoken:\n"
        f"  {{type: granular, bypass-2fa: true, expires: {today + timedelta(days=30)}}}\n",
        encoding="utf-8",
    )
    ended = engine.run(
        image, "-I", "-c", CLOCK_OFF, str(days), "check", "/repository", "--offline",
        options=(*PYTHON, "--volume", f"{workspace}:/repository:ro"),
    )  # fmt: skip

    assert ended.code == int(expired), ended.text
    assert ("refused: npm will not accept" in ended.out) is expired
    assert str(today + timedelta(days=days)) in ended.out
    assert ended.err == ""


def test_one_processor_and_256_megabytes_are_enough_for_a_large_repository(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    workspace = trusted(tmp_path)
    folder = workspace / ".github" / "workflows"
    release = (folder / "release.yml").read_text(encoding="utf-8")
    for number in range(200):
        (folder / f"release-{number}.yml").write_text(release, encoding="utf-8")
    for number in range(1000):
        package = workspace / "packages" / f"p{number}"
        package.mkdir(parents=True)
        (package / "package.json").write_text(
            f'{{"name": "p{number}", "version": "1.0.0", "private": true}}', encoding="utf-8"
        )
    begun = time.monotonic()
    small = ("--cpus", "1", "--memory", "256m", "--memory-swap", "256m", "--pids-limit", "64")
    step = use_action(engine, image, workspace, SIGNAL_FLAGS, options=small)

    assert time.monotonic() - begun < LONGEST
    # The publisher names one workflow; the others are refused, each by a finding of its own.
    assert step.ended.code == 1, step.ended.err
    assert (step.outputs["verdict"], step.outputs["errors"]) == ("refused", "200")
    assert step.ended.err == ""
