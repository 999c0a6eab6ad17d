"""Trees that only an attacker makes: links, pipes, loops, giants; every one ends, none is left."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hostile.planted import Planted
from hostile.program import run, variables, write
from hostile.release import CONFIG, WORKFLOW, files, judge, step, workflow

LONGEST = 5  # seconds that one tree may take
PUBLISH = workflow(step("npm publish"))
SECRET = Planted()
OUTSIDE = SECRET.at("a file outside of the checkout")


def link_out(root: Path) -> None:
    for name in (WORKFLOW, CONFIG, "package.json", ".npmrc"):
        (root / name).unlink(missing_ok=True)
        (root / name).symlink_to(root.parent / "outside")


def linked_folder(root: Path) -> None:
    (root / "packages").symlink_to(root.parent)
    write(root, {"package.json": '{"name": "a", "version": "1.0.0", "workspaces": ["packages/*"]}'})


def loops(root: Path) -> None:
    (root / "loop").symlink_to("loop")
    (root / ".npmrc").symlink_to("loop")
    (root / ".github" / "workflows" / "again").symlink_to("..")
    (root / ".github" / "workflows" / "loop.yml").symlink_to("loop.yml")


def pipes(root: Path) -> None:
    for name in (".npmrc", ".github/workflows/pipe.yml", "package-lock.json"):
        os.mkfifo(root / name)


def devices(root: Path) -> None:
    (root / ".github" / "workflows" / "zero.yml").symlink_to("/dev/zero")
    (root / ".npmrc").symlink_to("/dev/stdin")


def strange_names(root: Path) -> None:
    for name in (b"a\nb.yml", b"\x1b[2J.yml", b"\xff\xfe.yml", b"%0A::error::x.yml", b"-rf.yml"):
        Path(os.fsdecode(os.fsencode(root / ".github" / "workflows") + b"/" + name)).write_text(
            "on: push\njobs: 5\n"
        )


def folders_for_files(root: Path) -> None:
    for name in (".npmrc", "package-lock.json", ".github/workflows/folder.yml"):
        (root / name).mkdir()


def git_folder_elsewhere(root: Path) -> None:
    (root / ".git").write_text("gitdir: ../outside\n")


@pytest.mark.parametrize(
    "spoil",
    [link_out, linked_folder, loops, pipes, devices, strange_names, folders_for_files,
     git_folder_elsewhere],
)  # fmt: skip
def test_a_strange_tree_is_answered_and_not_left(spoil: Callable[[Path], None], tmp_path: Path):
    root = write(tmp_path / "checkout", files(PUBLISH))
    (tmp_path / "outside").write_text(
        f"//registry.npmjs.org/:_authToken={OUTSIDE}\nurl = {OUTSIDE}\n"
    )
    spoil(root)
    begun = time.monotonic()
    ended = run("check", root, "--offline", "--format", "json", env=variables())

    assert time.monotonic() - begun < LONGEST
    assert ended.code in {0, 1, 2}, ended.err
    assert SECRET.found_in(ended.all) == []
    assert "\x1b" not in ended.all


def nested(depth: int) -> str:
    return "on: push\njobs: " + "{a: " * depth + "1" + "}" * depth + "\n"


def bomb() -> str:
    rows = ["on: push", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(rows) + "\njobs: {publish: {runs-on: *a11, steps: *a11}}\n"


GIANTS = {
    "10 MB": PUBLISH + "#" * (10 << 20),
    "10,000 jobs": "on: push\njobs:\n"
    + "".join(f"  j{n}: {{runs-on: x, steps: [{{run: npm publish}}]}}\n" for n in range(10_000)),
    "10,000 steps": workflow("- run: npm publish\n" * 10_000),
    "a matrix of a million": workflow(
        step("npm publish"),
        job="strategy:\n  matrix:\n"
        + "".join(f"    a{n}: [1,2,3,4,5,6,7,8,9,0]\n" for n in range(6)),
    ),
    "deep nesting": nested(100_000),
    "an alias bomb": bomb(),
    "a merge-key cycle": "on: push\njobs: &j\n  <<: *j\n  publish: {steps: []}\n",
    "an alias to itself": "on: push\njobs: &j {publish: *j}\n",
    "a long expression": workflow(step("npm publish"), job=f"if: {'(' * 20_000}x{')' * 20_000}\n"),
    "a long script": workflow(step("npm publish && " * 20_000 + "true")),
    "brackets in a script": workflow(step("$(" * 3_000 + "npm publish" + ")" * 3_000)),
    "workflows that call each other": "on: [push, workflow_call]\njobs:\n"
    + "".join(f"  j{n}: {{uses: ./{WORKFLOW}}}\n" for n in range(200)),
    "scripts that call each other": workflow(step("npm run a")),
}  # fmt: skip


@pytest.mark.parametrize("name", GIANTS)
def test_a_giant_is_answered_in_time_and_never_accepted_unread(name):
    scripts = {f"{n}": f"npm run {n}b && npm run {n}b" for n in "a"}
    for n in range(20):
        scripts["a" + "b" * n] = f"npm run a{'b' * (n + 1)}; npm run a{'b' * (n + 1)}"
    package = {"name": "@acme/widget", "version": "1.2.3", "scripts": scripts}
    begun = time.monotonic()
    answer = judge(files(GIANTS[name], package=package))

    assert time.monotonic() - begun < LONGEST
    assert answer.verdict != "accepted"
