"""Metamorphic: what is unrelated changes no verdict, and what is stricter never accepts more."""

from __future__ import annotations

import itertools
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
import repo_case
from repo_case import RepoCase

from checker.knowledge import policy
from hostile.release import BY_PUBLISHER, BY_TOKEN, PACKAGE, files, judge, step, verdicts, workflow

PUBLISH = workflow(step("npm publish"))
REFUSED = workflow(step("npm publish"), job="permissions: {contents: read}\n")
OTHER = {"name": "@acme/other", "version": "1.0.0", "private": True}

UNRELATED: dict[str, dict[str, object]] = {
    "a package": {"other__package.json": OTHER},
    "a workflow": {
        ".github__workflows__test.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
        "    steps:\n      - uses: actions/checkout@v4\n      - run: npm test\n"
    },
    "a workflow that is called by nobody": {
        ".github__workflows__lib.yml": "on: workflow_call\njobs:\n  t:\n    runs-on: x\n"
        "    steps:\n      - run: echo\n"
    },
    "a document": {"README.md": "npm publish --registry https://registry.example\n"},
    "an .npmrc elsewhere": {"docs__.npmrc": "registry=https://registry.example\n"},
    "a script that nothing runs": {"bin__release.sh": "npm publish --tag 1.0.0\n"},
    "a package that anyone may publish": {"other__package.json": OTHER | {"private": False}},
    "a lockfile elsewhere": {"docs__package-lock.json": '{"lockfileVersion": 3}'},
}


@pytest.mark.parametrize("name", UNRELATED)
@pytest.mark.parametrize("release", [PUBLISH, REFUSED], ids=["ready", "not ready"])
def test_something_unrelated_changes_no_verdict(name, release):
    assert verdicts(release, **UNRELATED[name]) == verdicts(release)


def test_a_comment_at_any_line_changes_no_verdict():
    rows = PUBLISH.splitlines(keepends=True)
    script = next(number for number, row in enumerate(rows) if "run: |" in row)
    for number in range(script):
        commented = [*rows[:number], "# npm publish --dry-run\n", *rows[number:]]

        assert verdicts("".join(commented)) == ("accepted", "accepted")


@pytest.mark.parametrize(
    "script", ["# npm publish --dry-run\nnpm publish", "npm publish # --tag 1"]
)
def test_a_comment_in_the_script_changes_no_verdict(script):
    assert verdicts(workflow(step(script))) == ("accepted", "accepted")


@pytest.mark.parametrize("config", [BY_TOKEN, BY_PUBLISHER])
def test_a_comment_in_the_config_file_changes_no_verdict(config):
    commented = f"# token: {{type: none}}\n{config}# trusted-publishers: []\n"

    assert judge(files(PUBLISH, commented)).verdict == "accepted"


SAMPLES = tuple(repo_case.cases())[::4]


def said(case: RepoCase, scratch: Path) -> tuple[object, ...]:
    """What is said of a sample repository, but for the numbers of lines."""
    document = repo_case.answer(case, scratch)
    found = [(one["severity"], one["rule"]) for one in document["findings"]]
    return document["verdict"], sorted(found), document["unknowns"]


@pytest.mark.parametrize("case", SAMPLES, ids=lambda case: f"{case.rule}/{case.name}")
def test_an_unrelated_package_workflow_and_comment_change_nothing_in_a_sample(case, tmp_path):
    copy = RepoCase(tmp_path / "case")
    shutil.copytree(case.folder, copy.folder)
    for path in (copy.folder / "repo").glob(".github/workflows/*.y*ml"):
        path.write_text("# npm publish\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    added = {
        ".github/workflows/zz-unrelated.yml": "on: push\njobs:\n  lint:\n"
        "    runs-on: ubuntu-latest\n    steps:\n      - run: make lint\n",
        "zz-unrelated/package.json": '{"name": "zz", "version": "0.0.1", "private": true}',
        "zz-unrelated/README.md": "npm publish --tag 1.0.0\n",
    }
    for name, text in added.items():
        path = copy.folder / "repo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert said(copy, tmp_path / "after") == said(case, tmp_path / "before")


def test_the_order_of_keys_changes_no_verdict():
    keys = (
        "name: Release\n",
        "on: {push: {tags: ['v*']}}\n",
        "env: {CI: true}\n",
        PUBLISH[PUBLISH.index("jobs:") :],
    )
    orders = {verdicts("".join(order)) for order in itertools.permutations(keys)}
    written = {verdicts(PUBLISH, dict(order)) for order in itertools.permutations(PACKAGE.items())}

    assert orders == written == {("accepted", "accepted")}


def test_the_order_of_what_is_declared_changes_no_verdict():
    for config in (BY_TOKEN, BY_PUBLISHER):
        blocks = [f"{b}\n" for b in config.replace("\n  ", "\x00").splitlines()]
        found = {
            judge(files(PUBLISH, "".join(order).replace("\x00", "\n  "))).verdict
            for order in itertools.permutations(blocks)
        }

        assert found == {"accepted"}


