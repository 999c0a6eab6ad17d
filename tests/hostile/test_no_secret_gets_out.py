"""Tokens planted in every input are searched for in every output, file and error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hostile.planted import Planted
from hostile.program import in_a_job, run, variables, write, written_in
from hostile.release import BY_TOKEN, CONFIG, PACKAGE, WORKFLOW, workflow

COMMANDS = (
    ("check",),
    ("check", "--format", "plain"),
    ("check", "--format", "json"),
    ("check", "--format", "sarif"),
    ("check", "--format", "markdown"),
    ("fix",),
    ("fix", "--stage"),
    ("trust",),
)


def tree(planted: Planted) -> dict[str, str]:
    """A repository in which every word that a person may write is a token."""
    at = planted.at
    steps = f"""\
- run: |
    echo "//registry.npmjs.org/:_authToken={at("a written line")}" > .npmrc
    export NPM_TOKEN={at("an export")}
    npm publish --otp={at("otp")} --tag {at("tag")}
    npm publish --registry https://u:{at("an address")}@registry.npmjs.org/
  env: {{NODE_AUTH_TOKEN: {at("env")}, OTHER: '${{{{ secrets.{at("a secret's name")} }}}}'}}
- name: {at("a step's name")}
  run: npm publish && npm publish {at("a target")} && npm run {at("a script")}
- uses: someone/publish-npm@{at("a ref")}
  with: {{token: {at("with token")}, npm-token: {at("with npm-token")}}}
- run: ./bin/{at("a program")}.sh publish
  env: {{NPM_TOKEN: {at("env of a program")}}}
- run: npm publish -w {at("a workspace")} && cd {at("a folder")} && npm publish
"""
    job = (
        f"environment: {at('an environment')}\nstrategy: {{matrix: {{a: [{at('a matrix')}]}}}}\n"
        f"runs-on: [ubuntu-latest, {at('a label')}]\n"
    )
    broken = "on: push\n"
    ignore = f"      # npm-publish-preflight: ignore[{at('ignored')}] {at('a reason')}\n"
    plain = workflow("- run: npm publish\n  env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}\n")
    return {
        WORKFLOW: workflow(steps, job=job).replace("  publish:", f"  {at('a job id')}:"),
        f".github/workflows/{at('a file name')}.yml": plain + ignore,
        ".github/workflows/b1.yml": f"{broken}{at('broken YAML')}: [\n",
        ".github/workflows/b2.yml": f"{broken}jobs: {{{at('a job that is none')}: 5}}\n",
        ".github/workflows/b3.yml": f"{broken}jobs: *{at('an alias')}\n",
        ".github/workflows/b4.yml": f"{broken}jobs: !{at('a YAML tag')} x\n",
        "package.json": json.dumps(
            {
                **PACKAGE,
                "name": f"@acme/{at('a package').lower()}",
                "version": f"1.2.3-{at('a version')}",
                "repository": f"https://u:{at('repository')}@github.com/acme/widget",
                "publishConfig": {"tag": at("publishConfig.tag")},
                "packageManager": f"npm@{at('packageManager')}",
                "workspaces": [at("a workspace pattern")],
            }
        ),
        ".npmrc": f"//registry.npmjs.org/:_authToken={at('.npmrc')}\n{at('a key')}=1\n",
        ".yarnrc.yml": f"npmAuthToken: {at('.yarnrc.yml')}\n",
        ".git/config": f'[remote "origin"]\n\turl = https://u:{at("remote")}@github.com/acme/w\n',
        CONFIG: BY_TOKEN,
    }


def bad_config(planted: Planted) -> str:
    at = planted.at
    return (
        f"token-type: {at('a value')}\n{at('an unknown key')}: 1\ntoken-expires: {at('a day')}\n"
        f"ignore: [{at('a rule')}]\npackages: {{'{at('a name')}': {{exists: {at('exists')}}}}}\n"
        f"tokens: {{{at('a secret')}: {{type: granular, expires: {at('a day of it')}}}}}\n"
        f"trusted-publishers:\n"
        f"  - {{repository: {at('a repository')}, workflow: {at('a workflow')}}}\n"
    )


def secrets_of_the_run(planted: Planted) -> dict[str, str]:
    return {
        "NODE_AUTH_TOKEN": planted.at("NODE_AUTH_TOKEN"),
        "NPM_TOKEN": planted.at("NPM_TOKEN"),
        "GITHUB_TOKEN": planted.of_github("GITHUB_TOKEN"),
        "INPUT_NPM-TOKEN": planted.at("the input npm-token"),
        "INPUT_GITHUB-TOKEN": planted.of_github("the input github-token"),
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": planted.at("the id-token's own token"),
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"https://127.0.0.1:9/{planted.at('its address')}",
    }


@pytest.mark.parametrize("command", [*COMMANDS, ("check", "bad config")], ids=" ".join)
def test_no_planted_token_is_printed_or_written(command, tmp_path: Path):
    planted = Planted()
    root = write(tmp_path / "checkout", tree(planted))
    if "bad config" in command:
        write(root, {CONFIG: bad_config(planted)})
        command = ("check",)
    secrets = secrets_of_the_run(planted)
    flags = ("--offline", "--today", "2026-11-24")
    for env in (variables(**secrets), in_a_job(tmp_path / "runner", **secrets)):
        ended = run(command[0], root, *command[1:], *flags, env=env)

        assert ended.code in {0, 1, 2}, ended.err
        assert planted.found_in(ended.all) == []
    assert planted.found_in(written_in(tmp_path / "runner")) == []
    assert len(planted.places) > 35


@pytest.mark.parametrize("flag", ["--token-type", "--config", "--today", "--package", "--registry"])
def test_no_token_given_as_a_flag_by_mistake_is_printed(flag, tmp_path: Path):
    planted = Planted()
    root = write(tmp_path / "checkout", {"package.json": json.dumps(PACKAGE)})

    ended = run("check", root, "--offline", flag, planted.at(flag), env=variables())

    assert ended.code in {0, 2}
    assert planted.found_in(ended.all) == []


def test_no_token_of_a_log_is_printed(tmp_path: Path):
    planted = Planted()
    log = (
        f"##[group]Run npm publish --otp {planted.at('otp')}\n"
        f"env:\n  NODE_AUTH_TOKEN: {planted.at('env')}\n##[endgroup]\n"
        f"npm error code E404\nnpm error 404 Not Found - PUT https://u:{planted.at('address')}"
        f"@registry.npmjs.org/@acme%2f{planted.at('package')} - Not found\n"
        f"npm error {planted.at('error')}\n##[error]Process completed with exit code 1.\n"
    )

    ended = run("diagnose", env=variables(), stdin=log)

    assert "404 Not Found" in ended.out
    assert planted.found_in(ended.all) == []


def test_no_token_of_a_list_reaches_the_config_file(tmp_path: Path):
    planted = Planted()
    listed = [{"name": planted.at("its name"), "token": planted.at("itself"), "key": "k",
               "bypass_2fa": True, "expiry": "2027-01-20T00:00:00Z", "readonly": False,
               "permissions": [{"name": planted.at("permission"), "action": "write"}],
               "scopes": [{"type": "package", "name": planted.at("scope").lower()}]}]  # fmt: skip
    root = write(tmp_path / "checkout", {CONFIG: "# kept\n"})

    ended = run("import", root, env=variables(), stdin=json.dumps(listed))

    assert ended.code in {0, 2}
    assert planted.found_in(ended.all + (root / CONFIG).read_text()) == []


@pytest.mark.parametrize(
    "secret",
    [
        "OTHER: npm_{}",
        "OTHER: github_pat_{}",
        "OTHER: 01234567-89ab-cdef-0123-456789abcdef",
        "OTHER: eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.{}",
        "OTHER: https://ci:hunter2{}@packages.example/",
        "OTHER: '//packages.example/:_auth=Y2k6aHVudGVyMg{}'",
        "NPM_TOKEN: hunter2{}",
    ],
)
def test_no_secret_beside_what_is_changed_or_found_is_shown(secret, tmp_path: Path):
    planted = secret.format("A1b2C3d4E5f6G7h8I9j0")
    value = planted.partition(": ")[2].strip("'").removeprefix("https://")
    release = workflow(
        "- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n"
        f"    {planted}\n",
        job=f"env:\n  {planted}\npermissions: {{}}\n",
    )
    root = write(tmp_path, {WORKFLOW: release, "package.json": json.dumps(PACKAGE)})
    git = '[remote "origin"]\n\turl = https://github.com/acme/widget\n'
    write(root, {".git/config": git})

    for command in (("fix",), ("check", "--format", "plain"), ("check", "--format", "sarif")):
        ended = run(command[0], root, *command[1:], "--offline", env=variables())
        assert ended.code in {0, 1}, ended.err
        assert value.rpartition("=")[2].partition("@")[0] not in ended.all
    fixed = run("fix", root, "--offline", env=variables())
    assert "release.yml:" in fixed.err
    assert "Its diff is not shown" in fixed.err
    assert run("fix", root, "--offline", "--write", env=variables()).out == f"{WORKFLOW}\n"
    assert planted in (root / WORKFLOW).read_text()
