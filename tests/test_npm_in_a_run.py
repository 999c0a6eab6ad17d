"""A whole run that asks npm: what is asked of whom, what it changes, and what is told of it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hostile.program import CHECKER, Ended, in_a_job, run, variables, write
from hostile.release import BY_TOKEN, files, step, workflow
from registry.issuer import Issuer, Run
from registry.server import Registry
from registry.world import (
    Account,
    Package,
    Token,
    TrustedPublisher,
    Version,
    World,
    package,
    utc,
)

from checker.asking.progress import bar

KEY = b"the issuer of this test"
NOW = utc(2026, 11, 24, 9)
EXCHANGE = "/-/npm/v1/oidc/token/exchange/package/"
LIST = "/-/npm/v1/tokens"
# Built, so that no scanner takes them for real ones.
SECRET, SESSION = "npm_" + "c1" * 18, "npm_" + "s3" * 18
UNDECLARED = "account-2fa: auth-and-writes\n"
BY_OIDC = workflow("- run: npm publish\n")
PUBLISHER = TrustedPublisher("acme/widget", "release.yml", allowed=("createPackage",))


@dataclass(frozen=True)
class Asked:
    """A run with the test registry: how it ended, its report, and what the registry was asked."""

    ended: Ended
    report: dict[str, Any]
    registry: Registry

    @property
    def remarks(self) -> str:
        return "\n".join(remark["text"] for remark in self.report["remarks"])

    @property
    def rules(self) -> set[str]:
        return {finding["rule"] for finding in self.report["findings"]}


@pytest.fixture
def world() -> World:
    return World().add(Account(), package("@acme/widget", "1.1.0", publishers=[replace(PUBLISHER)]))


Check = Callable[..., Asked]


@pytest.fixture
def check(world: World, tmp_path: Path) -> Iterator[Check]:
    """Checks a tree with the registry of that world; variables of the process by name."""
    with Registry(world, NOW, KEY) as registry:

        def asked(tree: dict[str, bytes], *arguments: str, env: dict[str, str]) -> Asked:
            root = write(tmp_path / "checkout", tree)
            ended = run(
                "check", root, "--registry", registry.url, "--format", "json",
                "--today", "2026-11-24", *arguments, env=env,
            )  # fmt: skip
            assert ended.out, ended.err
            return Asked(ended, json.loads(ended.out), registry)

        yield asked


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer(Run(), KEY, NOW) as issuer:
        yield issuer


# --- whether an exchange is asked for -----------------------------------------------------------


def test_the_publishing_job_asks_once_and_is_told_what_a_grant_means(
    check: Check, issuer: Issuer, tmp_path: Path
) -> None:
    env = in_a_job(tmp_path / "runner", **issuer.environment())
    asked = check(files(BY_OIDC, UNDECLARED), env=env)
    assert [request.status for request in asked.registry.asked("POST")] == [201]
    assert "a trusted publisher of `@acme/widget` matches this run" in asked.remarks
    assert "npm does not tell" in asked.remarks
    assert asked.report["verdict"] == "unknown"


@pytest.mark.parametrize(
    ("arguments", "env", "why"),
    [
        ((), {"ACT": "true"}, "act offers no id-token of GitHub's"),
        ((), {"GITHUB_EVENT_NAME": "workflow_dispatch"}, "another workflow or event"),
        (
            (),
            {"GITHUB_WORKFLOW_REF": "acme/widget/.github/workflows/ci.yml@refs/heads/main"},
            "another workflow or event",
        ),
        ((), {"ACTIONS_ID_TOKEN_REQUEST_URL": ""}, "it has no `id-token: write`"),
        (
            ("--probe", "on"),
            {"ACT": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": ""},
            "act offers no id-token",
        ),
    ],
)
def test_elsewhere_nothing_is_asked_and_the_reason_is_told(
    arguments: tuple[str, ...],
    env: dict[str, str],
    why: str,
    check: Check,
    issuer: Issuer,
    tmp_path: Path,
) -> None:
    job = in_a_job(tmp_path / "runner", **issuer.environment()) | env
    asked = check(files(BY_OIDC, UNDECLARED), *arguments, env=job)
    assert asked.registry.asked("POST") == ()
    assert issuer.requests == []
    assert "npm was not asked whether a trusted publisher of `@acme/widget` matches" in (
        asked.remarks
    )
    assert why in asked.remarks


def test_a_pull_request_from_a_fork_asks_nothing_even_where_it_is_told_to(
    check: Check, issuer: Issuer, tmp_path: Path
) -> None:
    event = tmp_path / "event.json"
    head, base = {"repo": {"id": 2, "fork": True}}, {"repo": {"id": 1}}
    event.write_text(json.dumps({"pull_request": {"head": head, "base": base}}), "utf-8")
    job = in_a_job(tmp_path / "runner", **issuer.environment())
    job |= {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event)}
    asked = check(files(BY_OIDC, UNDECLARED), "--probe", "on", env=job)
    assert asked.registry.asked("POST") == ()
    assert "a pull request from a fork has no id-token" in asked.remarks


def test_at_a_terminal_the_reason_is_that_nobody_offers_an_id_token(check: Check) -> None:
    asked = check(files(BY_OIDC, UNDECLARED), env=variables())
    assert asked.registry.asked("POST") == ()
    assert "outside of GitHub Actions" in asked.remarks


def test_where_it_is_switched_off_no_reason_is_told(check: Check) -> None:
    asked = check(files(BY_OIDC, UNDECLARED), "--probe", "off", env=variables())
    assert "was not asked" not in asked.remarks


def test_where_no_publisher_is_declared_nothing_is_told_of_an_exchange(check: Check) -> None:
    config = f"{UNDECLARED}trusted-publishers: []\n"
    assert "was not asked" not in check(files(BY_OIDC, config), env=variables()).remarks


def test_a_job_that_may_have_no_id_token_is_told_nothing_about_exchanges(check: Check) -> None:
    by_token = workflow(step("npm publish"), job="permissions: {contents: read}\n")
    assert "exchange" not in check(files(by_token), env=variables()).remarks


def test_under_act_a_person_may_have_it_asked_and_the_answer_counts(
    check: Check, issuer: Issuer, world: World, tmp_path: Path
) -> None:
    world.packages["@acme/widget"].publishers[0].workflow = "publish.yml"
    job = in_a_job(tmp_path / "runner", ACT="true", **issuer.environment())
    job["GITHUB_WORKFLOW"] = "release.yml"
    asked = check(files(BY_OIDC, UNDECLARED), "--probe", "on", env=job)
    assert [request.status for request in asked.registry.asked("POST")] == [404]
    assert asked.report["verdict"] == "refused"
    probe = asked.report["publishes"][0]["cases"][0]["probe"]
    assert (probe["status"], probe["representative"]) == (404, True)
    assert probe["claims"]["workflow"] == "release.yml"


def test_a_refusal_behind_which_a_token_publishes_is_told(
    check: Check, issuer: Issuer, world: World, tmp_path: Path
) -> None:
    world.packages["@acme/widget"].publishers.clear()
    job = in_a_job(tmp_path / "runner", **issuer.environment())
    config = BY_TOKEN.replace("trusted-publishers: []\n", "")
    asked = check(files(workflow(step("npm publish")), config), env=job)
    assert asked.report["verdict"] == "accepted"
    assert "npm answered 404 to the exchange for `@acme/widget`" in asked.remarks


# --- what the last publish shows ----------------------------------------------------------------


def published_from(workflow_file: str, repository: str = "acme/widget") -> Version:
    run = {
        "repository": f"https://github.com/{repository}",
        "path": f".github/workflows/{workflow_file}",
        "ref": "refs/tags/v1.1.0",
        "event": "push",
    }
    return Version("1.1.0", trusted_publisher=True, provenance=run)


def test_the_same_workflow_as_the_last_time_is_a_hint_and_settles_nothing(
    check: Check, world: World, tmp_path: Path
) -> None:
    world.packages["@acme/widget"].versions["1.1.0"] = published_from("release.yml")
    asked = check(files(BY_OIDC, UNDECLARED), env=in_a_job(tmp_path / "runner"))
    assert "came by trusted publishing from `release.yml` of this repository" in asked.remarks
    assert asked.report["verdict"] == "unknown"
    assert asked.rules == set()


@pytest.mark.parametrize(
    ("last", "field"),
    [
        (published_from("publish.yml"), "workflow"),
        (published_from("release.yml", "Acme/Widget"), "repository"),
    ],
)
def test_another_workflow_or_spelling_than_the_last_time_is_a_warning(
    last: Version, field: str, check: Check, world: World, tmp_path: Path
) -> None:
    world.packages["@acme/widget"].versions["1.1.0"] = last
    asked = check(files(BY_OIDC, UNDECLARED), env=in_a_job(tmp_path / "runner"))
    (finding,) = asked.report["findings"]
    assert (finding["severity"], finding["rule"]) == ("warning", "trusted-publisher-mismatch")
    assert finding["evidence"] == "reported"
    assert field in finding["message"]
    assert asked.report["verdict"] == "unknown"
    table = asked.report["publishes"][0]["cases"][0]["probe"]["table"]
    assert [row["field"] for row in table if row["differs"]] == [field]


# --- a scoped package that nobody sees ----------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "config", "exists"),
    [
        ("npm publish", {}, None),
        ("npm publish --access public", {}, False),
        ("npm publish", {"publishConfig": {"access": "public"}}, False),
        ("npm publish --access restricted", {"publishConfig": {"access": "public"}}, None),
    ],
)
def test_a_scoped_package_is_new_only_where_its_publish_says_that_it_is_public(
    command: str, config: dict[str, object], exists: bool | None, check: Check, world: World
) -> None:
    world.packages.clear()
    manifest = {"name": "@acme/widget", "version": "1.2.3", "repository": "acme/widget", **config}
    release = workflow(f"- run: {command}\n")
    asked = check(files(release, UNDECLARED, manifest), env=variables())
    assert ("first-publish" in asked.rules) is (exists is False)


# --- what npm lists of a token ------------------------------------------------------------------

BY_SECRET = workflow(step("npm publish"), job="permissions: {contents: read}\n")
CI_TOKEN = Token(
    SECRET, bypass_2fa=True, created=utc(2026, 11, 1), expires=utc(2027, 1, 20),
    packages=("@acme/*",),
)  # fmt: skip


def maintainer(home: Path, registry: Registry, line: str | None = None) -> dict[str, str]:
    """A terminal of somebody who is logged in, with the token of CI at hand."""
    address = registry.url.removeprefix("http:")
    home.mkdir(exist_ok=True)
    text = (line or "{address}:_authToken={session}\n").format(address=address, session=SESSION)
    (home / ".npmrc").write_text(text, encoding="utf-8")
    return variables(HOME=str(home), NPM_TOKEN=SECRET)


def listed(
    world: World, token: Token, tmp_path: Path, config: str, tree: dict[str, bytes] | None = None,
    line: str | None = None,
) -> Asked:  # fmt: skip
    world.add(token, Token(SESSION, kind="session"))
    root = write(tmp_path / "checkout", tree or files(BY_SECRET, config))
    with Registry(world, NOW, KEY) as registry:
        env = maintainer(tmp_path / "home", registry, line)
        ended = run(
            "check", root, "--registry", registry.url, "--format", "json", "--today", "2026-11-24",
            env=env,
        )  # fmt: skip
        assert SECRET not in ended.all
        assert SESSION not in ended.all
        return Asked(ended, json.loads(ended.out), registry)


NOT_OF_THE_TOKEN = "publishing-access: 2fa-or-bypass-token\ntrusted-publishers: []\n"


def test_what_npm_lists_of_the_token_settles_what_nobody_declared(
    world: World, tmp_path: Path
) -> None:
    asked = listed(world, CI_TOKEN, tmp_path, NOT_OF_THE_TOKEN)
    assert asked.report["verdict"] == "accepted"
    assert "declared-disagrees-with-observed" not in asked.rules
    for said in (
        "`bypass-2fa: true`",
        "`token-permission: read-write`",
        "`token-expires: 2027-01-20`",
        "`token-packages: @acme/*`",
        "the one in secret `NPM_TOKEN`",
    ):
        assert said in asked.remarks


@pytest.mark.parametrize(
    ("token", "rule", "said"),
    [
        (
            replace(CI_TOKEN, bypass_2fa=False),
            "token-needs-2fa",
            "`bypass-2fa: true` is declared, npm lists `false`",
        ),
        (
            replace(CI_TOKEN, permission="read-only"),
            "token-lacks-permission",
            "`token-permission: read-write` is declared, npm lists `read-only`",
        ),
        (
            replace(CI_TOKEN, packages=("other",)),
            "token-misses-package",
            "`token-packages: all` is declared, npm lists `other`",
        ),
        (
            replace(CI_TOKEN, expires=utc(2026, 11, 30)),
            "token-expires-soon",
            "`token-expires: 2027-01-20` is declared, npm lists `2026-11-30`",
        ),
    ],
)
def test_what_npm_lists_beats_what_is_declared_and_both_are_named(
    token: Token, rule: str, said: str, world: World, tmp_path: Path
) -> None:
    asked = listed(world, token, tmp_path, BY_TOKEN)
    messages = {finding["rule"]: finding["message"] for finding in asked.report["findings"]}
    assert rule in messages
    assert said in messages["declared-disagrees-with-observed"]
    assert asked.report["verdict"] == ("accepted" if "soon" in rule else "refused")


def test_of_several_secrets_none_is_taken_for_the_token(world: World, tmp_path: Path) -> None:
    one = f"{step('npm publish')}  if: contains(github.ref, '-')\n"
    other = step("npm publish", "NODE_AUTH_TOKEN: '${{ secrets.OTHER_TOKEN }}'")
    other += "  if: ${{ !contains(github.ref, '-') }}\n"
    both = workflow(one + other, job="permissions: {contents: read}\n")
    asked = listed(world, CI_TOKEN, tmp_path, "", files(both, NOT_OF_THE_TOKEN))
    assert asked.report["verdict"] == "unknown"
    assert "It is not taken for a secret of the workflows" in asked.remarks


@pytest.mark.parametrize(
    "line",
    [
        "fund=false\n",
        "//registry.example.org/:_authToken={session}\n",
        "_authToken={session}\n",
        "{address}:_authToken=${{UNSET_VARIABLE}}\n",
    ],
)
def test_a_session_for_another_registry_is_sent_nowhere(
    line: str, world: World, tmp_path: Path
) -> None:
    asked = listed(world, CI_TOKEN, tmp_path, NOT_OF_THE_TOKEN, line=line)
    assert asked.registry.asked("GET", LIST) == ()
    assert SESSION not in {request.bearer for request in asked.registry.requests}
    assert asked.report["verdict"] == "unknown"


def test_an_npmrc_of_the_checkout_is_no_session(world: World, tmp_path: Path) -> None:
    world.add(CI_TOKEN, Token(SESSION, kind="session"))
    with Registry(world, NOW, KEY) as registry:
        address = registry.url.removeprefix("http:")
        tree = files(BY_SECRET, NOT_OF_THE_TOKEN) | {
            ".npmrc": f"{address}:_authToken={SESSION}\n".encode()
        }
        root = write(tmp_path / "checkout", tree)
        (tmp_path / "home").mkdir()
        env = variables(HOME=str(tmp_path / "home"), NPM_TOKEN=SECRET)
        run("check", root, "--registry", registry.url, env=env, folder=root)
        assert SESSION not in {request.bearer for request in registry.requests}


def test_in_a_job_no_session_is_looked_for(world: World, tmp_path: Path) -> None:
    world.add(CI_TOKEN, Token(SESSION, kind="session"))
    root = write(tmp_path / "checkout", files(BY_SECRET, NOT_OF_THE_TOKEN))
    with Registry(world, NOW, KEY) as registry:
        env = in_a_job(tmp_path / "runner") | maintainer(tmp_path / "home", registry)
        run("check", root, "--registry", registry.url, env=env)
        assert SESSION not in {request.bearer for request in registry.requests}


def test_a_token_that_lists_nothing_leaves_all_as_it_was_and_says_so(
    world: World, tmp_path: Path
) -> None:
    world.add(CI_TOKEN)
    granular = Token(SESSION, account="jane")
    with Registry(world.add(granular), NOW, KEY) as registry:
        root = write(tmp_path / "checkout", files(BY_SECRET, NOT_OF_THE_TOKEN))
        env = maintainer(tmp_path / "home", registry)
        ended = run("check", root, "--registry", registry.url, "--format", "json", env=env)
    report = json.loads(ended.out)
    assert report["verdict"] == "unknown"
    assert "What npm lists of that token is not known" in ended.out


def test_the_notice_that_npm_sends_with_its_answer_is_shown(check: Check) -> None:
    asked = check(files(BY_SECRET), env=variables(NPM_TOKEN=SECRET))
    assert "npm's notice to the token given for inspection: Access token expired" in asked.remarks


# --- many packages ------------------------------------------------------------------------------


def test_a_release_of_which_two_of_thirteen_would_fail_is_refused_before_the_first(
    check: Check, issuer: Issuer, world: World, tmp_path: Path
) -> None:
    names = [f"@acme/part-{number}" for number in range(13)]
    for name in names:
        made: Package = package(name, "1.0.0", publishers=[replace(PUBLISHER)])
        world.add(made)
    for name in names[4:6]:
        world.packages[name].publishers[0].workflow = "publish.yml"
    tree = files(workflow("- run: npm publish --workspaces\n"), UNDECLARED)
    tree["package.json"] = json.dumps({"private": True, "workspaces": ["parts/*"]}).encode()
    for name in names:
        manifest = {"name": name, "version": "1.1.0", "repository": "acme/widget"}
        tree[f"parts/{name[6:]}/package.json"] = json.dumps(manifest).encode()
    runner = tmp_path / "runner"
    env = in_a_job(runner, **issuer.environment())
    asked = check(tree, env=env)
    root = write(tmp_path / "checkout", tree)
    shown = run("check", root, "--registry", asked.registry.url, env=env)

    assert len(asked.registry.asked("POST", EXCHANGE)) == 26
    assert asked.registry.asked("PUT") == ()
    assert asked.ended.code == shown.code == 1
    last = shown.out.rstrip("\n").rpartition("\n")[2]
    assert last.startswith(
        "refused: npm will not accept 2 of 13 packages: `@acme/part-4` and `@acme/part-5`"
    )
    rows = [line for line in (runner / "summary.md").read_text().splitlines() if "| `@acme" in line]
    assert len(rows) == 13
    (finding,) = [f for f in asked.report["findings"] if f["severity"] == "error"]
    assert finding["packages"] == names[4:6]
    for name in names[4:6]:
        assert f"npm trust github {name} --repo acme/widget" in finding["fix"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("env", "shown"), [({}, True), ({"CI": "true"}, False)])
def test_the_bar_goes_to_the_terminal_behind_stderr_and_the_report_stays_clean(
    env: dict[str, str], shown: bool, world: World, tmp_path: Path
) -> None:
    tree = files(workflow("- run: npm publish --workspaces\n"), UNDECLARED)
    tree["package.json"] = json.dumps({"private": True, "workspaces": ["parts/*"]}).encode()
    for number in range(12):
        manifest = {"name": f"part-{number}", "version": "1.1.0"}
        tree[f"parts/{number}/package.json"] = json.dumps(manifest).encode()
    root = write(tmp_path / "checkout", tree)
    terminal, behind = os.openpty()
    with Registry(world, NOW, KEY) as registry:
        ended = subprocess.run(
            [
                sys.executable, "-m", "checker", "check", str(root),
                "--registry", registry.url, "--format", "json",
            ],
            env=variables(TERM="xterm", **env), cwd=CHECKER,
            stdout=subprocess.PIPE, stderr=behind, timeout=60, check=False,
        )  # fmt: skip
    os.set_blocking(terminal, False)
    try:
        screen = os.read(terminal, 65_536)
    except BlockingIOError:
        screen = b""
    os.close(behind)
    os.close(terminal)
    assert (b"Asking npm about packages" in screen) is shown
    assert len(json.loads(ended.stdout)["publishes"][0]["packages"]) == 12


def drawn(stream: io.StringIO, env: dict[str, str], total: int = 30) -> str:
    with bar(total, "Asking npm about packages", stream, env) as seen:
        for _ in range(total):
            if seen is not None:
                seen("a-package")
    return stream.getvalue()


def test_on_a_terminal_a_bar_shows_how_many_packages_are_done() -> None:
    assert "Asking npm about packages" in drawn(Terminal(), {})
    assert "30/30" in drawn(Terminal(), {})


@pytest.mark.parametrize(
    ("stream", "env", "total"),
    [
        (io.StringIO(), {}, 300),
        (Terminal(), {"CI": "true"}, 300),
        (Terminal(), {"GITHUB_ACTIONS": "true"}, 300),
        (Terminal(), {}, 3),
    ],
)
def test_elsewhere_and_for_a_few_there_is_no_bar(
    stream: io.StringIO, env: dict[str, str], total: int
) -> None:
    assert drawn(stream, env, total) == ""
