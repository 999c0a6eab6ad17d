"""The commands for npm: what they register, and that no name in the repository runs anything."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from ready import TODAY

from checker.facts import (
    Allow,
    Facts,
    GitHubAnswers,
    Place,
    RunningJob,
    Setting,
    TrustedPublisher,
    Unknown,
)
from checker.remedies.trust import Fields, LeftOut, Registration, Standing, Trust, trust
from checker.remedies.trust_script import command, render
from test_remedies.repositories import small

RELEASE = ".github/workflows/release.yml"
STEPS = "    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n"
JOB = f"on: push\njobs:\n  publish:\n{STEPS}      - run: npm publish --workspaces\n"


def facts(workflow: str = JOB, count: int = 1, **others: object) -> Facts:
    packages = {
        f"p{n}/package.json": {"name": f"@acme/p{n}", "version": "1.0.0"} for n in range(count)
    }
    root = {"name": "root", "private": True, "version": "1.0.0", "workspaces": ["p*"]}
    return small({RELEASE: workflow, "package.json": root, **packages}, **others).facts  # type: ignore[arg-type]  # a test's keywords


def runnable(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


# --- what is registered -----------------------------------------------------------------------


def test_a_package_is_registered_for_its_repository_and_workflow() -> None:
    text = render(trust(facts()))
    line = "npm trust github @acme/p0 --repo acme/widget --file release.yml --allow-publish -y"
    assert runnable(text) == [line]


def test_the_environment_of_the_job_is_named() -> None:
    found = trust(facts(JOB.replace("    steps", "    environment: npm release\n    steps")))
    assert "--env 'npm release' --allow-publish" in command(found.registrations[0])


def test_an_environment_that_looks_like_a_flag_is_none() -> None:
    found = trust(facts(JOB.replace("    steps", "    environment: --registry=x\n    steps")))
    assert shlex.split(command(found.registrations[0]))[8] == "--env=--registry=x"


def test_staging_is_what_is_allowed_where_the_workflow_stages_or_will() -> None:
    staging = trust(facts(JOB.replace("npm publish", "npm stage publish")))
    assert command(staging.registrations[0]).endswith(" --allow-stage-publish -y")
    assert trust(facts(), stage=True).registrations == staging.registrations


def test_a_workflow_that_is_called_is_registered_by_the_one_that_is_started() -> None:
    called = JOB.replace("on: push", "on: workflow_call")
    caller = "on: push\njobs:\n  npm:\n    uses: ./.github/workflows/npm.yml\n"
    files = {
        RELEASE: caller,
        ".github/workflows/npm.yml": called.replace(" --workspaces", ""),
        "package.json": {"name": "@acme/w", "version": "1.0.0"},
    }
    found = trust(small(files).facts).registrations
    assert [one.fields.workflow for one in found] == ["release.yml"]


def test_two_workflows_of_one_package_are_two_registrations() -> None:
    files = {
        RELEASE: JOB.replace(" --workspaces", ""),
        ".github/workflows/next.yml": JOB.replace(" --workspaces", " --tag next"),
        "package.json": {"name": "@acme/w", "version": "1.0.0"},
    }
    assert len(trust(small(files).facts).registrations) == 2


def test_the_name_that_github_gives_beats_the_spelling_of_the_git_remote() -> None:
    known = facts(repository="Acme/widget")
    assert trust(known).from_remote
    answers = GitHubAnswers("acme/Widget", "public", Unknown("immutable-subject", "unseen"))
    found = trust(replace(known, github=answers))
    assert found.registrations[0].fields.repository == "acme/Widget"
    assert not found.from_remote


THERE = TrustedPublisher(
    "github", "acme/widget", "release.yml", None, frozenset(Allow), None, published=True
)


def with_publishers(*publishers: TrustedPublisher) -> str:
    """The text where these are declared."""
    known = facts()
    return render(trust(replace(known, default=replace(known.default, publishers=publishers))))


def test_what_is_declared_as_registered_is_not_registered_again() -> None:
    text = with_publishers(THERE)
    assert runnable(text) == []
    assert "registered already" in text
    assert "within 48 hours" not in text


def test_what_is_registered_since_yesterday_has_to_publish_in_time() -> None:
    fresh = replace(THERE, created=TODAY - timedelta(days=1), published=False)
    text = with_publishers(fresh)
    assert runnable(text) == []
    assert "@acme/p0 by release.yml, not published yet" in text
    assert "within 48 hours" in text


@pytest.mark.parametrize(
    "in_the_way",
    [
        replace(THERE, allow=frozenset({Allow.STAGE})),
        replace(THERE, created=TODAY - timedelta(days=14), published=False),
    ],
    ids=["may only stage", "expired"],
)
def test_what_does_not_do_is_deleted_before_its_line_is_run(in_the_way: TrustedPublisher) -> None:
    text = with_publishers(in_the_way)
    assert len(runnable(text)) == 1
    assert text.index("#   npm trust revoke @acme/p0 --id ID") < text.index("npm trust github")
    # One that matches and does beside it would be enough.
    assert runnable(with_publishers(in_the_way, THERE)) == []


def test_what_cannot_use_a_trusted_publisher_yet_is_changed_before_one_is_registered() -> None:
    text = render(trust(facts()), (Place(RELEASE, 7, 7), Place("a b.yml", 1, 1)))
    assert f"#   {RELEASE}:7\n#   'a b.yml:1'\n" in text
    assert text.index("cannot use one yet") < text.index("npm trust github")
    assert "cannot use one yet" not in render(trust(facts()))


def test_where_it_is_not_declared_what_409_means_is_said() -> None:
    undeclared = Unknown("trusted-publishers", "it is not declared")
    for text in (render(trust(facts())), with_publishers(replace(THERE, allow=undeclared))):
        assert len(runnable(text)) == 1
        assert text.index("409") > text.index("npm trust github")
    assert "409" not in with_publishers()


def test_a_package_that_is_not_on_npm_yet_is_created_first() -> None:
    text = render(trust(facts(exists=False)))
    assert runnable(text) == []
    assert text.index("npm stage publish") < text.index("npm trust github")


def test_the_order_never_leaves_a_package_without_a_way_to_publish() -> None:
    text = render(trust(facts()))
    words = ("Register", "Merge", "within 48 hours", "disallow tokens", "Revoke the token")
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)


def test_the_fields_of_the_form_are_all_there() -> None:
    text = render(trust(facts()))
    for row in ("user  acme", "Repository            widget", "filename     release.yml", "leave"):
        assert row in text


@pytest.mark.parametrize(
    ("workflow", "why"),
    [
        (JOB.replace("--workspaces", "./$DIR"), "which packages"),
        (JOB.replace("    steps", "    environment: ${{ vars.E }}\n    steps"), "expression"),
    ],
)
def test_what_does_not_show_is_left_out_with_words(workflow: str, why: str) -> None:
    found = trust(facts(workflow))
    assert found.registrations == ()
    assert not found.is_complete
    assert why in render(found)


def test_without_a_repository_nothing_is_registered() -> None:
    found = trust(facts(repository=None))
    assert (found.registrations, found.is_complete) == ((), False)


def test_a_publish_to_another_registry_needs_no_trusted_publisher() -> None:
    other = JOB.replace("--workspaces", "--workspaces --registry https://npm.pkg.github.com")
    assert trust(facts(other)).registrations == ()


# --- the script, run by a real shell ----------------------------------------------------------

STUB = '#!/bin/sh\nprintf \'%s\\0\' "$@" >> "$LOG"; printf \'\\n\' >> "$LOG"\n'


def run(text: str, tmp_path: Path, stdin: str = "") -> list[list[str]]:
    """The words of every `npm` that a shell runs of the text."""
    log = tmp_path / "log"
    log.write_bytes(b"")
    for name in ("npm", "sleep", "gh"):
        stub = tmp_path / name
        stub.write_text(STUB if name != "sleep" else "#!/bin/sh\n")
        stub.chmod(0o755)
    env: Mapping[str, str] = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LOG": str(log)}
    done = subprocess.run(
        ["sh", "-eu"],
        input=text + stdin,
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    calls = log.read_bytes().decode().split("\0\n")[:-1]
    assert {path.name for path in tmp_path.iterdir()} == {"npm", "sleep", "gh", "log"}
    return [call.split("\0") for call in calls]


def test_the_script_registers_every_package_once(tmp_path: Path) -> None:
    calls = run(render(trust(facts(count=5))), tmp_path)
    assert [call[2] for call in calls] == [f"@acme/p{number}" for number in range(5)]


def test_the_script_pauses_after_each_and_waits_before_a_new_window() -> None:
    lines = runnable(render(trust(facts(count=90))))
    assert lines.count("sleep 2") == 90
    wait = next(number for number, line in enumerate(lines) if "read -r" in line)
    assert sum(line.startswith("npm trust") for line in lines[:wait]) == 80
    assert not any("read -r" in line for line in lines[wait + 1 :])


HOSTILE = st.text(
    alphabet=st.sampled_from("ab-.;'\"$(){}`|&<>#%:!*~\\ é@/"),
    min_size=1,
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(
    package=st.from_regex(r"[a-z~!*'()-]{1,8}", fullmatch=True),
    workflow=HOSTILE,
    environment=HOSTILE,
    job=HOSTILE,
)
def test_no_name_runs_anything_or_breaks_out_of_a_comment(
    package: str,
    workflow: str,
    environment: str,
    job: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    fields = Fields("acme/widget", f"{workflow}.yml", environment, frozenset({Allow.PUBLISH}))
    one = Registration(package, fields, exists=True, standing=Standing.IN_THE_WAY)
    new = replace(one, exists=False)
    left = LeftOut("job", job, "its name is odd")
    there = replace(one, standing=Standing.THERE)
    unready = (Place(f"{workflow}.yml\nnpm publish", 1, 1),)
    text = render(Trust((one, new, there), (left,), (job,), from_remote=True), unready)
    calls = run(text, tmp_path_factory.mktemp("shell"))
    assert calls == [shlex.split(command(one))[1:]]
    # A shell that takes no comments at a terminal sees words, and no substitution either.
    bare = "".join(f": {line[1:]}\n" for line in text.splitlines() if line.startswith("#"))
    assert run(bare, tmp_path_factory.mktemp("shell")) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [("-rf", "-rf"), ("a\nb", "'a?b'"), ("a b", "'a b'"), ("$(id)", "'$(id)'")],
)
def test_a_name_that_npm_would_not_take_is_left_out_and_printed_harmlessly(
    name: str, shown: str
) -> None:
    known = facts()
    publish = known.reading.publishes[0]
    run_ = publish.runs[0]
    assert isinstance(run_.packages, tuple)
    odd = replace(run_, packages=(replace(run_.packages[0], name=name),))
    reading = replace(known.reading, publishes=(replace(publish, runs=(odd,)),))
    text = render(trust(replace(known, reading=reading)))
    assert runnable(text) == []
    assert f"#   package {shown}:" in text


def test_the_name_of_the_repository_is_checked_too() -> None:
    running = RunningJob(Setting.TERMINAL, repository="a/b; rm -rf x")
    found = trust(replace(facts(), running=running))
    assert found.registrations == ()
