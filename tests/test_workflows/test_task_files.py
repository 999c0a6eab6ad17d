"""Tasks of just, go-task and wireit are followed; of other runners it is said that they are not."""

from __future__ import annotations

import pytest

from checker.facts import Unknown
from test_workflows.tree import WIDGET, one, reading, run, workflow

TOKEN = "\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}"
MAY_PUBLISH = "permissions: {contents: read, id-token: write}"


def tasks(body: str, top: str = "") -> str:
    """A Taskfile of these tasks."""
    rows = "".join(f"  {row}\n" for row in body.splitlines())
    return f"version: '3'\n{top}tasks:\n{rows}"


def wireit(settings: dict[str, object], **others: str) -> dict[str, object]:
    """A package whose scripts are wireit's, beside others."""
    scripts = {**dict.fromkeys(settings, "wireit"), **others}
    return {**WIDGET, "scripts": scripts, "wireit": settings}


# --- just -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "command"),
    [
        ("release:\n  npm publish\n", "just release"),
        ("release:\n  npm publish\n", "just"),
        ("release:\n  npm publish\n", "npx rust-just release"),
        ("release:\n  npm publish\n", "just --yes -q release"),
        ("release:\n  npm publish\n", "just --color always build release"),
        ("first:\n  true\n[default]\nship:\n\tnpm publish\n", "just"),
        ("[group('a: b')]\n@release: # says it\n    @-npm publish\n", "just release"),
        ("build:\n  tsc\nrelease: build up\nup:\n  npm publish\n", "just release"),
        ("build:\n  tsc\nrelease: build && up\nup:\n  npm publish\n", "just release"),
        ("alias r := release\nrelease:\n  npm publish\n", "just r"),
        ("release:\n  just up\nup:\n  npm publish\n", "just release"),
        ("up verb='publish':\n  npm {{verb}}\n", "just up"),
        ("up verb:\n  npm {{ verb }}\n", "just up publish"),
        ("up verb *args:\n  npm {{verb}} {{args}}\n", "just up publish --access public"),
        ("up verb:\n  npm {{verb}}\nall: (up 'pack') (up \"publish\")\n", "just all"),
        ("verb := 'publish'\nup:\n  npm {{verb}}\n", "just up"),
        ("verb := 'pack'\nup:\n  npm {{verb}}\n", "just verb=publish up"),
        ("verb := 'pack'\nup:\n  npm {{verb}}\n", "just --set verb publish up"),
        ("export VERB := 'publish'\nup:\n  npm $VERB\n", "just up"),
        ("up:\n  #!/usr/bin/env bash\n  set -e\n  npm publish\n", "just up"),
        ("up:\n  #!/usr/bin/env node\n  execSync('npm publish')\n", "just up"),
        ("[script('node')]\nup:\n  execSync('npm publish')\n", "just up"),
        ("[windows]\nup:\n  echo\n[unix]\nup:\n  npm publish\n", "just up"),
        ("up:\n  npm \\\n    publish\n", "just up"),
        ("test:\n  true\nup:\n  npm publish\n", "just test up"),
        ("up:\n  npm publish\n", "cd src && just up"),
    ],
)
def test_a_recipe_is_followed(source, command):
    source += "\nbuild:\n  true\n" if "build" in command else ""
    found = one(workflow(f"- run: {command}{TOKEN}"), justfile=source)

    assert (found.tool, set(found.via)) == ("npm", {"script-file"})
    assert found.runs[0].token.secret_names == ("NPM_TOKEN",)


@pytest.mark.parametrize(
    ("source", "command"),
    [
        ("up:\n  npm publish\ntest:\n  true\n", "just test"),
        ("up:\n  npm publish\n", "just --list"),
        ("up:\n  npm publish\n", "just --dry-run up"),
        ("up:\n  npm publish\n", "just -n up"),
        ("up verb='publish':\n  npm {{verb}}\n", "just up pack"),
        ("[windows]\nup:\n  npm publish\n[unix]\nup:\n  true\n", "just up"),
        ("# npm publish\nup:\n  # npm publish\n  echo npm publish\n", "just up"),
        ("set shell := ['bash', '-cu']\ntest:\n  true\nup:\n  npm publish\n", "just"),
    ],
)
def test_a_recipe_that_does_not_publish_is_silent(source, command):
    found = reading(workflow(f"- run: {command}"), justfile=source)

    assert (found.publishes, found.problems) == ((), ())


@pytest.mark.parametrize(
    ("attribute", "recipe", "name"),
    [
        ("", "cd a && npm publish", "a"),
        ("", "npm publish", "@acme/widget"),
        ("[working-directory: 'a']\n", "npm publish", "a"),
        ("[no-cd]\n", "npm publish", "b"),
        ("set working-directory := 'a'\n", "npm publish", "a"),
        ("", "cd a\n  npm publish", "@acme/widget"),
    ],
)
def test_a_recipe_runs_in_the_folder_of_its_file_each_line_by_itself(attribute, recipe, name):
    found = run(
        workflow("- run: cd b && just up"),
        justfile=f"{attribute}up:\n  {recipe}\n",
        **{f"{folder}/package.json": {"name": folder, "version": "1.0.0"} for folder in "ab"},
    )

    assert [package.name for package in found.packages] == [name]


