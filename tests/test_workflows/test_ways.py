"""What a step or a branch writes that a run may pass over: who goes the same way finds it."""

from __future__ import annotations

import pytest

from checker.facts import GivenToken, Registry, TokenState, Unknown
from checker.workflows import ways
from checker.workflows.ways import Turn
from test_workflows.tree import one, reading, run, workflow

TOKEN = "//registry.npmjs.org/:_authToken"
ENV = "\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.DEPLOY }}"
NO_REGISTRY = "          registry-url: https://registry.npmjs.org\n"

# Each gives npm its token, in a step of its own.
GIVES = [
    f'echo "{TOKEN}=$NODE_AUTH_TOKEN" > .npmrc',
    f'echo "{TOKEN}=$NODE_AUTH_TOKEN" >> ~/.npmrc',
    f'npm config set {TOKEN} "$NODE_AUTH_TOKEN"',
    f'echo "{TOKEN}=$NODE_AUTH_TOKEN" > x.npmrc && cp x.npmrc .npmrc',
]


def token(steps: str) -> GivenToken | Unknown | None:
    return run(workflow(steps).replace(NO_REGISTRY, "")).token


def is_sure(found: object) -> bool:
    return isinstance(found, GivenToken) and found.state is TokenState.SECRET


@pytest.mark.parametrize("script", GIVES)
def test_a_token_that_a_conditional_step_writes_may_not_be_there(script):
    steps = f"- if: vars.A\n  run: {script!r}{ENV}\n- run: npm publish"

    found = token(steps)

    assert isinstance(found, Unknown)
    assert "turns on `vars.A`" in found.why


@pytest.mark.parametrize("script", GIVES)
def test_a_publish_under_the_same_condition_finds_it(script):
    steps = f"- if: vars.A\n  run: {script!r}{ENV}\n- if: vars.A && vars.B\n  run: npm publish"

    assert is_sure(token(steps))


@pytest.mark.parametrize("script", GIVES)
def test_a_token_that_a_branch_writes_may_not_be_there(script):
    inside = f"if ./asks; then\n    {script}\n    fi"
    found = token(f"- run: |\n    {inside}{ENV}\n- run: npm publish")

    assert isinstance(found, Unknown)
    assert "turns on a branch of the `run` script" in found.why


@pytest.mark.parametrize("script", GIVES)
def test_a_publish_in_the_same_branch_finds_it(script):
    steps = f"- run: |\n    if ./asks; then\n    {script}\n    npm publish\n    fi{ENV}"

    assert is_sure(token(steps))


ENDS = [
    "if ./asks; then exit 0; fi",
    "if ./asks; then\n      echo done\n      exit\n    fi",
    "if ./asks; then true; else exit 0; fi",
    "[ -f done ] && exit 0",
    "./asks || { echo done; exit 0; }",
    "case $1 in a) exit 0 ;; esac",
]


@pytest.mark.parametrize("end", ENDS)
def test_a_token_behind_an_end_of_the_script_that_is_no_failure_may_not_be_there(end):
    steps = f"- run: |\n    {end}\n    {GIVES[0]}{ENV}\n- run: npm publish"

    assert isinstance(token(steps), Unknown)


@pytest.mark.parametrize("end", ENDS)
def test_a_publish_behind_the_same_end_finds_it(end):
    assert is_sure(token(f"- run: |\n    {end}\n    {GIVES[0]}\n    npm publish{ENV}"))


@pytest.mark.parametrize(
    "end",
    [
        "if ./asks; then exit 1; fi",
        "( if ./asks; then exit 0; fi )",
        'if [ -z "$NODE_AUTH_TOKEN" ]; then exit 0; fi',
        '[[ "$NODE_AUTH_TOKEN" == "" ]] && exit 0',
    ],
    ids=["a failure", "of a subshell", "without the secret", "with an empty secret"],
)
def test_an_end_that_no_later_step_follows_or_that_is_presumed_not_to_come_leaves_it_there(end):
    assert is_sure(token(f"- run: |\n    {end}\n    {GIVES[0]}{ENV}\n- run: npm publish"))


ASKS = [
    "grep -q x notes",
    "test -f done",
    "[ -f done ]",
    "diff -q a b",
    "git diff --quiet",
    "npm view widget@1.2.0 > /dev/null",
    "cat notes | grep -q x",
    "./asks",
    "sudo some-tool",
    "npx is-ci",
    "(cd sub; ls x)",
    "A=$(npm whoami)",
    "true && ./asks",
    "jq -e .private package.json",
]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("script", GIVES)
def test_a_token_behind_a_question_in_the_middle_of_a_script_may_not_be_there(ask, script):
    steps = f"- run: |\n    {ask} && {script}\n    ls{ENV}\n- run: npm publish"
    found = token(steps)

    assert isinstance(found, Unknown)
    assert "turns on a branch of the `run` script" in found.why


