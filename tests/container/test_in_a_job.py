"""The built image as a step of a GitHub job, on each example: exit code, outputs, log, summary."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest
from docker_engine import Engine, Image
from example_repositories import checkout
from runner_job import PRESUMED, Step, Where, fork_pull_request, use_action

pytestmark = pytest.mark.container

TIDE_TABLE = Where("example-harbour/tide-table")
KNOT_NAMES = Where("example-harbour/knot-names")
SIGNAL_FLAGS = Where("example-harbour/signal-flags")
WIND_WORDS = Where("example-harbour/wind-words")
TOKEN = "npm_" + (string.ascii_letters + string.digits)[:36]


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def logged(step: Step) -> str:
    return step.ended.text


def test_a_token_without_bypass_fails_the_step_and_is_told_what_to_do(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(
        engine, image, checkout("granular-token-without-bypass", tmp_path), TIDE_TABLE
    )
    assert step.ended.code == 1, logged(step)
    assert step.outputs["verdict"] == "refused"
    assert int(step.outputs["errors"]) >= 1
    assert "::error file=.github/workflows/release.yml,line=" in step.ended.out
    for text in (step.ended.out, step.summary):
        assert "tide-table" in text
        assert "token-needs-2fa" in text
        assert "bypass" in text
        assert "npm trust github" in text


def test_a_package_that_takes_no_tokens_fails_the_step(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(engine, image, checkout("disallow-tokens", tmp_path), KNOT_NAMES)
    assert step.ended.code == 1, logged(step)
    assert step.outputs["verdict"] == "refused"
    assert "token-refused-by-publishing-access" in step.ended.out
    assert "token-needs-2fa" not in step.ended.out
    assert "id-token: write" in step.summary


def test_trusted_publishing_passes_and_says_what_it_presumes(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(engine, image, checkout("trusted-publishing", tmp_path), SIGNAL_FLAGS)
    assert step.ended.code == 0, logged(step)
    assert step.outputs["verdict"] == "accepted"
    assert step.outputs["credential"] == "oidc"
    assert step.outputs["errors"] == "0"
    assert "::error" not in step.ended.out
    for presumed in PRESUMED:
        assert presumed in step.summary


def test_a_later_step_can_open_the_report_and_the_checkout_is_left_as_it_was(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    workspace = checkout("trusted-publishing", tmp_path)
    before = files(workspace)
    step = use_action(engine, image, workspace, SIGNAL_FLAGS)
    report = json.loads(Path(step.outputs["report"]).read_text(encoding="utf-8"))
    assert report["schema"] == 1
    assert report["verdict"] == "accepted"
    (case,) = report["publishes"][0]["cases"]
    assert case["assumed"] == ["package-exists", "version-free"]
    assert files(workspace) == before


def test_an_undeclared_package_passes_as_unknown_and_is_told_what_to_declare(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(engine, image, checkout("undeclared", tmp_path), WIND_WORDS)
    assert step.ended.code == 0, logged(step)
    assert step.outputs["verdict"] == "unknown"
    assert "publishing-access" in step.summary
    assert "token-type" in step.summary


def test_an_undeclared_package_fails_the_step_that_wants_to_know(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(
        engine,
        image,
        checkout("undeclared", tmp_path),
        WIND_WORDS,
        inputs={"fail-on-unknown": "true"},
    )
    assert step.ended.code == 1, logged(step)
    assert step.outputs["verdict"] == "unknown"


def test_an_input_settles_what_the_repository_does_not_declare(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(
        engine,
        image,
        checkout("undeclared", tmp_path),
        WIND_WORDS,
        inputs={"publishing-access": "2fa-disallow-tokens", "token-type": "granular"},
    )
    assert step.ended.code == 1, logged(step)
    assert step.outputs["verdict"] == "refused"


@pytest.mark.parametrize(
    ("example", "where", "code", "verdict"),
    [
        ("disallow-tokens", KNOT_NAMES, 1, "refused"),
        ("trusted-publishing", SIGNAL_FLAGS, 0, "accepted"),
    ],
)
def test_a_gate_on_a_fork_is_red_for_the_repository_and_not_for_being_a_fork(
    engine: Engine,
    image: Image,
    tmp_path: Path,
    example: str,
    where: Where,
    code: int,
    verdict: str,
) -> None:
    gate = fork_pull_request(where.repository)
    step = use_action(engine, image, checkout(example, tmp_path), gate)
    assert step.ended.code == code, logged(step)
    assert step.outputs["verdict"] == verdict


def test_a_misspelt_input_is_bad_input_and_the_nearest_word_is_offered(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(
        engine,
        image,
        checkout("undeclared", tmp_path),
        WIND_WORDS,
        inputs={"token-type": "granulra"},
    )
    assert step.ended.code == 2, logged(step)
    assert "granulra" in logged(step)
    assert "granular" in logged(step)


def test_a_token_in_the_job_is_masked_before_anything_is_printed_and_never_repeated(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    step = use_action(
        engine,
        image,
        checkout("granular-token-without-bypass", tmp_path),
        TIDE_TABLE,
        env={"NODE_AUTH_TOKEN": TOKEN},
    )
    spoken = [line for line in logged(step).splitlines() if line]
    assert spoken[0] == f"::add-mask::{TOKEN}"
    assert [line for line in spoken[1:] if TOKEN in line] == []
    assert TOKEN not in step.summary
    assert TOKEN not in "".join(step.outputs.values())


def test_python_files_of_the_checkout_are_never_imported(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    workspace = checkout("trusted-publishing", tmp_path)
    for name in ("checker", "yaml", "json", "sitecustomize", "usercustomize"):
        (workspace / f"{name}.py").write_text("raise SystemExit(77)\n", encoding="utf-8")
    step = use_action(
        engine, image, workspace, SIGNAL_FLAGS, env={"PYTHONPATH": "/github/workspace"}
    )
    assert step.ended.code == 0, logged(step)
    assert step.outputs["verdict"] == "accepted"


def test_without_github_the_same_image_speaks_to_a_terminal(
    engine: Engine, image: Image, tmp_path: Path
) -> None:
    workspace = checkout("disallow-tokens", tmp_path)
    mount = ("--volume", f"{workspace}:/repository:ro")
    ended = engine.run(image, "check", "/repository", options=mount)
    assert ended.code == 1, ended.text
    assert "::error" not in ended.out
    assert "refused" in ended.out.splitlines()[-1]