def test_a_recipe_that_two_others_need_is_run_once():
    source = "up:\n  npm publish\na: up\nb: up\nall: a b\n"

    assert [run.taken for run in one(workflow("- run: just all"), justfile=source).runs] == [()]


def test_a_recipe_that_is_run_with_other_words_publishes_once_more():
    source = "up tag:\n  npm publish --tag {{tag}}\nall: (up 'a') (up 'b')\n"
    found = reading(workflow("- run: just all"), justfile=source).publishes

    assert [len(run.taken) for publish in found for run in publish.runs] == [0, 1]


def test_a_justfile_imports_another():
    others = {"justfile": "import 'ci/more.just'\n", "ci/more.just": "up:\n  npm publish\n"}

    assert one(workflow("- run: just up"), **others).tool == "npm"


# --- go-task ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "command"),
    [
        (tasks("release: npm publish"), "task release"),
        (tasks("release: [tsc, npm publish]"), "go-task release"),
        (tasks("release: {cmds: [npm publish]}"), "npx @go-task/cli release"),
        (tasks("release: {cmd: npm publish}"), "task -s --output group release"),
        (tasks("default: {cmds: [npm publish]}"), "task"),
        (tasks("release: {cmds: [{cmd: npm publish, silent: true}]}"), "task release"),
        (tasks("release: {deps: [up]}\nup: npm publish"), "task release"),
        (tasks("release: {cmds: [{task: up}]}\nup: npm publish"), "task release"),
        (tasks("release: {cmds: [{defer: {task: up}}]}\nup: npm publish"), "task release"),
        (tasks("up: npm {{.VERB}}"), "task up VERB=publish"),
        (tasks("up: npm {{.VERB}}", "vars: {VERB: publish}\n"), "task up"),
        (tasks("up: {vars: {V: publish}, cmds: ['npm {{.V}}']}"), "task up"),
        (tasks("a: {cmds: [{task: up, vars: {V: publish}}]}\nup: npm {{.V}}"), "task a"),
        (tasks("up: npm {{.V | default \"publish\"}}"), "task up"),
        (tasks("up: npm {{.CLI_ARGS}}"), "task up -- publish --access public"),
        (tasks("up: npm $VERB", "env: {VERB: publish}\n"), "task up"),
        (tasks("release: {aliases: [r], cmds: [npm publish]}"), "task r"),
        (tasks("'release:*': npm publish"), "task release:widget"),
        (tasks("test: 'true'\nup: npm publish"), "task test up"),
    ],
)  # fmt: skip
def test_a_task_is_followed(source, command):
    found = one(workflow(f"- run: {command}{TOKEN}"), **{"Taskfile.yml": source})

    assert (found.tool, set(found.via)) == ("npm", {"script-file"})
    assert found.runs[0].token.secret_names == ("NPM_TOKEN",)


@pytest.mark.parametrize(
    ("source", "command"),
    [
        (tasks("up: npm publish\ntest: 'true'"), "task test"),
        (tasks("up: npm publish"), "task --list"),
        (tasks("up: npm publish"), "task -n up"),
        (tasks("up: npm {{.VERB}}", "vars: {VERB: publish}\n"), "task up VERB=pack"),
    ],
)
def test_a_task_that_does_not_publish_is_silent(source, command):
    found = reading(workflow(f"- run: {command}"), **{"Taskfile.yml": source})

    assert (found.publishes, found.problems) == ((), ())


@pytest.mark.parametrize(
    ("task", "command", "name"),
    [
        ("up: npm publish", "task up", "@acme/widget"),
        ("up: npm publish", "cd a && task up", "@acme/widget"),
        ("up: {dir: a, cmds: [npm publish]}", "task up", "a"),
        ("up: {dir: '{{.TO}}', cmds: [npm publish]}", "task up TO=a", "a"),
        ("up: npm publish", "task -d a -t Taskfile.yml up", "a"),
        ("up: npm publish", "task -d a up", "@acme/widget"),
        ("up: npm publish", "cd a && task -t ../Taskfile.yml up", "@acme/widget"),
    ],
)
def test_a_task_runs_in_the_folder_of_its_file_or_in_its_own(task, command, name):
    found = run(
        workflow(f"- run: {command}"),
        **{"Taskfile.yml": tasks(task), "a/package.json": {"name": "a", "version": "1.0.0"}},
    )

    assert [package.name for package in found.packages] == [name]


@pytest.mark.parametrize("command", ["task npm:up", "task npm", "task all"])
def test_a_taskfile_includes_another_under_a_name(command):
    others = {
        "Taskfile.yml": tasks("all: {deps: ['npm:default']}", "includes: {npm: ./ci}\n"),
        "ci/Taskfile.yaml": tasks("default: {deps: [up]}\nup: npm publish"),
    }

    assert one(workflow(f"- run: {command}"), **others).tool == "npm"