@pytest.mark.parametrize("ask", ASKS)
def test_a_publish_behind_the_same_question_finds_it(ask):
    assert is_sure(token(f"- run: |\n    {ask} && {GIVES[2]} && npm publish\n    ls{ENV}"))


@pytest.mark.parametrize(
    "does",
    ["true", "cd .", "npm ci", "npm run build", "mkdir -p a", "yarn && yarn build", "npx tsc -b"],
)
def test_a_token_behind_what_is_presumed_to_succeed_is_there(does):
    assert is_sure(token(f"- run: |\n    {does} && {GIVES[2]}\n    ls{ENV}\n- run: npm publish"))


def test_a_question_that_ends_the_script_fails_the_step_with_it():
    assert is_sure(token(f"- run: |\n    ls\n    ./asks && {GIVES[0]}{ENV}\n- run: npm publish"))
    tolerated = f"- run: |\n    ./asks && {GIVES[2]} || true{ENV}\n- run: npm publish"
    assert isinstance(token(tolerated), Unknown)


def test_what_a_failing_list_wrote_may_be_missing_behind_its_other_way():
    steps = f"- run: |\n    [ -f done ] && {GIVES[2]} || npm publish{ENV}"

    assert isinstance(token(steps), Unknown)


def test_a_variable_behind_a_question_may_not_be_set():
    ask = "./asks && export NODE_AUTH_TOKEN=${{ secrets.DEPLOY }}"
    found = run(workflow(f"- run: |\n    {ask}\n    npm publish")).token

    assert isinstance(found, Unknown)


def test_a_folder_behind_a_question_is_the_one_of_the_publish_in_the_same_list():
    content = {"sub/package.json": {"name": "@acme/other", "version": "1.0.0"}}
    listed = run(workflow("- run: ./asks && cd sub && npm publish && ls"), **content)
    behind = run(workflow("- run: |\n    ./asks && cd sub\n    npm publish"), **content)

    assert isinstance(listed.packages, tuple)
    assert [package.name for package in listed.packages] == ["@acme/other"]
    assert isinstance(behind.packages, Unknown)


MAY_FAIL = [
    "- continue-on-error: true\n  run: |\n    {}",
    "- continue-on-error: ${{{{ matrix.any }}}}\n  run: |\n    {}",
    "- run: |\n    ( {} ) || true",
    "- run: |\n    {{ {}; }} || echo failed",
    "- run: |\n    bash -c {!r} || true",
]


@pytest.mark.parametrize("step", MAY_FAIL)
@pytest.mark.parametrize("script", GIVES)
def test_a_token_of_what_may_fail_without_ending_the_job_may_not_be_there(step, script):
    assert isinstance(token(f"{step.format(script)}{ENV}\n- run: npm publish"), Unknown)


@pytest.mark.parametrize(
    "does",
    [
        'echo "//registry.npmjs.org/:_authToken=$T" > ~/.npmrc',
        'npm config set //registry.npmjs.org/:_authToken "$T"',
    ],
)
def test_a_habitual_or_true_behind_what_has_nothing_to_fail_for_is_no_doubt(does):
    env = "\n  env: {T: '${{ secrets.DEPLOY }}'}"
    assert is_sure(token(f"- run: |\n    {does} || true{env}\n- run: npm publish"))


@pytest.mark.parametrize("step", MAY_FAIL)
def test_a_publish_beside_it_finds_it(step):
    assert is_sure(token(step.format(f"{GIVES[2]} && npm publish") + ENV))


@pytest.mark.parametrize(
    "step",
    [
        "- continue-on-error: false\n  run: |\n    {}",
        "- continue-on-error: ${{{{ false }}}}\n  run: |\n    {}",
        "- run: |\n    {} || exit 1",
        "- run: |\n    {} || {{ echo failed; exit 1; }}",
        "- id: a\n  run: |\n    {}",
    ],
)
def test_a_token_of_what_ends_the_job_where_it_fails_is_there(step):
    assert is_sure(token(f"{step.format(GIVES[2])}{ENV}\n- run: npm publish"))


def test_a_step_that_asks_whether_another_has_failed_finds_what_that_one_wrote():
    steps = f"- id: a\n  continue-on-error: true\n  run: {GIVES[0]!r}{ENV}\n"

    assert is_sure(token(f"{steps}- if: steps.a.outcome == 'success'\n  run: npm publish"))


