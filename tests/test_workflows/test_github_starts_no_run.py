"""Workflows of which GitHub starts no job: too many permissions, contexts out of place."""

from __future__ import annotations

import pytest

from checker.facts import Place
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
        ("{}", "    permissions: read-all\n"),
        ("{contents: write, id-token: write}", "    permissions: read-all\n"),
        ("read-all", "    permissions: write-all\n"),
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
        ("read-all", "    permissions: read-all\n"),
        ("write-all", "    permissions: read-all\n"),
        ("{contents: read}", ""),
        ("", "    permissions: {contents: write}\n"),
    ],
)
def test_what_its_caller_grants_or_the_settings_decide_is_no_fault(caller, callee):
    assert called(caller, callee) == []


def test_what_a_called_file_asks_for_counts_though_its_jobs_ask_for_less():
    steps = f"    steps:\n{CHECKOUT}{SETUP}      - run: npm publish\n"
    body = (
        "on: workflow_call\npermissions: {contents: write}\njobs:\n  publish:\n"
        f"    runs-on: ubuntu-latest\n    permissions: {{contents: read}}\n{steps}"
    )
    content = {
        ".github/workflows/release.yml": CALLER.replace("{caller}", "{contents: read}"),
        ".github/workflows/b.yml": body,
        "package.json": WIDGET,
    }
    assert rules(tree(content)) == ["workflow-unreadable"]


GATE = (
    "on: workflow_call\njobs:\n  test:\n    runs-on: ubuntu-latest\n{}"
    "    steps: [{{run: npm test}}]\n"
)
CALLS = "  gate:\n{}    uses: ./.github/workflows/gate.yml\n"


@pytest.mark.parametrize("call", ["", "    if: false\n"])
@pytest.mark.parametrize("asked", ["contents: read", "id-token: write"])
def test_a_called_gate_that_asks_for_too_much_ends_the_run_of_the_publish_beside_it(asked, call):
    gate = GATE.format(f"    permissions: {{{asked}}}\n")
    release = workflow("- run: npm publish", top="permissions: {}\n") + CALLS.format(call)
    assert rules(release, **{".github/workflows/gate.yml": gate}) == ["workflow-unreadable"]


def test_a_called_gate_that_asks_for_nothing_is_no_fault():
    release = workflow("- run: npm publish", top="permissions: {}\n") + CALLS.format("")
    assert rules(release, **{".github/workflows/gate.yml": GATE.format("")}) == []


def test_a_gate_beyond_its_callers_grant_is_no_matter_where_nothing_is_published():
    release = workflow("- run: npm test", top="permissions: {}\n") + CALLS.format("")
    gate = GATE.format("    permissions: {contents: read}\n")
    assert rules(release, **{".github/workflows/gate.yml": gate}) == []


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


GOOD = workflow("- run: npm publish")


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("on: push", "x-env: 1\non: push", "x-env"),
        ("    runs-on: ubuntu-latest", "    runs_on: a\n    runs-on: ubuntu-latest", "runs_on"),
        ("      - run: npm publish", "      - run: npm publish\n        with: {a: b}", "with"),
        ("      - run: npm publish", "      - run: npm publish\n        workdir: a", "workdir"),
        ("on: push", "on: {push: {}, x-push: {}}", "x-push"),
        ("on: push", "on: push\npermissions: {id_token: write}", "id_token"),
        ("on: push", "on: push\ndefaults: {shell: bash}", "shell"),
        (
            "      - run: npm publish",
            "      - parallel:\n          - run: npm publish\n            x: 1",
            "x",
        ),
    ],
)
def test_a_key_that_is_not_known_leaves_open_whether_github_takes_the_file(before, after, key):
    (problem,) = reading(GOOD.replace(before, after)).problems

    assert problem.rule == "workflow-unreadable"
    assert problem.why.startswith(f"`{key}` is no key of ")
    assert "GitHub refuses a file for a key that it does not know" in problem.why
    assert "only if the key is newer" in problem.why


def action(runs: str, top: str = "") -> str:
    rows = "".join(f"  {row}\n" for row in runs.split("\n"))
    return f"name: x\n{top}runs:\n{rows}"


STEPS = "using: composite\nsteps:\n  - run: npm publish\n    shell: bash\n"