def test_what_the_job_has_set_comes_before_what_a_taskfile_sets():
    env = "\n  env:\n    VERB: pack"
    source = {"Taskfile.yml": tasks("up: npm $VERB", "env: {VERB: publish}\n")}

    assert reading(workflow(f"- run: task up{env}"), **source).publishes == ()


def test_a_task_that_asks_first_may_be_passed_over():
    source = {"Taskfile.yml": tasks("up: {status: [test -f x], cmds: [npm publish]}")}
    release = workflow("- run: task up", job="permissions: {contents: read}")

    assert isinstance(run(release, **source).token, Unknown)


def test_tasks_without_end_are_a_problem():
    rows = "\n".join(f"t{n}: {{deps: [{', '.join([f't{n + 1}'] * 9)}]}}" for n in range(9))
    source = {"Taskfile.yml": tasks(f"{rows}\nt9: npm publish")}
    found = reading(workflow("- run: task t0"), **source)

    assert [problem.rule for problem in found.problems] == ["reading-limit-reached"]


# --- wireit -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "command"),
    [
        (wireit({"release": {"command": "npm publish"}}), "npm run release"),
        (wireit({"release": {"command": "npm publish"}}), "pnpm release"),
        (wireit({"r": {"dependencies": ["up"]}, "up": {"command": "npm publish"}}), "npm run r"),
        (wireit({"r": {"dependencies": ["up"]}}, up="npm publish"), "npm run r"),
        (wireit({"r": {"dependencies": [{"script": "up"}]}}, up="npm publish"), "npm run r"),
        (wireit({"r": {"command": "npm"}}), "npm run r -- publish"),
        (wireit({"r": {"command": "npm $V", "env": {"V": "publish"}}}), "npm run r"),
        (wireit({"r": {"command": "npm publish"}}, start="X=1 wireit"), "npm run r"),
    ],
)
def test_a_script_of_wireit_is_followed(package, command):
    found = one(workflow(f"- run: {command}{TOKEN}"), **{"package.json": package})

    assert (found.tool, set(found.via)) == ("npm", {"package-script"})
    assert found.runs[0].token.secret_names == ("NPM_TOKEN",)


def test_wireit_runs_a_script_of_another_package_in_its_folder():
    member = {**wireit({"up": {"command": "npm publish"}}), "name": "a"}
    found = run(
        workflow("- run: npm run r"),
        **{
            "package.json": wireit({"r": {"dependencies": ["./a:up", "./a:up"]}}),
            "a/package.json": member,
        },
    )

    assert [package.name for package in found.packages] == ["a"]


def test_a_script_of_wireit_that_does_not_publish_is_silent():
    package = wireit({"test": {"command": "true"}, "up": {"command": "npm publish"}})

    assert reading(workflow("- run: npm run test"), **{"package.json": package}).publishes == ()


# --- runners whose files are not read, or not there ---------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "just release", "just deploy", "task release", "npx nps release", "earthly +release",
        "moon run :publish", "moon run widget:release", "act -j release", "mage release",
        "npx gulp release", "npx grunt deploy", "mise run release", "npx hereby release",
    ],
)  # fmt: skip
def test_what_a_runner_does_that_is_not_read_is_no_silence(command):
    found = one(workflow(f"- run: {command}", job=MAY_PUBLISH))

    assert found.tool == "unknown"


def test_a_runner_that_is_not_read_is_named_with_its_task():
    found = run(workflow("- run: just release next", job=MAY_PUBLISH))

    assert isinstance(found.options.tag, Unknown)
    assert "`just release next`" in found.options.tag.why


@pytest.mark.parametrize(
    ("command", "others"),
    [
        ("just release", {"justfile": "mod npm\nrelease: npm::up\n"}),
        ("just release", {"justfile": "set shell := ['node', '-e']\nrelease:\n  publish()\n"}),
        ("just release", {"justfile": "import 'gone.just'\n"}),
        ("task release", {"Taskfile.yml": tasks("", "includes: {a: 'https://acme.example/a'}\n")}),
        ("task release", {"Taskfile.yml": tasks("release: '{{if .X}}npm{{end}} pack'")}),
        ("npm start release", {"package.json": {**WIDGET, "scripts": {"start": "nps"}}}),
    ],
)
def test_what_is_not_understood_of_a_runners_file_may_publish(command, others):
    assert one(workflow(f"- run: {command}", job=MAY_PUBLISH), **others).tool == "unknown"


@pytest.mark.parametrize("command", ["just test", "task lint", "gulp build", "npx nps build"])
def test_a_runner_whose_task_speaks_of_no_release_is_silent(command):
    assert reading(workflow(f"- run: {command}", job=MAY_PUBLISH)).publishes == ()


def test_a_runner_in_a_job_that_publishes_itself_is_silent():
    release = workflow("- run: just release-notes\n- run: npm publish", job=MAY_PUBLISH)

    assert one(release).tool == "npm"