def test_after_an_end_without_a_failure_a_token_is_there_in_its_own_script_alone():
    script = f"- run: |\n    {GIVES[3]} || exit 0\n    "

    assert is_sure(token(f"{script}npm publish{ENV}"))
    assert isinstance(token(f"{script}ls{ENV}\n- run: npm publish"), Unknown)


def test_an_npm_whose_install_may_fail_may_not_be_there():
    steps = "- continue-on-error: true\n  run: npm install -g npm@11.6.0\n- run: npm publish"
    worlds = run(workflow(steps)).runtimes

    assert isinstance(worlds, tuple)
    assert len(worlds) == 2


def test_a_folder_that_may_not_be_there_may_not_be_the_one_of_the_publish():
    content = {"sub/package.json": {"name": "@acme/other", "version": "1.0.0"}}
    ends = run(workflow("- run: |\n    cd sub || exit 1\n    npm publish"), **content)
    goes_on = run(workflow("- run: |\n    cd sub || true\n    npm publish"), **content)

    assert isinstance(ends.packages, tuple)
    assert isinstance(goes_on.packages, Unknown)


def test_a_token_that_either_branch_writes_is_there():
    rows = "\n    ".join((f"if ./asks; then\n    {GIVES[0]}", f"else\n    {GIVES[2]}", "fi"))
    same = rows.replace(GIVES[2], GIVES[0])

    assert is_sure(token(f"- run: |\n    {same}{ENV}\n- run: npm publish"))


@pytest.mark.parametrize(
    "tests",
    [
        ("vars.A", "${{ !vars.A }}"),
        ("contains(vars.A, 'a')", "${{ !contains(vars.A, 'a') }}"),
        ("contains(vars.A, 'a')", "${{ !(contains(vars.A, 'a')) }}"),
    ],
)
def test_what_a_condition_and_its_opposite_write_is_there(tests):
    steps = "".join(f"- if: {test}\n  run: {GIVES[0]!r}{ENV}\n" for test in tests)

    assert is_sure(token(steps + "- run: npm publish"))


def test_a_token_that_a_conditional_step_takes_away_may_be_gone():
    steps = f"- run: {GIVES[0]!r}{ENV}\n- if: vars.A\n  run: rm .npmrc\n- run: npm publish"

    assert isinstance(token(steps), Unknown)


def test_a_step_without_a_condition_makes_up_for_one_with_it():
    steps = f"- if: vars.A\n  run: {GIVES[0]!r}{ENV}\n- run: {GIVES[0]!r}{ENV}\n- run: npm publish"

    assert is_sure(token(steps))


def test_a_script_that_a_branch_starts_is_in_the_branch():
    steps = f"- run: |\n    ./asks || bash -c {GIVES[0]!r}{ENV}\n- run: npm publish"

    assert isinstance(token(steps), Unknown)


@pytest.mark.parametrize(
    "step",
    [
        "- if: vars.A\n  run: echo NODE_AUTH_TOKEN=${{ secrets.DEPLOY }} >> $GITHUB_ENV",
        "- run: ./asks || echo NODE_AUTH_TOKEN=${{ secrets.DEPLOY }} >> $GITHUB_ENV",
        "- run: |\n    case $1 in\n    a)\n    echo NODE_AUTH_TOKEN=${{ secrets.DEPLOY }}"
        " >> $GITHUB_ENV\n    ;;\n    esac",
    ],
)
def test_a_variable_that_may_not_be_set_may_be_no_token(step):
    assert isinstance(run(workflow(f"{step}\n- run: npm publish")).token, Unknown)


def test_setup_node_under_a_condition_may_write_no_configuration():
    setup = "- if: vars.A\n  uses: actions/setup-node@v6\n  with: {registry-url: https://registry.npmjs.org}\n"

    assert isinstance(token(f"{setup}- run: npm publish{ENV}"), Unknown)
    assert is_sure(token(f"{setup}- if: vars.A\n  run: npm publish{ENV}"))


@pytest.mark.parametrize(
    "script",
    [
        "npm config set registry https://npm.pkg.github.com",
        "echo npm_config_registry=https://npm.pkg.github.com >> $GITHUB_ENV",
    ],
)
def test_a_registry_that_a_conditional_step_names_leaves_open_where_the_package_goes(script):
    steps = f"- if: vars.A\n  run: {script}\n- run: npm publish"

    assert one(workflow(steps)).registry is Registry.UNKNOWN


