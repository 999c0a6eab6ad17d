"""Two publishes of one version in one run: npm takes the first, and refuses the second."""

from __future__ import annotations

from textwrap import dedent

import pytest

from checker.facts import Command, Taken
from test_workflows.tree import CHECKOUT, SETUP, one, reading, workflow

PUBLISH = "- run: npm publish"
NEXT = "- run: npm publish --tag next"
BY_HAND = "{workflow_dispatch: {inputs: {a: {}, b: {}, go: {}, next: {}, flags: {}}}}"
SURE, EITHER, OPEN, FREE = "it is taken", "one of the two", "nobody knows", "it is free"


def taken(release: str, **others: object) -> list[Taken | None]:
    """What each run of the publishes has lost to another one, in the order of the file."""
    found = reading(release, **others).publishes
    return [next(iter(run.taken), None) for publish in found for run in publish.runs]


def answers(release: str, **others: object) -> list[str]:
    """The same in short."""
    return [_answer(each) for each in taken(release, **others)]


def _answer(found: Taken | None) -> str:
    if found is None:
        return FREE
    return OPEN if found.unsure is not None else SURE if found.comes_first else EITHER


def jobs(first: str, second: str, *, keys: str = "", on: str = "push") -> str:
    """A workflow of two jobs; the keys are those of the second."""
    rows = "".join(f"    {row}\n" for row in dedent(keys).strip().splitlines())
    setup = "    runs-on: ubuntu-latest\n    steps:\n" + CHECKOUT + SETUP
    return (
        f"on: {on}\njobs:\n  first:\n{setup}{_steps(first)}  second:\n{rows}{setup}{_steps(second)}"
    )


def _steps(text: str) -> str:
    return "".join(f"      {row}\n" for row in dedent(text).strip().splitlines())


# --- one job ----------------------------------------------------------------------------------


def test_npm_takes_a_version_once():
    first, second = taken(workflow(f"{PUBLISH}\n{NEXT}"))

    assert first is None
    assert second is not None
    assert (second.package, second.command) == ("@acme/widget", Command.PUBLISH)
    assert (second.place.line, second.comes_first, second.unsure) == (11, True, None)


@pytest.mark.parametrize(
    "steps",
    [
        "- run: npm publish && npm publish --tag next",
        "- run: |\n    npm publish\n    npm publish --tag next",
        "- run: |\n    for tag in latest next; do npm publish --tag $tag; done",
        f"- run: npm version 1.3.0 --no-git-tag-version\n{PUBLISH}\n{NEXT}",
        f"{PUBLISH}\n- run: npm run build\n{NEXT}",
        "- if: inputs.go\n  run: npm publish\n- if: inputs.go && inputs.next\n  run: npm publish",
        f"{PUBLISH}\n- if: inputs.next\n  run: npm publish --tag next",
        f"{PUBLISH}\n- id: next\n  continue-on-error: true\n  run: npm publish --tag next",
        "- run: pnpm publish\n- run: npm publish",
    ],
)
def test_a_second_publish_that_surely_comes_after_a_sure_first_one_is_refused(steps):
    release = workflow(steps, on=BY_HAND)

    assert answers(release)[-1] == SURE
    assert answers(release).count(FREE) == 1


@pytest.mark.parametrize(
    "steps",
    [
        f"- if: inputs.a\n  run: npm publish\n{NEXT}",
        "- if: inputs.a\n  run: npm publish\n- if: inputs.b\n  run: npm publish",
        f"- run: npm publish\n  continue-on-error: true\n{NEXT}",
        f"- run: npm publish || true\n{NEXT}",
        f'- run: |\n    if [ "$A" = b ]; then npm publish; fi\n{NEXT}',
        f'{PUBLISH}\n- run: |\n    if [ "$A" = b ]; then npm publish --tag next; fi',
        f"- run: npm publish ${{{{ inputs.flags }}}}\n{NEXT}",
        f"- run: npx changeset publish\n{PUBLISH}",
        f"- run: npx semantic-release\n{PUBLISH}",
        "- if: startsWith(github.ref, 'refs/tags/v')\n  run: npm publish\n"
        "- if: contains(github.ref, '-beta')\n  run: npm publish --tag beta",
    ],
)
def test_where_a_run_decides_whether_the_first_takes_it_nobody_knows(steps):
    assert answers(workflow(steps, on=BY_HAND))[-1] == OPEN


