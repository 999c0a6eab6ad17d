"""A whole audit: which repositories, in parts, interrupted and resumed; always the same bytes."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from auditing_world import World
from github_api.organization import OWNER, organization
from github_api.server import OTHER_TOKEN, TOKEN, Fault, GitHub, Repository, of
from releases import declared, release

from checker.auditing.targets import Shard

Serve = Callable[[GitHub], World]
COUNT = 120
RELEASED = release() | declared()


def report(world: World, *arguments: str, token: str = TOKEN) -> dict[str, Any]:
    done = world.audit(*arguments, "--format", "json", token=token)
    assert done.returncode in (0, 1), done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def names(told: dict[str, Any]) -> list[str]:
    return [one["repository"] for one in told["repositories"]]


def whole(world: World) -> str:
    done = world.audit(OWNER, "--format", "json", "--no-cache")
    assert done.returncode == 1, done.stderr
    return done.stdout


# --- which repositories -----------------------------------------------------------------------


def test_every_page_of_an_organisation_is_found_in_the_order_of_names(world: Serve) -> None:
    here = world(of(*(Repository(f"Acme/r{n:03}", {}) for n in reversed(range(230)))))
    assert names(report(here, "acme")) == [f"Acme/r{n:03}" for n in range(230)]


@pytest.mark.parametrize("shown", [["acme/widget"], []], ids=["a page", "an empty page"])
def test_a_list_whose_pages_repeat_is_ended_and_passes_for_no_whole(
    world: Serve, shown: list[str]
) -> None:
    github = of(Repository("acme/widget", {}))
    further = (("link", '<http://127.0.0.1/repos?page=2>; rel="next"'),)
    page = Fault(200, further, body=[{"full_name": name} for name in shown])
    github.faults = {"/orgs/acme/repos": [page] * 9}
    done = world(github).audit("acme")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "The repositories of `acme` cannot be listed:"
        " GitHub hands out the same page of the list again and again."
    ]
    assert [path for _, path in github.requests if "/orgs/" in path][2:] == []


def test_archived_ones_and_forks_are_left_out_unless_named(world: Serve) -> None:
    here = world(
        of(
            Repository("acme/old", {}, archived=True),
            Repository("acme/theirs", {}, fork=True),
            Repository("acme/ours", {}),
        )
    )
    assert names(report(here, "acme")) == ["acme/ours"]
    assert names(report(here, "acme", "acme/theirs")) == ["acme/ours", "acme/theirs"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--topic", "npm"), ["acme/a-lib", "acme/b-lib"]),
        (("--language", "typescript"), ["acme/a-lib", "acme/c-app"]),
        (("--match", "*-lib"), ["acme/a-lib", "acme/b-lib"]),
        (("--match", "A*", "--match", "c-???"), ["acme/a-lib", "acme/c-app"]),
        (("--topic", "npm", "--language", "Go"), ["acme/b-lib"]),
        (("--topic", "no-such-topic"), []),
    ],
)
def test_repositories_are_chosen_by_topic_language_and_name(
    world: Serve, arguments: Sequence[str], found: list[str]
) -> None:
    here = world(
        of(
            Repository("acme/a-lib", {}, language="TypeScript", topics=("npm", "x")),
            Repository("acme/b-lib", {}, language="Go", topics=("npm",)),
            Repository("acme/c-app", {}, language="TypeScript"),
        )
    )
    assert names(report(here, "acme", *arguments)) == found


def test_of_a_user_what_is_public_is_found_and_of_oneself_everything(world: Serve) -> None:
    repositories = (
        Repository("ada/private", {}, visibility="private"),
        Repository("ada/public", {}),
    )
    other = world(of(*repositories, users=frozenset({"ada"}), viewer="bob"))
    assert names(report(other, "ada")) == ["ada/public"]
    oneself = world(of(*repositories, users=frozenset({"ada"}), viewer="ada"))
    assert names(report(oneself, "ada")) == ["ada/private", "ada/public"]


def test_a_repository_named_twice_in_other_letters_has_one_line(world: Serve) -> None:
    here = world(of(Repository("Acme/Widget", {})))
    assert names(report(here, "acme/widget", "ACME/WIDGET", "acme")) == ["Acme/Widget"]


# --- one that is broken -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(404), "404"),
        (Fault(451), "451"),
        (Fault(403, message="Resource not accessible"), "may not"),
        (Fault(200, body=["nonsense"]), "something else"),
        (Fault(200, body={"sha": "f" * 40, "tree": "nonsense"}), "something else"),
    ],
)
def test_one_broken_repository_never_stops_the_rest(world: Serve, fault: Fault, says: str) -> None:
    github = of(*(Repository(f"acme/{name}", RELEASED) for name in "abc"))
    github.faults = {"/acme/b/git/trees": [fault] * 9}
    told = report(world(github), "acme")
    assert [one["verdict"] for one in told["repositories"]] == ["accepted", "unknown", "accepted"]
    assert says in told["repositories"][1]["failure"]
    assert told["counts"]["failures"] == 1


def test_a_named_repository_that_is_not_there_has_a_line_that_says_so(world: Serve) -> None:
    told = report(world(of(Repository("acme/a", RELEASED))), "acme/a", "acme/gone")
    assert told["repositories"][0]["failure"] is None
    assert "404" in told["repositories"][1]["failure"]


# --- parts ------------------------------------------------------------------------------------


def test_a_shard_keeps_its_repositories_when_others_come_and_go() -> None:
    before = [f"acme/r{n}" for n in range(1000)]
    after = [name for name in before if not name.endswith("7")] + [f"acme/new{n}" for n in range(9)]
    for number in range(1, 9):
        shard = Shard(number, 8)
        held = {name for name in before if shard.holds(name)}
        assert {name for name in after if shard.holds(name)} & set(before) == held & set(after)
        assert 90 < len(held) < 160


def test_every_repository_is_in_one_shard_whatever_the_case_of_its_name() -> None:
    for name in (f"Acme/Widget{n}" for n in range(200)):
        assert sum(Shard(number, 8).holds(name) for number in range(1, 9)) == 1
        assert [Shard(n, 8).holds(name) for n in range(1, 9)] == [
            Shard(n, 8).holds(name.lower()) for n in range(1, 9)
        ]


def test_eight_merged_shards_are_the_whole_to_the_byte(world: Serve, tmp_path: Path) -> None:
    here = world(organization(COUNT))
    parts = tmp_path / "parts"
    for number in range(1, 9):
        folder = parts / f"audit-{number}"
        folder.mkdir(parents=True)
        output = str(folder / "report.json")
        shard = ("--shard", f"{number}/8")
        done = here.audit(OWNER, *shard, "--format", "json", "--output", output)
        assert done.returncode in (0, 1), done.stderr
    merged = here.audit("--merge", str(parts), "--format", "json")
    assert merged.returncode == 1, merged.stderr
    assert merged.stdout == whole(here)


def test_every_format_of_the_merged_parts_is_that_of_the_whole(
    world: Serve, tmp_path: Path
) -> None:
    here = world(organization(30))
    for number in (1, 2):
        output = str(tmp_path / f"{number}.json")
        shard = ("--shard", f"{number}/2")
        here.audit(OWNER, *shard, "--format", "json", "--output", output)
    for form in ("plain", "markdown", "sarif", "html"):
        merged = here.audit("--merge", str(tmp_path), "--format", form)
        assert merged.stdout == here.audit(OWNER, "--format", form).stdout, form


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "2.json").unlink(), "shard 2 of 2 is missing"),
        (
            lambda folder: (folder / "3.json").write_bytes((folder / "1.json").read_bytes()),
            "shard 1 of 2 is there twice",
        ),
        (lambda folder: (folder / "2.json").write_text("{}"), "is not the JSON report"),
        (
            lambda folder: (folder / "2.json").write_text(
                (folder / "2.json").read_text().replace("2026-11-24", "2026-11-25")
            ),
            "are not parts of one audit",
        ),
        (
            lambda folder: (folder / "2.json").write_text(
                (folder / "2.json").read_text().rpartition("]")[0]
            ),
            "ends before its end",
        ),
        (lambda folder: [path.unlink() for path in folder.iterdir()], "holds no JSON report"),
    ],
)
def test_parts_that_do_not_make_a_whole_are_refused(
    world: Serve, tmp_path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    here = world(of(*(Repository(f"acme/{name}", {}) for name in "abcdef")))
    parts = tmp_path / "parts"
    parts.mkdir()
    for number in (1, 2):
        output = str(parts / f"{number}.json")
        here.audit("acme", "--shard", f"{number}/2", "--format", "json", "--output", output)
    spoil(parts)
    done = here.audit("--merge", str(parts), "--format", "json")
    assert done.returncode == 2
    assert says in done.stderr


# --- interruption -----------------------------------------------------------------------------


def test_an_audit_that_ran_out_of_its_limit_goes_on_and_asks_nothing_twice(world: Serve) -> None:
    here = world(organization(COUNT))
    here.github.left, here.github.reset_seconds = 70, 10_000
    here.github.slow = 0.05
    stopped = here.audit(OWNER, "--format", "json")
    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert "run the same command" in stopped.stderr
    here.github.left, here.github.slow = None, 0
    answered = here.github.answered.copy()
    assert sum(answered.values()) == 70
    resumed = here.audit(OWNER, "--format", "json")
    again = {path for path, count in here.github.answered.items() if count > 1}
    assert again == set()
    assert len(here.github.answered) > len(answered)
    assert resumed.stdout == whole(here)


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_an_audit_that_was_killed_goes_on_and_says_the_same(world: Serve, stop: int) -> None:
    here = world(organization(COUNT))
    here.github.slow = 0.05
    command = here.command(OWNER, "--format", "json", "--jobs", "2")
    process = subprocess.Popen(command, env=here.environ(), stdout=subprocess.PIPE)
    wait_for(lambda: len(here.github.requests) > 60)
    process.send_signal(stop)
    left = process.communicate(timeout=60)[0]
    assert process.returncode in (-signal.SIGKILL, 128 + stop)
    assert left == b""
    here.github.slow = 0
    resumed = here.audit(OWNER, "--format", "json")
    # What was on its way when the process ended is asked again, and nothing else.
    assert sum(count - 1 for count in here.github.answered.values()) <= 2
    assert resumed.stdout == whole(here)


@pytest.mark.parametrize(
    "damaged",
    [
        lambda line: line[:20],
        lambda line: line[:-1],
        lambda line: line.replace(b'"repository": "', b'"repository": "other'),
        lambda line: b"\n",
    ],
)
def test_a_line_that_was_torn_off_or_belongs_elsewhere_is_written_again(
    world: Serve, damaged: Callable[[bytes], bytes]
) -> None:
    here = world(organization(40))
    here.github.left, here.github.reset_seconds = 40, 10_000
    assert here.audit(OWNER, "--format", "json").returncode == 2
    [journal] = here.cache.rglob("outcomes.jsonl")
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) > 3
    journal.write_bytes(b"".join(lines[:-1]) + damaged(lines[-1]))
    here.github.left = None
    assert here.audit(OWNER, "--format", "json").stdout == whole(here)


def test_another_day_or_another_question_is_another_audit(world: Serve) -> None:
    here = world(organization(40))
    here.github.left, here.github.reset_seconds = 40, 10_000
    assert here.audit(OWNER, "--format", "json").returncode == 2
    here.github.left = None
    asked = here.audit(OWNER, "--format", "json", "--bypass-2fa", "false")
    plain = here.audit(OWNER, "--format", "json", "--bypass-2fa", "false", "--no-cache")
    assert asked.stdout == plain.stdout


def test_after_its_end_nothing_is_left_but_what_github_said(world: Serve) -> None:
    here = world(organization(20))
    here.audit(OWNER, "--format", "json")
    kinds = {path.parent.parent.name for path in here.cache.rglob("*") if path.is_file()}
    assert kinds == {"answers", "contents", "runs"}
    assert [path.name for path in here.cache.rglob("runs/*/*")] == ["lock"]


def wait_for(something: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not something():
        assert time.monotonic() < end
        time.sleep(0.02)


# --- one token and another --------------------------------------------------------------------


def test_what_one_token_saw_is_never_shown_to_another(world: Serve) -> None:
    github = of(Repository("acme/open", RELEASED), Repository("acme/secret", RELEASED))
    github.tokens[OTHER_TOKEN] = frozenset({"acme/open"})
    here = world(github)
    assert names(report(here, "acme")) == ["acme/open", "acme/secret"]
    assert names(report(here, "acme", token=OTHER_TOKEN)) == ["acme/open"]
    told = report(here, "acme/secret", token=OTHER_TOKEN)
    assert "404" in told["repositories"][0]["failure"]
    assert told["repositories"][0]["packages"] == []


def test_no_token_stands_in_anything_that_is_written(world: Serve) -> None:
    here = world(of(Repository("acme/a", RELEASED)))
    done = here.audit("acme", "--format", "json")
    files = [path.read_bytes() for path in here.cache.rglob("*") if path.is_file()]
    assert files
    assert not any(TOKEN.encode() in data for data in files)
    assert TOKEN not in done.stdout + done.stderr


def test_a_token_that_expires_on_the_way_ends_the_audit_and_marks_no_repository(
    world: Serve,
) -> None:
    github = of(*(Repository(f"acme/r{n:02}", RELEASED) for n in range(40)))
    here = world(github)
    github.faults = {"/acme/r2./git/trees": [Fault(401)] * 99}
    done = here.audit("acme", "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not valid (401)" in done.stderr
    github.faults = {}
    assert report(here, "acme")["counts"]["failures"] == 0


# --- how much at a time -----------------------------------------------------------------------


def test_one_slow_repository_does_not_change_the_order(world: Serve) -> None:
    github = of(*(Repository(f"acme/r{n:02}", RELEASED) for n in range(30)))
    github.faults = {"/acme/r03/git/trees": [Fault(seconds=1.0), Fault(500)]}
    told = report(world(github), "acme")
    assert names(told) == [f"acme/r{n:02}" for n in range(30)]
    assert told["counts"]["failures"] == 0


# --- one that moved, and a state that somebody else left ---------------------------------------


def test_a_repository_that_moved_is_in_one_part_also_where_it_is_a_fork(world: Serve) -> None:
    moved = Fault(200, body={"full_name": "acme/new", "visibility": "public", "fork": True})
    github = of(Repository("acme/new", RELEASED, fork=True))
    github.faults = {"/repos/acme/old$": [moved] * 5}
    here = world(github)
    assert names(report(here, "acme/old")) == ["acme/new"]
    parts = [
        names(report(here, "acme/old", "--no-cache", "--shard", f"{n}/4")) for n in range(1, 5)
    ]
    assert sorted(parts) == [[], [], [], ["acme/new"]]


def state(here: World) -> Path:
    """The folder of the one audit that was interrupted."""
    [about] = here.cache.rglob("run.json")
    return about.parent


@pytest.mark.parametrize(
    "planted",
    [
        '{"repository": "acme/a"}',
        '{"repository": "acme/a", "verdict": "accepted", "packages": 5}',
        '{"repository": "acme/a", "x": "\u00e9"}',
        "[" * 100_000,
    ],
)
def test_lines_that_no_audit_left_are_not_gone_on_from(world: Serve, planted: str) -> None:
    github = of(*(Repository(f"acme/{name}", RELEASED) for name in "ab"))
    github.faults = {"/acme/b/git/trees": [Fault(403, (("retry-after", "99999"),))]}
    here = world(github)
    assert here.audit("acme").returncode == 2
    (state(here) / "outcomes.jsonl").write_text(f"{planted}\n", encoding="utf-8")
    assert [one["verdict"] for one in report(here, "acme")["repositories"]] == ["accepted"] * 2


@pytest.mark.parametrize("name", ["outcomes.jsonl", "run.json", "lock"])
def test_an_audit_whose_state_cannot_be_kept_is_done_without(world: Serve, name: str) -> None:
    github = of(*(Repository(f"acme/{name}", RELEASED) for name in "ab"))
    github.faults = {"/acme/b/git/trees": [Fault(403, (("retry-after", "99999"),))]}
    here = world(github)
    assert here.audit("acme").returncode == 2
    kept = state(here) / name
    kept.unlink(missing_ok=True)
    (kept / "inside").mkdir(parents=True)
    assert names(report(here, "acme")) == ["acme/a", "acme/b"]
