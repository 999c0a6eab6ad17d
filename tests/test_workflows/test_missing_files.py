"""Actions and workflows that a workflow uses and the repository does not have."""

from __future__ import annotations

import pytest

from test_workflows.tree import CHECKOUT, SETUP, WIDGET, reading, tree, workflow

PUBLISH = "- run: npm publish"
NEEDED = "  build:\n    runs-on: ubuntu-latest\n    steps:\n{}      - uses: ./missing\n"


def whys(content: str, **others: object) -> list[str]:
    return [problem.why for problem in reading(content, **others).problems]


NOWHERE = ["no action is at `./missing`, so the step fails"]


@pytest.mark.parametrize("others", [{}, {"missing/README.md": "x"}])
@pytest.mark.parametrize(
    "before",
    [
        "- uses: ./missing",
        "- uses: ./missing\n  if: github.ref_name == 'main'",
        "- uses: actions/checkout@v5\n  with: {path: source}\n- uses: ./missing",
        "- run: npm ci\n- uses: ./missing",
    ],
)
def test_no_run_comes_to_a_publish_behind_an_action_that_is_not_there(
    before: str, others: dict[str, object]
) -> None:
    assert whys(workflow(f"{before}\n{PUBLISH}"), **others) == NOWHERE


def test_an_action_of_the_workflows_own_commit_is_wanted_whatever_is_checked_out() -> None:
    steps = f"- uses: actions/download-artifact@v5\n- uses: $/missing\n{PUBLISH}"

    assert whys(workflow(steps)) == ["no action is at `$/missing`, so the step fails"]


@pytest.mark.parametrize(
    ("steps", "others"),
    [
        (f"- uses: ./missing\n{PUBLISH}", {"missing/action.yaml": "runs: {using: composite}"}),
        (f"- uses: ./missing\n{PUBLISH}", {"missing/Dockerfile": "FROM scratch"}),
        (f"- uses: ./missing\n{PUBLISH}", {".gitmodules": '[submodule "missing"]'}),
        (f"- uses: ./missing\n  continue-on-error: true\n{PUBLISH}", {}),
        (f"- uses: ./missing\n  if: github.event_name == 'release'\n{PUBLISH}", {}),
        (f"- uses: actions/download-artifact@v5\n- uses: ./missing\n{PUBLISH}", {}),
        (f"- uses: ../missing\n{PUBLISH}", {}),
        (
            "- uses: actions/checkout@v5\n  with: {repository: acme/actions, path: missing}\n"
            f"- uses: ./missing\n{PUBLISH}",
            {},
        ),
        (f"{PUBLISH}\n- uses: ./missing", {}),
        ("- uses: ./missing\n- run: npm publish --dry-run", {}),
    ],
)
def test_an_action_that_may_be_there_or_is_not_waited_for_ends_nothing(
    steps: str, others: dict[str, object]
) -> None:
    assert whys(workflow(steps), **others) == []


@pytest.mark.parametrize(
    ("job", "expected"),
    [("needs: build", NOWHERE), ("", []), ("needs: build\nif: always()", [])],
)
def test_a_job_is_skipped_where_one_that_it_needs_fails(job: str, expected: list[str]) -> None:
    assert whys(workflow(PUBLISH, job=job) + NEEDED.format(CHECKOUT)) == expected


def test_a_job_is_skipped_where_a_workflow_that_it_needs_fails() -> None:
    called = f"on: workflow_call\njobs:\n{NEEDED.format(CHECKOUT)}"
    release = workflow(PUBLISH, job="needs: call") + "  call: {uses: ./.github/workflows/b.yml}\n"

    assert whys(release, **{".github/workflows/b.yml": called}) == NOWHERE


@pytest.mark.parametrize("keys", ["", "    if: false\n", "    needs: publish\n"])
def test_github_starts_no_run_of_a_file_that_calls_one_that_is_not_there(keys: str) -> None:
    call = f"  call:\n    uses: ./.github/workflows/missing.yml\n{keys}"

    assert whys(workflow(PUBLISH) + call) == [
        "`./.github/workflows/missing.yml` is not in the repository"
    ]


def test_nor_where_a_called_workflow_calls_it() -> None:
    caller = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"
    steps = f"    runs-on: ubuntu-latest\n    steps:\n{CHECKOUT}{SETUP}      {PUBLISH}\n"
    called = (
        f"on: workflow_call\njobs:\n  publish:\n{steps}"
        "  c:\n    if: false\n    uses: ./.github/workflows/missing.yml\n"
    )
    content: dict[str, object] = {
        ".github/workflows/release.yml": caller,
        ".github/workflows/b.yml": called,
        "package.json": WIDGET,
    }

    assert [problem.why for problem in reading(tree(content)).problems] == [
        "`./.github/workflows/missing.yml` is not in the repository"
    ]


ACTION = {"setup/action.yml": "runs:\n  using: composite\n  steps: []\n"}
NO_CHECKOUT = ["no checkout comes before `./setup`, so the step fails"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", NO_CHECKOUT),
        ("      - run: npm ci\n", NO_CHECKOUT),
        (CHECKOUT, []),
        ("      - run: git clone https://github.com/acme/widget .\n", []),
        ("      - uses: acme/fetch@v1\n", []),
    ],
)
def test_an_action_of_the_tree_is_there_once_the_tree_is(before: str, expected: list[str]) -> None:
    steps = f"{before}      - uses: ./setup\n      - run: npm publish\n"
    job = f"on: push\njobs:\n  publish:\n    runs-on: {{}}\n    steps:\n{steps}"

    assert whys(job.format("ubuntu-latest"), **ACTION) == expected
    assert whys(job.format("self-hosted"), **ACTION) == []
