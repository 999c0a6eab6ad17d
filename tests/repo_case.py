"""One folder of `repos/`: a repository, the world in which it is checked, and the whole answer.

Reads and runs cases; what npm's rules are is not known here. `answer` goes through the program's
own settings, gathering and evaluation, and takes the result from the JSON that users get.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from checker.evaluate import evaluate
from checker.facts import (
    ExchangeAnswer,
    Facts,
    GitHubAnswers,
    LastPublish,
    Observed,
    SecretAge,
    TokenAnswer,
    Unknown,
)
from checker.gather import gather
from checker.reporters import json_
from checker.rules import by_id
from checker.settings import load
from checker.sources.checkout import Checkout

ROOT = Path(__file__).parent / "repos"
SAME_REPOSITORY = "_same-repository"
PLACES = ("actions", "act", "terminal")


@dataclass(frozen=True)
class World:
    """Where and when the check runs.

    day: a date, when only the day is asked about, or a timestamp, when the clock says so.
    place: `actions`, `act` or `terminal`. workflow: the file name. visibility: what the event says
    of the repository, None when it does not. fork: the pull request comes from a fork.
    env: further variables of the running job, action inputs among them.
    observed, exchange: package name to what npm's registry answers of it; whoami: of the token.
    `last_publish` of an observed package: version, trusted (by a trusted publisher, which is the
    default), and the run that npm's record shows: repository, workflow, event.
    github: what GitHub's API says: immutable_subject, environments (name to whether it exists),
    secrets (name to the day of its last writing; of an environment's, `environment/name`).
    Nothing of these is asked for where it is not said.
    """

    day: date
    place: str = "actions"
    repository: str = "acme/widget"
    event: str = "push"
    workflow: str = "release.yml"
    job: str = "publish"
    visibility: str | None = "public"
    fork: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    observed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    exchange: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    whoami: Mapping[str, bool] = field(default_factory=dict)
    github: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RepoCase:
    """One case. rule: the folder that it stands in. name: `fires-…` or `silent-…`."""

    folder: Path

    @property
    def rule(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def fires(self) -> bool:
        return self.name.startswith("fires-")

    @property
    def expected(self) -> Path:
        return self.folder / "expected.json"

    def world(self) -> World:
        """Raises ValueError where the file says something that no world has."""
        said = tomllib.loads((self.folder / "world.toml").read_text(encoding="utf-8"))
        unknown = set(said) - {one.name for one in fields(World)}
        if unknown or said.get("place", "actions") not in PLACES:
            raise ValueError(f"{self.folder / 'world.toml'}: {sorted(unknown) or said['place']}")
        if said.get("visibility") == "":
            said["visibility"] = None
        return World(**said)

    def lines(self) -> list[str]:
        """Every line of the repository and its world, each with the name of its file."""
        files = [self.folder / "world.toml", *sorted((self.folder / "repo").rglob("*"))]
        return [
            f"{path.relative_to(self.folder)}: {line.rstrip()}"
            for path in files
            if path.is_file()
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]


def cases() -> Iterator[RepoCase]:
    """Every case of every rule, and of the repository that is checked in several worlds."""
    for world in sorted(ROOT.glob("*/*/world.toml")):
        yield RepoCase(world.parent)


# --- the world --------------------------------------------------------------------------------


def environment(world: World, event_file: Path) -> dict[str, str]:
    """The variables of the job that runs the check; those of nobody's job at a terminal."""
    if world.place == "terminal":
        return dict(world.env)
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": world.repository,
        "GITHUB_EVENT_NAME": world.event,
        "GITHUB_EVENT_PATH": str(event_file),
        "GITHUB_JOB": world.job,
        "GITHUB_SERVER_URL": "https://github.com",
    }
    if world.place == "act":
        # act knows no reference to the workflow; it calls an unnamed one by its file's name.
        environ |= {"ACT": "true", "GITHUB_WORKFLOW": world.workflow}
    else:
        path = f"{world.repository}/.github/workflows/{world.workflow}"
        environ |= {
            "GITHUB_WORKFLOW_REF": f"{path}@refs/heads/main",
            "RUNNER_ENVIRONMENT": "github-hosted",
        }
    return environ | dict(world.env)


def event_payload(world: World) -> dict[str, Any]:
    """What GitHub writes about the event, as far as the check reads it."""
    payload: dict[str, Any] = {}
    if world.visibility is not None:
        payload["repository"] = {
            "full_name": world.repository,
            "private": world.visibility != "public",
            "visibility": world.visibility,
        }
    if world.event in {"pull_request", "pull_request_target"}:
        base = {"id": 1, "full_name": world.repository, "fork": False}
        name = world.repository.partition("/")[2]
        head = {"id": 2, "full_name": f"passer-by/{name}", "fork": True} if world.fork else base
        payload["pull_request"] = {"head": {"repo": head}, "base": {"repo": base}}
    return payload