@pytest.mark.parametrize(
    ("runs", "key"),
    [
        (f"{STEPS}    timeout-minutes: 5", "timeout-minutes"),
        (f"{STEPS}    background: true", "background"),
        (f"{STEPS}    with: {{a: b}}", "with"),
        (f"{STEPS}  - parallel:\n      - run: npm test\n        shell: bash", "parallel"),
        (f"{STEPS}  - wait-all:", "wait-all"),
        (f"{STEPS}  - uses: actions/cache@v5\n    shell: bash", "shell"),
        (f"{STEPS}env: {{A: b}}", "env"),
        ("using: node24\nmain: a.js\nargs: [a]", "args"),
        ("using: docker\nimage: Dockerfile\nmain: a.js", "main"),
    ],
)
def test_a_key_that_is_not_known_leaves_open_whether_the_runner_takes_an_action(runs, key):
    release = workflow("- uses: ./x\n- run: npm publish")
    problems = reading(release, **{"x/action.yml": action(runs)}).problems
    (problem,) = (one for one in problems if "is no key of" in one.why)

    assert problem.rule == "workflow-unreadable"
    assert problem.place.path == "x/action.yml"
    assert problem.why.startswith(f"`{key}` is no key of ")


@pytest.mark.parametrize(
    "runs",
    [
        f"{STEPS}    id: a\n    name: b\n    if: always()\n    env: {{A: b}}\n"
        "    continue-on-error: true\n    working-directory: c",
        f"{STEPS}  - uses: actions/cache@v5\n    with: {{path: a}}\n    continue-on-error: true",
        "using: node24\nmain: a.js\npre: b.js\npost-if: always()",
        "using: docker\nimage: Dockerfile\nargs: [a]\nenv: {A: b}",
    ],
)
def test_the_keys_of_an_action_are_known_and_at_its_top_any_is_taken(runs):
    release = workflow("- uses: ./x\n- run: npm publish")
    content = action(runs, "branding: {icon: box}\nx-own: 1\n")
    problems = reading(release, **{"x/action.yml": content}).problems

    assert not [one for one in problems if "is no key of" in one.why]


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("- run: npm publish", "a step with `run` in an action needs a `shell`"),
        ("- run: npm publish\n    shell:", "a step with `run` in an action needs a `shell`"),
        ("- name: nothing", "a step has neither `run` nor `uses`"),
        (
            "- run: npm publish\n    shell: bash\n    uses: actions/cache@v5",
            "a step has both `run` and `uses`",
        ),
    ],
)
def test_the_runner_loads_no_action_with_a_step_that_it_cannot_run(step, why):
    release = workflow("- uses: ./x\n- run: npm publish")
    content = action(f"using: composite\nsteps:\n  - run: npm test\n    shell: sh\n  {step}")
    problems = reading(release, **{"x/action.yml": content}).problems
    (problem,) = (one for one in problems if one.why.startswith(why))

    assert (problem.rule, problem.place) == ("workflow-unreadable", Place("x/action.yml", 7, 7))


@pytest.mark.parametrize(
    "step",
    [
        "- run: npm test\n    shell: ${{ inputs.shell }}",
        "- uses: actions/cache@v5",
        "- run: npm test\n    shell: pwsh",
    ],
)
def test_an_action_whose_steps_can_be_run_is_loaded(step):
    content = action(f"using: composite\nsteps:\n  {step}")

    assert rules(workflow("- uses: ./x"), **{"x/action.yml": content}) == []


def test_a_step_of_a_workflow_has_a_shell_without_a_word():
    assert rules(workflow("- run: npm publish")) == []


KNOWN = """\
name: a
run-name: b
description: c
on: {push: {}, image_version: {}}
permissions: {models: read, artifact-metadata: write}
concurrency: {group: a, queue: max}
defaults: {run: {shell: bash}}
jobs:
  publish:
    runs-on: ubuntu-latest
    snapshot: image
    cancel-timeout-minutes: 5
    environment: {name: npm, deployment: false}
    steps:
      - uses: actions/setup-node@v6
        id: node
        background: true
        with: {registry-url: https://registry.npmjs.org}
      - wait: node
      - wait-all:
      - parallel:
          - run: npm test
      - cancel: node
      - run: npm publish
"""


def test_the_newest_keys_are_known():
    assert rules(KNOWN) == []


def test_an_anchor_below_a_known_key_is_read():
    source = GOOD.replace("on: push", "on: push\nenv: &all {A: b}").replace(
        "      - run: npm publish", "      - run: npm publish\n        env: *all"
    )

    assert rules(source) == []


