"""Metamorphic: what is unrelated changes no verdict, and what is stricter never accepts more."""

from __future__ import annotations

import itertools

import pytest

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