def with_answers(facts: Facts, world: World) -> Facts:
    """The facts, and what the registry would have answered; these tests use no network."""
    return replace(
        facts,
        observed=tuple((name, _observed(said)) for name, said in world.observed.items()),
        exchanges=tuple((name, _exchange(said)) for name, said in world.exchange.items()),
        token_answer=_whoami(world.whoami) if world.whoami else None,
        github=_github(world) if world.github else None,
    )


def _whoami(said: Mapping[str, bool]) -> TokenAnswer:
    refused = said.get("address_refused", False)
    alive = said.get("alive", Unknown("npm-token", "npm did not say"))
    return TokenAnswer(alive, None, None, address_refused=refused)


def _observed(said: Mapping[str, Any]) -> Observed:
    return Observed(
        exists=said.get("exists", True),
        versions=tuple(said.get("versions", ())),
        tags=tuple(said.get("tags", {}).items()),
        last_publish=_last_publish(said.get("last_publish")),
        maintainers=(),
        highest=said.get("highest", said.get("tags", {}).get("latest")),
        staged=tuple(said.get("staged", ())),
    )


def _last_publish(said: Mapping[str, Any] | None) -> LastPublish | None:
    if said is None:
        return None
    run = (said.get(name) for name in ("repository", "workflow", "event"))
    return LastPublish(said["version"], said.get("trusted", True), *run)


def _exchange(said: Mapping[str, Any]) -> ExchangeAnswer:
    return ExchangeAnswer(said["status"], "", tuple(said.get("claims", {}).items()), None)


def _github(world: World) -> GitHubAnswers:
    unseen = Unknown("immutable-subject", "the token may not see it")
    return GitHubAnswers(
        repository=world.repository,
        visibility=world.visibility or "private",
        immutable_subject=world.github.get("immutable_subject", unseen),
        environments=tuple(world.github.get("environments", {}).items()),
        secrets=tuple(_age(name, day) for name, day in world.github.get("secrets", {}).items()),
    )


def _age(name: str, day: date) -> SecretAge:
    environment, _, secret = name.rpartition("/")
    return SecretAge(secret, environment or None, datetime.combine(day, time(9), UTC))


# --- the answer -------------------------------------------------------------------------------


def answer(case: RepoCase, scratch: Path) -> dict[str, Any]:
    """The whole JSON report on the case. scratch: an empty folder."""
    world, root = case.world(), scratch / "checkout"
    shutil.copytree(case.folder / "repo", root)
    # The case itself cannot hold git's own folder.
    (root / ".git").mkdir()
    url = f"git@github.com:{world.repository}.git"
    (root / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {url}\n', encoding="utf-8")
    event_file = scratch / "event.json"
    event_file.write_text(json.dumps(event_payload(world)), encoding="utf-8")
    environ = environment(world, event_file)
    asked: dict[str, object] = {"offline": True}
    if isinstance(world.day, datetime):
        now = world.day.astimezone(UTC)
    else:
        now, asked["today"] = datetime.combine(world.day, time.min, UTC), world.day.isoformat()
    settings = load(asked, environ, root, Checkout, by_id())
    report = evaluate(
        with_answers(gather(settings, root, environ, now), world),
        tuple((one.rule, one.reason) for one in settings.ignore),
    )
    document: dict[str, Any] = json.loads(json_.render(report))
    return document


def short(document: Mapping[str, Any]) -> str:
    """The part of a report that a case holds to, one line a finding and one line a fact."""
    findings = [_finding(one) for one in document["findings"]]
    unknowns = list(document["unknowns"])
    parts = [
        f'  "verdict": {json.dumps(document["verdict"])}',
        f'  "findings": {_column(findings)}',
        f'  "unknowns": {json.dumps(unknowns)}',
        f'  "publishes": {_objects([publish(one) for one in document["publishes"]])}',
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _finding(one: Mapping[str, Any]) -> str:
    place = f"{one['path']}:{one['line']}" if one["path"] else "nowhere"
    return f"{one['severity']} {one['rule']} {place}"


def publish(one: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of `publishes`. presented: each of its cases' once; none where none is judged."""
    presented = list(dict.fromkeys(case["presented"] for case in one["cases"]))
    kept = {
        key: one[key]
        for key in (
            "workflow",
            "job",
            "line",
            "via",
            "tool",
            "command",
            "registry",
            "credential",
            "packages",
            "entry_workflows",
            "events",
            "verdict",
        )
    }
    return kept | {"presented": presented}


def _column(texts: list[str]) -> str:
    if not texts:
        return "[]"
    return "[\n" + ",\n".join(f"    {json.dumps(text)}" for text in texts) + "\n  ]"


def _objects(objects: list[dict[str, Any]]) -> str:
    if not objects:
        return "[]"
    shown = (
        "    {\n"
        + ",\n".join(f"      {json.dumps(k)}: {json.dumps(v)}" for k, v in one.items())
        + "\n    }"
        for one in objects
    )
    return "[\n" + ",\n".join(shown) + "\n  ]"
