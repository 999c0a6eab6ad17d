"""The paths on which a step runs: events, conditions, matrix legs and callers."""

from __future__ import annotations

from textwrap import dedent

import pytest

from checker.facts import Publish, Unknown
from test_workflows.tree import WIDGET, one, reading, run, tree, workflow

CALLEE = dedent(
    """\
    on:
      workflow_call:
        inputs:
          folder: {type: string, default: .}
          publish: {type: boolean, default: true}
        secrets:
          token: {required: false}
    jobs:
      ship:
        if: inputs.publish
        runs-on: ubuntu-latest
        permissions:
          id-token: write
        steps:
          - uses: actions/checkout@v5
          - uses: actions/setup-node@v6
            with:
              node-version: 24.18.0
              registry-url: https://registry.npmjs.org
          - run: npm publish
            working-directory: ${{ inputs.folder }}
            env:
              NODE_AUTH_TOKEN: ${{ secrets.token }}
    """
)


def calling(job: str, *, top: str = "", callee: str = CALLEE) -> dict[str, object]:
    body = "".join(f"    {row}\n" for row in dedent(job).strip().splitlines())
    caller = f"on: push\n{top}jobs:\n  go:\n    uses: ./.github/workflows/ship.yml\n{body}"
    return {
        ".github/workflows/release.yml": caller,
        ".github/workflows/ship.yml": callee,
        "package.json": WIDGET,
    }


ALL = ["push", "release", "workflow_dispatch", "schedule"]


def events(publish: Publish) -> list[str]:
    return [found.event for found in publish.runs]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("github.event_name == 'push'", ["push"]),
        ("github.event_name != 'push'", ["release", "workflow_dispatch", "schedule"]),
        ('contains(fromJSON(\'["push", "release"]\'), github.event_name)', ["push", "release"]),
        ("startsWith(github.ref, 'refs/tags/')", ["push", "release", "workflow_dispatch"]),
        ("github.ref_type == 'tag'", ["push", "release", "workflow_dispatch"]),
        ("github.event.pull_request.merged == true", []),
        ("github.event.release.prerelease", ["release"]),
        ("inputs.really", ["workflow_dispatch"]),
        ("vars.RELEASE", ALL),
        (
            "github.repository == 'acme/widget'",
            ["push", "release", "workflow_dispatch", "schedule"],
        ),
        ("github.repository == 'other/widget'", []),
    ],
)
@pytest.mark.parametrize("where", ["step", "job"])
def test_conditions_narrow_the_events_as_far_as_they_can_be_read(test, expected, where):
    dispatch = "workflow_dispatch: {inputs: {really: {type: boolean}}}"
    on = f"{{push: {{}}, release: {{}}, {dispatch}, schedule: []}}"
    if where == "step":
        text = workflow(f"- run: npm publish\n  if: {test}", on=on)
    else:
        text = workflow("- run: npm publish", on=on, job=f"if: {test}")

    assert [e for p in reading(text).publishes for e in events(p)] == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("{push: {tags: ['v*']}}", 1),
        ("{push: {branches: [main]}}", 0),
        ("{push: {branches: [main], tags: ['v*']}}", 1),
        ("{push: {branches-ignore: [x]}}", 0),
    ],
)
def test_the_filters_of_a_push_say_whether_it_is_a_tag(on, expected):
    text = workflow("- run: npm publish\n  if: startsWith(github.ref, 'refs/tags/')", on=on)

    assert len(reading(text).publishes) == expected