def handing(caller: str, asked: str) -> list[str]:
    """What is wrong with a call that hands things over, of a workflow that asks for some."""
    steps = f"    steps:\n{CHECKOUT}{SETUP}      - run: npm publish\n"
    body = f"on:\n{asked}jobs:\n  publish:\n    runs-on: ubuntu-latest\n{steps}"
    content = {
        ".github/workflows/release.yml": CALLER.replace("permissions: {caller}\n", "") + caller,
        ".github/workflows/b.yml": body,
        "package.json": WIDGET,
    }
    return [p.why for p in reading(tree(content)).problems]


SECRET = "  workflow_call: {secrets: {TOKEN: {required: true}}}\n"
INPUT = "  workflow_call: {inputs: {tag: {type: string, required: true}}}\n"


@pytest.mark.parametrize(
    ("caller", "asked", "why"),
    [
        ("", SECRET, "it does not hand over the secret `TOKEN`, which the called workflow wants"),
        ("", INPUT, "it does not hand over the input `tag`, which the called workflow wants"),
        (
            "    secrets: {NPM: '${{ secrets.NPM }}'}\n",
            "  workflow_call:\n",
            "it hands over the secret `NPM`, which the called workflow does not have",
        ),
        (
            "    with: {tags: next}\n",
            INPUT.replace("required: true", "required: false"),
            "it hands over the input `tags`, which the called workflow does not have",
        ),
        ("", "  workflow_dispatch:\n", "the workflow that it calls has no `on.workflow_call`"),
        (
            "    with: {tag: next}\n",
            "  workflow_call: {inputs: {tag: {required: true}}}\n",
            "the called workflow does not say of what type `tag` is",
        ),
        (
            "    with: {dry: maybe}\n",
            "  workflow_call: {inputs: {dry: {type: boolean}}}\n",
            "the input `dry` that it hands over is no boolean",
        ),
        (
            "    with: {major: v1}\n",
            "  workflow_call: {inputs: {major: {type: number}}}\n",
            "the input `major` that it hands over is no number",
        ),
    ],
)
def test_a_call_hands_over_what_the_called_workflow_asks_for_and_no_more(caller, asked, why):
    assert why in handing(caller, asked)


@pytest.mark.parametrize(
    ("caller", "asked"),
    [
        ("    secrets: {token: '${{ secrets.NPM }}'}\n", SECRET),
        ("    secrets: inherit\n", SECRET),
        ("    secrets: inherit\n", "  workflow_call:\n"),
        ("    with: {Tag: next}\n", INPUT),
        ("", INPUT.replace("required: true", "required: true, default: next")),
        ("", "  workflow_call: {secrets: {TOKEN: {description: npm's}}, inputs: {tag: }}\n"),
        ("    with: {dry: true}\n", "  workflow_call: {inputs: {dry: {type: boolean}}}\n"),
        (
            "    with: {dry: '${{ inputs.x }}'}\n",
            "  workflow_call: {inputs: {dry: {type: boolean}}}\n",
        ),
        ("    with: {major: 1.5}\n", "  workflow_call: {inputs: {major: {type: number}}}\n"),
        ("    with: {tag: 1.5}\n", INPUT),
    ],
)
def test_a_call_that_hands_over_what_is_asked_for_is_none_that_github_refuses(caller, asked):
    assert handing(caller, asked) == []


@pytest.mark.parametrize(
    "keys",
    [
        "environment: ${{ env.STAGE }}",
        "environment: {name: '${{ env.STAGE }}', url: 'https://example.com'}",
        "container: ${{ env.IMAGE }}",
        "concurrency: ${{ env.STAGE }}",
        "timeout-minutes: ${{ env.MINUTES }}",
        "name: ${{ secrets.NAME }}",
    ],
)
def test_what_a_job_says_of_itself_is_filled_in_before_it_has_variables(keys):
    assert rules(workflow(PUBLISH, job=keys)) == ["workflow-unreadable"]


@pytest.mark.parametrize(
    "keys",
    [
        "environment: ${{ matrix.stage || inputs.stage }}",
        "environment: {name: npm, url: '${{ steps.a.outputs.url }}/${{ env.PATH }}'}",
        "concurrency: {group: '${{ github.workflow }}-${{ github.ref }}'}",
        "container: {image: 'node:24', credentials: {password: '${{ secrets.B }}'}}",
    ],
)
def test_what_a_job_says_of_itself_may_ask_for_what_is_there_by_then(keys):
    assert rules(workflow(PUBLISH, job=keys)) == []