@pytest.mark.parametrize(
    "steps",
    [
        "- run: npm publish --dry-run\n- run: npm publish",
        "- run: npm publish || npm publish",
        "- run: npm publish || (sleep 9; npm publish)",
        "- run: if ! npm publish; then npm publish; fi",
        "- run: |\n    for i in 1 2 3; do npm publish && break; sleep 5; done",
        "- run: |\n    for i in 1 2 3; do\n      if npm publish; then exit 0; fi\n"
        "      sleep 9\n    done",
        "- run: |\n    for i in 1 2; do\n      npm publish\n      [ -f done ] && exit 0\n    done",
        "- run: npm publish\n- if: env.ALREADY_ON_NPM == ''\n  run: npm publish",
        "- run: npm publish\n- if: job.status == 'failure' || steps.x.conclusion != 'success'\n"
        "  run: npm publish",
        "- id: first\n  continue-on-error: true\n  run: npm publish\n"
        "- if: steps.first.outcome == 'failure'\n  run: npm publish",
        "- run: npm publish\n- if: failure()\n  run: npm publish",
        "- id: a\n  run: npm publish\n- if: steps.a.outputs.done != 'true'\n  run: npm publish",
        "- if: inputs.a\n  run: npm publish\n- if: '!inputs.a'\n  run: npm publish --tag next",
        "- if: inputs.a == 'x'\n  run: npm publish\n- if: inputs.a == 'y'\n  run: npm publish",
        "- if: github.event.release.prerelease\n  run: npm publish --tag next\n"
        "- if: github.event.release.prerelease == false\n  run: npm publish",
        "- if: contains(github.ref, '-')\n  run: npm publish --tag next\n"
        "- if: ${{ !contains(github.ref, '-') }}\n  run: npm publish",
        "- if: contains(github.ref, 'alpha')\n  run: npm publish\n"
        "- if: contains(github.ref, 'beta')\n  run: npm publish",
        "- if: github.ref == 'refs/heads/main'\n  run: npm publish\n"
        "- if: startsWith(github.ref, 'refs/tags/')\n  run: npm publish",
        '- run: |\n    if [ "$A" = b ]; then npm publish --tag b; else npm publish; fi',
        "- run: npm publish\n- run: npm version patch\n- run: npm publish",
        "- run: npm publish\n- run: npx bumpp patch\n- run: npm publish",
        "- run: npm publish\n- run: git checkout next\n- run: npm publish",
        "- run: npm publish\n- run: jq '.version=\"2.0.0\"' package.json > t && mv t package.json\n"
        "- run: npm publish",
        "- run: npm publish\n- uses: actions/checkout@v5\n  with: {ref: next}\n- run: npm publish",
        "- run: npm publish\n- run: npm publish --registry https://npm.pkg.github.com",
        "- run: npm publish\n- uses: acme/bump-version@v1\n- run: npm publish",
        "- run: npm publish\n- run: ./ci/bump.sh\n- run: npm publish",
        "- run: npm publish\n- run: node dist/set-version.js\n- run: npm publish",
        "- run: npm publish\n- run: node -e \"const p=require('./package.json');p.version='2.0.0';"
        "require('fs').writeFileSync('package.json',JSON.stringify(p))\"\n- run: npm publish",
        "- run: |\n    npm publish\n    npm view @acme/widget@1.2.0 || npm publish",
    ],
)
def test_what_is_told_apart_or_tried_again_stays_free(steps):
    assert set(answers(workflow(steps, on=BY_HAND))) == {FREE}


def test_two_programs_of_one_script_decide_by_themselves():
    program = "if (x) exec('npm publish --tag next'); else exec('npm publish')"
    release = workflow("- run: node release.js")

    assert set(answers(release, **{"release.js": program})) == {FREE}


def test_a_program_that_writes_a_version_in_whatever_way_changes_it():
    program = "p = read('package.json'); p['version'] += x; fs.writeFileSync('package.json', p)"
    release = workflow(f"{PUBLISH}\n- run: node set.js\n{NEXT}")

    assert answers(release, **{"set.js": program}) == [FREE, FREE]
    assert answers(release, **{"set.js": "console.log('built')"}) == [FREE, SURE]


def test_a_script_that_can_be_read_changes_no_version_by_its_name():
    release = workflow(f"{PUBLISH}\n- run: ./ci/github-release.sh\n{NEXT}")

    assert answers(release, **{"ci/github-release.sh": "gh release create x"}) == [FREE, SURE]


def test_two_packages_are_two_versions():
    packages = {f"packages/{n}/package.json": {"name": n, "version": "1.0.0"} for n in "ab"}
    steps = "- run: npm publish\n  working-directory: packages/{}"

    two = workflow(f"{steps.format('a')}\n{steps.format('b')}")
    assert set(answers(two, **packages)) == {FREE}


def test_a_package_script_that_is_run_twice_publishes_twice():
    manifest = {"name": "w", "version": "1.0.0", "scripts": {"release": "npm publish"}}
    release = workflow("- run: npm run release && npm run release")

    assert answers(release, **{"package.json": manifest}) == [FREE, SURE]