def test_an_output_that_a_conditional_step_gives_may_be_empty():
    steps = "- id: a\n  if: vars.A\n  run: echo tag=next >> $GITHUB_OUTPUT\n"
    publish = "- run: npm publish --tag=${{ steps.a.outputs.tag }}"

    assert isinstance(run(workflow(steps + publish)).options.tag, Unknown)


def test_a_step_whose_condition_asks_for_what_a_branch_puts_out_may_run():
    script = "\n    ".join(
        (
            "if ./a; then",
            "echo go=true >> $GITHUB_OUTPUT",
            "else",
            "echo go= >> $GITHUB_OUTPUT",
            "fi",
        )
    )
    steps = (
        f"- id: a\n  run: |\n    {script}\n- if: steps.a.outputs.go == 'true'\n  run: npm publish"
    )

    assert len(reading(workflow(steps)).publishes) == 1


def test_a_node_that_a_branch_chooses_may_not_be_the_one():
    steps = "- run: |\n    if ./asks; then\n    nvm use 22\n    fi\n- run: npm publish"

    assert isinstance(run(workflow(steps)).runtimes, Unknown)


def test_an_npm_that_a_script_in_a_branch_installs_may_not_be_there():
    script = "if ./asks; then\n    bash -c 'npm install -g npm@11.6.0'\n    fi"
    steps = f"- run: |\n    {script}\n- run: npm publish"
    worlds = run(workflow(steps)).runtimes

    assert isinstance(worlds, tuple)
    assert len(worlds) == 2


def test_a_tool_that_a_conditional_step_installs_is_of_no_known_version():
    steps = "- uses: pnpm/action-setup@v4\n  if: vars.A\n  with: {version: 10.0.0}\n"

    assert isinstance(run(workflow(steps + "- run: pnpm publish")).tool_versions, Unknown)
    known = run(workflow(f"{steps}- if: vars.A\n  run: pnpm publish")).tool_versions
    assert known == ("10.0.0",)


def test_ways_that_every_run_takes_are_told_from_those_that_it_may_not_take():
    def way(*turns: tuple[str, int, int]) -> tuple[Turn, ...]:
        return tuple(Turn(*turn) for turn in turns)

    assert ways.are_all([way(("a", 0, 2)), way(("a", 1, 2))])
    assert not ways.are_all([way(("a", 0, 2))])
    assert not ways.are_all([way(("a", 0, 0)), way(("a", 1, 0))])
    assert not ways.are_all([way(("a", 0, 2)), way(("a", 1, 2), ("b", 0, 2))])
    assert ways.are_all([way(("a", 0, 2)), way(("a", 1, 2), ("b", 0, 1))])


def test_a_condition_of_several_parts_asks_for_each_of_them():
    assert [t.at for t in ways.of_condition("startsWith(a, '&&') && !b && c != 'd'")] == [
        "startsWith(a, '&&')",
        "b",
        "c == 'd'",
    ]
    assert [t.arm for t in ways.of_condition("a && !b && c != 'd'")] == [1, 0, 0]
    assert len(ways.of_condition("a && b || c")) == 1


def beside(first: str, second: str, *, head: str = "- parallel:") -> str:
    rows = "".join(f"    {row}\n" for row in f"{first}\n{second}".split("\n"))
    return f"{head}\n{rows}"


UPGRADE = "- run: npm install -g npm@11.6.0"


@pytest.mark.parametrize(
    "steps", [(UPGRADE, "- run: npm publish"), ("- run: npm publish", UPGRADE)]
)
def test_an_npm_installed_beside_the_publish_may_not_be_there_yet(steps):
    worlds = run(workflow(beside(*steps))).runtimes

    assert isinstance(worlds, tuple)
    assert len(worlds) == 2


def test_a_token_written_beside_the_publish_may_not_be_there_yet():
    found = token(beside(f"- run: {GIVES[0]!r}{ENV}", "- run: npm publish"))

    assert isinstance(found, Unknown)
    assert "`parallel`" in found.why


def test_what_a_group_has_done_is_done_for_the_steps_behind_it():
    group = beside(f"- run: {GIVES[0]!r}{ENV}", UPGRADE)

    assert is_sure(token(f"{group}- run: npm publish"))
    worlds = run(workflow(f"{group}- run: npm publish")).runtimes
    assert isinstance(worlds, tuple)
    assert [world.npm for world in worlds] == ["11.6.0"]


def test_a_condition_of_a_group_is_one_of_each_of_its_steps():
    head = "- if: vars.A\n  parallel:"
    group = beside(f"- run: {GIVES[0]!r}{ENV}", UPGRADE, head=head)

    assert isinstance(token(f"{group}- run: npm publish"), Unknown)
    assert is_sure(token(f"{group}- if: vars.A\n  run: npm publish"))
    assert not reading(
        workflow(beside("- run: npm publish", UPGRADE, head="- if: false\n  parallel:"))
    ).publishes