@pytest.mark.parametrize("on", ["published", "[push, published]"])
def test_an_event_that_is_not_known_leaves_open_whether_github_takes_the_file(on):
    (problem,) = reading(workflow(PUBLISH, on=on)).problems

    assert problem.rule == "workflow-unreadable"
    assert problem.why.startswith("`published` is no event that was known on ")


@pytest.mark.parametrize("on", ["release", "[push, workflow_dispatch]", "{push: {}}"])
def test_an_event_that_github_has_is_no_fault(on):
    assert rules(workflow(PUBLISH, on=on)) == []


@pytest.mark.parametrize(
    "test", ["startWith(github.ref, 'v')", "github.ref && ${{ tojsn(github) }}"]
)
def test_a_function_that_is_not_known_leaves_open_whether_github_takes_the_file(test):
    problems = reading(workflow(f'{PUBLISH}\n  if: "{test}"')).problems

    assert [problem.rule for problem in problems] == ["workflow-unreadable"]
    assert " is no function of an expression that was known on " in problems[0].why


@pytest.mark.parametrize("test", ["!Cancelled() && startsWith(github.ref, 'a(b')", "always()"])
def test_a_function_that_github_has_is_no_fault(test):
    assert rules(workflow(f'{PUBLISH}\n  if: "{test}"')) == []


def test_two_steps_of_a_job_have_no_id_in_common():
    steps = "- run: npm test\n  id: npm\n- run: npm publish\n  id: NPM"
    (problem,) = reading(workflow(steps)).problems

    assert problem.rule == "workflow-unreadable"
    assert problem.why == "two steps of a job have the id `npm`"


CHAIN = (
    "on: push\njobs:\n"
    "  first: {runs-on: ubuntu-latest, if: false, steps: [{run: npm test}]}\n"
    "  second: {runs-on: ubuntu-latest, needs: first, if: always(), steps: [{run: npm test}]}\n"
    "  publish: {runs-on: ubuntu-latest, needs: second, steps: [{run: npm publish}]IF}\n"
)


def test_a_job_is_skipped_with_any_that_its_own_needs_wait_for():
    assert reading(CHAIN.replace("IF", "")).publishes == ()


@pytest.mark.parametrize("test", ["always()", "!failure() && !cancelled()"])
def test_only_a_status_function_lets_a_job_run_after_one_that_was_skipped(test):
    assert len(reading(CHAIN.replace("IF", f", if: '{test}'")).publishes) == 1


LEGS = "strategy: {matrix: {node: [24]}}"
FILES = "${{ hashFiles('package-lock.json') }}"


@pytest.mark.parametrize(
    "release",
    [
        workflow(PUBLISH, job="if: hashFiles('package-lock.json') != ''"),
        workflow(PUBLISH, job=f'env: {{KEY: "{FILES}"}}'),
        workflow(PUBLISH, job=f'concurrency: "{FILES}"'),
        workflow(PUBLISH, top=f'env: {{KEY: "{FILES}"}}\n'),
        workflow(PUBLISH, job="env: {DONE: '${{ success() }}'}"),
        workflow(f"{PUBLISH}\n  env: {{DONE: '${{{{ Always() }}}}'}}"),
        workflow("- run: echo ${{ failure() }}\n- run: npm publish"),
    ],
)
def test_github_takes_no_workflow_with_a_function_where_it_cannot_be_called(release: str) -> None:
    assert rules(release) == ["workflow-unreadable"]


@pytest.mark.parametrize(
    "release",
    [
        workflow(f"{PUBLISH}\n  if: hashFiles('package-lock.json') != '' && !cancelled()"),
        workflow(PUBLISH, job="if: always() && github.ref_type == 'tag'"),
        workflow(f'- uses: actions/cache@v5\n  with: {{path: a, key: "{FILES}"}}\n{PUBLISH}'),
        workflow(f'{PUBLISH}\n  env: {{KEY: "{FILES}"}}'),
        workflow(f'- run: echo "{FILES}"\n{PUBLISH}'),
    ],
)
def test_a_function_that_can_be_called_is_no_fault(release: str) -> None:
    assert rules(release) == []


@pytest.mark.parametrize("test", ["matrix.node == 24", "matrix.node != 24", "env.KEY == 'b'"])
def test_what_a_jobs_condition_cannot_ask_for_skips_no_job_before_github_sees_it(test: str) -> None:
    found = reading(workflow(PUBLISH, job=f"{LEGS}\nif: {test}", top="env: {KEY: a}\n"))

    assert [problem.rule for problem in found.problems] == ["workflow-unreadable"]
    assert len(found.publishes) == 1