def test_a_stage_takes_the_version_too():
    staged, published = taken(workflow("- run: npm stage publish\n- run: npm publish"))

    assert staged is None
    assert published is not None
    assert published.command is Command.STAGE


@pytest.mark.parametrize(
    ("command", "tolerates"),
    [
        ("yarn npm publish --tolerate-republish", True),
        ("bun publish --tolerate-republish", True),
        ("yarn npm publish", False),
        ("npm publish --tolerate-republish", False),
    ],
)
def test_a_tool_may_be_told_to_pass_over_a_published_version(command, tolerates):
    assert one(workflow(f"- run: {command}")).runs[0].options.tolerates_published is tolerates


# --- legs and jobs ----------------------------------------------------------------------------

MATRIX = "strategy: {matrix: {node: [20, 22, 24]}}"


def test_of_the_legs_of_a_matrix_one_publishes():
    assert answers(workflow(PUBLISH, job=MATRIX)) == [EITHER, EITHER, EITHER]


@pytest.mark.parametrize(
    "step",
    [
        "- if: matrix.node == 24\n  run: npm publish",
        "- if: strategy.job-index == 0\n  run: npm publish",
        '- run: |\n    if [ "${{ matrix.node }}" = 24 ]; then npm publish; fi',
        "- run: npm version 1.0.0-node.${{ matrix.node }}\n- run: npm publish",
        "- run: npm publish --dry-run",
    ],
)
def test_legs_that_are_told_apart_stay_free(step):
    assert set(answers(workflow(step, job=MATRIX))) == {FREE}


def test_legs_that_set_their_version_by_a_command_may_set_the_same():
    step = "- run: npm version 1.0.0-$(date +%s)\n- run: npm publish"

    assert answers(workflow(step, job=MATRIX)) == [OPEN, OPEN, OPEN]


def test_a_job_that_needs_another_comes_after_it():
    _, second = taken(jobs(PUBLISH, NEXT, keys="needs: first"))

    assert second is not None
    assert (second.comes_first, second.unsure) == (True, None)


def test_of_two_jobs_side_by_side_one_publishes():
    first, second = taken(jobs(PUBLISH, NEXT))

    assert first is not None
    assert second is not None
    assert (first.place.line, second.place.line) == (20, 11)
    assert answers(jobs(PUBLISH, NEXT)) == [EITHER, EITHER]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("needs: first\nif: inputs.next", SURE),
        ("needs: first\nif: always()", SURE),
        ("needs: first\nif: failure()", FREE),
        ("needs: first\nif: needs.first.result == 'failure'", FREE),
        ("needs: first\nif: needs.first.outputs.published != 'true'", FREE),
    ],
)
def test_the_condition_of_the_second_job_may_ask_about_the_first(keys, answer):
    release = jobs(PUBLISH, NEXT, keys=keys, on=BY_HAND)

    assert answers(release)[-1] == answer
    assert answers(release)[0] == FREE


@pytest.mark.parametrize(
    ("test", "other", "answers_of_both"),
    [
        ("true", "inputs.a", [OPEN, EITHER]),
        ("inputs.a", "!inputs.a", [FREE, FREE]),
        ("inputs.a", "inputs.b", [OPEN, OPEN]),
        ("inputs.a", "inputs.a && inputs.b", [OPEN, EITHER]),
        ("github.ref_type == 'tag'", "github.ref == 'refs/heads/main'", [FREE, FREE]),
    ],
)
def test_the_conditions_of_two_jobs_may_exclude_each_other(test, other, answers_of_both):
    release = jobs(PUBLISH, NEXT, keys=f"if: {other!r}", on=BY_HAND)
    release = release.replace("  first:\n", f"  first:\n    if: {test!r}\n")

    assert answers(release) == answers_of_both


def test_jobs_of_different_checkouts_publish_different_versions():
    release = jobs(PUBLISH, f"- uses: actions/checkout@v5\n  with: {{ref: next}}\n{PUBLISH}")

    assert answers(release) == [FREE, FREE]


def test_different_events_are_different_runs():
    release = jobs(PUBLISH, PUBLISH, keys="if: github.event_name == 'push'", on="[push, release]")
    release = release.replace("  first:\n", "  first:\n    if: github.event_name == 'release'\n")

    assert set(answers(release)) == {FREE}


def test_a_workflow_that_is_called_twice_publishes_twice():
    called = workflow(
        "- run: npm publish --tag ${{ inputs.tag }}",
        on="{workflow_call: {inputs: {tag: {type: string}}}}",
    )
    call = "  {0}:\n    uses: ./.github/workflows/publish.yml\n    with: {{tag: {0}}}\n"
    release = "on: push\njobs:\n" + call.format("latest") + call.format("next")

    found = answers(release, **{".github/workflows/publish.yml": called})
    assert found == [EITHER, EITHER]