NEEDING = """\
on: [push, release]
jobs:
  gate:
    if: github.event_name == 'release'
    runs-on: ubuntu-latest
    steps:
      - run: npm test
  ship:
    needs: [gate]
    if: {test}
    runs-on: ubuntu-latest
    steps:
      - run: npm publish
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("true", ["release"]),
        ("always()", ["push", "release"]),
        ("!cancelled()", ["push", "release"]),
    ],
)
def test_a_job_that_needs_a_skipped_one_is_skipped_unless_it_asks_for_the_status(test, expected):
    text = NEEDING.replace("{test}", f"${{{{ {test} }}}}")

    assert events(one(text)) == expected


def test_matrix_legs_are_runs_of_one_entry():
    job = "strategy:\n  matrix:\n    node: [20.20.2, 24.18.0]\n    os: [ubuntu-latest]"
    text = workflow("- run: npm publish", job=job).replace(
        "node-version: 24.18.0", "node-version: ${{ matrix.node }}"
    )

    assert [(r.matrix, r.npm) for r in one(text).runs] == [
        ((("node", "20.20.2"), ("os", "ubuntu-latest")), ("10.8.2",)),
        ((("node", "24.18.0"), ("os", "ubuntu-latest")), ("11.16.0",)),
    ]


def test_include_and_exclude_make_the_legs_that_github_makes():
    job = dedent(
        """\
        strategy:
          matrix:
            os: [a, b]
            node: [1, 2]
            exclude:
              - {os: a, node: 1}
            include:
              - {os: b, extra: x}
              - {os: c, node: 3}
        """
    )
    found = one(workflow("- run: npm publish", job=job))

    assert [dict(r.matrix) for r in found.runs] == [
        {"os": "a", "node": "2"},
        {"os": "b", "node": "1", "extra": "x"},
        {"os": "b", "node": "2", "extra": "x"},
        {"os": "c", "node": "3"},
    ]


def test_a_condition_on_the_matrix_keeps_the_legs_that_hold():
    job = "strategy:\n  matrix:\n    node: [20, 24]"
    found = one(workflow("- run: npm publish\n  if: matrix.node == 24", job=job))

    assert [dict(r.matrix) for r in found.runs] == [{"node": "24"}]


def test_a_matrix_that_only_a_run_knows_is_one_leg_of_unknown_values():
    job = "runs-on: ${{ matrix.os }}\nstrategy:\n  matrix: ${{ fromJSON(needs.x.outputs.m) }}"
    found = run(workflow("- run: npm publish", job=job))

    assert found.matrix == ()
    assert isinstance(found.runs_on, Unknown)


def test_a_command_in_the_matrix_is_run():
    job = "strategy:\n  matrix:\n    do: [npm test, npm publish --tag next]"
    found = one(workflow("- run: ${{ matrix.do }}", job=job))

    assert [r.options.tag for r in found.runs] == ["next"]


def test_a_called_workflow_is_one_entry_with_its_callers():
    content = calling("permissions:\n  id-token: write\nsecrets:\n  token: ${{ secrets.NPM }}")
    publish = one(tree(content))
    found = publish.runs[0]

    assert publish.place.path == ".github/workflows/ship.yml"
    assert (publish.job, publish.via) == ("ship", ("reusable",))
    assert (found.entry_workflow, found.event) == (".github/workflows/release.yml", "push")
    assert found.id_token is True
    assert found.token.secret_names == ("NPM",)


@pytest.mark.parametrize(
    ("job", "top", "granted"),
    [
        ("", "", False),
        ("permissions: {}", "permissions: write-all\n", False),
        ("", "permissions: write-all\n", True),
        ("permissions:\n  id-token: write", "", True),
        ("permissions: read-all", "", False),
    ],
)
def test_a_callee_never_has_more_than_its_caller_grants(job, top, granted):
    found = run(tree(calling(job, top=top)))

    assert found.id_token is granted
    assert found.exceeds_caller is not granted
    if not granted:
        assert found.permissions_place.path == ".github/workflows/release.yml"


def test_a_callee_that_asks_for_nothing_has_what_the_caller_grants():
    callee = CALLEE.replace("    permissions:\n      id-token: write\n", "")
    found = run(tree(calling("permissions: write-all", callee=callee)))

    assert found.id_token is True
    assert not run(tree(calling("", callee=callee))).exceeds_caller


def test_inherited_secrets_keep_their_names():
    callee = CALLEE.replace("secrets.token", "secrets.NPM_TOKEN")
    found = run(tree(calling("secrets: inherit", callee=callee)))

    assert found.token.secret_names == ("NPM_TOKEN",)


def test_a_secret_that_is_not_handed_on_is_empty():
    found = run(tree(calling("")))

    assert found.token.state == "empty"


def test_inputs_are_the_callers_or_the_defaults():
    content = calling("with:\n  folder: packages/a")
    content["packages/a/package.json"] = {"name": "a"}

    assert [p.name for p in run(tree(content)).packages] == ["a"]
    assert [p.name for p in run(tree(calling(""))).packages] == ["@acme/widget"]
    assert reading(tree(calling("with:\n  publish: false"))).publishes == ()


def test_a_workflow_that_is_only_called_does_not_start_by_itself():
    assert (
        reading(tree({".github/workflows/ship.yml": CALLEE, "package.json": WIDGET})).publishes
        == ()
    )


def test_two_callers_are_two_runs_of_one_entry():
    content = calling("permissions: write-all")
    content[".github/workflows/nightly.yml"] = content[".github/workflows/release.yml"].replace(
        "push", "schedule"
    )
    found = one(tree(content))

    assert {(r.entry_workflow.rpartition("/")[2], r.event) for r in found.runs} == {
        ("release.yml", "push"),
        ("nightly.yml", "schedule"),
    }


def test_workflows_that_call_each_other_end_with_a_problem():
    loop = "on:\n  push:\n  workflow_call:\njobs:\n  a:\n    uses: ./.github/workflows/ship.yml\n"
    found = reading(tree({".github/workflows/ship.yml": loop}))

    assert [p.rule for p in found.problems] == ["reading-limit-reached"]


def test_a_called_workflow_that_is_missing_is_unreadable_at_the_call():
    content = calling("")
    del content[".github/workflows/ship.yml"]
    found = reading(tree(content))

    assert [(p.rule, p.place.line) for p in found.problems] == [("workflow-unreadable", 4)]


def test_the_environment_is_read_in_both_forms():
    assert run(workflow("- run: npm publish", job="environment: npm")).environment == "npm"
    job = "environment:\n  name: npm\n  url: https://x"
    assert run(workflow("- run: npm publish", job=job)).environment == "npm"
    hidden = run(workflow("- run: npm publish", job="environment: ${{ vars.E }}")).environment
    assert isinstance(hidden, Unknown)
    assert hidden.fact == "environment"


@pytest.mark.parametrize(
    ("runs_on", "labels", "hosted"),
    [
        ("ubuntu-latest", ("ubuntu-latest",), True),
        ("[self-hosted, linux]", ("self-hosted", "linux"), False),
        ("${{ 'ubuntu-24.04' }}", ("ubuntu-24.04",), True),
        ("${{ fromJSON('[\"self-hosted\"]') }}", ("self-hosted",), False),
    ],
)
def test_the_labels_of_a_runner(runs_on, labels, hosted):
    found = run(workflow("- run: npm publish", job=f"runs-on: {runs_on}"))

    assert (found.runs_on, found.hosted) == (labels, hosted)


def test_a_group_of_runners_may_be_of_any_kind():
    found = run(workflow("- run: npm publish", job="runs-on:\n  group: big"))

    assert isinstance(found.hosted, Unknown)


def test_legs_that_nothing_asks_about_are_still_runs_of_their_own():
    job = "strategy:\n  matrix:\n    shard: [1, 2]\n    include: [{shard: 2, last: yes}]"
    found = one(workflow("- run: npm publish", job=job))

    assert [dict(r.matrix) for r in found.runs] == [{"shard": "1"}, {"shard": "2", "last": "yes"}]


def test_legs_of_a_caller_stay_apart_where_only_the_called_matrix_is_asked_about():
    called = workflow(
        "- run: npm publish --tag ${{ matrix.tag }}",
        on="workflow_call",
        job="strategy:\n  matrix:\n    tag: [a, b]",
    )
    caller = (
        "on: push\njobs:\n  call:\n    strategy:\n      matrix:\n        n: [1, 2]\n"
        "    uses: ./.github/workflows/publish.yml\n"
    )
    found = one(caller, **{".github/workflows/publish.yml": called})

    assert [(dict(r.matrix), r.options.tag) for r in found.runs] == [
        ({"n": "1", "tag": "a"}, "a"),
        ({"n": "1", "tag": "b"}, "b"),
        ({"n": "2", "tag": "a"}, "a"),
        ({"n": "2", "tag": "b"}, "b"),
    ]


@pytest.mark.parametrize(
    "command", ["npx nx release", "nx run-many -t ship", "nx run web:ship", "npx auto latest"]
)
def test_words_that_publish_only_together_are_found_together(command):
    manifest = {"name": "@acme/widget", "version": "1.2.0", "scripts": {"ship": "npm pub"}}
    text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: " + command

    assert reading(text, **{"package.json": manifest}).publishes
