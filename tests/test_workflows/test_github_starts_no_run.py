"""Workflows of which GitHub starts no job: too many permissions, contexts out of place."""

from __future__ import annotations

import pytest

from test_workflows.tree import CHECKOUT, SETUP, WIDGET, reading, tree, workflow

CALLER = "on: push\npermissions: {caller}\njobs:\n  call:\n    uses: ./.github/workflows/b.yml\n"


def rules(content: object, **others: object) -> list[str]:
    return [p.rule for p in reading(content, **others).problems]  # type: ignore[arg-type]


def called(caller: str, callee: str) -> list[str]:
    steps = f"    steps:\n{CHECKOUT}{SETUP}      - run: npm publish\n"
    body = f"on: workflow_call\njobs:\n  publish:\n    runs-on: ubuntu-latest\n{callee}{steps}"
    content = {
        ".github/workflows/release.yml": CALLER.replace("{caller}", caller),
        ".github/workflows/b.yml": body,
        "package.json": WIDGET,
    }
    return rules(tree(content))


@pytest.mark.parametrize(
    ("caller", "callee"),
    [
        ("{contents: read}", "    permissions: {contents: write}\n"),
        ("{contents: read}", "    permissions: {packages: read}\n"),
        ("read-all", "    permissions: {contents: write}\n"),
        ("{}", "    permissions: {contents: read}\n"),
    ],
)
def test_a_called_job_may_not_ask_for_more_than_its_caller_grants(caller, callee):
    assert called(caller, callee) == ["workflow-unreadable"]


@pytest.mark.parametrize(
    ("caller", "callee"),
    [
        ("{contents: write}", "    permissions: {contents: read}\n"),
        ("write-all", "    permissions: {contents: write, packages: write}\n"),
        ("read-all", "    permissions: {contents: read}\n"),
        ("{contents: read}", ""),
        ("", "    permissions: {contents: write}\n"),
    ],
)
def test_what_its_caller_grants_or_the_settings_decide_is_no_fault(caller, callee):
    assert called(caller, callee) == []


PUBLISH = "- run: npm publish"


@pytest.mark.parametrize(
    "release",
    [
        workflow(f"{PUBLISH}\n  if: secrets.NPM_TOKEN != ''"),
        workflow(PUBLISH, job="if: ${{ env.RELEASE == 'true' }}"),
        workflow(PUBLISH, job="env: {A: '${{ env.B }}'}"),
        workflow(PUBLISH, job="runs-on: ${{ env.RUNNER }}"),
        workflow(PUBLISH, top="env: {A: '${{ matrix.b }}'}\n"),
    ],
)
def test_github_takes_no_workflow_with_a_context_where_there_is_none(release):
    assert rules(release) == ["workflow-unreadable"]


@pytest.mark.parametrize(
    "release",
    [
        workflow(f"{PUBLISH}\n  if: env.RELEASE == '' && steps.a.outcome != 'failure'"),
        workflow(PUBLISH, job="env: {A: '${{ secrets.B }}', C: '${{ matrix.d }}'}"),
        workflow(PUBLISH, job="runs-on: ${{ vars.RUNNER || matrix.os }}"),
        workflow(PUBLISH, job="if: github.ref_type == 'tag' && vars.RELEASE != ''"),
        workflow(f"{PUBLISH}\n  env: {{A: '${{{{ secrets.B }}}}'}}"),
    ],
)
def test_a_context_that_is_there_is_no_fault(release):
    assert rules(release) == []


def test_a_composite_action_has_no_secrets():
    action = (
        "name: x\nruns:\n  using: composite\n  steps:\n  - run: npm publish\n    shell: bash\n"
        "    env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}\n"
    )

    assert rules(workflow("- uses: ./x"), **{"x/action.yml": action}) == ["workflow-unreadable"]