@pytest.mark.parametrize(
    ("wait", "sure"),
    [
        ("", False),
        ("- wait: a\n", True),
        ("- wait: [b, a]\n", True),
        ("- wait-all:\n", True),
        ("- cancel: a\n", False),
    ],
)
def test_a_step_in_the_background_is_done_where_it_is_waited_for(wait, sure):
    step = f"- id: a\n  background: true\n  run: {GIVES[0]!r}{ENV}\n"

    assert is_sure(token(f"{step}{wait}- run: npm publish")) is sure


@pytest.mark.parametrize(
    ("step", "test", "published"),
    [
        ("- id: a\n  run: npm test", "steps.a.outcome == 'success'", 1),
        ("- id: a\n  run: npm test", "steps.a.conclusion == 'success'", 1),
        ("- id: a\n  run: npm test", "steps.a.outcome == 'failure'", 0),
        ("- id: a\n  if: false\n  run: npm test", "steps.a.outcome == 'success'", 0),
        ("- id: a\n  if: false\n  run: npm test", "steps.a.conclusion == 'skipped'", 1),
    ],
)
def test_a_step_is_presumed_to_succeed_where_a_condition_asks_for_it(step, test, published):
    source = workflow(f"{step}\n- if: {test}\n  run: npm publish")

    assert len(reading(source).publishes) == published


def test_a_token_written_after_a_step_that_is_presumed_to_succeed_is_there():
    steps = (
        f"- id: a\n  run: npm test\n- if: steps.a.outcome == 'success'\n  run: {GIVES[0]!r}{ENV}"
    )

    assert is_sure(token(f"{steps}\n- run: npm publish"))


@pytest.mark.parametrize("key", ["if: vars.A", "continue-on-error: true"])
def test_what_becomes_of_a_step_that_may_fail_or_be_passed_over_is_open(key):
    first = f"- id: a\n  {key}\n  run: npm test\n- if: steps.a.outcome == 'success'\n  run: "

    assert isinstance(token(f"{first}{GIVES[0]!r}{ENV}\n- run: npm publish"), Unknown)


def test_where_nothing_is_written_the_variable_of_the_job_stands():
    top = "env:\n  NODE_AUTH_TOKEN: ${{ secrets.A }}\n"
    steps = "- if: vars.A\n  run: echo NODE_AUTH_TOKEN=${{ secrets.B }} >> $GITHUB_ENV"
    found = run(workflow(f"{steps}\n- run: npm publish", top=top)).token

    assert isinstance(found, GivenToken)
    assert sorted(found.secret_names) == ["A", "B"]


def test_a_dry_run_that_a_branch_switches_off_is_none():
    script = "if ./asks; then\n    echo DRY_RUN=false >> $GITHUB_ENV\n    fi"
    steps = f"- run: |\n    {script}\n- run: npx semantic-release --dry-run $DRY_RUN"

    assert one(workflow(steps, top="env: {DRY_RUN: true}\n")).dry_run is False


@pytest.mark.parametrize(
    "test",
    [
        '[ -n "$NODE_AUTH_TOKEN" ]',
        "[[ ! -z ${NODE_AUTH_TOKEN} ]]",
        "[ $NODE_AUTH_TOKEN != '' ]",
        '[ "$NODE_AUTH_TOKEN" ]',
    ],
)
def test_a_branch_that_only_asks_for_a_secret_is_presumed_to_be_taken(test):
    rows = f"if {test}; then\n    {GIVES[0]}\n    fi"

    assert is_sure(token(f"- run: |\n    {rows}{ENV}\n- run: npm publish"))
    assert is_sure(token(f"- run: |\n    {test} && {GIVES[2]}{ENV}\n- run: npm publish"))
    other = rows.replace(test, test.replace("NODE_AUTH_TOKEN", "OTHER"))
    assert isinstance(token(f"- run: |\n    {other}{ENV}\n- run: npm publish"), Unknown)


@pytest.mark.parametrize(
    ("url", "registry"),
    [
        ("https://registry.npmjs.org/", Registry.NPMJS),
        ("https://npm.pkg.github.com", Registry.UNKNOWN),
    ],
)
def test_a_branch_that_names_the_registry_that_stands_without_it_changes_nothing(url, registry):
    script = f"if ./asks; then\n    echo registry={url} >> ~/.npmrc\n    fi"
    source = workflow(f"- run: |\n    {script}\n- run: npm publish").replace(NO_REGISTRY, "")

    assert one(source).registry is registry