# From the laxest to the strictest; each as the lines that declare it.
STRICTER: dict[str, tuple[str, ...]] = {
    "access": (
        "publishing-access: legacy-none",
        "publishing-access: 2fa-or-bypass-token",
        "publishing-access: 2fa-disallow-tokens",
    ),
    "bypass": ("bypass-2fa: true", "bypass-2fa: false"),
    "permission": (
        "token-permission: read-write",
        "token-permission: read-only",
        "token-permission: no-access",
    ),
    "packages": ("token-packages: all", "token-packages: ['@acme/*']", "token-packages: [other]"),
    "expiry": ("token-expires: 2027-01-20", "token-expires: 2026-11-23"),
    # One that lacks the command is no laxer than none: npm tries no token after an exchange.
    "publishers": (
        "trusted-publishers:\n"
        "  - {repository: acme/widget, workflow: release.yml, published: true,\n"
        "     allow: [publish, stage]}",
        "trusted-publishers: []",
    ),
}
FIRM = frozenset({"accepted", "staged"})


@pytest.mark.parametrize("axis", STRICTER)
@pytest.mark.parametrize("command", ["npm publish", "npm stage publish"])
def test_a_stricter_setting_never_turns_refused_into_accepted(axis, command):
    release = workflow(step(command))
    others = [kinds for name, kinds in STRICTER.items() if name != axis]
    for rest in itertools.product(*others):
        found = [
            judge(files(release, "\n".join((mine, "token-type: granular", *rest)))).verdict
            for mine in STRICTER[axis]
        ]
        for lax, strict in itertools.pairwise(found):
            assert not (lax == "refused" and strict in FIRM), (axis, rest, found)


# --- days -----------------------------------------------------------------------------------------

TOKEN = "publishing-access: {access}\ntoken: {{{token}}}\ntrusted-publishers: []\n"
GRANULAR = "type: granular, permission: read-write, packages: all, bypass-2fa: "
PUBLISHER = """\
publishing-access: 2fa-disallow-tokens
token: {{type: none}}
trusted-publishers:
  - {{repository: acme/widget, workflow: release.yml, allow: [publish], {state}}}
"""
CREDENTIALS = {
    "a classic automation token": TOKEN.format(
        access="2fa-or-bypass-token", token="type: classic-automation"
    ),
    "a classic publish token": TOKEN.format(access="legacy-none", token="type: classic-publish"),
    "a session token": TOKEN.format(access="2fa-or-bypass-token", token="type: session"),
    "a token that bypasses 2FA": TOKEN.format(
        access="2fa-or-bypass-token", token=f"{GRANULAR}true, expires: 2027-11-24"
    ),
    "a token that expires": TOKEN.format(
        access="2fa-or-bypass-token", token=f"{GRANULAR}true, expires: 2026-10-05"
    ),
    "a token that needs a code": TOKEN.format(
        access="2fa-or-bypass-token", token=f"{GRANULAR}false, expires: 2027-11-24"
    ),
    "a publisher that has published": PUBLISHER.format(state="published: true"),
    "a publisher that never published": PUBLISHER.format(
        state="published: false, created: 2026-10-12"
    ),
    "an old publisher that never published": PUBLISHER.format(
        state="published: false, created: 2026-06-01"
    ),
}
# Both sides of every change of npm's policy, and of the dates above; Node 24.18.0 is out by then.
FIRST_DAY = date(2026, 6, 24)
_TURNS = {era.start for era in policy.ERAS} | {
    date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 14), date(2027, 11, 24), date(2029, 1, 1),
}  # fmt: skip
DAYS = sorted(
    day + timedelta(days=more) for day in _TURNS for more in (-1, 0, 1) if day > FIRST_DAY
)


def over_time(config: str) -> list[str]:
    return [judge(files(PUBLISH, config), day).verdict for day in DAYS]


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_later_date_never_revives_a_dead_credential(credential):
    found = over_time(CREDENTIALS[credential])
    after = found[found.index("refused") :] if "refused" in found else []

    assert not FIRM & set(after), [*zip(map(str, DAYS), found, strict=True)]


def test_credentials_that_a_date_kills_are_among_them():
    found = {name: over_time(config) for name, config in CREDENTIALS.items()}
    first_and_last = {name: (over[0], over[-1]) for name, over in found.items()}

    assert first_and_last["a token that expires"] == ("accepted", "refused")
    assert first_and_last["a token that bypasses 2FA"] == ("accepted", "refused")
    # Before the day of which it is said to be, it cannot be there.
    never_published = list(dict.fromkeys(found["a publisher that never published"]))
    assert never_published == ["unknown", "accepted", "refused"]
    assert first_and_last["a publisher that has published"] == ("accepted", "accepted")


def test_less_declared_is_never_more_certain_than_a_refusal():
    lines = "\n".join(kinds[-1] for kinds in STRICTER.values()).splitlines()
    strict = "\n".join(["token-type: granular", *lines])
    assert judge(files(PUBLISH, strict)).verdict == "refused"
    for left_out in lines:
        less = "\n".join(row for row in strict.splitlines() if row != left_out)

        assert judge(files(PUBLISH, less)).verdict != "accepted"


def test_reading_twice_says_the_same():
    tree = files(PUBLISH)

    assert judge(tree).report == judge(tree).report
